//! Real processes: the program as a person and as a script meet it.

mod attach;
mod commands;
mod hygiene;
mod programs;
