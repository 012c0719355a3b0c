//! The model: sessions of windows of panes, the viewers that look at them, and the operations on them.
//!
//! [`Sessions`] is all of it. Its fields are public for reading and for the plain changes (a title, a flag);
//! whatever must keep an invariant (every pane in exactly one window's layout, every window linked, every
//! session with a current window, sizes that agree) is a method, one file per kind of operation:
//! `create`, `arrival`, `end`, `select`, `arrange`, `size`, `attach`, `alerts`, `format_jobs`, `rename`, `spawn`, `write`, `mode`.
//! [`Sessions::fault`] says where an invariant does not hold, for tests.

mod alerts;
mod arrange;
mod arrival;
mod attach;
mod buffers;
mod create;
mod end;
mod environment;
pub mod facts;
mod fault;
mod format_jobs;
mod messages;
mod mode;
mod model;
mod names;
mod pane;
mod rename;
mod retype;
mod select;
#[allow(clippy::module_inception, reason = "a session is the part of the model that it is named after")]
mod session;
mod settings;
mod size;
mod spawn;
mod viewer;
mod window;
mod write;

pub use alerts::Alert;
pub use arrival::{Arrival, Origin};
pub use attach::Look;
pub use buffers::{BUFFER_BYTES_MAX, BUFFERS_MAX, Buffer, Buffers};
pub use create::{NewSession, NewWindow};
pub use environment::{Environment, Variable};
pub use format_jobs::{FormatJobs, JobKey, Within};
pub use messages::{MESSAGE_BYTES_MAX, MESSAGES_MAX, Message, Messages, plain};
pub use mode::style_of;
pub use model::{Counters, Sessions};
pub use names::{NAME_BYTES_MAX, tidy};
pub use pane::{Pane, PaneState};
pub(crate) use retype::shown;
pub use retype::{Ran, Retype};
pub use session::{Alerts, Session, Winlink};
pub use settings::Place;
pub use spawn::Start;
pub use viewer::{Drag, KeyState, Overlay, Surface, SurfaceTarget, Then, Viewer};
pub use window::Window;
pub use write::Piece;
