//! Kitty's graphics protocol: pictures that are sent, placed and deleted by number.
//!
//! Data comes in the string itself (`t=d`) alone: a program on another machine knows no file of ours, and one here would have us
//! read files for it. Animation is not there.

mod control;
mod delete;
mod placeholder;

pub(crate) use control::Control;
pub(crate) use placeholder::placed;

use super::placement::Placement;
use super::spool::{Fault, Spool};
use super::stream::{Kind, Transfer};
use super::{Picture, Pictures, PixelRect, Prototype, format};
use crate::base::limits::{INFLATED_BYTES_MAX, PICTURE_BYTES_MAX, PICTURE_CELLS_MAX, SIDE_CELLS_MAX};
use crate::screen::report::CELL_PIXELS;
use crate::screen::terminal::Terminal;

/// What is told of a command that failed: fixed words, nothing of the program's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal(pub(crate) &'static str);

pub(crate) const INVALID: Refusal = Refusal("EINVAL:not understood");
pub(crate) const NO_PICTURE: Refusal = Refusal("ENOENT:no such picture");
const NO_FILES: Refusal = Refusal("EPERM:files and memory are not read");
const NO_DATA: Refusal = Refusal("ENODATA:not as many bytes as it takes");
const NOT_READABLE: Refusal = Refusal("EBADF:the data cannot be read");
const TOO_LARGE: Refusal = Refusal("EFBIG:it is too large");
const NO_PARENT: Refusal = Refusal("ENOPARENT:no such placement");
const NOT_THERE: Refusal = Refusal("ENOTSUP:there is no such action");

impl Terminal {
    /// A string of kitty's has ended. `spool`: its data, behind that of the strings before it that it goes on with.
    pub(super) fn kitty_string(&mut self, pictures: &mut Pictures, head: &[u8], spool: Spool) {
        let Some(control) = Control::read(head) else {
            pictures.transfer = None;
            return;
        };
        let begun = pictures.transfer.take();
        if control.more {
            let head = begun.map_or_else(|| head.to_vec(), |begun| begun.head);
            pictures.transfer = Some(Transfer { kind: Kind::Kitty, head, spool });
            return;
        }
        let quiet = control.quiet;
        let control = match begun.and_then(|begun| Control::read(&begun.head)) {
            Some(first) => Control { quiet: first.quiet.max(quiet), ..first },
            None => control,
        };
        let mut name = control.name;
        let outcome = match control.action {
            // Which of the two is meant?
            _ if control.name != 0 && control.number != 0 => Err(INVALID),
            b't' | b'T' => self.receive(pictures, &control, &spool).and_then(|number| {
                name = pictures.album.get(number).map_or(0, |held| held.name);
                if control.action == b'T' { self.put(pictures, &control, number) } else { Ok(()) }
            }),
            b'q' => self.decoded(&control, &spool).map(|_| ()),
            b'p' => match pictures.called(&control) {
                Some(number) => {
                    name = pictures.album.get(number).map_or(0, |held| held.name);
                    self.put(pictures, &control, number)
                }
                None => Err(NO_PICTURE),
            },
            b'd' => {
                self.delete_pictures(pictures, &control);
                return;
            }
            _ => Err(NOT_THERE),
        };
        self.bound_pictures(pictures);
        if control.name != 0 || control.number != 0 {
            self.kitty_reply(&control, name, outcome);
        }
    }

    /// Takes a picture in, under the name that the program gives it or, where it has given a number, one of ours.
    fn receive(&mut self, pictures: &mut Pictures, control: &Control, spool: &Spool) -> Result<u32, Refusal> {
        if control.name != 0
            && let Some(number) = pictures.album.named(control.name)
        {
            self.remove_picture(pictures, number);
        }
        let (picture, whole) = self.decoded(control, spool)?;
        let number = pictures.album.add(picture, whole.then_some(spool), &mut self.history.next_id);
        let name = match (control.name, control.number) {
            (0, 0) => 0,
            (0, _) => pictures.free_name(),
            (name, _) => name,
        };
        if let Some(held) = pictures.album.held.get_mut(&number) {
            (held.name, held.number) = (name, control.number);
        }
        Ok(number)
    }

    /// Places a picture at the cursor.
    fn put(&mut self, pictures: &mut Pictures, control: &Control, number: u32) -> Result<(), Refusal> {
        let Some(held) = pictures.album.get(number) else { return Err(NO_PICTURE) };
        let (width, height) = (held.picture.width, held.picture.height);
        let name = held.name;
        if control.x >= width || control.y >= height {
            return Err(INVALID);
        }
        let side = |wanted: u32, left: u32| if wanted == 0 { left } else { wanted.min(left) };
        let source = PixelRect {
            x: control.x,
            y: control.y,
            width: side(control.width, width - control.x),
            height: side(control.height, height - control.y),
        };
        let (cols, rows) = cells(control, source);
        if name != 0 && control.placement != 0 {
            self.remove_placements(pictures, |p| p.picture == number && p.id == control.placement);
            pictures.prototypes.retain(|p| p.picture != number || p.id != control.placement);
        }
        if control.is_virtual {
            pictures.prototypes.push(Prototype {
                picture: number,
                id: control.placement,
                cols,
                rows,
                source,
            });
            self.changed = true;
            return Ok(());
        }
        let (x, line) = self.place_of(pictures, control)?;
        let placement = Placement {
            picture: number,
            id: control.placement,
            x,
            line,
            cols,
            rows,
            source,
            z: control.z,
            part: Placement::whole(cols, rows),
            bound: false,
            left: Default::default(),
        };
        self.place_picture(pictures, placement);
        if !control.stays && control.beside == 0 {
            self.pass_picture(pictures, usize::from(cols), usize::from(rows));
        }
        Ok(())
    }

    /// Where a command puts a picture: at the cursor, or beside another placement, where that is now.
    fn place_of(&self, pictures: &Pictures, control: &Control) -> Result<(u16, i64), Refusal> {
        if control.beside == 0 {
            return Ok((self.x as u16, self.picture_base() + self.y as i64));
        }
        let picture = pictures.album.named(control.beside).ok_or(NO_PARENT)?;
        let is_meant = |p: &&Placement| p.picture == picture && [0, p.id].contains(&control.beside_placement);
        let parent = pictures.shown.iter().find(is_meant).ok_or(NO_PARENT)?;
        let x = i64::from(parent.x) + i64::from(control.right);
        let is_near = control.down.unsigned_abs() <= u32::from(SIDE_CELLS_MAX);
        match u16::try_from(x).ok().filter(|x| *x < self.grid.cols() as u16) {
            Some(x) if is_near => Ok((x, parent.line + i64::from(control.down))),
            _ => Err(INVALID),
        }
    }

    /// The cursor goes behind a picture: right of its last row, scrolling where that is below the bottom margin.
    fn pass_picture(&mut self, pictures: &mut Pictures, cols: usize, rows: usize) {
        let column = self.x + cols;
        self.picture_rows_down(pictures, rows - 1);
        self.move_to(column, self.y);
    }

    /// Down by so many rows, scrolling at the bottom margin.
    pub(super) fn picture_rows_down(&mut self, pictures: &mut Pictures, rows: usize) {
        // Each may scroll a row into history.
        self.count_work(32 * rows);
        // Scrolling moves pictures, so they have to be in their place.
        self.pictures = Some(Box::new(std::mem::take(pictures)));
        for _ in 0..rows {
            self.line_feed();
        }
        *pictures = self.pictures.take().map(|all| *all).unwrap_or_default();
    }

    fn kitty_reply(&mut self, control: &Control, name: u32, outcome: Result<(), Refusal>) {
        if control.quiet >= 2 || control.quiet == 1 && outcome.is_ok() {
            return;
        }
        let mut keys = String::new();
        for (key, value) in [("i", name), ("I", control.number), ("p", control.placement)] {
            if value != 0 {
                let comma = if keys.is_empty() { "" } else { "," };
                keys.push_str(&format!("{comma}{key}={value}"));
            }
        }
        let words = outcome.map_or_else(|refusal| refusal.0, |()| "OK");
        self.reply(&format!("\x1b_G{keys};{words}\x1b\\"));
    }
}

impl Pictures {
    /// The picture that a command means.
    pub(crate) fn called(&self, control: &Control) -> Option<u32> {
        if control.name != 0 { self.album.named(control.name) } else { self.album.numbered(control.number) }
    }

    /// A name that no picture has.
    fn free_name(&self) -> u32 {
        // Beyond what programs choose themselves, mostly.
        let taken = |name: &u32| self.album.named(*name).is_some();
        (0x4000_0000..=u32::MAX).find(|name| !taken(name)).unwrap_or(u32::MAX)
    }
}

impl Terminal {
    /// As [`decoded`]; what it took is counted.
    fn decoded(&mut self, control: &Control, spool: &Spool) -> Result<(Picture, bool), Refusal> {
        let decoded = decoded(control, spool);
        // What could not be read may have been inflated to its end.
        let inflated = if control.deflated { INFLATED_BYTES_MAX / 16 } else { 0 };
        // A pixel is about as dear as a cell.
        self.count_work(match &decoded {
            Ok((_, true)) => 0,
            Ok((picture, false)) => picture.width as usize * picture.height as usize,
            Err(_) => inflated,
        });
        decoded
    }
}

/// The columns and rows that a command gives a part of a picture: those it names, or as many as its pixels take. One alone
/// goes with the other as the sides do.
fn cells(control: &Control, source: PixelRect) -> (u16, u16) {
    let (cell_width, cell_height) = (CELL_PIXELS.0 as u64, CELL_PIXELS.1 as u64);
    let (width, height) = (u64::from(source.width), u64::from(source.height));
    // Within the first cell, of which that is a part.
    let shift_x = u64::from(control.shift_x).min(cell_width - 1);
    let shift_y = u64::from(control.shift_y).min(cell_height - 1);
    let (cols, rows) = match (u64::from(control.cols), u64::from(control.rows)) {
        (0, 0) => ((width + shift_x).div_ceil(cell_width), (height + shift_y).div_ceil(cell_height)),
        (cols, 0) => (cols, (cols * cell_width * height).div_ceil(width.max(1) * cell_height)),
        (0, rows) => ((rows * cell_height * width).div_ceil(height.max(1) * cell_width), rows),
        given => given,
    };
    let side = |n: u64| n.clamp(1, u64::from(PICTURE_CELLS_MAX)) as u16;
    (side(cols), side(rows))
}

/// The picture in a command's data, and whether its bytes are those of the data.
fn decoded(control: &Control, spool: &Spool) -> Result<(Picture, bool), Refusal> {
    if control.medium != b'd' {
        return Err(NO_FILES);
    }
    match spool.fault {
        Some(Fault::TooMany) => return Err(TOO_LARGE),
        Some(Fault::NoBase64 | Fault::Lost) => return Err(NOT_READABLE),
        None => {}
    }
    let mut bytes = spool.bytes();
    if control.deflated {
        bytes = miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(&bytes, INFLATED_BYTES_MAX)
            .map_err(|_| NOT_READABLE)?;
    }
    let depth = match control.format {
        100 => {
            let (kind, width, height) = format::measured(&bytes).ok_or(NOT_READABLE)?;
            if kind != super::PictureFormat::Png {
                return Err(NOT_READABLE);
            }
            if !format::fits(width, height) || bytes.len() > PICTURE_BYTES_MAX {
                return Err(TOO_LARGE);
            }
            let picture = Picture { format: kind, width, height, bytes: bytes.into() };
            return Ok((picture, !control.deflated));
        }
        24 => 3,
        32 => 4,
        _ => return Err(INVALID),
    };
    let (width, height) = (control.pixels_across, control.pixels_down);
    if width == 0 || height == 0 {
        return Err(INVALID);
    }
    if !format::fits(width, height) {
        return Err(TOO_LARGE);
    }
    let len = width as usize * height as usize * depth;
    let pixels = bytes.get(..len).ok_or(NO_DATA)?;
    Ok((format::encoded(pixels, width, height, depth == 4).ok_or(TOO_LARGE)?, false))
}
