//! What the daemon before left with the keeper, pane by pane. One that is sick never holds up the others.

use crate::keeper::link::{Inheritance, InheritedPane};
use crate::reactor::ports::{Core, Keeper, Memory};
use crate::reactor::{Inherited, Reactor};
use abide_core::boundary::{Occasion, PtyFacts};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The client number under which the daemon answers queries.
const OURSELVES: u64 = 0;
/// Characters of the reason why an upgrade failed that are told: a few lines of a terminal. The log has all of it.
const REASON_CHARS_MAX: usize = 500;

/// What was found at the keeper.
pub struct Legacy {
    /// The last structure record.
    pub structure: Option<Vec<u8>>,
    /// Panes with their memory.
    pub panes: Vec<InheritedPane>,
    /// How the daemon before ended, when not as intended.
    pub crash: Option<String>,
    /// Why there is this daemon.
    pub occasion: Occasion,
    starts: u32,
}

impl From<Inheritance> for Legacy {
    fn from(i: Inheritance) -> Legacy {
        let occasion = match i.occasion {
            Occasion::Fallback(why) => Occasion::Fallback(brief(&why)),
            other => other,
        };
        Legacy { structure: i.structure, panes: i.panes, crash: i.crash, occasion, starts: i.starts }
    }
}

impl Legacy {
    /// Lines for `show-messages`: how the daemon before ended, when it was not as intended, and what became of an
    /// upgrade.
    #[must_use]
    pub fn notices(&self) -> Vec<String> {
        log::info!("start {} of this server, {} panes live on", self.starts + 1, self.panes.len());
        let crash = self.crash.as_ref().map(|words| {
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            log::error!("the daemon before ended unexpectedly: {words}");
            format!("the server crashed and was started again: {words}")
        });
        let upgrade = self.occasion.line();
        if let Some(text) = &upgrade {
            log::info!("{text}");
        }
        crash.into_iter().chain(upgrade).collect()
    }
}

/// The beginning of a reason, in one line: what a panic says comes before its backtrace.
fn brief(why: &str) -> String {
    let line = why.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = line.char_indices().nth(REASON_CHARS_MAX).map(|(at, _)| at);
    end.map_or(line.clone(), |end| format!("{}...", line.get(..end).unwrap_or_default()))
}

/// Gives a pane back to the core: the screen of its checkpoint, the input that was taken, and its journal from
/// there on to the loop.
///
/// # Errors
/// When there was a screen and it makes no sense to us: the pane is there, with an empty one.
pub fn adopt<C, K>(reactor: &mut Reactor<C, K>, pane: InheritedPane) -> Result<(), String>
where
    C: Core,
    K: Keeper<Memory = crate::keeper::pane_memory::PaneMemory>,
{
    let InheritedPane { pane: id, pid, tty, mut memory, wake, exited } = pane;
    let marks = memory.input().marks();
    let replies_until = marks.iter().find(|(client, _)| *client == OURSELVES).map_or(0, |(_, seq)| *seq);
    let restored = catch_unwind(AssertUnwindSafe(|| memory.restored())).ok().flatten();
    let tail = Memory::tail(&memory);
    let (read, screen) = match restored {
        Some((offset, mut screen)) => {
            if let Some(lost) = tail.checked_sub(offset).filter(|lost| *lost > 0) {
                let line = format!(
                    "[abide: {lost} bytes of output are lost: the checkpoint behind them was damaged]"
                );
                log::error!("pane {id}: {line} (from offset {offset})");
                screen.put_line(&line);
            }
            (offset.max(tail), Some(screen))
        }
        None => (tail, None),
    };
    let mut outcome = Ok(());
    if screen.is_none() && tail > 0 {
        log::error!("pane {id}: no checkpoint makes sense: its screen begins at byte {tail}");
        outcome = Err(format!("pane {id}: no checkpoint of its screen makes sense"));
    }
    let facts = PtyFacts { pid, tty };
    reactor.inherit(id, Inherited { facts, memory, wake, screen, read, replies_until, marks, exited });
    outcome
}
