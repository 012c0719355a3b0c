//! iTerm2's inline images: `File=` and, in parts, `MultipartFile=`, `FilePart=`, `FileEnd`.

use super::spool::Spool;
use super::stream::{Kind, Transfer};
use super::{Pictures, format};
use crate::base::limits::PICTURE_CELLS_MAX;
use crate::screen::report::CELL_PIXELS;
use crate::screen::terminal::Terminal;

/// A side as the arguments have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Side {
    #[default]
    Auto,
    Cells(u32),
    Pixels(u32),
    /// Of the screen's.
    Percent(u32),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Arguments {
    inline: bool,
    width: Side,
    height: Side,
    stretches: bool,
    stays: bool,
}

impl Arguments {
    /// Reads `key=value` pairs with semicolons between them. What makes no sense is as if it were not there.
    fn read(text: &[u8]) -> Arguments {
        let mut arguments = Arguments::default();
        for pair in text.split(|b| *b == b';') {
            let Some(at) = pair.iter().position(|b| *b == b'=') else { continue };
            let value = std::str::from_utf8(&pair[at + 1..]).unwrap_or_default();
            match &pair[..at] {
                b"inline" => arguments.inline = value == "1",
                b"width" => arguments.width = Side::read(value),
                b"height" => arguments.height = Side::read(value),
                b"preserveAspectRatio" => arguments.stretches = value == "0",
                b"doNotMoveCursor" => arguments.stays = value == "1",
                _ => {}
            }
        }
        arguments
    }
}

impl Side {
    fn read(value: &str) -> Side {
        let number = |digits: &str| digits.parse().ok().filter(|n| *n > 0 && *n <= 100_000);
        if let Some(n) = value.strip_suffix("px").and_then(number) {
            Side::Pixels(n)
        } else if let Some(n) = value.strip_suffix('%').and_then(number) {
            Side::Percent(n)
        } else {
            number(value).map_or(Side::Auto, Side::Cells)
        }
    }

    /// In pixels, where the screen has so many cells; none for the picture's own.
    fn pixels(self, cell: usize, cells: usize) -> Option<u64> {
        match self {
            Side::Auto => None,
            Side::Cells(n) => Some(u64::from(n) * cell as u64),
            Side::Pixels(n) => Some(n.into()),
            Side::Percent(n) => Some((u64::from(n) * (cell * cells) as u64 / 100).max(1)),
        }
    }
}

impl Terminal {
    /// A file is whole.
    pub(super) fn show_file(&mut self, pictures: &mut Pictures, arguments: &[u8], spool: &Spool) {
        let arguments = Arguments::read(arguments);
        if !arguments.inline || spool.fault.is_some() {
            return;
        }
        let Some(picture) = format::read(spool.bytes()) else { return };
        let (cols, rows) = self.file_cells(&arguments, picture.width, picture.height);
        let column = self.x + usize::from(cols);
        if arguments.stays {
            self.show_bound(pictures, (picture, Some(spool)), (cols, rows), 0, true);
        } else {
            self.show_bound(pictures, (picture, Some(spool)), (cols, rows), rows - 1, true);
            self.move_to(column, self.y);
        }
    }

    /// The columns and rows that a file of such sides takes. One that is not given goes with the other; where both are, the
    /// picture fits into them unless it is to be stretched.
    fn file_cells(&self, arguments: &Arguments, width: u32, height: u32) -> (u16, u16) {
        let (cols, rows) = (self.grid.cols(), self.grid.rows());
        let (cell_width, cell_height) = CELL_PIXELS;
        let (own_width, own_height) = (u64::from(width.max(1)), u64::from(height.max(1)));
        let wanted = (arguments.width.pixels(cell_width, cols), arguments.height.pixels(cell_height, rows));
        let (width, height) = match wanted {
            // Its own size, as far as that fits into the row.
            (None, None) => {
                let width = own_width.min(((cols - self.x) * cell_width) as u64);
                (width, own_height * width / own_width)
            }
            (Some(width), None) => (width, own_height * width / own_width),
            (None, Some(height)) => (own_width * height / own_height, height),
            (Some(width), Some(height)) if arguments.stretches => (width, height),
            (Some(width), Some(height)) if own_width * height > own_height * width => {
                (width, own_height * width / own_width)
            }
            (Some(_), Some(height)) => (own_width * height / own_height, height),
        };
        let cells = |pixels: u64, cell: usize| {
            pixels.div_ceil(cell as u64).clamp(1, u64::from(PICTURE_CELLS_MAX)) as u16
        };
        (cells(width, cell_width), cells(height, cell_height))
    }

    /// `MultipartFile=arguments` and `FileEnd`; parts come as strings that are taken as they come.
    pub(crate) fn file_in_parts(&mut self, data: &[u8]) {
        if let Some(arguments) = data.strip_prefix(b"MultipartFile=") {
            let head = arguments.to_vec();
            self.with_pictures(|_, pictures| {
                pictures.transfer = Some(Transfer { kind: Kind::File, head, spool: Spool::default() });
            });
        } else if data == b"FileEnd" && self.pictures.is_some() {
            self.with_pictures(|terminal, pictures| {
                if let Some(file) = pictures.transfer.take_if(|transfer| transfer.kind == Kind::File) {
                    terminal.show_file(pictures, &file.head, &file.spool);
                }
            });
        }
    }
}
