//! Modes over panes: what they may look at, and what follows from what they want.

use super::{Sessions, settings::Place};
use crate::{
    base::{geometry::Size, ids::PaneId},
    modes::{Mode, ModeOptions, PaneSight},
    options::{
        Lookup,
        style::{Styling, colour},
    },
};
use abide_protocol::message::Style;

/// A style option as a style; what can't be read leaves the default.
#[must_use]
pub fn style_of(options: &Lookup<'_>, name: &str) -> Style {
    let mut styling = Styling::default();
    // Values are checked when they are set; one with formats in it has no fixed style.
    let _ = styling.apply(options.text(name), &Styling::default());
    styling.style
}

impl Sessions {
    /// The options that modes of a pane go by.
    #[must_use]
    pub fn mode_options(&self, pane: PaneId) -> ModeOptions {
        let options = self.options(Place::Pane(pane));
        let session = self.options(Place::Session(self.session_of_pane(pane)));
        let clock_style =
            Style { fg: colour(options.text("clock-mode-colour")).unwrap_or_default(), ..Style::default() };
        ModeOptions {
            vi: options.text("mode-keys") == "vi",
            mode_style: style_of(&options, "mode-style"),
            match_style: style_of(&options, "copy-mode-match-style"),
            current_match_style: style_of(&options, "copy-mode-current-match-style"),
            word_separators: session.text("word-separators").to_owned(),
            wrap_search: options.flag("wrap-search"),
            clock_style,
            clock_24: options.text("clock-mode-style") != "12",
        }
    }

    /// Seconds since midnight, where the daemon runs.
    #[must_use]
    pub fn day_seconds(&self) -> u32 {
        let local = self.now.wall_seconds.saturating_add(i64::from(self.now.zone_seconds));
        u32::try_from(local.rem_euclid(86_400)).unwrap_or(0)
    }

    /// Lets a pane's mode do something, with what it may look at. `None` when the pane has no mode.
    pub fn with_mode<T>(
        &mut self,
        pane: PaneId,
        act: impl FnOnce(&mut dyn Mode, &PaneSight<'_>) -> T,
    ) -> Option<T> {
        self.panes.get(&pane)?.mode.as_ref()?;
        let options = self.mode_options(pane);
        let day_seconds = self.day_seconds();
        let mouse = self.mouse_in_pane;
        let pane = self.panes.get_mut(&pane)?;
        let mode = pane.mode.as_deref_mut()?;
        Some(act(mode, &PaneSight { screen: &pane.screen, options: &options, mouse, day_seconds }))
    }

    /// Puts a mode over a pane, or takes it away.
    pub fn set_mode(&mut self, pane: PaneId, mode: Option<Box<dyn Mode>>) {
        if mode.is_some() {
            self.readers.insert(pane);
        }
        if let Some(pane) = self.panes.get_mut(&pane) {
            pane.mode = mode;
        }
        self.redraw();
        if let Some(window) = self.panes.get(&pane).map(|p| p.window) {
            self.rename_automatically(window);
        }
    }

    pub(super) fn mode_resized(&mut self, pane: PaneId, size: Size) {
        self.with_mode(pane, |mode, sight| mode.resize(size, sight));
    }
}
