//! One suite for all stores, and what only a file can suffer.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod conformance;
mod file;
mod leases;
mod worker;
