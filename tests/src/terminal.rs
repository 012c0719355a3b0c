//! A terminal for tests: a real pty with a program in it, its output fed to our own screen model.

use crate::pty::{Got, Pty};
use abide_core::base::geometry::Size;
use abide_core::screen::Screen;
use std::process::Command;
use std::time::{Duration, Instant};

/// How long typing may wait for a program that takes nothing.
const TYPING_WITHIN: Duration = Duration::from_secs(20);

/// A program in a terminal.
pub struct Terminal {
    pty: Pty,
    screen: Screen,
    ended: bool,
}

/// A picture on the screen, in cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenPicture {
    /// Left column.
    pub x: u16,
    /// Top row.
    pub y: u64,
    /// Columns.
    pub cols: u16,
    /// Rows.
    pub rows: u16,
    /// The encoded file.
    pub file: Vec<u8>,
}

impl Terminal {
    /// Starts the command in a terminal of that size.
    pub fn start(command: &Command, size: Size) -> Terminal {
        Terminal { pty: Pty::start(command, size), screen: Screen::new(size, 2000), ended: false }
    }

    /// Types bytes, all of them.
    ///
    /// # Panics
    /// When the program takes nothing for 20 seconds.
    pub fn type_bytes(&mut self, mut bytes: &[u8]) {
        let mut deadline = Instant::now() + TYPING_WITHIN;
        while !bytes.is_empty() {
            let taken = self.pty.write(bytes);
            bytes = &bytes[taken..];
            if taken == 0 {
                self.read(Duration::from_millis(2));
                assert!(Instant::now() < deadline, "the program takes no input");
            } else {
                deadline = Instant::now() + TYPING_WITHIN;
            }
        }
    }

    /// Types text.
    pub fn type_text(&mut self, text: &str) {
        self.type_bytes(text.as_bytes());
    }

    /// Reads what is there, waiting at most that long for the first byte; false when the program has ended.
    pub fn read(&mut self, within: Duration) -> bool {
        let mut buffer = [0; 65536];
        match self.pty.read(&mut buffer, within) {
            Got::Bytes(n) => {
                self.screen.feed(&buffer[..n]);
                let replies = self.screen.outcome().replies;
                self.type_bytes(&replies);
            }
            Got::Nothing => {}
            Got::End => self.ended = true,
        }
        !self.ended
    }

    /// Reads until `look` finds something on the screen.
    ///
    /// # Panics
    /// When the deadline comes first; the message shows the screen.
    #[track_caller]
    pub fn wait<T>(
        &mut self,
        what: &str,
        within: Duration,
        mut look: impl FnMut(&Terminal) -> Option<T>,
    ) -> T {
        let deadline = Instant::now() + within;
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !self.ended,
                "waited in vain for {what} (ended: {}); the screen:\n{}",
                self.ended,
                self.text()
            );
            self.read(left.min(Duration::from_millis(50)));
        }
    }

    /// Reads until the text stands somewhere on the screen.
    #[track_caller]
    pub fn wait_text(&mut self, text: &str, within: Duration) {
        self.wait(&format!("`{text}`"), within, |terminal| terminal.text().contains(text).then_some(()));
    }

    /// Reads until the program has ended, and gives its exit status.
    ///
    /// # Panics
    /// When it has not within that time.
    #[track_caller]
    pub fn wait_end(&mut self, within: Duration) -> i32 {
        let deadline = Instant::now() + within;
        while self.read(Duration::from_millis(20)) {
            assert!(Instant::now() < deadline, "still running; the screen:\n{}", self.text());
        }
        self.pty.wait_end()
    }

    /// The visible rows, without blanks at their ends, joined by newlines.
    pub fn text(&self) -> String {
        (0..self.screen.size().rows).map(|y| self.row(y)).collect::<Vec<_>>().join("\n")
    }

    /// One visible row, without blanks at its end.
    pub fn row(&self, y: u16) -> String {
        self.screen.row(y).text()
    }

    /// The pictures that are seen whose files it has, the backmost first.
    pub fn pictures(&self) -> Vec<SeenPicture> {
        let end = self.screen.history().end;
        let seen = self.screen.pictures_in(end..end + u64::from(self.screen.size().rows));
        let seen = seen.iter().filter_map(|placed| {
            let file = self.screen.picture(placed.picture)?.bytes.to_vec();
            Some(SeenPicture {
                x: placed.x,
                y: placed.line.wrapping_sub(end),
                cols: placed.cols,
                rows: placed.rows,
                file,
            })
        });
        seen.filter(|picture| !picture.file.is_empty()).collect()
    }

    /// The screen as a model.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// Gives the terminal another size; the program gets SIGWINCH.
    pub fn resize(&mut self, size: Size) {
        self.pty.resize(size);
        self.screen.resize(size);
    }
}
