//! A pane: one pty, its screen, and what is known of what runs in it.

use crate::{
    base::{
        geometry::Size,
        ids::{PaneId, WindowId},
        instant::{Instant, Now},
    },
    boundary::{ExitStatus, InputMark, ProcessFacts, Program},
    keys::{Key, Named, encode, encode_mouse},
    modes::Mode,
    options::OptionNode,
    screen::Screen,
};
use abide_protocol::message::{MouseAction, MouseEvent, mode};

/// Arrow keys that a step of the wheel types: what foot does.
const WHEEL_KEYS: usize = 3;

/// What became of a pane's program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaneState {
    /// Its pty is being opened.
    Starting,
    /// It runs.
    Running,
    /// It has none: what it shows is written by commands (`split-window ''`).
    Empty,
    /// It has ended and the pane stays (`remain-on-exit`).
    Dead {
        /// How it ended.
        status: ExitStatus,
        /// When.
        at: Now,
    },
}

/// One pane. Which window it is in and where is the window's business; the id of that window is kept here
/// so that a pane's output finds its way up.
pub struct Pane {
    /// `%N`.
    pub id: PaneId,
    /// The window it is in.
    pub window: WindowId,
    /// What its program has drawn. Has the size of the pane.
    pub screen: Screen,
    /// Whether its program runs.
    pub state: PaneState,
    /// What was started in it; what `respawn-pane` and a restore start again.
    pub program: Program,
    /// Where the program was started, or where it was last seen: see [`Pane::cwd`].
    pub start_cwd: String,
    /// Set by the program (OSC 0, 2) or by `select-pane -T`; the host's name at first.
    pub title: String,
    /// Path of its tty, empty until it is open.
    pub tty: String,
    /// Process id of its program, 0 until it is open.
    pub pid: u32,
    /// What the system last said of its foreground process.
    pub process: ProcessFacts,
    /// The command line that its shell has told of and that runs now (OSC 133, 633); empty where it tells of none.
    pub shell_line: String,
    /// What is to be typed at its new shell's prompt.
    pub retype: Option<super::Retype>,
    /// When that is asked for again.
    pub process_due: Option<Instant>,
    /// When that was asked for last.
    pub process_asked: Instant,
    /// A mode that lies over the screen (copy mode, a chooser, the clock).
    pub mode: Option<Box<dyn Mode>>,
    /// Options set on this pane.
    pub options: OptionNode,
    /// Keys and pastes are dropped (`select-pane -d`).
    pub input_off: bool,
    /// What was typed before its pty was open, with the marks.
    pub typed_early: Vec<(InputMark, Vec<u8>)>,
    /// When the store's record was written that it came out of, while its program is still to be started.
    pub revived_from: Option<Now>,
    /// Position in the pty's stream just after what the screen has been given.
    pub output_offset: u64,
    /// Replies for offsets up to this one have been sent by an earlier daemon.
    pub replied_offset: u64,
    /// When the program began to hold its screen back (DEC 2026), while it does.
    pub held_since: Option<Instant>,
    /// When its program last wrote something.
    pub output_at: Instant,
    /// When it last became the active pane of its window: neighbours are chosen by it.
    pub active_point: u64,
    /// The size that its pty was last given; `None` until it is open.
    pub pty_size: Option<Size>,
}

impl Pane {
    /// Whether its program has ended.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        matches!(self.state, PaneState::Dead { .. })
    }

    /// What its program is to be told of the mouse, `event` in cells of the pane: a report, in pixels with mode 1016, or
    /// arrow keys for the wheel with mode 1007. None when it asked for neither.
    #[must_use]
    pub fn mouse_bytes(&self, event: MouseEvent) -> Option<Vec<u8>> {
        let modes = self.screen.modes();
        if modes & (mode::MOUSE_BUTTONS | mode::MOUSE_DRAG | mode::MOUSE_ALL) == 0 {
            let key = match event.action {
                MouseAction::WheelUp => Named::Up,
                MouseAction::WheelDown => Named::Down,
                _ => return None,
            };
            return self
                .screen
                .wheel_types()
                .then(|| encode(Key::named(key), modes))?
                .map(|b| b.repeat(WHEEL_KEYS));
        }
        let Some((width, height)) = self.screen.mouse_pixels() else { return encode_mouse(&event, modes) };
        // Nobody knows where in the cell.
        let middle = |at: u16, side: u16| at.saturating_mul(side).saturating_add(side / 2);
        let middle = MouseEvent { x: middle(event.x, width), y: middle(event.y, height), ..event };
        encode_mouse(&middle, modes | mode::MOUSE_SGR)
    }

    /// Its working directory as far as is known: of the foreground process, else what the shell said by
    /// OSC 7, else where it started.
    #[must_use]
    pub fn cwd(&self) -> &str {
        if !self.process.cwd.is_empty() {
            return &self.process.cwd;
        }
        &self.start_cwd
    }

    /// Name of the program in its foreground, as far as is known.
    #[must_use]
    pub fn command(&self) -> &str {
        if !self.process.command.is_empty() {
            return &self.process.command;
        }
        let first = self.program.words.first().map_or(self.program.shell.as_str(), String::as_str);
        let first = first.split_ascii_whitespace().next().unwrap_or(first);
        first.rsplit('/').next().unwrap_or(first)
    }
}
