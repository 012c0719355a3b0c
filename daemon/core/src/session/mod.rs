//! The model: sessions of windows of panes, the viewers that look at them, and the operations on them.
//!
//! [`Sessions`] is all of it. Its fields are public for reading and for the plain changes (a title, a flag);
//! whatever must keep an invariant (every pane in exactly one window's layout, every window linked, every
//! session with a current window, sizes that agree) is a method, one file per kind of operation.

mod buffers;
mod environment;
mod messages;
mod model;
mod pane;
pub mod pending;
mod session;
mod viewer;
mod window;

pub use buffers::{BUFFER_BYTES_MAX, BUFFERS_MAX, Buffer, Buffers};
pub use environment::{Environment, Variable};
pub use messages::{MESSAGE_BYTES_MAX, MESSAGES_MAX, Message, Messages, plain};
pub use model::{Counters, Sessions};
pub use pane::{Pane, PaneState};
pub use session::{Alerts, Session, Winlink};
pub use viewer::{Drag, KeyState, Overlay, Prompt, PromptKind, Question, Surface, SurfaceTarget, Viewer};
pub use window::Window;
