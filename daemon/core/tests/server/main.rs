//! The whole core between a fake keeper, a fake store and clients that keep mirrors.
#![allow(unreachable_pub, reason = "one test program of several files")]

mod basics;
mod once;
mod random;
mod stored;
mod world;
