//! Commands: a table of them ([`table`]), how one is read ([`prepare`]) and what it works on ([`target`]), the queues
//! that run them ([`Queues`]), and one file for what each does ([`verbs`]).

mod actions;
mod args;
mod caller;
mod channel;
mod export;
pub mod limits;
mod prepare;
mod queue;
mod report;
mod run;
mod spec;
mod surroundings;
mod table;
pub mod target;
mod verbs;

pub use actions::{enter, perform};
pub use args::Arguments;
pub use caller::{Caller, MouseAt};
pub use channel::Channels;
pub use prepare::{Prepared, find, prepare};
pub use queue::{Queues, hearer};
pub use run::{Flow, On, Reply, Resume, Run, Wait};
pub use spec::{Spec, TargetKind, TargetSpec};
pub use surroundings::ModelSurroundings;
pub use table::ROWS;
