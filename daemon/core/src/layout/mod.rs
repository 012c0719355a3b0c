//! Where the panes of a window are: splits as a tree.
//!
//! The children of a split tile it exactly, with one cell of border between two of them. Every operation
//! keeps that; [`Layout::fault`] says where it does not hold, for tests.

mod border;
mod neighbour;
mod preset;
mod resize;
mod split;
mod text;
mod tree;

pub use neighbour::Direction;
pub use preset::{Preset, PresetSizes};
pub use split::{DEPTH_MAX, Length, Split};
pub use text::{TEXT_BYTES_MAX, checksum};
pub use tree::{Axis, Edge, Kind, Layout, Node};
