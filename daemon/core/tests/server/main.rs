//! The whole core between a fake keeper, a fake store and clients that keep mirrors.
#![allow(unreachable_pub, reason = "one test program of several files")]
#![allow(clippy::disallowed_methods, reason = "a seed comes from outside")]

mod basics;
mod drained;
mod facts;
mod format_jobs;
mod history;
mod once;
mod pictures;
mod presses;
mod random;
mod recalled;
mod restore_session;
mod retyped;
mod stored;
mod summary;
mod world;
