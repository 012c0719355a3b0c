//! Real processes: the program as a person and as a script meet it.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod attach;
mod bad_input;
mod commands;
mod crash;
mod foreign_store;
mod format_jobs;
mod held;
mod hygiene;
mod keyboard;
mod pictures;
mod programs;
mod store_place;
mod units;
mod upgrade;
