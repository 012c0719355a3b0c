//! Commands: a table of them, their arguments and targets, and what each does to the model.
