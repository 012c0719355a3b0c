//! What the daemon before left with the keeper, pane by pane. One that is sick never holds up the others.

use crate::keeper::link::{Inheritance, InheritedPane};
use crate::reactor::ports::{Core, Keeper, Memory};
use crate::reactor::{Inherited, Reactor};
use abide_core::server::PtyFacts;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The client number under which the daemon answers queries.
const OURSELVES: u64 = 0;

/// What was found at the keeper.
pub struct Legacy {
    /// The last structure record.
    pub structure: Option<Vec<u8>>,
    /// Panes with their memory.
    pub panes: Vec<InheritedPane>,
    /// How the daemon before ended, when not as intended.
    pub crash: Option<String>,
    starts: u32,
}

impl From<Inheritance> for Legacy {
    fn from(i: Inheritance) -> Legacy {
        Legacy { structure: i.structure, panes: i.panes, crash: i.crash, starts: i.starts }
    }
}

impl Legacy {
    /// Lines for `show-messages`: how the daemon before ended, when it was not as intended.
    #[must_use]
    pub fn notices(&self) -> Vec<String> {
        log::info!("start {} of this server, {} panes live on", self.starts + 1, self.panes.len());
        let crash = self.crash.as_ref().map(|words| {
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            log::error!("the daemon before ended unexpectedly: {words}");
            format!("the server crashed and was started again: {words}")
        });
        crash.into_iter().collect()
    }
}

/// Gives a pane back to the core: the screen of its checkpoint, the input that was taken, and its journal from
/// there on to the loop.
pub fn adopt<C, K>(reactor: &mut Reactor<C, K>, pane: InheritedPane)
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
    if screen.is_none() && tail > 0 {
        log::error!("pane {id}: no checkpoint makes sense: its screen begins at byte {tail}");
    }
    let facts = PtyFacts { pid, tty };
    reactor.inherit(id, Inherited { facts, memory, wake, screen, read, replies_until, marks, exited });
}
