//! capture-pane

use crate::{
    commands::{
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
    },
    screen::{CellText, RowView, Screen},
    session::Place,
};
use abide_protocol::message::{Color, Style, attr};
use std::fmt::Write as _;

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "capture-pane",
    alias: Some("capturep"),
    flags: "ab:CeE:JMNpPqS:Tt:",
    usage: "[-aCeJMNpPqT] [-b buffer-name] [-E end-line] [-S start-line] [-t target-pane]",
    text: "Copies what a pane shows into a buffer, or (-p) prints it; -S and -E name lines, negative ones in the \
           history.",
    target: Some(TargetSpec::new('t', TargetKind::Pane)),
    for_watchers: true,
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let target = run.target()?;
    let Some(pane) = run.model.panes.get(&target.pane) else { return Err("no current target".to_owned()) };
    if run.has('P') {
        // Half-read sequences stay within the screen model.
        return Ok(Flow::Next);
    }
    let screen = &pane.screen;
    if run.has('a') && !screen.alternate() {
        return if run.has('q') { Ok(Flow::Next) } else { Err("no alternate screen".to_owned()) };
    }
    let text = capture(screen, &Options::of(run));
    if run.has('p') {
        run.print_bytes(text.as_bytes());
        return Ok(Flow::Next);
    }
    let text = text.strip_suffix('\n').unwrap_or(&text).as_bytes().to_vec();
    let now = run.model.now;
    match run.text('b') {
        Some(name) => run.model.buffers.set(now, &name, text)?,
        None => {
            let limit =
                usize::try_from(run.model.options(Place::Server).number("buffer-limit")).unwrap_or(50);
            run.model.buffers.push(now, text, limit);
        }
    }
    Ok(Flow::Next)
}

struct Options {
    first: Line,
    last: Line,
    styles: bool,
    join: bool,
    keep_blanks: bool,
    octal: bool,
}

/// A line as `-S` and `-E` say it.
enum Line {
    /// The first of the history, or the last of the screen: `-`.
    Edge,
    /// From the screen's first line, 0; negative in the history.
    At(i64),
}

impl Options {
    fn of(run: &Run<'_>) -> Options {
        let line = |flag: char, default: i64| match run.text(flag).as_deref() {
            Some("-") => Line::Edge,
            Some(text) => Line::At(run.expand(text).parse().unwrap_or(default)),
            None => Line::At(default),
        };
        Options {
            first: line('S', 0),
            last: line('E', i64::MAX),
            styles: run.has('e'),
            join: run.has('J'),
            keep_blanks: run.has('N') || run.has('J'),
            octal: run.has('C'),
        }
    }
}

fn capture(screen: &Screen, options: &Options) -> String {
    let history = screen.history();
    let top = i64::try_from(history.end).unwrap_or(i64::MAX);
    let oldest = i64::try_from(history.start).unwrap_or(0);
    let rows = i64::from(screen.size().rows);
    let bottom = top + rows - 1;
    let clamp = |line: i64| top.saturating_add(line).clamp(oldest, bottom);
    let first = match options.first {
        Line::Edge => oldest,
        Line::At(line) => clamp(line),
    };
    let last = match options.last {
        Line::Edge => bottom,
        Line::At(line) => clamp(line),
    };
    let (first, last) = (first.min(last), first.max(last));
    let mut out = String::new();
    let mut style = Style::default();
    for line in first..=last {
        // The alternate screen has no line numbers of its own.
        let row = if line >= top {
            screen.row(u16::try_from(line - top).unwrap_or(u16::MAX))
        } else {
            match u64::try_from(line).ok().and_then(|line| screen.line(line)) {
                Some(row) => row,
                None => continue,
            }
        };
        write_row(&row, options, &mut style, &mut out);
        if !(options.join && row.wrapped()) {
            out.push('\n');
        }
    }
    out
}

fn write_row(row: &RowView<'_>, options: &Options, style: &mut Style, out: &mut String) {
    let start = out.len();
    let mut x = 0;
    let plain = Style::default();
    let mut visible_end = start;
    for cell in row.cells() {
        if cell.x > x {
            if options.styles {
                change_style(style, &plain, options, out);
            }
            out.extend(std::iter::repeat_n(' ', usize::from(cell.x - x)));
        }
        if options.styles {
            change_style(style, cell.style, options, out);
        }
        match cell.text {
            CellText::Char('\\') if options.octal => out.push_str("\\\\"),
            CellText::Char(c) => out.push(c),
            CellText::Cluster(cluster) => out.push_str(cluster),
        }
        if !matches!(cell.text, CellText::Char(' ')) {
            visible_end = out.len();
        }
        x = cell.x.saturating_add(u16::from(cell.width));
    }
    if options.styles {
        change_style(style, &plain, options, out);
    } else if !options.keep_blanks {
        // Blanks at a line's end were printed or were never there: the same to a reader.
        out.truncate(visible_end);
    }
}

/// The sequences that lead from one style to another.
fn change_style(from: &mut Style, to: &Style, options: &Options, out: &mut String) {
    if from == to {
        return;
    }
    let escape = if options.octal { "\\033" } else { "\u{1b}" };
    if from.link != to.link {
        let _ = write!(out, "{escape}]8;;{}{escape}\\", to.link);
    }
    let mut codes: Vec<String> = Vec::new();
    let mut before = from.clone();
    if before.attrs & !to.attrs != 0 || underline(&before) != underline(to) && underline(&before) != 0 {
        codes.push("0".to_owned());
        before = Style::default();
    }
    let bits = [
        (attr::BOLD, "1"),
        (attr::DIM, "2"),
        (attr::ITALIC, "3"),
        (attr::BLINK, "5"),
        (attr::REVERSE, "7"),
        (attr::CONCEAL, "8"),
        (attr::STRIKE, "9"),
        (attr::OVERLINE, "53"),
    ];
    codes.extend(
        bits.iter()
            .filter(|(bit, _)| to.attrs & bit != 0 && before.attrs & bit == 0)
            .map(|(_, c)| (*c).to_owned()),
    );
    if underline(to) != underline(&before) {
        codes.push(match underline(to) {
            1 => "4".to_owned(),
            n => format!("4:{n}"),
        });
    }
    if to.fg != before.fg {
        codes.push(colour(to.fg, 30));
    }
    if to.bg != before.bg {
        codes.push(colour(to.bg, 40));
    }
    if to.ul != before.ul {
        codes.push(match to.ul {
            Color::Default => "59".to_owned(),
            Color::Indexed(n) => format!("58:5:{n}"),
            Color::Rgb(r, g, b) => format!("58:2::{r}:{g}:{b}"),
        });
    }
    if !codes.is_empty() {
        let _ = write!(out, "{escape}[{}m", codes.join(";"));
    }
    from.clone_from(to);
}

fn underline(style: &Style) -> u16 {
    (style.attrs & attr::UNDERLINE_MASK) >> attr::UNDERLINE_SHIFT
}

/// SGR for a colour; `base` is 30 for the foreground, 40 for the background.
fn colour(colour: Color, base: u8) -> String {
    match colour {
        Color::Default => (base + 9).to_string(),
        Color::Indexed(n @ 0..=7) => (base + n).to_string(),
        Color::Indexed(n @ 8..=15) => (base + 60 + n - 8).to_string(),
        Color::Indexed(n) => format!("{};5;{n}", base + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
    }
}
