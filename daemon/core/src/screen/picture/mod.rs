//! Pictures among the cells: sixel, kitty's graphics protocol and iTerm2's inline images.

mod view;

pub use view::{Picture, PictureFormat, PixelRect, PlacedPicture};
