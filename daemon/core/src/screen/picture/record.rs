//! Pictures in a head.
//!
//! ```text
//! pictures  = last (number of pictures) picture* places(shown) places(of the primary grid) prototypes
//! picture   = number format width height name kitty's-number bytes pieces (id place)*
//! places    = number (picture id x line cols rows source part z bound rows-torn (row stretches (start length)*)*)*
//! prototype = picture id cols rows source
//! transfer  = what there is: 1 a string, 2 what strings before it brought; of the first kind head base64 spool,
//!             of the second kind head spool
//! spool     = fault pieces id* tail
//! ```
//! `place` is 0 for a piece that is where the head is, else one more than its bytes in the store, which alone has it. Only what
//! can be seen or named is written.

use super::album::{Away, Held};
use super::format::fits;
use super::place::mark;
use super::placement::{Part, Placement, Stretch};
use super::spool::{Base64, Fault, PIECE_BYTES, Spool};
use super::stream::{Kind, Stream, Transfer};
use super::{Ground, Picture, PictureFormat, Pictures, PixelRect, Prototype};
use crate::base::limits::{
    PICTURE_BYTES_MAX, PICTURES_MAX, PLACEMENTS_MAX, SIDE_CELLS_MAX, STRING_BYTES_MAX, TRANSMITTED_BYTES_MAX,
};
use crate::screen::cell::Cell;
use crate::screen::history::varint::{self, Reader};
use crate::screen::terminal::Terminal;
use crate::screen::view::Kept;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Lines that placements may be on, either way: far more than there can be, and far less than overflows.
const LINES_MAX: i64 = i64::MAX / 4;

/// The pictures of a terminal; none when it never had one.
pub(crate) fn write_pictures(t: &Terminal) -> Option<Vec<u8>> {
    let (pictures, ground) = (t.pictures.as_ref()?, t.ground());
    if pictures.album.last == 0 {
        return None;
    }
    let mut out = Vec::new();
    varint::put(&mut out, pictures.album.last.into());
    let used: Vec<_> =
        pictures.album.held.iter().filter(|(number, _)| pictures.is_used(**number, ground)).collect();
    varint::put(&mut out, used.len() as u64);
    for (number, held) in used {
        let Picture { format, width, height, .. } = held.picture;
        for value in [*number, format as u32, width, height, held.name, held.number] {
            varint::put(&mut out, value.into());
        }
        varint::put(&mut out, held.len as u64);
        varint::put(&mut out, held.pieces.len() as u64);
        for (i, id) in held.pieces.iter().enumerate() {
            varint::put(&mut out, *id);
            varint::put(
                &mut out,
                if let Some(Away::Stored(bytes)) = held.away.get(i) { *bytes as u64 + 1 } else { 0 },
            );
        }
    }
    let shown: Vec<_> = pictures.shown.iter().filter(|placement| ground.shows(placement)).collect();
    let other: Vec<_> = pictures.other.iter().filter(|placement| ground.keeps(placement)).collect();
    write_places(&mut out, &shown, |line| ground.shown_cells(line));
    write_places(&mut out, &other, |line| ground.other_cells(line));
    varint::put(&mut out, pictures.prototypes.len() as u64);
    for Prototype { picture, id, cols, rows, source } in &pictures.prototypes {
        for value in [*picture, *id, (*cols).into(), (*rows).into()] {
            varint::put(&mut out, value.into());
        }
        write_source(&mut out, source);
    }
    Some(out)
}

fn write_source(out: &mut Vec<u8>, source: &PixelRect) {
    for value in [source.x, source.y, source.width, source.height] {
        varint::put(out, value.into());
    }
}

fn write_places<'a>(out: &mut Vec<u8>, places: &[&Placement], cells: impl Fn(i64) -> Option<&'a [Cell]>) {
    varint::put(out, places.len() as u64);
    for place in places {
        varint::put(out, place.picture.into());
        varint::put(out, place.id.into());
        varint::put(out, place.x.into());
        varint::put(out, zigzag(place.line));
        varint::put(out, place.cols.into());
        varint::put(out, place.rows.into());
        write_source(out, &place.source);
        let Part { left, top, right, bottom } = place.part;
        for value in [left, top, right, bottom] {
            varint::put(out, value.into());
        }
        varint::put(out, zigzag(place.z.into()));
        out.push(u8::from(place.bound));
        let rows = (place.part.top..place.part.bottom).filter(|_| place.bound);
        let torn = rows.map(|row| (row, place.stretches(row, cells(place.line + i64::from(row)))));
        let torn: Vec<_> = torn.filter(|(_, stretches)| *stretches != [(left, right)]).collect();
        varint::put(out, torn.len() as u64);
        for (row, stretches) in torn {
            varint::put(out, row.into());
            varint::put(out, stretches.len() as u64);
            for (start, end) in stretches {
                varint::put(out, start.into());
                varint::put(out, (end - start).into());
            }
        }
    }
}

fn zigzag(n: i64) -> u64 {
    (n << 1 ^ n >> 63) as u64
}

fn unzigzag(n: u64) -> i64 {
    (n >> 1) as i64 ^ -((n & 1) as i64)
}

/// What brings pictures; none when nothing does.
pub(crate) fn write_transfer(t: &Terminal) -> Option<Vec<u8>> {
    let pictures = t.pictures.as_ref()?;
    let mut out = Vec::new();
    out.push(u8::from(pictures.stream.is_some()) | u8::from(pictures.transfer.is_some()) << 1);
    if let Some(Stream { kind, head, base64, spool }) = &pictures.stream {
        out.push(*kind as u8);
        varint::put_block(&mut out, head);
        out.extend_from_slice(&[base64.bits, base64.count, u8::from(base64.ended)]);
        write_spool(&mut out, spool);
    }
    if let Some(Transfer { kind, head, spool }) = &pictures.transfer {
        out.push(*kind as u8);
        varint::put_block(&mut out, head);
        write_spool(&mut out, spool);
    }
    (out != [0]).then_some(out)
}

fn write_spool(out: &mut Vec<u8>, spool: &Spool) {
    out.push(spool.fault.map_or(0, |fault| fault as u8 + 1));
    varint::put(out, spool.pieces.len() as u64);
    for (id, _) in &spool.pieces {
        varint::put(out, *id);
    }
    varint::put_block(out, &spool.tail);
}

/// Reads the fields; `chunk` is asked for each piece.
pub(crate) struct Restore<'a> {
    pub(crate) chunk: &'a mut dyn FnMut(u64) -> Kept,
    /// Pieces so far: none is named twice.
    pub(crate) ids: BTreeSet<u64>,
}

impl Restore<'_> {
    fn id(&mut self, field: &mut Reader<'_>, t: &Terminal) -> Option<u64> {
        let id = field.number()?;
        (id < t.history.next_id && t.history.chunk(id).is_none() && self.ids.insert(id)).then_some(id)
    }

    pub(crate) fn pictures(&mut self, field: &mut Reader<'_>, t: &mut Terminal) -> Option<()> {
        if t.history.end > LINES_MAX as u64 {
            return None;
        }
        let mut pictures = t.pictures.take().unwrap_or_default();
        pictures.album.last = read_u32(field)?;
        for _ in 0..field.count(PICTURES_MAX + 1)? {
            let number = read_u32(field)?;
            if number > pictures.album.last || pictures.album.held.contains_key(&number) {
                return None;
            }
            pictures.album.held.insert(number, self.held(field, t)?);
        }
        pictures.shown = read_places(field)?;
        pictures.other = read_places(field)?;
        for _ in 0..field.count(PLACEMENTS_MAX)? {
            let (picture, id) = (read_u32(field)?, read_u32(field)?);
            let side = usize::from(SIDE_CELLS_MAX);
            let (cols, rows) = (field.count(side)?.max(1) as u16, field.count(side)?.max(1) as u16);
            let source = read_source(field)?;
            pictures.prototypes.push(Prototype { picture, id, cols, rows, source });
        }
        let places = pictures.shown.iter().chain(&pictures.other).map(|place| (place.picture, place.source));
        let mut named = places.chain(pictures.prototypes.iter().map(|place| (place.picture, place.source)));
        let is_of = |side: u32, (start, length): (u32, u32)| length > 0 && start + length <= side;
        if !named.all(|(number, source)| {
            pictures.album.get(number).is_some_and(|held| {
                is_of(held.picture.width, (source.x, source.width))
                    && is_of(held.picture.height, (source.y, source.height))
            })
        }) || t.primary.is_none() && !pictures.other.is_empty()
        {
            return None;
        }
        t.history.pieces = pictures.pieces().count();
        t.pictures = Some(pictures);
        t.mark_pictures();
        Some(())
    }

    fn held(&mut self, field: &mut Reader<'_>, t: &Terminal) -> Option<Held> {
        let format = match field.byte()? {
            0 => PictureFormat::Png,
            1 => PictureFormat::Jpeg,
            2 => PictureFormat::Gif,
            _ => return None,
        };
        let (width, height, name, number) =
            (read_u32(field)?, read_u32(field)?, read_u32(field)?, read_u32(field)?);
        if !fits(width, height) {
            return None;
        }
        let picture = Picture { format, width, height, bytes: Arc::new([]) };
        let mut held =
            Held { name, number, len: field.count(PICTURE_BYTES_MAX)?, ..Held::new(picture, Vec::new()) };
        let count = field.count(Held::pieces_of(held.len))?;
        if count == 0 {
            return Some(held);
        }
        if count != Held::pieces_of(held.len) {
            return None;
        }
        let mut found = Vec::with_capacity(count);
        for _ in 0..count {
            let id = self.id(field, t)?;
            let stored = field.count(PIECE_BYTES + 1)?.checked_sub(1);
            held.pieces.push(id);
            found.push(match ((self.chunk)(id), stored) {
                (Kept::Missing, Some(bytes)) => Some(Kept::Stored(bytes)),
                (Kept::Missing, None) => None,
                (kept, _) => Some(kept),
            });
        }
        held.adopt(found);
        Some(held)
    }

    pub(crate) fn transfer(&mut self, field: &mut Reader<'_>, t: &mut Terminal) -> Option<()> {
        let mut pictures = t.pictures.take().unwrap_or_default();
        let what = field.byte().filter(|what| matches!(what, 1..=3))?;
        if what & 1 != 0 {
            let (kind, head) = (read_kind(field)?, field.block(STRING_BYTES_MAX)?.to_vec());
            let (bits, count) = (field.byte()?, field.byte().filter(|count| *count < 8)?);
            let ended = field.count(1)? == 1;
            if u16::from(bits) >= 1 << count {
                return None;
            }
            let base64 = Base64 { bits, count, ended };
            pictures.stream = Some(Stream { kind, head, base64, spool: self.spool(field, t)? });
        }
        if what & 2 != 0 {
            let (kind, head) = (read_kind(field)?, field.block(STRING_BYTES_MAX)?.to_vec());
            pictures.transfer = Some(Transfer { kind, head, spool: self.spool(field, t)? });
        }
        t.history.pieces = pictures.pieces().count();
        t.pictures = Some(pictures);
        Some(())
    }

    fn spool(&mut self, field: &mut Reader<'_>, t: &Terminal) -> Option<Spool> {
        let mut spool = Spool {
            fault: match field.byte()? {
                0 => None,
                1 => Some(Fault::TooMany),
                2 => Some(Fault::NoBase64),
                3 => Some(Fault::Lost),
                _ => return None,
            },
            ..Spool::default()
        };
        let mut is_lost = false;
        for _ in 0..field.count(TRANSMITTED_BYTES_MAX / PIECE_BYTES)? {
            let id = self.id(field, t)?;
            match (self.chunk)(id) {
                Kept::Here(bytes) if bytes.len() == PIECE_BYTES => spool.pieces.push((id, bytes.into())),
                _ => is_lost = true,
            }
        }
        spool.tail = field.block(PIECE_BYTES - 1)?.to_vec();
        if is_lost || spool.fault.is_some() {
            spool.spoil(Fault::Lost);
        }
        Some(spool)
    }
}

fn read_u32(field: &mut Reader<'_>) -> Option<u32> {
    u32::try_from(field.number()?).ok()
}

fn read_kind(field: &mut Reader<'_>) -> Option<Kind> {
    Some(match field.byte()? {
        0 => Kind::Kitty,
        1 => Kind::Sixel,
        2 => Kind::File,
        3 => Kind::Part,
        _ => return None,
    })
}

fn read_source(field: &mut Reader<'_>) -> Option<PixelRect> {
    let source = PixelRect {
        x: read_u32(field)?,
        y: read_u32(field)?,
        width: read_u32(field)?,
        height: read_u32(field)?,
    };
    // Room for sums.
    [source.x, source.y, source.width, source.height].iter().all(|n| *n <= u32::MAX / 2).then_some(source)
}

fn read_places(field: &mut Reader<'_>) -> Option<Vec<Placement>> {
    let mut places = Vec::new();
    let side = usize::from(SIDE_CELLS_MAX);
    for _ in 0..field.count(PLACEMENTS_MAX)? {
        let (picture, id) = (read_u32(field)?, read_u32(field)?);
        let x = field.count(side)? as u16;
        let line = unzigzag(field.number()?);
        let (cols, rows) = (field.count(side)? as u16, field.count(side)? as u16);
        let source = read_source(field)?;
        let mut edge = |max: u16| field.count(max.into()).map(|n| n as u16);
        let part = Part { left: edge(cols)?, top: edge(rows)?, right: edge(cols)?, bottom: edge(rows)? };
        let z = i32::try_from(unzigzag(field.number()?)).ok()?;
        let bound = field.count(1)? == 1;
        if part.left >= part.right || part.top >= part.bottom || !(-LINES_MAX..LINES_MAX).contains(&line) {
            return None;
        }
        let mut placement =
            Placement { picture, id, x, line, cols, rows, source, z, part, bound, left: Default::default() };
        let torn = field.count(side)?;
        if torn > 0 && !bound {
            return None;
        }
        for _ in 0..torn {
            let row = field.count(side)? as u16;
            let mut stretches: Vec<Stretch> = Vec::new();
            let mut from = part.left;
            for _ in 0..field.count(side)? {
                let start = field.count(part.right.into())? as u16;
                let end = start.checked_add(field.count(part.right.into())? as u16)?;
                if start < from || start >= end || end > part.right {
                    return None;
                }
                stretches.push((start, end));
                from = end;
            }
            if !(part.top..part.bottom).contains(&row) || placement.left.insert(row, stretches).is_some() {
                return None;
            }
        }
        places.push(placement);
    }
    Some(places)
}

impl Terminal {
    /// The cells of the grids show the bound pictures that are there, as far as is noted of them.
    pub(crate) fn mark_pictures(&mut self) {
        let Some(pictures) = self.pictures.take() else { return };
        let end = self.history.end as i64;
        let (base, tick) = (self.picture_base(), self.tick);
        for (placements, grid, base) in
            [(&pictures.shown, Some(&mut self.grid), base), (&pictures.other, self.primary.as_mut(), end)]
        {
            let Some(grid) = grid else { continue };
            for placement in placements.iter().filter(|placement| placement.bound) {
                for line in placement.lines() {
                    let y = usize::try_from(line - base).ok().filter(|y| *y < grid.rows());
                    let (Some(y), Some(row)) = (y, placement.row_on(line)) else { continue };
                    for (start, stop) in placement.stretches(row, None) {
                        let x = usize::from(placement.x);
                        mark(grid, y, x + usize::from(start)..x + usize::from(stop), tick);
                    }
                }
            }
        }
        self.pictures = Some(pictures);
    }

    /// Notes of all rows on the grids what their cells show of pictures, and takes the marks off: rows are about to become others.
    pub(crate) fn unmark_pictures(&mut self) {
        let Some(mut pictures) = self.pictures.take() else { return };
        let end = self.history.end as i64;
        let base = self.picture_base();
        for (placements, grid, base) in [
            (&mut pictures.shown, Some(&mut self.grid), base),
            (&mut pictures.other, self.primary.as_mut(), end),
        ] {
            let Some(grid) = grid else { continue };
            for placement in placements.iter_mut().filter(|placement| placement.bound) {
                for line in placement.lines() {
                    let y = usize::try_from(line - base).ok().filter(|y| *y < grid.rows());
                    let (Some(y), Some(row)) = (y, placement.row_on(line)) else { continue };
                    let stretches = placement.stretches(row, Some(grid.row(y)));
                    placement.note(row, stretches);
                }
            }
            for y in 0..grid.rows() {
                grid.unmark(y, 0..grid.cols(), self.tick);
            }
        }
        self.pictures = Some(pictures);
    }

    /// The ground that heads and readers look at.
    pub(crate) fn pictures_ground(&self) -> Option<(&Pictures, Ground<'_>)> {
        Some((self.pictures.as_deref()?, self.ground()))
    }
}
