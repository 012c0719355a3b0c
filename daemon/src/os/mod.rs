//! What the operating system gives, each kind of thing in a file of its own. [`sys`] is the only file of
//! the program with `unsafe`.
