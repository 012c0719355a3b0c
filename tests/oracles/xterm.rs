//! What `@xterm/headless` shows, with its table of graphemes, and with the page's painter in front of it: processes that are
//! asked, of the page's packages.

use super::seen::{Cell, Row, Seen};
use super::stream::Stream;
use abide_protocol::message::{Color, Style};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// One script of node's that shows what it is asked for.
pub(crate) struct Xterm {
    child: Child,
    ask: ChildStdin,
    answer: BufReader<ChildStdout>,
}

impl Xterm {
    /// The script of that name in this folder; why there is none, where there is none.
    pub(crate) fn start(script: &str) -> Result<Xterm, String> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let page = here.join("../webbridge/page").canonicalize().map_err(|e| e.to_string())?;
        let installed = Command::new("node").arg("test/installed.mjs").current_dir(&page).status();
        match installed {
            Ok(status) if status.success() => {}
            Ok(status) => return Err(format!("the page's packages can't be installed: {status}")),
            Err(e) => return Err(format!("node: {e}")),
        }
        let mut command = Command::new("node");
        command.args(["--import", "./test/typescript.mjs"]).arg(here.join("oracles").join(script));
        Xterm::spawn(command.arg(&page).current_dir(&page))
    }

    /// Any program that is asked and answers so.
    pub(crate) fn spawn(command: &mut Command) -> Result<Xterm, String> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|e| format!("{}: {e}", command.get_program().display()))?;
        let ask = child.stdin.take().ok_or("no input")?;
        let answer = BufReader::new(child.stdout.take().ok_or("no output")?);
        Ok(Xterm { child, ask, answer })
    }

    /// None where it crashes, which it does on some inputs. Given in one piece: it loses a character that is cut behind a byte
    /// 0x80, as E2 80 | 94.
    pub(crate) fn shows(&mut self, stream: &Stream) -> Option<Seen> {
        let (cols, rows, history) = (stream.size.cols, stream.size.rows, stream.history);
        let bytes = hex(&stream.bytes());
        self.ask(&format!(r#"{{"cols":{cols},"rows":{rows},"history":{history},"bytes":"{bytes}"}}"#))
    }

    /// Asks for what is shown of something, in JSON on one line; None where it crashes.
    pub(crate) fn ask(&mut self, question: &str) -> Option<Seen> {
        writeln!(self.ask, "{question}").expect("ask node");
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            let read = self.answer.read_line(&mut line).expect("node's answer");
            assert!(read > 0, "node ended at {question}");
            match line.trim_end_matches('\n') {
                "." => break,
                line => lines.push(line.to_owned()),
            }
        }
        if lines[0] == "crashed" {
            return None;
        }
        let state: Vec<usize> = lines[0].split(' ').map(|n| n.parse().expect("a number")).collect();
        let [x, y, visible, alternate, history_len] = state[..] else { panic!("state {state:?}") };
        let mut all: Vec<Row> = lines[1..].iter().map(|line| row(line)).collect();
        let rows = all.split_off(history_len);
        let cursor = (x as u16, y as u16);
        Some(Seen { rows, history: all, cursor, visible: visible == 1, alternate: alternate == 1 })
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

impl Drop for Xterm {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn row(line: &str) -> Row {
    let mut cells = line.split('\x1e');
    let mut row = Row { wrapped: cells.next() == Some("1"), cells: Vec::new() };
    for cell in cells.filter(|cell| !cell.is_empty()) {
        let fields: Vec<&str> = cell.split('\x1f').collect();
        let [x, width, attrs, fg, bg, ul, link, text] = fields[..] else { panic!("cell {cell:?}") };
        let style = Style {
            bg: color(bg),
            fg: color(fg),
            ul: color(ul),
            link: link.to_owned(),
            attrs: attrs.parse().expect("bits"),
        };
        let (x, width) = (x.parse().expect("a column"), width.parse().expect("a width"));
        row.push(Cell { x, width, text: text.to_owned(), style });
    }
    row
}

fn color(text: &str) -> Color {
    let value = |text: &str| text.parse::<u32>().expect("a colour");
    match text.split_at(1) {
        ("i", n) => Color::Indexed(value(n) as u8),
        ("r", n) => {
            let [_, r, g, b] = value(n).to_be_bytes();
            Color::Rgb(r, g, b)
        }
        _ => Color::Default,
    }
}
