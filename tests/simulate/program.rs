//! A program in a pane, at its end of a pty: it prints, asks its terminal things, and writes down what it is given.

use super::story::tell;
use abide_tests::seed::Dice;
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;

/// What it prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Numbered lines, some in colour, some wider than the screen.
    Lines,
    /// Anything that a terminal knows.
    Wild,
    /// Lines, and questions to the terminal.
    Asks,
    /// What it reads.
    Echo,
}

const MANNERS: [Manner; 4] = [Manner::Lines, Manner::Wild, Manner::Asks, Manner::Echo];

/// What a wild one prints, beside lines.
const WILD: &[&str] = &[
    "\x1b[31mred\x1b[m",
    "\x1b[2J\x1b[H",
    "\x1b]2;title\x07",
    "\x07",
    "\x1b[?1049h",
    "\x1b[?1049l",
    "\x1b[?2026h",
    "\x1b[?2026l",
    "漢字 e\u{301} \u{1f600}\r\n",
    "\x1b[5;10r\x1bM",
    "\x1b[r",
    "\x1b[7;3H",
    "\x1b[3A",
    "\x1b[2K",
    "\x1b[4P\x1b[2@",
    "\x1b[38;5;99m\x1b[48;2;1;2;3m",
    "\x1b(0lqqk\x1b(B",
    "\x1b7\x1b[10;10Hx\x1b8",
    "\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\",
    "\x1b[?7l",
    "\x1b[?7h",
    "\x1b#8",
    "\x1bc",
    "\t\ttab\x08\x08",
    "\x1b[5L\x1b[2M",
    "\x1b[3S\x1b[2T",
];

/// A program that runs, or ran.
pub(crate) struct Program {
    pub(crate) manner: Manner,
    pty: Option<UnixStream>,
    /// Everything that it wrote.
    pub(crate) out: Vec<u8>,
    /// What it has yet to write.
    rest: Vec<u8>,
    lines: u64,
    /// Everything that it was given.
    pub(crate) got: Vec<u8>,
    /// How much of that was looked through for words, and the newest of each client.
    parsed: usize,
    newest: BTreeMap<u64, u64>,
    /// Questions that it wrote.
    pub(crate) asked: usize,
}

impl Program {
    pub(crate) fn start(dice: &mut Dice, pty: UnixStream) -> Program {
        let manner = *dice.one_of(&MANNERS);
        let pty = Some(pty);
        Program {
            manner,
            pty,
            out: Vec::new(),
            rest: Vec::new(),
            lines: 0,
            got: Vec::new(),
            parsed: 0,
            newest: BTreeMap::new(),
            asked: 0,
        }
    }

    /// Whether it has something half said.
    pub(crate) fn has_more(&self) -> bool {
        self.pty.is_some() && !self.rest.is_empty()
    }

    /// Thinks of something to print.
    pub(crate) fn compose(&mut self, dice: &mut Dice, units: u64) {
        if self.pty.is_none() || self.manner == Manner::Echo {
            return;
        }
        for _ in 0..units {
            self.unit(dice);
        }
    }

    fn unit(&mut self, dice: &mut Dice) {
        match self.manner {
            Manner::Wild if dice.percent(70) => {
                self.rest.extend_from_slice(dice.one_of(WILD).as_bytes());
                return;
            }
            Manner::Asks if dice.percent(20) => {
                self.rest.extend_from_slice(b"\x1b[6n");
                self.asked += 1;
                return;
            }
            _ => {}
        }
        self.lines += 1;
        let n = self.lines;
        let line = match n % 10 {
            3 => format!("\x1b[1;3{}mline {n:06}\x1b[0m with a colour", n % 8),
            7 => format!("line {n:06} 日本語 and e\u{301} and \u{1f600}"),
            9 => format!("line {n:06} {}", "wide ".repeat(dice.below(50) as usize)),
            _ => format!("line {n:06}"),
        };
        self.rest.extend_from_slice(line.as_bytes());
        self.rest.extend_from_slice(b"\r\n");
    }

    /// So many bytes, or one less where the last would be the first of a newline's two: the line discipline of a pty gives
    /// both at once. A resize between them finds the cursor at the line's beginning, and when the line is wrapped anew the
    /// next one goes over the rest of it, in every terminal that wraps lines anew.
    pub(crate) fn with_whole_newlines(&self, bytes: usize) -> usize {
        let splits = bytes > 0 && self.rest.get(bytes - 1..=bytes) == Some(b"\r\n");
        bytes - usize::from(splits)
    }

    /// Writes at most so many bytes; how many the pty took.
    pub(crate) fn write(&mut self, bytes_max: usize) -> usize {
        let Some(pty) = &mut self.pty else { return 0 };
        let piece = self.rest.get(..bytes_max.min(self.rest.len())).unwrap_or_default();
        let wrote = match pty.write(piece) {
            Ok(n) => n,
            Err(e) if e.kind() == ErrorKind::WouldBlock => 0,
            Err(e) => panic!("a pty that is open takes bytes: {e}"),
        };
        self.out.extend(self.rest.drain(..wrote));
        wrote
    }

    /// Reads at most so many bytes; how many there were.
    pub(crate) fn read(&mut self, bytes_max: usize) -> usize {
        let Some(pty) = &mut self.pty else { return 0 };
        let mut piece = vec![0; bytes_max];
        let read = match pty.read(&mut piece) {
            Ok(n) => n,
            Err(e) if e.kind() == ErrorKind::WouldBlock => 0,
            Err(e) => panic!("a pty that is open can be read: {e}"),
        };
        let piece = piece.get(..read).unwrap_or_default();
        self.got.extend_from_slice(piece);
        if self.manner == Manner::Echo && read > 0 {
            let text: String =
                piece.iter().map(|b| if b.is_ascii_graphic() { char::from(*b) } else { '.' }).collect();
            self.rest.extend_from_slice(format!("{text}\r\n").as_bytes());
        }
        read
    }

    /// Words (`<client:number>`) that it was given since last asked. Those of a client come in order.
    pub(crate) fn new_words(&mut self) -> Vec<(u64, u64)> {
        let mut words = Vec::new();
        while let Some(from) = position(&self.got, self.parsed, b'<') {
            self.parsed = from;
            let Some(end) = position(&self.got, from, b'>') else { break };
            let text = String::from_utf8_lossy(&self.got[from + 1..end]);
            let numbers = text.split_once(':').and_then(|(c, n)| Some((c.parse().ok()?, n.parse().ok()?)));
            let (client, word) = numbers.unwrap_or_else(|| panic!("a torn word: {text:?}"));
            let before = self.newest.insert(client, word);
            assert!(before.is_none_or(|b| b < word), "<{client}:{word}> came after {before:?}");
            words.push((client, word));
            self.parsed = end + 1;
        }
        words
    }

    /// Ends: its end of the pty closes.
    pub(crate) fn end(&mut self) {
        tell(format_args!("a program ends: {} bytes written, {} read", self.out.len(), self.got.len()));
        self.rest.clear();
        self.pty = None;
    }

    pub(crate) fn runs(&self) -> bool {
        self.pty.is_some()
    }

    /// Replies to its questions among what it was given.
    pub(crate) fn replies(&self) -> usize {
        let text = String::from_utf8_lossy(&self.got);
        text.split("\x1b[")
            .skip(1)
            .filter(|rest| {
                let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(0);
                end > 0 && rest[end..].starts_with('R')
            })
            .count()
    }
}

/// Where a byte stands next.
fn position(bytes: &[u8], from: usize, wanted: u8) -> Option<usize> {
    bytes.get(from..)?.iter().position(|b| *b == wanted).map(|at| from + at)
}
