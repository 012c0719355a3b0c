//! Keys: their names, the bytes a program is given for them, and the tables that bind them to commands.

mod encode;
mod key;
pub mod limits;
mod mouse;
mod name;
mod table;

pub use encode::encode;
pub use key::{Code, Key, Named, modifier};
pub use mouse::{Click, Mouse, Place, encode_mouse};
pub use name::UnknownKey;
pub use table::{Binding, KeyTable, KeyTables};
