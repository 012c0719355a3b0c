//! A screen as bytes: the head, which has everything but the sealed chunks.
//!
//! ```text
//! head = "ABSC" version state parser history styles grid (grid of the screen that is not shown) (more)
//! ```
//! Numbers are varints, texts and blocks have their length in front, rows are packed (`pack`, listed) and name
//! styles by value: equal screens have equal heads, whatever led to them. Reading is strict and bounded;
//! clocks of rows are not stored, a restored screen is new to every viewer.
//!
//! Version 2 differs in what it says of history's chunks: where their ids have gaps, and which of them are in the
//! store alone; version 3 has [`more`] behind all that. Either is written only where there is such a thing to say.

mod more;

use super::cell::PICTURE;
use super::charset::{self, Charsets};
use super::grid::{Grid, content_len};
use super::history::History;
use super::history::chunk::{Open, ROWS_MAX};
use super::history::dictionary::{self, Dictionary};
use super::history::pack::{self, How};
use super::history::sealed::{Body, Sealed};
use super::history::varint::{self, Reader};
use super::mode::{FIRST_MODES, Modes};
use super::parser::{Parser, State, StringKind};
use super::pen::Pen;
use super::tabs::Tabs;
use super::terminal::{Saved, Terminal};
use super::view::{Kept, SnapshotFault};
use crate::base::limits::{
    CHUNK_BYTES_MAX, CLIPBOARD_STRING_BYTES_MAX, CWD_BYTES_MAX, LINK_BYTES_MAX, SIDE_CELLS_MAX, STYLES_MAX,
    TITLE_BYTES_MAX, TITLE_STACK_MAX,
};
use abide_protocol::message::Color;
use std::collections::VecDeque;

const MAGIC: &[u8] = b"ABSC";
/// Chunks follow one another without gaps, and none is in the store alone.
const VERSION: u8 = 1;
/// Any chunks.
const VERSION_APART: u8 = 2;
/// Any chunks, and more.
const VERSION_MORE: u8 = 3;
/// Bytes of one packed row: as many cells as a screen has columns, each a cluster in a style of its own.
const ROW_BYTES_MAX: usize = SIDE_CELLS_MAX as usize * 80;

/// Writes the head.
pub(crate) fn head(terminal: &Terminal, parser: &Parser) -> Vec<u8> {
    let mut out = Vec::with_capacity(4096 + CHUNK_BYTES_MAX);
    out.extend_from_slice(MAGIC);
    let fields = more::write(terminal);
    let more = more::is_needed(terminal, &fields);
    let apart = more || is_apart(&terminal.history);
    out.push(match (more, apart) {
        (true, _) => VERSION_MORE,
        (false, true) => VERSION_APART,
        (false, false) => VERSION,
    });
    write_state(&mut out, terminal);
    let (state, kind) = match parser.state {
        State::Ground => (0, None),
        State::Escape => (1, None),
        State::Sequence => (2, None),
        State::String(kind) => (3, Some(kind)),
        State::Overlong(kind) => (4, Some(kind)),
        State::Taken(kind) => (5, Some(kind)),
    };
    let kind = match kind {
        None | Some(StringKind::Osc) => 0,
        Some(StringKind::Dcs) => 1,
        Some(StringKind::Skipped) => 2,
        Some(StringKind::Apc) => 3,
    };
    out.extend_from_slice(&[state, kind]);
    varint::put_block(&mut out, &parser.held);
    write_history(&mut out, &terminal.history, apart);
    // Rows first, to know the styles; they are written behind them.
    let (mut dictionary, mut rows) = (Dictionary::default(), Vec::new());
    for grid in terminal.grids() {
        write_grid(&mut rows, terminal, grid, &mut dictionary);
    }
    varint::put(&mut out, dictionary.len() as u64);
    dictionary.write(&mut out);
    out.extend_from_slice(&rows);
    if more {
        out.extend_from_slice(&fields);
    }
    out
}

/// Modes that the first form has.
const FIRST: u64 = (1 << FIRST_MODES) - 1;

/// The screen that is not shown.
#[derive(Clone, Copy, PartialEq)]
enum Hidden {
    /// The alternate one, on which nothing is.
    None,
    Primary,
    /// The alternate one, as mode 47 left it.
    Alternate,
}

impl Hidden {
    fn of(t: &Terminal) -> Hidden {
        match (&t.primary, &t.kept) {
            (Some(_), _) => Hidden::Primary,
            (None, Some(_)) => Hidden::Alternate,
            (None, None) => Hidden::None,
        }
    }
}

fn write_state(out: &mut Vec<u8>, t: &Terminal) {
    let numbers = [
        t.grid.cols(),
        t.grid.rows(),
        Hidden::of(t) as usize,
        t.x,
        t.y,
        usize::from(t.pending),
        t.top,
        t.bottom,
        (t.modes.0 & FIRST) as usize,
        (t.saved_modes.0 & FIRST) as usize,
        usize::from(t.cursor_style),
        t.left_at.0,
        t.left_at.1,
        usize::from(t.left_at.2),
        t.last.map_or(0, |c| c as usize + 1),
    ];
    for number in numbers {
        varint::put(out, number as u64);
    }
    varint::put(out, t.scrolled);
    for word in t.tabs.0 {
        out.extend_from_slice(&word.to_le_bytes());
    }
    write_pen(out, &t.pen);
    varint::put_block(out, if t.pen.link == 0 { b"" } else { t.link.as_bytes() });
    write_charsets(out, &t.charsets);
    for saved in [&t.saved, &t.saved_other] {
        for number in [saved.x, saved.y, usize::from(saved.pending), usize::from(saved.origin)] {
            varint::put(out, number as u64);
        }
        write_pen(out, &saved.pen);
        write_charsets(out, &saved.charsets);
    }
    varint::put_block(out, t.title.as_bytes());
    varint::put_block(out, t.cwd.as_bytes());
    varint::put(out, t.titles.len() as u64);
    for title in &t.titles {
        varint::put_block(out, title.as_bytes());
    }
    more::write_indexed(out, &t.palette);
    for color in &t.palette.dynamic[..more::FIRST_DYNAMIC] {
        more::write_color(out, *color);
    }
}

fn write_pen(out: &mut Vec<u8>, pen: &Pen) {
    varint::put(out, u64::from(pen.attrs));
    for color in [pen.fg, pen.bg, pen.ul].map(Color::from) {
        dictionary::write_color(out, color);
    }
}

fn write_charsets(out: &mut Vec<u8>, charsets: &Charsets) {
    out.extend(charsets.sets.iter().map(|set| *set as u8));
    out.extend_from_slice(&[charsets.left, charsets.single]);
}

/// Whether the first version has no room for what is to be said of its chunks.
fn is_apart(history: &History) -> bool {
    let len = history.sealed.len() as u64;
    let contiguous = history.sealed.front().is_none_or(|oldest| oldest.id + len == history.next_id);
    !contiguous || history.sealed.iter().any(|chunk| matches!(chunk.body, Body::Away(_)))
}

/// ```text
/// history = start end lines_max generation first_id chunks (lines)* open            version 1
/// history = start end lines_max generation next_id chunks (gap lines place)* open   version 2
/// ```
/// `lines` are rows as packed, `start` and `end` are at the present width.
/// `gap` is how many ids lie between a chunk's and the one before it; `place` is 0 for a chunk that is where the head
/// is, else one more than its bytes in the store, which alone has it.
fn write_history(out: &mut Vec<u8>, history: &History, apart: bool) {
    let id = match history.sealed.front() {
        Some(oldest) if !apart => oldest.id,
        _ => history.next_id,
    };
    let numbers = [history.start, history.end, u64::from(history.lines_max), history.generation, id];
    for number in numbers.into_iter().chain([history.sealed.len() as u64]) {
        varint::put(out, number);
    }
    let mut next = 0;
    for sealed in &history.sealed {
        if apart {
            varint::put(out, sealed.id - next);
            next = sealed.id + 1;
        }
        varint::put(out, sealed.rows() as u64);
        if apart {
            let away = matches!(sealed.body, Body::Away(_));
            varint::put(out, if away { sealed.away_bytes() + 1 } else { 0 });
        }
    }
    varint::put_block(out, &history.open.write());
}

fn write_grid(out: &mut Vec<u8>, t: &Terminal, grid: &Grid, dictionary: &mut Dictionary) {
    let (mut row, mut text, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for y in 0..grid.rows() {
        row.clear();
        let mut written = grid.written(y);
        if grid.line(y).pictured {
            // Pictures stand elsewhere.
            bare.clear();
            bare.extend(written.iter().map(|c| c & !PICTURE));
            written = &bare;
        }
        let cells = pack::Cells {
            cells: &written[..content_len(written, grid.line(y).wrapped)],
            styles: t.book.styles(),
            clusters: t.book.clusters(),
        };
        pack::row(&mut row, &mut text, dictionary, cells, grid.line(y).wrapped, How::Listed);
        varint::put_block(out, &row);
    }
}

/// Reads a head; `chunk` is asked for each sealed chunk.
pub(crate) fn restore(
    head: &[u8],
    chunk: &mut dyn FnMut(u64) -> Kept,
) -> Result<(Terminal, Parser), SnapshotFault> {
    let mut reader = Reader { rest: head };
    if reader.bytes(MAGIC.len()) != Some(MAGIC) {
        return Err(SnapshotFault("it is not a screen's head"));
    }
    let (apart, more) = match reader.byte() {
        Some(VERSION) => (false, false),
        Some(VERSION_APART) => (true, false),
        Some(VERSION_MORE) => (true, true),
        _ => return Err(SnapshotFault("its version is not known to this daemon")),
    };
    let (mut terminal, hidden) = read_state(&mut reader).ok_or(SnapshotFault("its state is damaged"))?;
    let parser = read_parser(&mut reader).ok_or(SnapshotFault("its parser's state is damaged"))?;
    terminal.history.cols = terminal.grid.cols() as u16;
    read_history(&mut reader, &mut terminal.history, apart, chunk)
        .ok_or(SnapshotFault("its history is damaged"))?;
    let range = terminal.history.range();
    read_grids(&mut reader, &mut terminal, hidden).ok_or(SnapshotFault("its rows are damaged"))?;
    if more {
        more::read(std::mem::take(&mut reader.rest), &mut terminal, chunk)
            .ok_or(SnapshotFault("what was added is damaged"))?;
    }
    let taken = terminal.pictures.as_ref().is_some_and(|pictures| pictures.stream.is_some());
    if taken != matches!(parser.state, State::Taken(_)) {
        return Err(SnapshotFault("its parser's state is damaged"));
    }
    if !terminal.history.end_at(range) {
        return Err(SnapshotFault("its history's numbers are damaged"));
    }
    if terminal.pending && terminal.x + 1 != terminal.line_end() {
        return Err(SnapshotFault("its cursor is damaged"));
    }
    if !reader.rest.is_empty() {
        return Err(SnapshotFault("bytes follow its end"));
    }
    Ok((terminal, parser))
}

fn flag(reader: &mut Reader<'_>) -> Option<bool> {
    Some(reader.count(1)? == 1)
}

fn read_state(reader: &mut Reader<'_>) -> Option<(Terminal, Hidden)> {
    let side = usize::from(SIDE_CELLS_MAX);
    let (cols, rows) = (reader.count(side)?, reader.count(side)?);
    if cols == 0 || rows == 0 {
        return None;
    }
    let mut t = Terminal::new(cols, rows, 0);
    let hidden = match reader.count(2)? {
        0 => Hidden::None,
        1 => Hidden::Primary,
        _ => Hidden::Alternate,
    };
    (t.x, t.y, t.pending) = (reader.count(cols - 1)?, reader.count(rows - 1)?, flag(reader)?);
    let (top, bottom) = (reader.count(rows - 1)?, reader.count(rows - 1)?);
    if top >= bottom && rows > 1 {
        return None;
    }
    let pending = t.pending;
    t.set_box((top, bottom), (0, cols - 1));
    t.pending = pending;
    let known = Modes::known() & FIRST;
    for modes in [&mut t.modes, &mut t.saved_modes] {
        let bits = reader.count(known as usize)? as u64;
        if bits & !known != 0 {
            return None;
        }
        modes.0 = modes.0 & !FIRST | bits;
    }
    t.cursor_style = reader.count(6)? as u8;
    t.left_at = (reader.count(cols - 1)?, reader.count(rows - 1)?, flag(reader)?);
    t.last = match reader.count(0x11_0000)? {
        0 => None,
        n => Some(char::from_u32(n as u32 - 1).filter(|c| !c.is_control())?),
    };
    t.scrolled = reader.number()?;
    let mut tabs = Tabs::initial();
    for word in &mut tabs.0 {
        *word = u64::from_le_bytes(reader.bytes(8)?.try_into().ok()?);
    }
    t.tabs = tabs;
    let mut pen = read_pen(reader)?;
    t.link = reader.text(LINK_BYTES_MAX)?.to_owned();
    if !t.link.is_empty() {
        (pen.link, t.link_last) = (1, 1);
    }
    t.set_pen(pen);
    t.charsets = read_charsets(reader)?;
    for saved in [&mut t.saved, &mut t.saved_other] {
        *saved = Saved {
            x: reader.count(cols - 1)?,
            y: reader.count(rows - 1)?,
            pending: flag(reader)?,
            origin: flag(reader)?,
            guarded: false,
            pen: read_pen(reader)?,
            charsets: read_charsets(reader)?,
        };
    }
    t.title = read_text(reader, TITLE_BYTES_MAX)?;
    t.cwd = read_text(reader, CWD_BYTES_MAX * 3)?;
    for _ in 0..reader.count(TITLE_STACK_MAX)? {
        t.titles.push(read_text(reader, TITLE_BYTES_MAX)?);
    }
    more::read_indexed(reader, &mut t.palette)?;
    for color in &mut t.palette.dynamic[..more::FIRST_DYNAMIC] {
        *color = (reader.count(0x100_0000)? as u32).checked_sub(1);
    }
    Some((t, hidden))
}

fn read_text(reader: &mut Reader<'_>, bytes_max: usize) -> Option<String> {
    let text = reader.text(bytes_max)?;
    (!text.chars().any(char::is_control)).then(|| text.to_owned())
}

fn read_pen(reader: &mut Reader<'_>) -> Option<Pen> {
    let attrs = reader.count(0xffff)? as u16;
    let [fg, bg, ul] =
        [dictionary::read_color(reader)?, dictionary::read_color(reader)?, dictionary::read_color(reader)?];
    Some(Pen { fg: fg.into(), bg: bg.into(), ul: ul.into(), attrs, link: 0 })
}

fn read_charsets(reader: &mut Reader<'_>) -> Option<Charsets> {
    let mut charsets = Charsets::default();
    for set in &mut charsets.sets {
        *set = charset::numbered(reader.byte()?)?;
    }
    charsets.left = reader.byte().filter(|n| *n < 4)?;
    charsets.single = reader.byte().filter(|n| matches!(n, 0 | 2 | 3))?;
    Some(charsets)
}

fn read_parser(reader: &mut Reader<'_>) -> Option<Parser> {
    let state = reader.byte()?;
    let kind = match reader.byte()? {
        0 => StringKind::Osc,
        1 => StringKind::Dcs,
        2 => StringKind::Skipped,
        3 => StringKind::Apc,
        _ => return None,
    };
    let state = match state {
        0 => State::Ground,
        1 => State::Escape,
        2 => State::Sequence,
        3 => State::String(kind),
        4 => State::Overlong(kind),
        5 => State::Taken(kind),
        _ => return None,
    };
    let held = reader.block(CLIPBOARD_STRING_BYTES_MAX)?;
    Parser::at(state, held)
}

fn read_history(
    reader: &mut Reader<'_>,
    history: &mut History,
    apart: bool,
    chunk: &mut dyn FnMut(u64) -> Kept,
) -> Option<()> {
    (history.start, history.end) = (reader.number()?, reader.number()?);
    history.lines_max = u32::try_from(reader.number()?).ok()?;
    history.generation = reader.number()?;
    let id = reader.number()?;
    // Each chunk takes a byte here, so that what is left bounds the count.
    let count = reader.count(reader.rest.len())?;
    let mut next = if apart { 0 } else { id };
    let mut sealed = VecDeque::with_capacity(count);
    for _ in 0..count {
        let id = if apart { next.checked_add(reader.number()?)? } else { next };
        let len = reader.count(ROWS_MAX)?;
        let away = if apart { reader.count(CHUNK_BYTES_MAX + 1)?.checked_sub(1) } else { None };
        next = id.checked_add(1)?;
        let found = match (chunk(id), away) {
            (Kept::Here(bytes), _) => Sealed::read(id, len, bytes.into()),
            (Kept::Stored(bytes), _) | (Kept::Missing, Some(bytes)) => Some(Sealed::away(id, len, bytes)),
            (Kept::Missing, None) => None,
        };
        sealed.push_back(found.unwrap_or_else(|| Sealed::lost(id, len)));
    }
    history.next_id = if apart { id } else { next };
    // Room for the ids of chunks to come.
    if next > history.next_id || history.next_id > u64::MAX / 2 {
        return None;
    }
    let open = Open::read(reader.block(CHUNK_BYTES_MAX)?)?;
    // Room for the numbers of lines to come.
    if history.end > u64::MAX / 2 || history.start > history.end {
        return None;
    }
    history.adopt(sealed, open);
    Some(())
}

fn read_grids(reader: &mut Reader<'_>, t: &mut Terminal, hidden: Hidden) -> Option<()> {
    let len = reader.count(STYLES_MAX - 1)?;
    let dictionary = Dictionary::read(reader, len)?;
    for style in dictionary.styles() {
        t.book.adopt_style(&style);
    }
    t.grid = read_grid(reader, t, len)?;
    match hidden {
        Hidden::None => {}
        Hidden::Primary => t.primary = Some(read_grid(reader, t, len)?),
        Hidden::Alternate => t.kept = Some(read_grid(reader, t, len)?),
    }
    Some(())
}

fn read_grid(reader: &mut Reader<'_>, t: &mut Terminal, styles_len: usize) -> Option<Grid> {
    let (cols, rows) = (t.grid.cols(), t.grid.rows());
    let mut grid = Grid::new(cols, rows, t.tick);
    let (mut cells, mut clusters) = (Vec::new(), Vec::new());
    for y in 0..rows {
        let packed = reader.block(ROW_BYTES_MAX)?;
        cells.clear();
        clusters.clear();
        pack::unpack(packed, styles_len, &mut cells, &mut clusters)?;
        if cells.len() > cols {
            return None;
        }
        t.own_clusters(&mut cells, &clusters);
        grid.put_row(y, &cells, pack::is_wrapped(packed), t.tick);
    }
    Some(grid)
}
