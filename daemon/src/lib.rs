//! The shell around the core: operating system, reactor, store, keeper, native client.
#![deny(unsafe_code)]

pub mod store;
