//! Command lines and what they print.

use super::SurfaceNumber;
use serde::{Deserialize, Serialize};

/// A command line as words, in tmux's language; `;` as a word of its own separates commands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// Chosen by the client; comes back in `Output`, `Done` and `Attached`'s error.
    pub id: u32,
    /// Columns and rows of the client's tty, 0 x 0 where it has none: lets `attach-session` and
    /// `new-session` attach this client as surface `surface`.
    pub size: super::Size,
    /// The words.
    pub words: Vec<String>,
    /// The surface that an attaching command opens or a surface-bound one means.
    pub surface: SurfaceNumber,
}

/// Which stream a text belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// Text that a command printed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Output {
    /// Which command.
    pub id: u32,
    /// Bytes, with line ends.
    #[serde(with = "serde_bytes")]
    pub text: Vec<u8>,
    /// Which stream.
    pub stream: Stream,
}

/// A command has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Which command.
    pub id: u32,
    /// Exit status for the shell: 0, or 1 on any error.
    pub status: u8,
}

/// Asks for what stands on the client's standard input, for a command that reads it (`load-buffer -`,
/// `source-file -`); answered by `CommandInput`s up to one with `last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadInput {
    /// Which command.
    pub id: u32,
}

/// A piece of the client's standard input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommandInput {
    /// Which command.
    pub id: u32,
    /// Whether nothing follows.
    pub last: bool,
    /// Bytes, at most `limits::INPUT_BYTES_MAX`.
    #[serde(with = "serde_bytes")]
    pub text: Vec<u8>,
}

/// Asks for history lines of the pane behind a surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetHistory {
    /// Chosen by the client; comes back.
    pub id: u32,
    /// How many at most (`limits::HISTORY_LINES_MAX`).
    pub count: u32,
    /// Absolute number of the first line wanted.
    pub first: u64,
    /// A pane surface.
    pub surface: SurfaceNumber,
}
