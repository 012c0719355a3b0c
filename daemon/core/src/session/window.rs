//! A window: panes in a layout.

use super::{names::tidy, pane::Pane, settings::turn_off};
use crate::{
    base::{
        geometry::{Rect, Size},
        ids::{PaneId, WindowId},
        instant::{Instant, Now},
    },
    layout::Layout,
    options::OptionNode,
};

/// One window.
#[derive(Clone, Debug)]
pub struct Window {
    /// `@N`.
    pub id: WindowId,
    /// Its name.
    pub name: String,
    /// Where its panes are. Its size is the window's.
    pub layout: Layout,
    /// The active pane: one of the layout's.
    pub active: PaneId,
    /// Panes that were active before, newest last.
    pub last: Vec<PaneId>,
    /// The pane that has the whole window for now; always the active one.
    pub zoomed: Option<PaneId>,
    /// Options set on this window.
    pub options: OptionNode,
    /// When it was created.
    pub created: Now,
    /// When a program in it last wrote something.
    pub activity: Now,
    /// Its size when `window-size` is manual (`resize-window`, `new-session -x -y`).
    pub manual_size: Option<Size>,
    /// When silence counts (`monitor-silence`).
    pub silence_due: Option<Instant>,
    /// Layout before the last `select-layout`, for `select-layout -o`.
    pub layout_before: Option<Layout>,
    /// Which preset `next-layout` is at.
    pub preset: Option<crate::layout::Preset>,
}

impl Window {
    /// A new one with one pane. Without a name it takes that of the pane's command, and goes on doing so.
    #[must_use]
    pub fn new(id: WindowId, pane: &Pane, size: Size, name: Option<&str>, now: Now) -> Window {
        let mut options = OptionNode::default();
        if name.is_some() {
            turn_off(&mut options, "automatic-rename");
        }
        Window {
            id,
            name: tidy(name.unwrap_or_else(|| pane.command())),
            layout: Layout::new(pane.id, size),
            active: pane.id,
            last: Vec::new(),
            zoomed: None,
            options,
            created: now,
            activity: now,
            manual_size: None,
            silence_due: None,
            layout_before: None,
            preset: None,
        }
    }

    /// Its size.
    #[must_use]
    pub fn size(&self) -> Size {
        self.layout.size()
    }

    /// Its panes, in the order of their indexes.
    #[must_use]
    pub fn panes(&self) -> Vec<PaneId> {
        self.layout.panes()
    }

    /// Position of the pane among the window's panes, from 0 (`pane-base-index` is not added).
    #[must_use]
    pub fn pane_position(&self, pane: PaneId) -> Option<usize> {
        self.layout.panes().iter().position(|p| *p == pane)
    }

    /// Where the pane is seen: all of the window for a zoomed one, nothing for those behind it.
    #[must_use]
    pub fn visible_rect(&self, pane: PaneId) -> Option<Rect> {
        match self.zoomed {
            Some(zoomed) if zoomed == pane => {
                let size = self.size();
                Some(Rect { x: 0, y: 0, cols: size.cols, rows: size.rows })
            }
            Some(_) => None,
            None => self.layout.rect(pane),
        }
    }

    /// The panes that are seen, with their places.
    #[must_use]
    pub fn visible(&self) -> Vec<(PaneId, Rect)> {
        match self.zoomed {
            Some(zoomed) => self.visible_rect(zoomed).map(|r| (zoomed, r)).into_iter().collect(),
            None => self.layout.places(),
        }
    }

    /// The pane that was active before.
    #[must_use]
    pub fn last_pane(&self) -> Option<PaneId> {
        self.last.iter().rev().copied().find(|p| *p != self.active && self.layout.rect(*p).is_some())
    }
}
