//! Ids, geometry, time as a value, and the bounds of the core.

pub mod geometry;
pub mod ids;
pub mod instant;
pub mod limits;
