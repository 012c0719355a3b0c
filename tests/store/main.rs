//! One suite for all stores, and what only a file can suffer.

mod conformance;
mod file;
mod worker;
