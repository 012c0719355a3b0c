//! A session: windows by index, which of them is current, and what new panes in it inherit.

use super::environment::Environment;
use crate::{
    base::{
        ids::{SessionId, WindowId},
        instant::Now,
    },
    options::OptionNode,
};
use std::collections::BTreeMap;

/// A window's place in a session. A window may be linked into several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Winlink {
    /// The window.
    pub window: WindowId,
    /// What happened there since the window was last looked at in this session.
    pub alerts: Alerts,
}

/// What happened in a window that nobody looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alerts {
    /// A bell rang (`!` in the status line).
    pub bell: bool,
    /// A program wrote something (`#`).
    pub activity: bool,
    /// Nothing was written for a while (`~`).
    pub silence: bool,
}

impl Alerts {
    /// Whether there is any.
    #[must_use]
    pub fn any(self) -> bool {
        self.bell || self.activity || self.silence
    }
}

/// One session.
#[derive(Clone, Debug)]
pub struct Session {
    /// `$N`.
    pub id: SessionId,
    /// Its name: unique, not empty.
    pub name: String,
    /// Windows by index. Never empty.
    pub windows: BTreeMap<u32, Winlink>,
    /// Index of the current window.
    pub current: u32,
    /// Windows that were current before, newest last: `last-window` goes to the newest.
    pub last: Vec<WindowId>,
    /// When it was created.
    pub created: Now,
    /// When somebody last did something in it.
    pub activity: Now,
    /// When it was last attached; `None` when it never was.
    pub attached: Option<Now>,
    /// Grows with each use, to tell which of two sessions was used last.
    pub used: u64,
    /// Options set on this session.
    pub options: OptionNode,
    /// Variables set on this session.
    pub environment: Environment,
    /// Where new windows start.
    pub cwd: String,
}

impl Session {
    /// The current window.
    #[must_use]
    pub fn current_window(&self) -> Option<WindowId> {
        self.windows.get(&self.current).map(|link| link.window)
    }

    /// The lowest index at which the window is linked.
    #[must_use]
    pub fn index_of(&self, window: WindowId) -> Option<u32> {
        self.windows.iter().find(|(_, link)| link.window == window).map(|(index, _)| *index)
    }

    /// Whether the window is linked.
    #[must_use]
    pub fn has(&self, window: WindowId) -> bool {
        self.index_of(window).is_some()
    }

    /// Index of the window that was current before and still is here.
    #[must_use]
    pub fn last_index(&self) -> Option<u32> {
        self.last.iter().rev().find_map(|w| self.index_of(*w).filter(|index| *index != self.current))
    }

    /// The lowest free index from `base` on.
    #[must_use]
    pub fn free_index(&self, base: u32) -> u32 {
        let mut index = base;
        while self.windows.contains_key(&index) {
            index = index.saturating_add(1);
        }
        index
    }
}
