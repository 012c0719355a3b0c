//! What crosses between the core and the shell around it: all that can happen ([`Input`]), all that can be wanted
//! ([`Effect`], and [`Question`]s with their [`Answer`]s), and the keys and records of the store. Plain values; none
//! of them knows what the core makes of it.

mod effect;
mod input;
mod key;
mod occasion;
mod records;

pub use effect::*;
pub use input::*;
pub use key::Key;
pub use occasion::Occasion;
pub use records::Records;
