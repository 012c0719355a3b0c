//! The model outside of the model: records for the next daemon and for the store.
//!
//! `record` has the shapes, `write` makes them, `read` makes a model of them again, `plan` says what is to be stored
//! when, and `restore` builds a model after everything else has ended; `shelf` looks at a store without taking anything
//! from it, and `arrive` brings a session of another daemon's records into a model that runs.

pub mod arrive;
mod fingerprint;
mod plan;
mod read;
pub mod record;
mod restore;
pub mod shelf;
mod write;

pub(crate) use plan::is_kept;
pub use plan::{BATCH_BYTES_MAX, Plan, StoredRecord, VALUE_BYTES_MAX};
pub use restore::{RestoreReport, Restored, recall, restore};

pub(crate) use read::{decode, structure as read_structure};
pub(crate) use write::{bindings, structure as write_structure};
