//! House rules as tests: what a machine can refuse, no reviewer has to.

mod borders;
mod lines;
mod map;
mod unicode;
