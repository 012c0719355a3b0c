//! The model as it is told to viewers.

mod topology;

pub use topology::topology;
