//! One suite for all stores, what only a file can suffer, and a disk that loses its power or breaks.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod broken;
#[macro_use]
mod conformance;
mod disk;
mod file;
mod leases;
mod power;
mod stores;
mod upkeep;
mod worker;
