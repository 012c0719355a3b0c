//! The whole core as one value: inputs in, effects out.

mod effect;
mod input;

pub use effect::*;
pub use input::*;
