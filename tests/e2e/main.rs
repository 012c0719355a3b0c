//! Real processes: the program as a person and as a script meet it.

mod attach;
mod bad_input;
mod commands;
mod hygiene;
mod programs;
