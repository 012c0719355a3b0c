//! capture-pane

use crate::{
    base::{
        ids::PaneId,
        limits::{LINES_PER_TURN_MAX, WANTED_CHUNKS_MAX},
    },
    boundary::Answer,
    commands::{
        export::{Export, Form, Shape},
        run::{Flow, On, Reply, Resume, Run, Wait},
        spec::{Spec, TargetKind, TargetSpec},
    },
    modes::{Canvas, Mode, PaneSight},
    screen::{CellText, CellView, RowView, Screen},
    session::Place,
};
use abide_protocol::message::Style;
use std::ops::Range;

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "capture-pane",
    alias: Some("capturep"),
    flags: "ab:CeE:JMNo:pPqS:Tt:",
    granted: &[('T', "places that nothing was ever written to are left out always")],
    usage: "[-aCeJMNpPqT] [-b buffer-name] [-E end-line] [-o format] [-S start-line] [-t target-pane]",
    text: "Copies what a pane shows into a buffer, or (-p) prints it; -S and -E name lines, negative ones in the \
           history. -a takes the screen behind the alternate one, -M what the pane's mode shows, -P a sequence \
           that is not whole yet. -o says in what form: text, ansi (as -e), html (a page), or json (an object a line: \
           its number as -S counts, how many rows it takes, and its runs of text in one style).",
    target: Some(TargetSpec::new('t', TargetKind::Pane)),
    for_watchers: true,
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let target = run.target()?;
    let options = Options::of(run)?;
    let Some(pane) = run.model.panes.get(&target.pane) else { return Err("no current target".to_owned()) };
    if run.has('P') {
        let pending = pane.screen.pending();
        let pending = if options.octal { octal_escaped(&pending) } else { pending };
        return finish(run, pending);
    }
    if !run.has('a') && (pane.mode.is_none() || !run.has('M')) {
        let capture = Capture::begin(target.pane, &pane.screen, options);
        return go_on(run, capture);
    }
    let text = captured(run, target.pane, options)?;
    finish(run, text.into_bytes())
}

/// Prints what was captured, or the rest of it, or puts it into a buffer.
fn finish(run: &mut Run<'_>, text: Vec<u8>) -> Result<Flow, String> {
    let text = text.strip_suffix(b"\n").unwrap_or(&text);
    if run.has('p') {
        run.print_bytes(text);
        run.print_bytes(b"\n");
        return Ok(Flow::Next);
    }
    if text.is_empty() {
        // There is no empty buffer.
        return Ok(Flow::Next);
    }
    let (now, text) = (run.model.now, text.to_vec());
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

/// A capture under way: some of the history may have to come from the store, and all of it may be long.
struct Capture {
    pane: PaneId,
    generation: u64,
    /// Lines of the history that are still to be printed.
    lines: Range<u64>,
    out: Export,
    /// The number of the screen's first line.
    top: i64,
    /// The lines of the screen, as it was at the beginning, and the end of all.
    tail: String,
}

impl Capture {
    fn begin(pane: PaneId, screen: &Screen, options: Options) -> Capture {
        let history = screen.history();
        let top = i64::try_from(history.end).unwrap_or(i64::MAX);
        let oldest = i64::try_from(history.start).unwrap_or(0);
        let bottom = top + i64::from(screen.size().rows) - 1;
        let range = options.range(oldest, top, bottom);
        let mut out = Export::new(options.shape, screen.colors());
        let head = std::mem::take(&mut out.text);
        for line in (*range.start()).max(top)..=*range.end() {
            // The alternate screen has no line numbers of its own.
            out.row(line - top, &screen.row(u16::try_from(line - top).unwrap_or(u16::MAX)));
        }
        out.close();
        let tail = std::mem::replace(&mut out.text, head);
        let absolute = |line: i64| u64::try_from(line).unwrap_or(0);
        let lines = absolute(*range.start())..absolute(range.end().saturating_add(1).min(top));
        Capture { pane, generation: history.generation, lines, out, top, tail }
    }

    /// Prints lines until there are no more, or the turn has had its share. Gives what has to be read before it can go
    /// on.
    fn print(&mut self, screen: &Screen) -> Option<Vec<u64>> {
        for _ in 0..LINES_PER_TURN_MAX {
            let line = self.lines.start;
            if self.lines.is_empty() {
                return None;
            }
            if screen.absent(line).is_some() {
                return Some(screen.absent_in(line, self.lines.end - 1, WANTED_CHUNKS_MAX));
            }
            if let Some(row) = screen.line(line) {
                self.out.row(i64::try_from(line).unwrap_or(i64::MAX) - self.top, &row);
            }
            self.lines.start += 1;
        }
        Some(Vec::new())
    }
}

fn go_on(run: &mut Run<'_>, mut capture: Capture) -> Result<Flow, String> {
    let pane = capture.pane;
    run.model.readers.insert(pane);
    let Some(found) = run.model.panes.get(&pane) else { return Err(format!("pane {pane} is gone")) };
    if found.screen.history().generation != capture.generation {
        return Err("the history was cleared or wrapped anew while it was read".to_owned());
    }
    let Some(absent) = capture.print(&found.screen) else {
        capture.out.pause();
        capture.out.text.push_str(&capture.tail);
        return finish(run, capture.out.text.into_bytes());
    };
    // It is read again soon.
    run.model.readers.remove(&pane);
    if run.has('p') {
        run.print_bytes(std::mem::take(&mut capture.out.text).as_bytes());
    }
    let ticket = run.model.ask_for_chunks(pane, &absent);
    let resume: Resume = Box::new(move |run, reply| match reply {
        Reply::Answer(Answer::Records(Err(why))) => Err(format!("history can't be read: {why}")),
        _ => go_on(run, capture),
    });
    Ok(Flow::Wait(Wait { on: On::Answer(ticket), resume }))
}

/// The lines of the screen behind the alternate one (`-a`), or as the pane's mode shows it (`-M`).
fn captured(run: &Run<'_>, pane: PaneId, options: Options) -> Result<String, String> {
    let Some(found) = run.model.panes.get(&pane) else { return Err("no current target".to_owned()) };
    let screen = &found.screen;
    if let Some(mode) = found.mode.as_deref().filter(|_| run.has('M')) {
        let settings = run.model.mode_options(pane);
        let day_seconds = run.model.day_seconds();
        let sight = PaneSight { screen, options: &settings, mouse: None, day_seconds };
        return Ok(shown(mode, &sight, options));
    }
    match (screen.alternate(), run.has('q')) {
        (true, _) => Ok(saved(screen, options)),
        (false, true) => Ok(String::new()),
        (false, false) => Err("no alternate screen".to_owned()),
    }
}

struct Options {
    first: Line,
    last: Line,
    octal: bool,
    shape: Shape,
}

/// A line as `-S` and `-E` say it.
enum Line {
    /// The first of the history, or the last of the screen: `-`.
    Edge,
    /// From the screen's first line, 0; negative in the history.
    At(i64),
}

impl Options {
    fn of(run: &Run<'_>) -> Result<Options, String> {
        let line = |flag: char, default: i64| match run.text(flag).as_deref() {
            Some("-") => Line::Edge,
            Some(text) => Line::At(run.expand(text).parse().unwrap_or(default)),
            None => Line::At(default),
        };
        let form = match run.text('o') {
            Some(name) => Form::named(&name)?,
            None if run.has('e') => Form::Ansi,
            None => Form::Text,
        };
        let shape = Shape {
            form,
            join: run.has('J'),
            keep_blanks: run.has('N') || run.has('J'),
            octal: run.has('C'),
        };
        Ok(Options { first: line('S', 0), last: line('E', i64::MAX), octal: run.has('C'), shape })
    }

    /// The lines meant, of those from `oldest` to `bottom`; `top` is the number of the screen's first.
    fn range(&self, oldest: i64, top: i64, bottom: i64) -> std::ops::RangeInclusive<i64> {
        let clamp = |line: i64| top.saturating_add(line).clamp(oldest, bottom);
        let first = match self.first {
            Line::Edge => oldest,
            Line::At(line) => clamp(line),
        };
        let last = match self.last {
            Line::Edge => bottom,
            Line::At(line) => clamp(line),
        };
        first.min(last)..=first.max(last)
    }
}

/// A screen that is no pane's, printed as the command's flags say.
pub(super) fn printed(run: &Run<'_>, screen: &Screen) -> Result<String, String> {
    let mut capture = Capture::begin(PaneId(0), screen, Options::of(run)?);
    // All of it is in memory, or is nowhere.
    while capture.print(screen).is_some_and(|absent| absent.is_empty()) {}
    capture.out.pause();
    Ok(capture.out.text + &capture.tail)
}

/// The primary screen while the alternate one is shown; its history belongs to what is shown, as in tmux.
fn saved(screen: &Screen, options: Options) -> String {
    let mut out = Export::new(options.shape, screen.colors());
    let end = screen.history().end;
    for y in options.range(0, 0, i64::from(screen.size().rows) - 1) {
        let line = u64::try_from(y).unwrap_or(0).saturating_add(end);
        out.row(y, &screen.line(line).unwrap_or(RowView::blank()));
    }
    out.close();
    out.text
}

/// What a mode shows.
fn shown(mode: &dyn Mode, sight: &PaneSight<'_>, options: Options) -> String {
    let mut out = Export::new(options.shape, sight.screen.colors());
    let size = sight.screen.size();
    for y in options.range(0, 0, i64::from(size.rows) - 1) {
        let mut board = Board { cells: vec![None; usize::from(size.cols)] };
        mode.draw(u16::try_from(y).unwrap_or(0), sight, &mut board);
        board.print(y, &mut out);
    }
    out.close();
    out.text
}

/// A row that a mode draws: what stands in each column, or what the cell on its left covers.
struct Board {
    cells: Vec<Option<(String, u8, Style)>>,
}

impl Canvas for Board {
    fn cols(&self) -> u16 {
        u16::try_from(self.cells.len()).unwrap_or(u16::MAX)
    }
    fn put(&mut self, x: u16, text: CellText<'_>, width: u8, style: &Style) {
        let text = match text {
            CellText::Char(c) => c.to_string(),
            CellText::Cluster(cluster) => cluster.to_owned(),
        };
        for column in usize::from(x)..usize::from(x) + usize::from(width) {
            if let Some(cell) = self.cells.get_mut(column) {
                *cell = None;
            }
        }
        if let Some(cell) = self.cells.get_mut(usize::from(x)) {
            *cell = Some((text, width, style.clone()));
        }
    }
    fn row(&mut self, view: &RowView<'_>) {
        for cell in view.cells() {
            self.put(cell.x, cell.text, cell.width, cell.style);
        }
    }
}

impl Board {
    fn print(&self, line: i64, out: &mut Export) {
        out.begin(line);
        for (x, cell) in self.cells.iter().enumerate() {
            if let Some((text, width, style)) = cell {
                let text = match (text.chars().next(), text.chars().nth(1)) {
                    (Some(c), None) => CellText::Char(c),
                    _ => CellText::Cluster(text),
                };
                let x = u16::try_from(x).unwrap_or(u16::MAX);
                out.cell(&CellView { x, width: *width, text, style });
            }
        }
        out.end(0, false);
    }
}

/// Bytes as `-C` prints them: what is not printable as three octal digits.
fn octal_escaped(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b' '..=b'~' => out.push(*byte),
            byte => out.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
        }
    }
    out
}
