//! What `alacritty_terminal` shows.

use super::seen::{Cell, Row, Seen};
use super::stream::Stream;
use abide_protocol::message::{Color, Style, attr};
use alacritty_terminal::event::VoidListener;
use alacritty_terminal::grid::Dimensions;
use alacritty_terminal::index::{Column, Line};
use alacritty_terminal::term::cell::{Cell as TheirCell, Flags};
use alacritty_terminal::term::{Config, Term, TermMode};
use alacritty_terminal::vte::ansi::{self, Processor};

struct Sides(usize, usize);

impl Dimensions for Sides {
    fn total_lines(&self) -> usize {
        self.1
    }
    fn screen_lines(&self) -> usize {
        self.1
    }
    fn columns(&self) -> usize {
        self.0
    }
}

/// Given in one piece: its parser loses characters that are cut (vte 0.15).
pub(crate) fn shows(stream: &Stream) -> Seen {
    let config = Config { scrolling_history: stream.history as usize, ..Config::default() };
    let sides = Sides(stream.size.cols.into(), stream.size.rows.into());
    let mut term = Term::new(config, &sides, VoidListener);
    let mut parser: Processor = Processor::new();
    parser.advance(&mut term, &stream.bytes());
    // What mode 2026 holds back.
    parser.stop_sync(&mut term);
    let alternate = term.mode().contains(TermMode::ALT_SCREEN);
    let grid = term.grid();
    let lines = if alternate { 0 } else { grid.history_size() as i32 };
    let cursor = grid.cursor.point;
    Seen {
        rows: (0..grid.screen_lines() as i32).map(|y| row(&term, y)).collect(),
        history: (-lines..0).map(|y| row(&term, y)).collect(),
        cursor: (cursor.column.0 as u16, cursor.line.0 as u16),
        visible: term.mode().contains(TermMode::SHOW_CURSOR),
        alternate,
    }
}

fn row(term: &Term<VoidListener>, y: i32) -> Row {
    let grid = term.grid();
    let mut row = Row::default();
    for x in 0..grid.columns() {
        let cell = &grid[Line(y)][Column(x)];
        row.wrapped |= cell.flags.contains(Flags::WRAPLINE);
        if cell.flags.contains(Flags::WIDE_CHAR_SPACER) {
            continue;
        }
        let mut text = String::from(if cell.c == '\t' { ' ' } else { cell.c });
        text.extend(cell.zerowidth().unwrap_or_default());
        let width = 1 + u8::from(cell.flags.contains(Flags::WIDE_CHAR));
        row.push(Cell { x: x as u16, width, text, style: style(cell) });
    }
    row
}

fn style(cell: &TheirCell) -> Style {
    let flags = cell.flags;
    let bits = [
        (Flags::BOLD, attr::BOLD),
        (Flags::DIM, attr::DIM),
        (Flags::ITALIC, attr::ITALIC),
        (Flags::INVERSE, attr::REVERSE),
        (Flags::HIDDEN, attr::CONCEAL),
        (Flags::STRIKEOUT, attr::STRIKE),
        (Flags::UNDERLINE, 1 << attr::UNDERLINE_SHIFT),
        (Flags::DOUBLE_UNDERLINE, 2 << attr::UNDERLINE_SHIFT),
        (Flags::UNDERCURL, 3 << attr::UNDERLINE_SHIFT),
        (Flags::DOTTED_UNDERLINE, 4 << attr::UNDERLINE_SHIFT),
        (Flags::DASHED_UNDERLINE, 5 << attr::UNDERLINE_SHIFT),
    ];
    let attrs = bits.iter().filter(|(flag, _)| flags.contains(*flag)).fold(0, |all, (_, bit)| all | bit);
    Style {
        bg: color(cell.bg),
        fg: color(cell.fg),
        ul: cell.underline_color().map_or(Color::Default, color),
        link: cell.hyperlink().map_or_else(String::new, |link| link.uri().to_owned()),
        attrs,
    }
}

fn color(color: ansi::Color) -> Color {
    match color {
        ansi::Color::Spec(rgb) => Color::Rgb(rgb.r, rgb.g, rgb.b),
        ansi::Color::Indexed(n) => Color::Indexed(n),
        ansi::Color::Named(name) => u8::try_from(name as usize).map_or(Color::Default, Color::Indexed),
    }
}
