//! The person's terminal: what it can, how it is taken and given back.

mod capabilities;
mod raw;
mod signals;

pub use capabilities::{Unsuitable, abilities, picture_form};
pub use raw::{Tty, give_back};
pub use signals::{Signals, Told};
