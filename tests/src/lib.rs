//! Helpers shared by the tests that look at more than one part.

pub mod skip;
pub mod wait;
