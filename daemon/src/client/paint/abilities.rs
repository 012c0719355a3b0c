//! What a terminal can.

use super::{Depth, PictureForm};
use abide_protocol::message::attr;

/// What a terminal can show and do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Abilities {
    /// Colours.
    pub depth: Depth,
    /// Bits of [`attr`] that it shows, underlines apart.
    pub attributes: u16,
    /// Any underline.
    pub underline: bool,
    /// SGR 4:2 to 4:5.
    pub underline_styles: bool,
    /// SGR 58.
    pub underline_colour: bool,
    /// OSC 8.
    pub hyperlinks: bool,
    /// DECSTBM.
    pub scroll_regions: bool,
    /// DECSCUSR.
    pub cursor_shapes: bool,
    /// OSC 2.
    pub title: bool,
    /// OSC 52.
    pub clipboard: bool,
    /// DEC 2026: show nothing until the frame is whole.
    pub synchronized: bool,
    /// DEC 1000 to 1006.
    pub mouse: bool,
    /// DEC 1004.
    pub focus: bool,
    /// DEC 2004.
    pub bracketed_paste: bool,
    /// DEC 1049.
    pub alternate: bool,
    /// It may be asked whether it has kitty's keyboard protocol.
    pub keyboard_query: bool,
    /// It has that.
    pub keyboard: bool,
    /// It may be asked whether it takes pictures.
    pub picture_query: bool,
    /// Its environment says that it has iTerm2's inline images.
    pub inline_pictures: bool,
    /// It takes pictures so.
    pub pictures: Option<PictureForm>,
}

impl Abilities {
    /// A terminal that can do everything, as our own screen model.
    #[must_use]
    pub fn all() -> Abilities {
        Abilities {
            depth: Depth::Rgb,
            attributes: attr::BOLD
                | attr::DIM
                | attr::ITALIC
                | attr::BLINK
                | attr::REVERSE
                | attr::CONCEAL
                | attr::STRIKE
                | attr::OVERLINE,
            underline: true,
            underline_styles: true,
            underline_colour: true,
            hyperlinks: true,
            scroll_regions: true,
            cursor_shapes: true,
            title: true,
            clipboard: true,
            synchronized: true,
            mouse: true,
            focus: true,
            bracketed_paste: true,
            alternate: true,
            keyboard_query: true,
            keyboard: true,
            picture_query: true,
            inline_pictures: true,
            pictures: Some(PictureForm::Kitty),
        }
    }
}
