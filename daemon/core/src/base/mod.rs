//! Ids, geometry, time as a value, sets of numbers, and the bounds of the core.

pub mod boxed_map;
pub mod geometry;
pub mod ids;
pub mod instant;
pub mod limits;
pub mod runs;
