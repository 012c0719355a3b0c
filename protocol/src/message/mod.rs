//! The whole conversation: what a client may say and what the daemon may say.
//!
//! Enums travel as `{"name": {fields}}`. Fields are declared in canonical CBOR order (shorter names
//! first, then by the alphabet), so that encoding is deterministic; a test checks it. Unknown fields are
//! skipped; an unknown message is answered with an [`ErrorCode::Unsupported`] and nothing breaks.

mod check;
mod command;
mod event;
mod greeting;
mod input;
mod picture;
mod received;
mod update;

pub use check::Excess;
pub use command::*;
pub use event::*;
pub use greeting::*;
pub use input::*;
pub use picture::*;
pub use received::*;
pub use update::*;

use serde::{Deserialize, Serialize};

/// Columns and rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Columns.
    pub cols: u16,
    /// Rows.
    pub rows: u16,
}

/// The number by which a connection speaks of one surface it looks at; chosen by the client.
pub type SurfaceNumber = u32;

/// Said by a viewer, a script or the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientMessage {
    /// The first frame of a connection.
    Hello(Hello),
    /// Look at a surface; answered by `Attached` and then Updates, or by an error.
    Attach(Attach),
    /// Stop looking at a surface.
    Detach(Detach),
    /// Keys, paste, mouse and focus. Numbered, acknowledged, and never handled twice.
    Input(Input),
    /// A surface has another size at the viewer's end.
    Resize(Resize),
    /// Ask for history lines by absolute line number; answered by `History`.
    GetHistory(GetHistory),
    /// A command line; answered by `Output`s and one `Done`, or by `Attached` when it attaches.
    Command(Command),
    /// Answers `ReadInput`: a piece of standard input.
    CommandInput(CommandInput),
    /// Ask for a `Topology` event now and after every change.
    Watch(Watch),
    /// Ask for bytes of a picture; answered by `Picture`.
    GetPicture(GetPicture),
    /// What this side can do is no longer what the hello said: all of it anew.
    Features(Features),
    /// Anyone there? Answered by `Pong` with the same number.
    Ping(Ping),
}

/// Said by the daemon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerMessage {
    /// Answers `Hello`: what was settled.
    Welcome(Welcome),
    /// Answers `Hello` when nothing can be settled; the connection ends.
    Refused(Refused),
    /// A surface is now looked at; an Update with `full` follows.
    Attached(Attached),
    /// A surface is no longer looked at: detached, its pane or session ended, or the server is going.
    Detached(Detached),
    /// What changed on a surface.
    Update(Update),
    /// Every input up to this number has had its effect and will not have it again.
    InputAck(InputAck),
    /// Answers `GetHistory`.
    History(History),
    /// Answers `GetPicture`: a piece of its file.
    Picture(PicturePiece),
    /// Text that a command printed.
    Output(Output),
    /// Asks for the client's standard input.
    ReadInput(ReadInput),
    /// A command has ended.
    Done(Done),
    /// Something happened that this viewer asked to hear of.
    Event(Event),
    /// A message could not be taken; the connection goes on unless it says otherwise.
    Error(ErrorNotice),
    /// Answers `Ping`.
    Pong(Ping),
}

/// Asks for a sign of life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ping {
    /// Any number; comes back.
    pub number: u64,
}
