//! Paints a mirror onto a terminal with as few bytes as it takes.
//!
//! The painter keeps a shadow of what the terminal shows and writes only cells that differ, after it has
//! let the terminal move what only moved. It knows no terminfo: [`Abilities`] say what this terminal can.
//! The law that tests check: what is written, fed to the core's own screen, makes it show the mirror.

mod abilities;
mod base64;
mod colour;
mod pen;
mod picture;
mod shadow;
mod sure;

pub use abilities::Abilities;
pub use colour::Depth;
pub use picture::PictureForm;

use abide_protocol::{
    message::{Cursor, CursorShape, Scroll, Size, Style, Update, attr, mode},
    mirror::Mirror,
};
use base64::base64;
use pen::Pen;
use picture::Pictures;
use shadow::{BLANK, Cell, Shown, Styles, Text, UNKNOWN, row_of};

/// Paints one surface onto one terminal.
#[derive(Debug)]
pub struct Painter {
    abilities: Abilities,
    size: Size,
    rows: Vec<Shown>,
    styles: Styles,
    pen: Pen,
    /// Where the terminal's cursor is, where we know.
    at: Option<(usize, usize)>,
    /// Cursor as last written; `None` before the first frame.
    cursor: Option<Cursor>,
    modes: u32,
    title: String,
    pictures: Pictures,
}

/// Modes of the surface that the terminal has to be told.
const MOUSE: u32 = mode::MOUSE_BUTTONS | mode::MOUSE_DRAG | mode::MOUSE_ALL;
/// Asks what pictures the terminal takes, and last what it is at all (DA1), which every terminal answers: an image of one
/// pixel that is not shown, its name, the size of a cell, its colour registers.
pub const PICTURE_QUERIES: &[u8] =
    b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[>q\x1b[16t\x1b[?1;1;0S\x1b[c";
/// Cells that are written again rather than jumped over: a jump costs as many bytes.
const GAP_MAX: usize = 4;

impl Painter {
    /// A painter for a terminal that shows nobody knows what.
    #[must_use]
    pub fn new(size: Size, abilities: Abilities) -> Painter {
        let mut painter = Painter {
            abilities,
            size,
            rows: Vec::new(),
            styles: Styles::new(),
            pen: Pen::default(),
            at: None,
            cursor: None,
            modes: 0,
            title: String::new(),
            pictures: Pictures::default(),
        };
        painter.forget();
        painter
    }

    /// What the terminal can.
    #[must_use]
    pub fn abilities(&self) -> &Abilities {
        &self.abilities
    }

    /// The terminal has this size now, and shows nobody knows what.
    pub fn resize(&mut self, size: Size) {
        self.size = size;
        self.forget();
    }

    /// Something else wrote to the terminal: nothing that it shows is known.
    pub fn forget(&mut self) {
        let row = Shown::unknown(usize::from(self.size.cols));
        self.rows = vec![row; usize::from(self.size.rows)];
        if self.styles.is_full() {
            self.styles = Styles::new();
        }
        self.pictures.forget();
        self.pen.forget();
        self.at = None;
        self.cursor = None;
    }

    /// Writes what makes the terminal show the mirror, to which `update` has been applied.
    pub fn paint(&mut self, mirror: &Mirror, update: &Update, out: &mut Vec<u8>) {
        if update.full || self.styles.is_full() {
            self.forget();
        }
        let mut body = Vec::new();
        let held = self.begin_pictures(mirror);
        // Only where both are as wide does moving the terminal's rows move the mirror's.
        let mut dirty = vec![false; self.rows.len()];
        if mirror.size() == self.size {
            for scroll in &update.scrolls {
                if !held {
                    self.scroll(*scroll, &mut body);
                }
                let region = dirty.iter_mut().take(usize::from(scroll.1)).skip(usize::from(scroll.0));
                region.for_each(|d| *d = true);
            }
            for change in &update.rows {
                if let Some(dirty) = dirty.get_mut(usize::from(change.0)) {
                    *dirty = true;
                }
            }
        } else {
            dirty.fill(true);
        }
        for (dirty, row) in dirty.iter_mut().zip(&self.rows) {
            *dirty |= row.unsure;
        }
        let scrolled = !body.is_empty();
        let mut painted = 0;
        for y in (0..self.size.rows).filter(|&y| dirty.get(usize::from(y)) == Some(&true)) {
            painted += usize::from(self.row(mirror, y, &mut body));
        }
        let pictures = self.paint_pictures(mirror, &mut body);
        self.finish(mirror, update.bells, scrolled || pictures || painted > 1, body, out);
    }

    /// Writes everything that differs, whatever the last update was: after a resize, a suspension, a notice.
    pub fn repaint(&mut self, mirror: &Mirror, out: &mut Vec<u8>) {
        let mut body = Vec::new();
        self.begin_pictures(mirror);
        let rows = (0..self.size.rows).map(|y| self.row(mirror, y, &mut body)).filter(|&painted| painted);
        let many = rows.count() > 1;
        let pictures = self.paint_pictures(mirror, &mut body);
        self.finish(mirror, 0, many || pictures, body, out);
    }

    /// Writes a line of our own over the bottom row; the next frame takes it away.
    pub fn notice(&mut self, text: &str, out: &mut Vec<u8>) {
        let Some(y) = self.rows.len().checked_sub(1) else { return };
        out.extend_from_slice(b"\x1b[?25l");
        self.place(0, y, out);
        self.pen.set(&Style { attrs: attr::REVERSE, ..Style::default() }, &self.abilities, out);
        // One column is left free: what is written into the last one is a terminal's affair.
        let cols = usize::from(self.size.cols).saturating_sub(1);
        let text: String = text.chars().filter(|c| !c.is_control()).take(cols).collect();
        out.extend_from_slice(text.as_bytes());
        self.pen.set(&Style::default(), &self.abilities, out);
        out.extend_from_slice(b"\x1b[K");
        if let Some(row) = self.rows.get_mut(y) {
            row.fill(UNKNOWN);
        }
        self.at = None;
        self.cursor = None;
    }

    /// Puts text on the terminal's clipboard, where it takes it (OSC 52).
    pub fn clipboard(&self, text: &[u8], out: &mut Vec<u8>) {
        if self.abilities.clipboard {
            out.extend_from_slice(b"\x1b]52;c;");
            out.extend(base64(text));
            out.extend_from_slice(b"\x07");
        }
    }

    /// What makes the terminal ready to be painted on; what it keeps on stacks is pushed only on a `fresh` one, which was not
    /// made ready before or was given back.
    pub fn enter(&mut self, fresh: bool, out: &mut Vec<u8>) {
        if self.abilities.alternate {
            out.extend_from_slice(b"\x1b[?1049h");
            if self.abilities.title && fresh {
                out.extend_from_slice(b"\x1b[22;0;0t");
            }
        }
        out.extend_from_slice(self.pictures.end_transmission());
        if self.abilities.picture_query {
            // Before the screen is cleared, should the terminal print what it does not know.
            out.extend_from_slice(PICTURE_QUERIES);
        }
        self.pictures.restart();
        out.extend_from_slice(b"\x1b[?7h\x1b[r\x1b[m\x1b[H\x1b[2J");
        if self.abilities.bracketed_paste {
            out.extend_from_slice(b"\x1b[?2004h");
        }
        if self.abilities.keyboard {
            out.extend_from_slice(if fresh { b"\x1b[>0u" } else { b"\x1b[=0u" });
        } else if self.abilities.keyboard_query {
            out.extend_from_slice(b"\x1b[?u");
        }
        self.modes = 0;
        self.title.clear();
        self.forget();
    }

    /// The terminal has answered that it has kitty's keyboard protocol: from now on it is used where it is asked for. What
    /// gives the terminal back must take away again what is pushed here: see [`Painter::leave`].
    pub fn has_keyboard(&mut self, out: &mut Vec<u8>) {
        if !self.abilities.keyboard {
            self.abilities.keyboard = true;
            out.extend_from_slice(format!("\x1b[>{}u", keyboard(self.modes)).as_bytes());
        }
    }

    /// What gives the terminal back as it was found. Needs no state, so that a panic can send it too.
    #[must_use]
    pub fn leave(abilities: &Abilities, rows: u16) -> Vec<u8> {
        let mut out = Vec::new();
        if abilities.synchronized {
            out.extend_from_slice(b"\x1b[?2026l");
        }
        if abilities.mouse {
            out.extend_from_slice(b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l");
        }
        if abilities.focus {
            out.extend_from_slice(b"\x1b[?1004l");
        }
        if abilities.bracketed_paste {
            out.extend_from_slice(b"\x1b[?2004l");
        }
        if abilities.hyperlinks {
            out.extend_from_slice(b"\x1b]8;;\x1b\\");
        }
        if abilities.keyboard {
            out.extend_from_slice(b"\x1b[<u");
        }
        if abilities.pictures == Some(PictureForm::Kitty) {
            out.extend_from_slice(picture::LEAVE);
        }
        out.extend_from_slice(b"\x1b[?5l\x1b[r\x1b[m");
        if abilities.cursor_shapes {
            out.extend_from_slice(b"\x1b[0 q");
        }
        if abilities.alternate {
            if abilities.title {
                out.extend_from_slice(b"\x1b[23;0;0t");
            }
            out.extend_from_slice(b"\x1b[2J\x1b[?1049l");
        } else {
            out.extend_from_slice(format!("\x1b[{rows};1H\n").as_bytes());
        }
        out.extend_from_slice(b"\x1b[?7h\x1b[?25h");
        out
    }

    /// Lets the terminal move its rows.
    fn scroll(&mut self, scroll: Scroll, out: &mut Vec<u8>) {
        let (top, bottom) = (usize::from(scroll.0), usize::from(scroll.1).min(self.rows.len()));
        let by = usize::from(scroll.2.unsigned_abs());
        let whole = top == 0 && bottom == self.rows.len();
        // A row alone has nothing to move, and what moved out altogether is quicker painted.
        if by == 0 || bottom < top + 2 || by >= bottom - top || !(whole || self.abilities.scroll_regions) {
            return;
        }
        self.pictures.scrolled();
        // Rows that come free take the pen's background on some terminals.
        self.pen.set(&Style::default(), &self.abilities, out);
        if !whole {
            out.extend_from_slice(format!("\x1b[{};{bottom}r", top + 1).as_bytes());
            self.at = None;
        }
        let Some(region) = self.rows.get_mut(top..bottom) else { return };
        let kept = region.len() - by;
        if scroll.2 > 0 {
            region.rotate_left(by);
            region.iter_mut().skip(kept).for_each(|row| row.fill(BLANK));
            self.place(0, bottom - 1, out);
            out.extend(std::iter::repeat_n(b'\n', by));
        } else {
            region.rotate_right(by);
            region.iter_mut().take(by).for_each(|row| row.fill(BLANK));
            self.place(0, top, out);
            out.extend(std::iter::repeat_n(*b"\x1bM", by).flatten());
        }
        self.at = None;
        if !whole {
            out.extend_from_slice(b"\x1b[r");
        }
    }

    /// Writes the cells of a row that differ. Gives whether there were any.
    fn row(&mut self, mirror: &Mirror, y: u16, out: &mut Vec<u8>) -> bool {
        let cols = usize::from(self.size.cols);
        let y = usize::from(y);
        let mut wanted = row_of(mirror, y as u16, cols, &mut self.styles);
        self.pictures.draw_boxes(y, &mut wanted);
        let Some(shown) = self.rows.get_mut(y).map(|row| std::mem::take(&mut row.cells)) else {
            return false;
        };
        let differs = |x: usize| wanted.get(x) != shown.get(x);
        let (Some(first), Some(last)) = ((0..cols).find(|&x| differs(x)), (0..cols).rfind(|&x| differs(x)))
        else {
            self.put_back(y, shown);
            return false;
        };
        // What is blank up to the edge is erased in one go, where that is more than a few cells.
        let text_end = wanted.iter().rposition(|cell| !cell.is_blank()).map_or(0, |x| x + 1);
        let erase = last >= text_end && last + 1 - text_end.max(first) > GAP_MAX;
        let end = if erase { text_end } else { last + 1 };
        let mut x = first;
        // A cell whose width a terminal may see otherwise can spill: the one after it is written anyway.
        let mut spilt = false;
        while x < end {
            let Some(cell) = wanted.get(x) else { break };
            if cell.text == Text::Tail {
                x += 1;
                continue;
            }
            let wide = wanted.get(x + 1).is_some_and(|next| next.text == Text::Tail);
            let width = 1 + usize::from(wide);
            let changed = differs(x) || (wide && differs(x + 1));
            if changed || spilt || self.bridges(x, y, &wanted, &shown) {
                spilt = self.cell(x, y, cell, width, &shown, out);
            }
            x += width;
        }
        if spilt && end < cols && end == last + 1 {
            // The neighbour did not change, but may have been spilt on.
            if let Some(cell) = wanted.get(end).filter(|cell| cell.text != Text::Tail) {
                let wide = wanted.get(end + 1).is_some_and(|next| next.text == Text::Tail);
                self.cell(end, y, cell, 1 + usize::from(wide), &shown, out);
            }
        }
        if self.abilities.pictures.is_some_and(PictureForm::in_cells) {
            self.pictures.written.push((y, first, if erase { cols } else { end + usize::from(spilt) }));
        }
        if erase {
            self.place(text_end.max(first), y, out);
            self.pen.set(&Style::default(), &self.abilities, out);
            out.extend_from_slice(b"\x1b[K");
        }
        self.put_back(y, wanted);
        true
    }

    fn put_back(&mut self, y: usize, cells: Vec<Cell>) {
        if let Some(row) = self.rows.get_mut(y) {
            *row = Shown { cells, unsure: false };
        }
    }

    /// Whether an unchanged cell is cheaper written again than jumped over: the cursor stands before it, the
    /// next change is near, and all between is plain and in the pen's style.
    fn bridges(&self, x: usize, y: usize, wanted: &[Cell], shown: &[Cell]) -> bool {
        if self.at != Some((x, y)) {
            return false;
        }
        let style = x.checked_sub(1).and_then(|x| wanted.get(x)).map_or(0, |cell| cell.style);
        for (wanted, shown) in wanted.iter().zip(shown).skip(x).take(GAP_MAX + 1) {
            if wanted != shown {
                return true;
            }
            if wanted.style != style || !matches!(wanted.text, Text::Char(' '..='~')) {
                return false;
            }
        }
        false
    }

    /// Writes one cell. Gives whether a terminal may take it for wider or narrower than it is.
    fn cell(
        &mut self,
        x: usize,
        y: usize,
        cell: &Cell,
        width: usize,
        shown: &[Cell],
        out: &mut Vec<u8>,
    ) -> bool {
        let sure = match cell.text {
            Text::Char(c) => sure::is_sure(c, width),
            _ => false,
        };
        self.place(x, y, out);
        let style = self.styles.get(cell.style).clone();
        self.pen.set(&style, &self.abilities, out);
        if !sure && width == 2 && shown.iter().skip(x).take(2).any(|cell| !cell.is_blank()) {
            // Should the terminal see one column here, the other must not keep what was there.
            out.extend_from_slice(b"  ");
            self.at = None;
            self.place(x, y, out);
        }
        let next = x + width;
        let mut buffer = [0; 4];
        let text = match &cell.text {
            Text::Char(c) => &*c.encode_utf8(&mut buffer),
            Text::Cluster(text) => text,
            Text::Tail | Text::Unknown => "",
        };
        // At the edge, what a terminal takes for wider would wrap, and scroll on the last row. A sure letter
        // with marks is written as any other: without wrapping, some terminals put marks on the cell before. But an
        // emoji's variation selector, as in a keycap, makes a sure digit wide.
        let base = text.chars().next().is_some_and(|c| sure::is_sure(c, width)) && !text.contains('\u{fe0f}');
        let hold = next == usize::from(self.size.cols) && !base;
        if hold {
            out.extend_from_slice(b"\x1b[?7l");
        }
        out.extend_from_slice(text.as_bytes());
        if hold {
            out.extend_from_slice(b"\x1b[?7h");
        }
        self.at = (sure && next < usize::from(self.size.cols)).then_some((next, y));
        !sure
    }

    /// Moves the terminal's cursor.
    fn place(&mut self, x: usize, y: usize, out: &mut Vec<u8>) {
        match self.at {
            Some(at) if at == (x, y) => return,
            Some((_, row)) if row == y && x == 0 => out.push(b'\r'),
            Some((_, row)) if row == y => out.extend_from_slice(format!("\x1b[{}G", x + 1).as_bytes()),
            _ if x == 0 && y == 0 => out.extend_from_slice(b"\x1b[H"),
            _ if x == 0 => out.extend_from_slice(format!("\x1b[{}H", y + 1).as_bytes()),
            _ => out.extend_from_slice(format!("\x1b[{};{}H", y + 1, x + 1).as_bytes()),
        }
        self.at = Some((x, y));
    }

    /// Puts cursor, modes, title and bell after the cells, and brackets around all of it where it is more
    /// than one row.
    fn finish(&mut self, mirror: &Mirror, bells: u32, many: bool, body: Vec<u8>, out: &mut Vec<u8>) {
        let bracket = many && self.abilities.synchronized;
        let seen = self.cursor.is_none_or(|cursor| cursor.visible);
        let hide = many && !bracket && seen;
        if bracket {
            out.extend_from_slice(b"\x1b[?2026h");
        }
        if hide {
            out.extend_from_slice(b"\x1b[?25l");
        }
        out.extend_from_slice(&body);
        self.tell_modes(mirror.modes(), out);
        if self.title != mirror.title() {
            mirror.title().clone_into(&mut self.title);
            if self.abilities.title {
                out.extend_from_slice(b"\x1b]2;");
                out.extend(self.title.chars().filter(|c| !c.is_control()).collect::<String>().bytes());
                out.push(0x07);
            }
        }
        if bells > 0 {
            out.push(0x07);
        }
        self.tell_cursor(mirror, hide, out);
        if bracket {
            out.extend_from_slice(b"\x1b[?2026l");
        }
    }

    fn tell_cursor(&mut self, mirror: &Mirror, hidden: bool, out: &mut Vec<u8>) {
        let wanted = mirror.cursor();
        let now = self.cursor;
        if self.abilities.cursor_shapes
            && now.is_none_or(|now| (now.shape, now.blink) != (wanted.shape, wanted.blink))
        {
            let number = match (wanted.shape, wanted.blink) {
                (CursorShape::Default, _) => 0,
                (CursorShape::Block, blink) => 2 - u8::from(blink),
                (CursorShape::Underline, blink) => 4 - u8::from(blink),
                (CursorShape::Bar, blink) => 6 - u8::from(blink),
            };
            out.extend_from_slice(format!("\x1b[{number} q").as_bytes());
        }
        let inside = wanted.x < self.size.cols && wanted.y < self.size.rows;
        let visible = wanted.visible && inside;
        if inside {
            self.place(usize::from(wanted.x), usize::from(wanted.y), out);
        }
        let now_visible = now.map(|now| now.visible && !hidden);
        if now_visible != Some(visible) {
            out.extend_from_slice(if visible { b"\x1b[?25h" } else { b"\x1b[?25l" });
        }
        self.cursor = Some(Cursor { visible, ..wanted });
    }

    fn tell_modes(&mut self, modes: u32, out: &mut Vec<u8>) {
        let changed = modes ^ self.modes;
        if changed & MOUSE != 0 && self.abilities.mouse {
            out.extend_from_slice(b"\x1b[?1003l\x1b[?1002l\x1b[?1000l");
            let report = match modes & MOUSE {
                0 => None,
                m if m & mode::MOUSE_ALL != 0 => Some(1003),
                m if m & mode::MOUSE_DRAG != 0 => Some(1002),
                _ => Some(1000),
            };
            out.extend_from_slice(match report {
                Some(_) => b"\x1b[?1006h",
                None => b"\x1b[?1006l",
            });
            if let Some(report) = report {
                // Some terminals know 1000 only; they pass over the others.
                out.extend_from_slice(b"\x1b[?1000h");
                if report != 1000 {
                    out.extend_from_slice(format!("\x1b[?{report}h").as_bytes());
                }
            }
        }
        let flag = |on: bool| if on { 'h' } else { 'l' };
        if changed & mode::FOCUS != 0 && self.abilities.focus {
            out.extend_from_slice(format!("\x1b[?1004{}", flag(modes & mode::FOCUS != 0)).as_bytes());
        }
        if changed & mode::REVERSE_SCREEN != 0 {
            out.extend_from_slice(format!("\x1b[?5{}", flag(modes & mode::REVERSE_SCREEN != 0)).as_bytes());
        }
        let flags = keyboard(modes);
        if flags != keyboard(self.modes) && self.abilities.keyboard {
            out.extend_from_slice(format!("\x1b[={flags}u").as_bytes());
        }
        self.modes = modes;
    }
}

/// The keyboard flags that the terminal needs for what the surface asks for: with any, keys must be told apart, and what they
/// are with Shift and in other layouts must be known for the key tables; where text comes as keys, its text for prompts.
fn keyboard(modes: u32) -> u32 {
    let asked = (modes & mode::KEYBOARD) >> mode::KEYBOARD_SHIFT;
    match asked {
        0 if modes & mode::OTHER_KEYS == 0 => 0,
        _ => asked | 1 | 4 | (asked & 8) << 1,
    }
}
