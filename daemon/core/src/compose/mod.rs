//! Turns screens into what a viewer sees, and what it saw before into what it must be told.
//!
//! Invariant: no terminal has a name here. Capabilities begin in the painters.
//!
//! Read in this order: [`ViewerScreen`] is what a viewer has, [`WindowScene`] what it should have;
//! [`update_window`] and [`update_pane`] make the one into the other and return what to say. `canvas`
//! paints one row of cells, `line` is the compact form in which a row is kept and compared, `styles`
//! gives styles their numbers, `scroll` recognises rows that moved, `picture` says where pictures are seen, `border` and
//! `viewport` are geometry.
//!
//! Law, checked by tests and, as they run, by debug builds: an update applied to a mirror of the old frame
//! gives the new frame, and that is what a full update gives.

mod border;
mod canvas;
pub mod limits;
mod line;
mod pane;
mod picture;
mod rows;
mod scene;
mod scroll;
mod session;
pub mod status;
mod styles;
mod surroundings;
mod viewer;
mod viewport;
mod window;

pub use border::{BorderIndicator, BorderLines, BorderLook};
pub use canvas::RowCanvas;
pub use line::Line;
pub use pane::{HistoryLines, update_pane};
pub use picture::{picture_number, picture_of};
pub use scene::{PaneView, StatusPlace, WindowScene};
pub use session::{Cover, Hit, hit, update_session};
pub use styles::StyleBook;
pub use surroundings::{Expand, STATUS_FORMAT, StatusLines, Surroundings};
pub use viewer::ViewerScreen;
pub use viewport::viewport;
pub use window::update_window;
