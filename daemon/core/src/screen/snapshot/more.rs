//! What was added to heads since their first form: fields, each `tag block`, in rising order of tags, and a tag of 0
//! behind them. A field that says what is so at first is left out; when all are, the head is of the first form.
//!
//! ```text
//! 1 modes       those from FIRST_MODES on: set, saved
//! 2 columns     left and right margin
//! 3 guard       whether what is printed is protected, from what; the same of both saved cursors
//! 4 protected   cells: (cells before, cells)* of the shown grid and of the other one
//! 5 colours     of OSC 5 and 13 to 19, each one more than it is, 0 if not set
//! 6 palettes    of the stack: number, (count, (index, colour)*, colours of OSC 5 and 10 to 19)*
//! 7 pens        of the stack: number, (pen, parts)*
//! 8 level       level, extent
//! 9 progress    kind, per cent
//! 10 notice     title, body so far
//! 11 variables  (name, value)*, in rising order
//! 16 keyboard   flags now, those pushed (number, flags*), the same of the other screen; modifyOtherKeys, its format
//! 24 pictures   see `picture::record`
//! 25 transfer   what brings pictures
//! 32 rows        those of the oldest chunk that are cut off, until where more than the limit stay; of each chunk:
//!                the width at which it is shown as packed, its measure, empty if it has none
//! ```

use super::{Terminal, flag, read_pen, read_text, write_pen};
use crate::base::limits::{
    COLOR_STACK_MAX, KEYBOARD_STACK_MAX, MEASURES_BYTES_MAX, NOTICE_BYTES_MAX, PEN_STACK_MAX, SIDE_CELLS_MAX,
    VARIABLE_BYTES_MAX, VARIABLE_NAME_BYTES_MAX, VARIABLES_MAX,
};
use crate::screen::cell::PROTECTED;
use crate::screen::charset::Charset;
use crate::screen::erase::Protection;
use crate::screen::grid::Grid;
use crate::screen::history::History;
use crate::screen::history::measure::Measure;
use crate::screen::history::sealed::{Known, Sealed};
use crate::screen::history::varint::{self, Reader};
use crate::screen::keyboard::{FLAGS, Keyboard, Stack};
use crate::screen::mode::{FIRST_MODES, Modes};
use crate::screen::notice::variable_name;
use crate::screen::palette::{ATTRIBUTES, DYNAMIC, Palette, Rgb};
use crate::screen::picture::record;
use crate::screen::rectangle::Extent;
use crate::screen::terminal::LEVEL;
use crate::screen::view::{Kept, Notice, Progress};
use std::collections::BTreeSet;

/// Dynamic colours that the first form has room for.
pub(super) const FIRST_DYNAMIC: usize = 3;
/// Bytes of a field: protected cells can be each second one of both grids; and what is known of chunks, with some bytes
/// for each.
const FIELD_BYTES_MAX: usize = SIDE_CELLS_MAX as usize * SIDE_CELLS_MAX as usize * 2 + 2 * MEASURES_BYTES_MAX;

const MODES: u8 = 1;
const COLUMNS: u8 = 2;
const GUARD: u8 = 3;
const CELLS: u8 = 4;
const COLORS: u8 = 5;
const PALETTES: u8 = 6;
const PENS: u8 = 7;
const CONFORMANCE: u8 = 8;
const PROGRESS: u8 = 9;
const NOTICE: u8 = 10;
const VARIABLES: u8 = 11;
const KEYBOARD: u8 = 16;
const PICTURES: u8 = 24;
const TRANSFER: u8 = 25;
/// Chunks' widths and measures, as long as no line with wide characters is measured.
const ROWS: u8 = 32;
/// The same with any measures: an older program refuses it.
const ROWS_WIDE: u8 = 33;
/// There are chunks with derived rows: an older program would find nothing in them, and refuses the head.
const DERIVED: u8 = 34;
/// Bytes of the field of pictures: what the bounds of their notes allow, and twice that.
const PICTURES_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Whether the first form can say all.
pub(super) fn is_needed(t: &Terminal, fields: &[u8]) -> bool {
    let sets = [&t.charsets, &t.saved.charsets, &t.saved_other.charsets];
    fields != [0] || sets.iter().any(|sets| sets.sets.iter().any(|set| *set as u8 > Charset::British as u8))
}

/// The fields of a terminal.
pub(super) fn write(t: &Terminal) -> Vec<u8> {
    let mut out = Vec::new();
    let high = |modes: Modes| modes.0 >> FIRST_MODES;
    if [t.modes, t.saved_modes].iter().any(|modes| high(*modes) != high(Modes::initial())) {
        let mut field = Vec::new();
        varint::put(&mut field, high(t.modes));
        varint::put(&mut field, high(t.saved_modes));
        put(&mut out, MODES, &field);
    }
    if t.is_boxed() {
        let mut field = Vec::new();
        varint::put(&mut field, t.left as u64);
        varint::put(&mut field, t.right as u64);
        put(&mut out, COLUMNS, &field);
    }
    let guard = [
        u8::from(t.guarded()),
        t.protection as u8,
        u8::from(t.saved.guarded),
        u8::from(t.saved_other.guarded),
    ];
    if guard != [0; 4] {
        put(&mut out, GUARD, &guard);
    }
    if t.protection != Protection::None {
        let mut field = Vec::new();
        for grid in t.grids() {
            write_cells(&mut field, grid);
        }
        put(&mut out, CELLS, &field);
    }
    let colors = t.palette.attributes.iter().chain(&t.palette.dynamic[FIRST_DYNAMIC..]);
    if colors.clone().any(Option::is_some) {
        let mut field = Vec::new();
        colors.for_each(|color| write_color(&mut field, *color));
        put(&mut out, COLORS, &field);
    }
    if !t.palettes.is_empty() {
        let mut field = Vec::new();
        varint::put(&mut field, t.palettes.len() as u64);
        for palette in &t.palettes {
            write_indexed(&mut field, palette);
            palette
                .attributes
                .iter()
                .chain(&palette.dynamic)
                .for_each(|color| write_color(&mut field, *color));
        }
        put(&mut out, PALETTES, &field);
    }
    if !t.pens.is_empty() {
        let mut field = Vec::new();
        varint::put(&mut field, t.pens.len() as u64);
        for (pen, parts) in &t.pens {
            write_pen(&mut field, pen);
            varint::put(&mut field, u64::from(*parts));
        }
        put(&mut out, PENS, &field);
    }
    if (t.level, t.extent) != (LEVEL, Extent::default()) {
        put(&mut out, CONFORMANCE, &[t.level, t.extent as u8]);
    }
    if t.progress != Progress::None {
        let (kind, percent) = match t.progress {
            Progress::None => (0, 0),
            Progress::Normal(n) => (1, n),
            Progress::Error(n) => (2, n),
            Progress::Unknown => (3, 0),
            Progress::Paused(n) => (4, n),
        };
        put(&mut out, PROGRESS, &[kind, percent]);
    }
    if t.notice != Notice::default() {
        let mut field = Vec::new();
        varint::put_block(&mut field, t.notice.title.as_bytes());
        varint::put_block(&mut field, t.notice.body.as_bytes());
        put(&mut out, NOTICE, &field);
    }
    if !t.variables.is_empty() {
        let mut field = Vec::new();
        for text in t.variables.iter().flat_map(|(name, value)| [name, value]) {
            varint::put_block(&mut field, text.as_bytes());
        }
        put(&mut out, VARIABLES, &field);
    }
    if t.keyboard != Keyboard::default() {
        let mut field = Vec::new();
        for stack in [&t.keyboard.shown, &t.keyboard.other] {
            field.push(stack.now);
            varint::put_block(&mut field, &stack.pushed);
        }
        field.push(t.keyboard.other_keys);
        field.push(t.keyboard.as_u.map_or(0, |as_u| 1 + u8::from(as_u)));
        put(&mut out, KEYBOARD, &field);
    }
    if let Some(field) = record::write_pictures(t) {
        put(&mut out, PICTURES, &field);
    }
    if let Some(field) = record::write_transfer(t) {
        put(&mut out, TRANSFER, &field);
    }
    write_rows(&mut out, &t.history);
    if t.history.derived {
        put(&mut out, DERIVED, &[]);
    }
    out.push(0);
    out
}

/// Written where a chunk is known by more than its number of rows, or rows are kept beyond the limit. Of chunks in memory too: to
/// open all that is squeezed at the first resize after a crash would take far longer than a turn.
fn write_rows(out: &mut Vec<u8>, history: &History) {
    let is_known = |chunk: &Sealed| chunk.measure().is_some() || chunk.cols != history.cols;
    if history.spare_until <= history.end && !history.sealed.iter().any(is_known) {
        return;
    }
    let mut field = Vec::new();
    varint::put(&mut field, history.cut);
    varint::put(&mut field, history.spare_until);
    for chunk in &history.sealed {
        varint::put(&mut field, chunk.cols.into());
        varint::put_block(&mut field, chunk.measure().map_or(&[], Measure::bytes));
    }
    let wide = history.sealed.iter().any(|chunk| chunk.measure().is_some_and(Measure::has_wide));
    put(out, if wide { ROWS_WIDE } else { ROWS }, &field);
}

fn read_rows(tag: u8, field: &mut Reader<'_>, history: &mut History) -> Option<()> {
    history.cut = field.number().filter(|cut| *cut <= history.kept)?;
    history.spare_until = field.number()?;
    for at in 0..history.sealed.len() {
        let cols = field.count(SIDE_CELLS_MAX.into())?;
        let measure = field.block(MEASURES_BYTES_MAX)?;
        let chunk = history.sealed.get_mut(at)?;
        chunk.cols = cols as u16;
        if !measure.is_empty() {
            let read = if tag == ROWS { Measure::read_listed } else { Measure::read };
            let measure = read(measure, chunk.rows())?;
            history.know(at, Known::Measured(measure));
        }
    }
    Some(())
}

fn put(out: &mut Vec<u8>, tag: u8, field: &[u8]) {
    out.push(tag);
    varint::put_block(out, field);
}

/// Reads the fields into a terminal whose state and grids have been read.
pub(super) fn read(fields: &[u8], t: &mut Terminal, chunk: &mut dyn FnMut(u64) -> Kept) -> Option<()> {
    let mut reader = Reader { rest: fields };
    let mut restore = record::Restore { chunk, ids: BTreeSet::new() };
    let mut last = 0;
    loop {
        let tag = reader.byte()?;
        if tag == 0 {
            return reader.rest.is_empty().then_some(());
        }
        if tag <= last {
            return None;
        }
        last = tag;
        let bytes_max = if tag == PICTURES { PICTURES_BYTES_MAX } else { FIELD_BYTES_MAX };
        let mut field = Reader { rest: reader.block(bytes_max)? };
        match tag {
            PICTURES => restore.pictures(&mut field, t)?,
            TRANSFER => restore.transfer(&mut field, t)?,
            _ => read_field(tag, &mut field, t)?,
        }
        if !field.rest.is_empty() {
            return None;
        }
    }
}

fn read_field(tag: u8, field: &mut Reader<'_>, t: &mut Terminal) -> Option<()> {
    match tag {
        MODES => {
            let known = Modes::known() >> FIRST_MODES;
            for modes in [&mut t.modes, &mut t.saved_modes] {
                let high = field.number()?;
                if high & !known != 0 {
                    return None;
                }
                modes.0 = modes.0 & ((1 << FIRST_MODES) - 1) | high << FIRST_MODES;
            }
        }
        COLUMNS => {
            let side = t.grid.cols() - 1;
            let (left, right) = (field.count(side)?, field.count(side)?);
            if left >= right {
                return None;
            }
            t.set_box((t.top, t.bottom), (left, right));
        }
        GUARD => {
            let guarded = flag(field)?;
            let protection = match field.byte()? {
                0 => Protection::None,
                1 => Protection::Selective,
                2 => Protection::Any,
                _ => return None,
            };
            t.protect(guarded, protection);
            (t.saved.guarded, t.saved_other.guarded) = (flag(field)?, flag(field)?);
        }
        CELLS => {
            read_cells(field, &mut t.grid)?;
            if let Some(hidden) = t.primary.as_mut().or(t.kept.as_mut()) {
                read_cells(field, hidden)?;
            }
        }
        COLORS => read_colors(
            field,
            t.palette.attributes.iter_mut().chain(&mut t.palette.dynamic[FIRST_DYNAMIC..]),
        )?,
        PALETTES => {
            for _ in 0..field.count(COLOR_STACK_MAX)? {
                let mut palette = Palette::default();
                read_indexed(field, &mut palette)?;
                read_colors(field, palette.attributes.iter_mut().chain(&mut palette.dynamic))?;
                t.palettes.push(palette);
            }
        }
        PENS => {
            for _ in 0..field.count(PEN_STACK_MAX)? {
                let pen = read_pen(field)?;
                t.pens.push((pen, field.count(0xffff)? as u16));
            }
        }
        CONFORMANCE => {
            t.level = field.byte().filter(|level| (1..=LEVEL).contains(level))?;
            t.extent = if flag(field)? { Extent::Rectangle } else { Extent::Stream };
        }
        PROGRESS => {
            let (kind, percent) = (field.byte()?, field.byte().filter(|n| *n <= 100)?);
            t.progress = match kind {
                1 => Progress::Normal(percent),
                2 => Progress::Error(percent),
                3 => Progress::Unknown,
                4 => Progress::Paused(percent),
                _ => return None,
            };
        }
        NOTICE => {
            t.notice.title = read_text(field, NOTICE_BYTES_MAX)?;
            t.notice.body = read_text(field, NOTICE_BYTES_MAX)?;
        }
        VARIABLES => {
            while !field.rest.is_empty() {
                let name = variable_name(field.block(VARIABLE_NAME_BYTES_MAX)?)?.to_owned();
                let value = read_text(field, VARIABLE_BYTES_MAX)?;
                let is_next = t.variables.last_key_value().is_none_or(|(last, _)| *last < name);
                if !is_next || value.is_empty() || t.variables.len() >= VARIABLES_MAX {
                    return None;
                }
                t.variables.insert(name, value);
            }
        }
        KEYBOARD => {
            t.keyboard.shown = read_stack(field)?;
            t.keyboard.other = read_stack(field)?;
            t.keyboard.other_keys = field.byte().filter(|level| *level <= 3)?;
            t.keyboard.as_u = match field.byte()? {
                0 => None,
                format @ 1..=2 => Some(format == 2),
                _ => return None,
            };
        }
        ROWS | ROWS_WIDE => read_rows(tag, field, &mut t.history)?,
        DERIVED => t.history.derived = true,
        _ => return None,
    }
    Some(())
}

fn read_stack(field: &mut Reader<'_>) -> Option<Stack> {
    let (now, pushed) = (field.byte()?, field.block(KEYBOARD_STACK_MAX)?.to_vec());
    let known = pushed.iter().chain([&now]).all(|flags| flags & !FLAGS == 0);
    known.then_some(Stack { now, pushed })
}

fn write_cells(out: &mut Vec<u8>, grid: &Grid) {
    let (mut gap, mut run, mut runs) = (0u64, 0u64, Vec::new());
    for y in 0..grid.rows() {
        for c in grid.row(y) {
            if c & PROTECTED != 0 {
                run += 1;
                continue;
            }
            if run > 0 {
                runs.push((gap, run));
                (gap, run) = (0, 0);
            }
            gap += 1;
        }
    }
    if run > 0 {
        runs.push((gap, run));
    }
    varint::put(out, runs.len() as u64);
    for (gap, run) in runs {
        varint::put(out, gap);
        varint::put(out, run);
    }
}

fn read_cells(field: &mut Reader<'_>, grid: &mut Grid) -> Option<()> {
    let (cols, all) = (grid.cols(), grid.cols() * grid.rows());
    let mut at = 0;
    for _ in 0..field.count(all)? {
        at += field.count(all)?;
        for _ in 0..field.count(all)? {
            if at >= all {
                return None;
            }
            grid.protect(at % cols, at / cols);
            at += 1;
        }
    }
    Some(())
}

pub(super) fn write_color(out: &mut Vec<u8>, color: Option<Rgb>) {
    varint::put(out, color.map_or(0, |color| u64::from(color) + 1));
}

fn read_colors<'a>(field: &mut Reader<'_>, places: impl Iterator<Item = &'a mut Option<Rgb>>) -> Option<()> {
    for place in places {
        *place = (field.count(0x100_0000)? as u32).checked_sub(1);
    }
    Some(())
}

/// The colours of the 256 that were set.
pub(super) fn write_indexed(out: &mut Vec<u8>, palette: &Palette) {
    varint::put(out, palette.set.len() as u64);
    for (number, color) in &palette.set {
        out.push(*number);
        varint::put(out, u64::from(*color));
    }
}

pub(super) fn read_indexed(reader: &mut Reader<'_>, palette: &mut Palette) -> Option<()> {
    for _ in 0..reader.count(256)? {
        let number = reader.byte()?;
        let color = reader.count(0xff_ffff)? as u32;
        if palette.set.last().is_some_and(|last| last.0 >= number) {
            return None;
        }
        palette.set.push((number, color));
    }
    Some(())
}

/// How many dynamic colours there are beyond the first form's.
const _: () = assert!(DYNAMIC > FIRST_DYNAMIC && ATTRIBUTES > 0);
