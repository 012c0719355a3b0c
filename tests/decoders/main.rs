//! Every decoder under damaged bytes: it gives an error or something sound, never a panic, and never asks for memory
//! that the bytes could not pay for. (Shared memory has its own such tests beside it, `daemon/src/keeper/tests`.)

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod damage;
mod kept;
mod wire;
