//! Which source a mio token stands for. Numbers of panes and viewers are never used again, so an event that
//! comes late finds nobody, never somebody else.

use abide_core::base::ids::{PaneId, ViewerId};
use mio::Token;

/// A source of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Listener,
    Keeper,
    /// Answers of the worker threads.
    Mailbox,
    Signals,
    Pane(PaneId),
    Viewer(ViewerId),
}

const PANE: usize = 1 << 62;
const VIEWER: usize = 1 << 63;

impl Source {
    pub(super) fn token(self) -> Token {
        Token(match self {
            Source::Listener => 0,
            Source::Keeper => 1,
            Source::Mailbox => 2,
            Source::Signals => 3,
            Source::Pane(PaneId(n)) => PANE | n as usize,
            // 2^62 connections are more than there will be.
            Source::Viewer(ViewerId(n)) => VIEWER | (n as usize & (PANE - 1)),
        })
    }

    pub(super) fn of(token: Token) -> Option<Source> {
        let n = token.0;
        Some(match n {
            0 => Source::Listener,
            1 => Source::Keeper,
            2 => Source::Mailbox,
            3 => Source::Signals,
            _ if n & VIEWER != 0 => Source::Viewer(ViewerId((n & (PANE - 1)) as u64)),
            _ if n & PANE != 0 => Source::Pane(PaneId(u32::try_from(n & (PANE - 1)).ok()?)),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_there_and_back() {
        for source in [
            Source::Listener,
            Source::Keeper,
            Source::Mailbox,
            Source::Signals,
            Source::Pane(PaneId(0)),
            Source::Pane(PaneId(u32::MAX)),
            Source::Viewer(ViewerId(1)),
            Source::Viewer(ViewerId(1 << 40)),
        ] {
            assert_eq!(Source::of(source.token()), Some(source));
        }
        assert_eq!(Source::of(Token(77)), None);
    }
}
