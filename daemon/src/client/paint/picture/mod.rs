//! Pictures on the terminal, as it takes them: kitty's graphics protocol, iTerm2's inline images, or sixel.
//!
//! `album` has the files, `pixels` decodes and cuts them; `boxes` stand for those that nobody can read; `kitty` has placements that the terminal keeps apart from its
//! cells; `bound` those that lie in cells, which `sixel` and the inline form paint.

mod album;
mod bound;
mod boxes;
mod kitty;
mod pixels;
mod sixel;

pub(super) use bound::Written;
pub(super) use kitty::LEAVE;

use super::{
    Painter,
    base64::base64,
    shadow::{Cell, Text, UNKNOWN},
};
use abide_protocol::{
    message::{GetPicture, PicturePiece, PixelRect, Placement, SurfaceNumber},
    mirror::Mirror,
};
use album::{Album, File};
use bound::Bound;
use boxes::Boxed;
use image::RgbaImage;
use kitty::{END, Kitty};

/// How a terminal takes pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureForm {
    /// Kitty's graphics protocol.
    Kitty,
    /// iTerm2's OSC 1337.
    Inline,
    /// Sixel.
    Sixel {
        /// Pixels of a cell, across and down.
        cell: (u16, u16),
        /// Colour registers.
        colours: u16,
    },
}

impl PictureForm {
    /// Whether pictures lie in cells, and text that is written there takes them away.
    pub(super) fn in_cells(self) -> bool {
        self != PictureForm::Kitty
    }
}

/// The painter's pictures.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    album: Album,
    kitty: Kitty,
    bound: Bound,
    /// Pictures that cannot be shown.
    boxes: Vec<Boxed>,
    /// Cells that were written in this frame, where pictures lie in cells.
    pub(super) written: Vec<Written>,
}

impl Pictures {
    /// The terminal shows nobody knows what; its cells are all written anew.
    pub(super) fn forget(&mut self) {
        self.kitty.doubt();
        self.bound.clear();
    }

    /// The terminal has nothing of ours.
    pub(super) fn restart(&mut self) {
        self.kitty.clear();
        self.bound.clear();
    }

    /// What a transmission that is not whole is ended with.
    pub(super) fn end_transmission(&self) -> &'static [u8] {
        if self.kitty.is_amid() { END } else { &[] }
    }

    /// Draws the boxes into a row.
    pub(super) fn draw_boxes(&self, y: usize, cells: &mut [Cell]) {
        self.boxes.iter().for_each(|boxed| boxed.draw(y, cells));
    }

    /// The terminal moved its rows.
    pub(super) fn scrolled(&mut self) {
        self.kitty.doubt();
    }
}

impl Painter {
    /// The terminal takes pictures in this form. What gives it back must know: see [`Painter::leave`].
    pub fn has_pictures(&mut self, form: PictureForm, mirror: &Mirror, out: &mut Vec<u8>) {
        if self.abilities.pictures != Some(form) {
            self.abilities.pictures = Some(form);
            // Cells of another size: what was painted does not fit them.
            self.forget();
            self.repaint(mirror, out);
        }
    }

    /// What to ask the daemon for, so that what the mirror has can be shown.
    pub fn look(&mut self, mirror: &Mirror, surface: SurfaceNumber, out: &mut Vec<u8>) -> Vec<GetPicture> {
        if self.abilities.pictures.is_none() {
            return Vec::new();
        }
        let (asked, gone) = self.pictures.album.look(mirror.pictures(), surface);
        gone.into_iter().for_each(|picture| self.pictures.kitty.free(picture, out));
        asked
    }

    /// Takes a piece of a file, and paints the picture when it is whole; gives what to ask for next. With nothing to ask for
    /// here, [`Painter::look`] may have more.
    pub fn take_piece(
        &mut self,
        piece: PicturePiece,
        mirror: &Mirror,
        out: &mut Vec<u8>,
    ) -> Option<GetPicture> {
        let picture = piece.picture;
        let (next, has_ended) = self.pictures.album.take(piece);
        if has_ended {
            let album = &mut self.pictures.album;
            if album.file(picture).is_some_and(|file| pixels::decode(file).is_none()) {
                album.lose(picture);
            }
            self.repaint(mirror, out);
        }
        next
    }

    /// Whether a picture is on its way to the terminal: [`Painter::send_piece`] writes it, a little at a time, so that
    /// whatever else is painted goes in between.
    #[must_use]
    pub fn is_sending(&self) -> bool {
        self.pictures.kitty.is_sending()
    }

    /// Writes the next piece of it, and paints the picture when it is there.
    pub fn send_piece(&mut self, mirror: &Mirror, out: &mut Vec<u8>) {
        if self.pictures.kitty.send(&self.pictures.album, out) {
            self.repaint(mirror, out);
        }
    }

    /// The connection was lost, and pictures that were on their way with it; `another`: the next daemon is another, whose
    /// numbers may mean others.
    pub fn lose_pictures(&mut self, another: bool, out: &mut Vec<u8>) {
        if another {
            if self.abilities.pictures == Some(PictureForm::Kitty) {
                out.extend_from_slice(LEAVE);
            }
            self.pictures.restart();
            self.pictures.album.clear();
        } else {
            self.pictures.album.disconnected();
        }
    }

    /// What the mirror has that fits the terminal.
    fn wanted(&self, mirror: &Mirror) -> Vec<Placement> {
        let fits = |p: &&Placement| {
            u32::from(p.x) + u32::from(p.cols) <= u32::from(self.size.cols)
                && p.line.saturating_add(p.rows.into()) <= u64::from(self.size.rows)
        };
        mirror.pictures().iter().filter(fits).copied().collect()
    }

    /// Before rows are painted: whether the terminal may not move its rows, since pictures in its cells would move with
    /// them or not, who knows. The cells of pictures that go are to be written anew.
    pub(super) fn begin_pictures(&mut self, mirror: &Mirror) -> bool {
        self.pictures.written.clear();
        self.begin_boxes(mirror);
        if !self.abilities.pictures.is_some_and(PictureForm::in_cells) {
            return false;
        }
        if self.pictures.bound.is_empty() {
            return false;
        }
        let wanted = self.wanted(mirror);
        for gone in self.pictures.bound.retain(&wanted) {
            let rows = self.rows.iter_mut().skip(gone.line as usize).take(gone.rows.into());
            for row in rows {
                row.unsure = true;
                row.cells.iter_mut().skip(gone.x.into()).take(gone.cols.into()).for_each(|c| *c = UNKNOWN);
            }
        }
        true
    }

    /// Finds the pictures that cannot be shown. Rows where one comes or goes are to be looked at.
    fn begin_boxes(&mut self, mirror: &Mirror) {
        let mut boxes = Vec::new();
        if self.abilities.pictures.is_some() {
            let lost = |placement: Placement| {
                let pixels = self.pictures.album.lost(placement.picture)?;
                Some(Boxed { placement, pixels })
            };
            boxes.extend(self.wanted(mirror).into_iter().filter_map(lost));
        }
        if boxes == self.pictures.boxes {
            return;
        }
        let before = std::mem::replace(&mut self.pictures.boxes, boxes);
        for y in before.iter().chain(&self.pictures.boxes).flat_map(Boxed::rows) {
            if let Some(row) = self.rows.get_mut(y) {
                row.unsure = true;
            }
        }
    }

    /// After rows were painted: the pictures that are to be painted.
    pub(super) fn paint_pictures(&mut self, mirror: &Mirror, out: &mut Vec<u8>) -> bool {
        let Some(form) = self.abilities.pictures else { return false };
        let before = out.len();
        let wanted = self.wanted(mirror);
        let mut pictures = std::mem::take(&mut self.pictures);
        if form == PictureForm::Kitty {
            let Pictures { kitty, album, .. } = &mut pictures;
            let mut put = |placement: &Placement, out: &mut Vec<u8>| {
                self.place(placement.x.into(), placement.line as usize, out);
            };
            kitty.paint(&wanted, album, &mut put, out);
        } else {
            let Pictures { bound, album, written, .. } = &mut pictures;
            let last_row = u64::from(self.size.rows);
            let mut decoded = Decoded::default();
            let mut render = |placement: &Placement| {
                let at_end = placement.line + u64::from(placement.rows) >= last_row;
                album.file(placement.picture).map(|file| render(form, file, &mut decoded, placement, at_end))
            };
            for (placement, bytes) in bound.stale(&wanted, written, &mut render) {
                if bytes.is_empty() {
                    continue;
                }
                self.place(placement.x.into(), placement.line as usize, out);
                out.extend_from_slice(&bytes);
                // Where it is now, terminals do not agree.
                self.at = None;
                if placement.z < 0 {
                    self.write_over(&placement, out);
                }
            }
        }
        self.pictures = pictures;
        out.len() > before
    }

    /// Writes the text again that lies over a picture.
    fn write_over(&mut self, placement: &Placement, out: &mut Vec<u8>) {
        let (left, right) =
            (usize::from(placement.x), usize::from(placement.x) + usize::from(placement.cols));
        let top = placement.line as usize;
        for y in top..top + usize::from(placement.rows) {
            let Some(cells) = self.rows.get(y).map(|row| row.cells.clone()) else { continue };
            for x in left..right {
                let Some(cell) = cells.get(x).filter(|cell| !cell.is_blank() && cell.text != Text::Tail)
                else {
                    continue;
                };
                let wide = cells.get(x + 1).is_some_and(|next| next.text == Text::Tail);
                self.cell(x, y, cell, 1 + usize::from(wide), &cells, out);
            }
        }
    }
}

/// What paints a placement at the cursor; nothing where nobody can read its picture. `at_end`: it touches the last row.
fn render(
    form: PictureForm,
    file: &File,
    decoded: &mut Decoded,
    placement: &Placement,
    at_end: bool,
) -> Vec<u8> {
    let painted = match form {
        PictureForm::Kitty => None,
        PictureForm::Inline => inline(file, decoded, placement),
        PictureForm::Sixel { cell, colours } => decoded
            .pixels(placement.picture, file)
            .and_then(|pixels| sixel(pixels, placement, cell, colours, at_end)),
    };
    painted.unwrap_or_default()
}

/// The picture that was decoded last: it may be seen in many parts.
#[derive(Default)]
struct Decoded(Option<(u64, Option<RgbaImage>)>);

impl Decoded {
    fn pixels(&mut self, picture: u64, file: &File) -> Option<&RgbaImage> {
        if self.0.as_ref().is_none_or(|(last, _)| *last != picture) {
            self.0 = Some((picture, pixels::decode(file)));
        }
        self.0.as_ref()?.1.as_ref()
    }
}

fn inline(file: &File, decoded: &mut Decoded, placement: &Placement) -> Option<Vec<u8>> {
    let whole = PixelRect { x: 0, y: 0, width: file.width, height: file.height };
    let part;
    let bytes = if placement.source == whole {
        &file.bytes
    } else {
        part = pixels::png(&pixels::cut(decoded.pixels(placement.picture, file)?, placement.source)?)?;
        &part
    };
    let Placement { cols, rows, .. } = placement;
    let head = format!(
        "\x1b]1337;File=inline=1;size={};width={cols};height={rows};preserveAspectRatio=0;doNotMoveCursor=1:",
        bytes.len()
    );
    Some([head.as_bytes(), &base64(bytes), b"\x07"].concat())
}

fn sixel(
    pixels: &RgbaImage,
    placement: &Placement,
    cell: (u16, u16),
    colours: u16,
    at_end: bool,
) -> Option<Vec<u8>> {
    let part = pixels::cut(pixels, placement.source)?;
    let side = |cells: u16, pixels: u16| {
        (u32::from(cells) * u32::from(pixels)).clamp(1, crate::client::limits::PICTURE_SIDE_MAX)
    };
    let (width, height) = (side(placement.cols, cell.0), side(placement.rows, cell.1));
    let mut picture = pixels::scale(&part, width, height);
    if at_end && height >= 6 {
        // Sixels come six rows at a time: what hangs over the last row would scroll the screen.
        picture = pixels::cut(&picture, PixelRect { x: 0, y: 0, width, height: height - height % 6 })?;
    }
    Some(sixel::sixels(&picture, colours.into()))
}
