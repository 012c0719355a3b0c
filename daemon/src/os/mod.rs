//! What the operating system gives, each kind of thing in a file of its own. [`sys`] is the only file of
//! the program with `unsafe`.

pub mod child;
pub mod manager;
pub mod memory;
pub mod peer;
pub mod pty;
pub mod rights;
pub mod signal;
pub mod socket;
pub mod spawn;
pub mod sys;
