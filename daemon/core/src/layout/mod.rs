//! Where the panes of a window are: splits as a tree.
//!
//! The children of a split tile it exactly, with one cell of border between two of them. Every operation
//! keeps that; [`Layout::fault`] says where it does not hold, for tests.

mod preset;
mod tree;

pub use preset::Preset;
pub use tree::{Axis, Edge, Kind, Layout, Node};
