//! Keys: their names, the bytes a program is given for them, and the tables that bind them to commands.

mod encode;
mod further;
mod key;
mod kitty;
pub mod limits;
mod mouse;
mod name;
mod other;
mod press;
mod table;

pub use encode::{encode, encode_press};
pub use further::Further;
pub use key::{Code, Key, Named, modifier};
pub use mouse::{Click, Mouse, Place, encode_mouse};
pub use name::UnknownKey;
pub use press::Press;
pub use table::{Binding, KeyTable, KeyTables};
