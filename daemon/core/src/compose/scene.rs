//! What a viewer should see, as borrowed parts of the model.

use super::border::BorderLook;
use crate::{
    base::{
        geometry::{Rect, Size},
        ids::PaneId,
    },
    modes::{Mode, PaneSight, styled::StyledRow},
    screen::Screen,
};
use abide_protocol::message::Style;

/// A pane in its place.
#[derive(Clone, Copy)]
pub struct PaneView<'a> {
    /// Which one.
    pub id: PaneId,
    /// Where it is in the window.
    pub rect: Rect,
    /// What its program has drawn.
    pub screen: &'a Screen,
    /// A mode that lies over it, and what that may look at.
    pub mode: Option<(&'a dyn Mode, PaneSight<'a>)>,
    /// Stands in for default colours (`window-style`, `window-active-style`); default for none.
    pub ground: &'a Style,
    /// `pane-border-status`: drawn on the line above the pane (or below it).
    pub label: Option<&'a StyledRow>,
    /// The number `display-panes` shows: position plus `pane-base-index`.
    pub number: u32,
}

/// Where the status line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatusPlace {
    /// `status-position top`.
    Top,
    /// `status-position bottom`.
    #[default]
    Bottom,
}

/// All that is seen on a session surface.
#[derive(Clone, Copy)]
pub struct WindowScene<'a> {
    /// The surface: window and status line.
    pub surface: Size,
    /// The window.
    pub window: Size,
    /// The panes that are seen: only the zoomed one while zoomed.
    pub panes: &'a [PaneView<'a>],
    /// Which of them is active.
    pub active: PaneId,
    /// Borders.
    pub border: &'a BorderLook,
    /// Status lines; none when `status` is off.
    pub status: &'a [StyledRow],
    /// Where they are.
    pub status_place: StatusPlace,
    /// Lies over the first status line, or over the window's edge where there is none: a prompt or message.
    pub message: Option<&'a StyledRow>,
    /// Column of the cursor in the message, for a prompt.
    pub message_cursor: Option<u16>,
    /// `display-panes`: styles of the numbers, others and active.
    pub numbers: Option<&'a (Style, Style)>,
    /// `pane-border-status bottom`: labels are below their panes.
    pub labels_below: bool,
    /// Title for the viewer's terminal; empty for none.
    pub title: &'a str,
    /// Bits of `protocol::message::mode` that the multiplexer itself wants (mouse, paste, focus).
    pub modes: u32,
}

impl WindowScene<'_> {
    /// Rows that the status lines take: all but one of the surface's at most.
    #[must_use]
    pub fn status_rows(&self) -> u16 {
        (self.status.len() as u16).min(self.surface.rows.saturating_sub(1))
    }
}
