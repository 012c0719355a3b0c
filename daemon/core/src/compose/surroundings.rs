//! How a session's surface looks beside its panes: what options and formats make of it.
//!
//! Formats cost more than a frame does, so this is made when something it depends on changed (an option, a
//! name, the minute), and frames are composed with it until then.

use super::{
    border::{BorderIndicator, BorderLines, BorderLook},
    scene::StatusPlace,
    status::{HitRange, lay_out},
};
use crate::{
    base::{
        geometry::Size,
        ids::{PaneId, SessionId},
    },
    modes::styled::StyledRow,
    options::{
        Lookup,
        style::{Styling, colour},
    },
    session::{Place, Sessions, Window},
};
use abide_protocol::message::{Color, Style, mode};

/// Expands a format for the session, or for one of its panes.
pub type Expand<'a> = dyn FnMut(&str, Option<PaneId>) -> String + 'a;

/// The status line where `status-format` does not say another: left part, window list, right part.
pub const STATUS_FORMAT: &str = concat!(
    "#[align=left range=left #{E:status-left-style}]#[push-default]",
    "#{T;=/#{status-left-length}:status-left}#[pop-default]#[norange default]",
    "#[list=on align=#{status-justify}]#[list=left-marker]<#[list=right-marker]>#[list=on]",
    "#{W:",
    "#[range=window|#{window_index} #{E:window-status-style}",
    "#{?#{&&:#{window_last_flag},#{!=:#{E:window-status-last-style},default}}, #{E:window-status-last-style},}",
    "#{?#{&&:#{window_bell_flag},#{!=:#{E:window-status-bell-style},default}}, #{E:window-status-bell-style},",
    "#{?#{&&:#{||:#{window_activity_flag},#{window_silence_flag}},#{!=:#{E:window-status-activity-style},default}},",
    " #{E:window-status-activity-style},}}]",
    "#[push-default]#{T:window-status-format}#[pop-default]#[norange default]",
    "#{?loop_last_flag,,#{window-status-separator}}",
    ",",
    "#[range=window|#{window_index} list=focus ",
    "#{?#{!=:#{E:window-status-current-style},default},#{E:window-status-current-style},#{E:window-status-style}}",
    "]#[push-default]#{T:window-status-current-format}#[pop-default]#[norange list=on default]",
    "#{?loop_last_flag,,#{window-status-separator}}",
    "}",
    "#[nolist align=right range=right #{E:status-right-style}]#[push-default]",
    "#{T;=/#{status-right-length}:status-right}#[pop-default]#[norange default]",
);

/// Status lines, and what the mouse hits on them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatusLines {
    /// From the top down.
    pub rows: Vec<StyledRow>,
    /// Of each row.
    pub ranges: Vec<Vec<HitRange>>,
    /// Where they are.
    pub place: StatusPlace,
}

impl StatusLines {
    /// Draws the status lines of a session over that many columns.
    pub fn new(model: &Sessions, session: SessionId, cols: u16, expand: &mut Expand<'_>) -> StatusLines {
        let options = model.options(Place::Session(Some(session)));
        let place =
            if options.text("status-position") == "top" { StatusPlace::Top } else { StatusPlace::Bottom };
        let count = match options.text("status") {
            "off" => 0,
            "on" => 1,
            many => many.parse::<usize>().unwrap_or(1),
        };
        let mut lines = StatusLines { place, ..StatusLines::default() };
        let formats = options.array("status-format");
        let mut base = style(&options, "status-style", expand, None);
        // Older files set these two; they count where the style leaves the default.
        let old = |name: &str| colour(options.text(name)).filter(|c| *c != Color::Default);
        base.bg = old("status-bg").unwrap_or(base.bg);
        base.fg = old("status-fg").unwrap_or(base.fg);
        for n in 0..count {
            let format = formats.get(n).map(String::as_str).filter(|format| !format.is_empty());
            let format = format.unwrap_or(if n == 0 { STATUS_FORMAT } else { "" });
            let laid = lay_out(&expand(format, None), cols, &base);
            lines.rows.push(laid.row);
            lines.ranges.push(laid.ranges);
        }
        lines
    }
}

/// The style that an option's text is once expanded; what can't be read leaves the default.
fn style(options: &Lookup<'_>, name: &str, expand: &mut Expand<'_>, pane: Option<PaneId>) -> Style {
    let text = options.text(name);
    let mut styling = Styling::default();
    let applied = if text.contains("#{") {
        styling.apply(&expand(text, pane), &Styling::default())
    } else {
        styling.apply(text, &Styling::default())
    };
    // A style is checked when it is set; only one that a format made can be wrong, and then it is plain.
    if applied.is_err() {
        return Style::default();
    }
    styling.style
}

/// All that surrounds the panes of a session's current window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Status lines.
    pub status: StatusLines,
    /// Borders.
    pub border: BorderLook,
    /// `window-style` and `window-active-style` of each pane that is seen.
    pub grounds: Vec<(PaneId, Style)>,
    /// Labels on borders.
    pub labels: Vec<(PaneId, StyledRow)>,
    /// Labels are below their panes.
    pub labels_below: bool,
    /// Styles of `display-panes`: others, active.
    pub numbers: (Style, Style),
    /// Title for the viewer's terminal, empty for none.
    pub title: String,
    /// Modes that the multiplexer itself wants of the viewer's terminal.
    pub modes: u32,
}

impl Surroundings {
    /// The surroundings of a session's surface of that size.
    pub fn new(model: &Sessions, session: SessionId, surface: Size, expand: &mut Expand<'_>) -> Surroundings {
        let options = model.options(Place::Session(Some(session)));
        let window =
            model.sessions.get(&session).and_then(|s| s.current_window()).and_then(|w| model.windows.get(&w));
        let foreground =
            |name: &str| Style { fg: colour(options.text(name)).unwrap_or_default(), ..Style::default() };
        let mut around = Surroundings {
            status: StatusLines::new(model, session, surface.cols, expand),
            numbers: (foreground("display-panes-colour"), foreground("display-panes-active-colour")),
            modes: mode::BRACKETED_PASTE,
            ..Surroundings::default()
        };
        if options.flag("mouse") {
            around.modes |= mode::MOUSE_BUTTONS | mode::MOUSE_DRAG | mode::MOUSE_SGR;
        }
        if model.options(Place::Server).flag("focus-events") {
            around.modes |= mode::FOCUS;
        }
        if options.flag("set-titles") {
            let title = expand(options.text("set-titles-string"), None);
            around.title = crate::text::visible(&title).into_owned();
        }
        if let Some(window) = window {
            around.surround(model, window, expand);
        }
        around
    }

    fn surround(&mut self, model: &Sessions, window: &Window, expand: &mut Expand<'_>) {
        let options = model.options(Place::Window(Some(window.id)));
        let lines = match options.text("pane-border-lines") {
            "double" => BorderLines::Double,
            "heavy" => BorderLines::Heavy,
            "simple" => BorderLines::Simple,
            "number" => BorderLines::Number,
            _ => BorderLines::Single,
        };
        let indicator = match options.text("pane-border-indicators") {
            "off" => BorderIndicator::Off,
            "arrows" => BorderIndicator::Arrows,
            "both" => BorderIndicator::Both,
            _ => BorderIndicator::Colour,
        };
        let active = model.options(Place::Pane(window.active));
        let own_style = style(&active, "pane-border-style", expand, Some(window.active));
        let active_style = style(&active, "pane-active-border-style", expand, Some(window.active));
        self.labels_below = options.text("pane-border-status") == "bottom";
        let labelled = matches!(options.text("pane-border-status"), "top" | "bottom");
        for (pane, rect) in window.visible() {
            let own = model.options(Place::Pane(pane));
            let mut ground = style(&own, "window-style", expand, Some(pane));
            if pane == window.active {
                let over = style(&own, "window-active-style", expand, Some(pane));
                ground.fg = if over.fg == Color::Default { ground.fg } else { over.fg };
                ground.bg = if over.bg == Color::Default { ground.bg } else { over.bg };
            }
            self.grounds.push((pane, ground));
            if labelled {
                let base = if pane == window.active { &active_style } else { &own_style };
                let text = expand(own.text("pane-border-format"), Some(pane));
                let mut row = lay_out(&text, rect.cols.saturating_sub(LABEL_MARGIN_COLS), base).row;
                // The line goes on beside the label.
                row.ground = None;
                row.pieces.iter_mut().for_each(|piece| piece.x += LABEL_MARGIN_COLS);
                self.labels.push((pane, row));
            }
        }
        self.border = BorderLook { lines, indicator, style: own_style, active_style };
    }
}

/// Columns of line before a label.
const LABEL_MARGIN_COLS: u16 = 2;
