//! What of a well-formed message passes a bound of the limits page.

use super::*;
use crate::limits as max;
use std::fmt;

/// A bound of the limits page that a message passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excess {
    /// What there is too much of.
    pub what: &'static str,
    /// How much is allowed.
    pub max: usize,
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: at most {} are allowed", self.what, self.max)
    }
}
impl std::error::Error for Excess {}

type Checked = Result<(), Excess>;

fn at_most(what: &'static str, n: usize, max: usize) -> Checked {
    if n > max { Err(Excess { what, max }) } else { Ok(()) }
}
fn name(what: &'static str, text: &str) -> Checked {
    at_most(what, text.len(), max::NAME_BYTES_MAX)
}
fn size(what: &'static str, size: Size) -> Checked {
    at_most(what, usize::from(size.cols.max(size.rows)), usize::from(max::SIDE_CELLS_MAX))
}
fn features(features: &[String]) -> Checked {
    at_most("features", features.len(), max::FEATURES_MAX)?;
    features.iter().try_for_each(|f| at_most("bytes in the name of a feature", f.len(), max::FEATURES_MAX))
}

impl ClientMessage {
    /// Checks every quantity in it against the limits page.
    ///
    /// # Errors
    /// The first that is passed.
    pub fn check(&self) -> Result<(), Excess> {
        match self {
            ClientMessage::Hello(m) => m.check(),
            ClientMessage::Attach(m) => {
                size("cells on a side of the surface", m.size)?;
                name("bytes in the target", &m.target)
            }
            ClientMessage::Input(m) => {
                at_most("events in one input", m.events.len(), max::INPUT_EVENTS_MAX)?;
                m.events.iter().try_for_each(InputEvent::check)
            }
            ClientMessage::Resize(m) => size("cells on a side of the surface", m.size),
            ClientMessage::GetHistory(m) => {
                at_most("history lines at once", m.count as usize, max::HISTORY_LINES_MAX as usize)
            }
            ClientMessage::Command(m) => {
                size("cells on a side of the tty", m.size)?;
                at_most("words in a command line", m.words.len(), max::COMMAND_WORDS_MAX)?;
                let bytes = m.words.iter().map(String::len).sum();
                at_most("bytes in a command line", bytes, max::COMMAND_BYTES_MAX)
            }
            ClientMessage::CommandInput(m) => {
                at_most("bytes of standard input at once", m.text.len(), max::INPUT_BYTES_MAX)
            }
            ClientMessage::Features(m) => features(&m.features),
            ClientMessage::Detach(_)
            | ClientMessage::Watch(_)
            | ClientMessage::GetPicture(_)
            | ClientMessage::Ping(_) => Ok(()),
        }
    }
}

impl Hello {
    fn check(&self) -> Checked {
        name("bytes in the working directory", &self.cwd)?;
        name("bytes in the name of the tty", &self.tty)?;
        name("bytes in TERM", &self.term)?;
        features(&self.features)?;
        at_most("environment variables", self.environment.len(), max::ENVIRONMENT_COUNT_MAX)
    }
}

impl InputEvent {
    fn check(&self) -> Checked {
        match self {
            InputEvent::Key(key) => at_most("bytes in the name of a key", key.len(), max::KEY_BYTES_MAX),
            InputEvent::Press(press) => {
                [&press.key, &press.base, &press.shifted].iter().try_for_each(|key| {
                    at_most("bytes in the name of a key", key.len(), max::KEY_BYTES_MAX)
                })?;
                at_most("bytes that a key typed", press.text.len(), max::KEY_TEXT_BYTES_MAX)
            }
            InputEvent::Paste(bytes) => at_most("bytes in one paste", bytes.len(), max::INPUT_BYTES_MAX),
            InputEvent::Raw(bytes) => at_most("bytes in one raw input", bytes.len(), max::INPUT_BYTES_MAX),
            InputEvent::Mouse(_) | InputEvent::Focus(_) => Ok(()),
        }
    }
}

impl ServerMessage {
    /// Checks every quantity in it against the limits page.
    ///
    /// # Errors
    /// The first that is passed.
    pub fn check(&self) -> Result<(), Excess> {
        match self {
            ServerMessage::Welcome(m) => {
                name("bytes in the name of the software", &m.software)?;
                features(&m.features)
            }
            ServerMessage::Refused(m) => at_most("bytes in a refusal", m.text.len(), max::TEXT_BYTES_MAX),
            ServerMessage::Attached(m) => {
                name("bytes in the pane's id", &m.pane)?;
                name("bytes in the session's id", &m.session)?;
                name("bytes in the session's name", &m.session_name)
            }
            ServerMessage::Detached(m) => {
                name("bytes in the session's name", &m.name)?;
                at_most("bytes in the note", m.note.len(), max::TEXT_BYTES_MAX)?;
                at_most("bytes in the command to run", m.exec.len(), max::TEXT_BYTES_MAX)
            }
            ServerMessage::Update(m) => m.check(),
            ServerMessage::History(m) => {
                at_most("history lines at once", m.rows.len(), max::HISTORY_LINES_MAX as usize)?;
                styles(&m.styles)?;
                m.rows.iter().try_for_each(Row::check)
            }
            ServerMessage::Picture(m) => {
                at_most("bytes of a picture at once", m.bytes.len(), max::PICTURE_PIECE_BYTES_MAX)
            }
            ServerMessage::Output(m) => {
                at_most("bytes of output at once", m.text.len(), max::OUTPUT_BYTES_MAX)
            }
            ServerMessage::Event(m) => m.check(),
            ServerMessage::Error(m) => at_most("bytes in an error", m.text.len(), max::TEXT_BYTES_MAX),
            ServerMessage::InputAck(_)
            | ServerMessage::ReadInput(_)
            | ServerMessage::Done(_)
            | ServerMessage::Pong(_) => Ok(()),
        }
    }
}

impl Update {
    fn check(&self) -> Checked {
        size("cells on a side of the surface", self.size)?;
        at_most("row changes", self.rows.len(), usize::from(max::SIDE_CELLS_MAX))?;
        at_most("scrolls", self.scrolls.len(), max::SCROLLS_MAX)?;
        styles(&self.styles)?;
        name("bytes in the title", self.title.as_deref().unwrap_or_default())?;
        let pictures = self.pictures.as_ref().map_or(0, Vec::len);
        at_most("pictures on a surface", pictures, max::PLACEMENTS_MAX)?;
        self.rows.iter().try_for_each(|change| change.1.check())?;
        let Some(history) = &self.history else { return Ok(()) };
        at_most("history lines at once", history.rows.len(), max::HISTORY_LINES_MAX as usize)?;
        history.rows.iter().try_for_each(Row::check)
    }
}

fn styles(styles: &[StyleDefinition]) -> Checked {
    at_most("styles", styles.len(), max::STYLES_PER_VIEWER_MAX)?;
    styles.iter().try_for_each(|s| at_most("bytes in a hyperlink", s.1.link.len(), max::LINK_BYTES_MAX))
}

impl Row {
    fn check(&self) -> Checked {
        let side = usize::from(max::SIDE_CELLS_MAX);
        at_most("runs in a row", self.1.len(), side)?;
        // A run has at least as many bytes as scalars: a long text is refused before it is counted.
        let mut cols: usize = 0;
        for run in &self.1 {
            let bytes_max = match run.1 {
                Cells::Narrow | Cells::Wide => side * char::MAX.len_utf8(),
                Cells::NarrowCluster | Cells::WideCluster => max::CLUSTER_BYTES_MAX,
            };
            at_most("bytes in a run of cells", run.2.len(), bytes_max)?;
            cols += run.cols();
        }
        at_most("columns in a row", cols, side)
    }
}

impl Event {
    fn check(&self) -> Checked {
        match self {
            Event::Topology(t) => {
                at_most("bytes about durability", t.durability.len(), max::TEXT_BYTES_MAX)?;
                let windows = t.sessions.iter().flat_map(|s| &s.windows);
                let panes = windows.clone().flat_map(|w| &w.panes);
                t.sessions
                    .iter()
                    .flat_map(|s| [&s.id, &s.name])
                    .try_for_each(|n| name("bytes in a name", n))?;
                windows.flat_map(|w| [&w.id, &w.name]).try_for_each(|n| name("bytes in a name", n))?;
                panes.flat_map(|p| [&p.id, &p.title]).try_for_each(|n| name("bytes in a title", n))
            }
            Event::Message(text) => at_most("bytes in a message", text.len(), max::TEXT_BYTES_MAX),
            Event::Clipboard(bytes) => {
                at_most("bytes for the clipboard", bytes.len(), max::CLIPBOARD_BYTES_MAX)
            }
            Event::Suspend(_) => Ok(()),
        }
    }
}
