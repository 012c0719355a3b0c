//! Memory that was freed goes back to the system when the daemon is quiet. The allocator keeps it, since it lies between
//! pieces that are still in use: after a hundred panes were opened that is three times what they need, and after a
//! long history was cleared all of it.

use super::limits::{HEAP_BUSY_MS_MAX, HEAP_QUIET_MS};
use abide_core::base::instant::Instant;

/// When that is due.
#[derive(Debug)]
pub(super) struct Heap {
    give_back: fn(),
    /// The first use since it was done last.
    since: Option<Instant>,
    due: Option<Instant>,
}

impl Heap {
    pub(super) fn new(give_back: fn()) -> Heap {
        Heap { give_back, since: None, due: None }
    }

    /// Something was done, which may have freed memory.
    pub(super) fn used(&mut self, now: Instant) {
        let since = *self.since.get_or_insert(now);
        self.due = Some(now.after_ms(HEAP_QUIET_MS).min(since.after_ms(HEAP_BUSY_MS_MAX)));
    }

    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    pub(super) fn look(&mut self, now: Instant) {
        if self.due.is_some_and(|at| at <= now) {
            (self.since, self.due) = (None, None);
            (self.give_back)();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    thread_local!(static GIVEN_BACK: Cell<u32> = const { Cell::new(0) });

    #[test]
    fn it_is_given_back_when_quiet_and_now_and_then_when_not() {
        let mut heap = Heap::new(|| GIVEN_BACK.set(GIVEN_BACK.get() + 1));
        assert_eq!(heap.due(), None, "nothing was done");
        heap.used(Instant(1000));
        assert_eq!(heap.due(), Some(Instant(1000 + HEAP_QUIET_MS)));
        heap.look(Instant(999 + HEAP_QUIET_MS));
        assert_eq!(GIVEN_BACK.get(), 0);
        heap.look(Instant(1000 + HEAP_QUIET_MS));
        assert_eq!((GIVEN_BACK.get(), heap.due()), (1, None));
        for ms in 0..=HEAP_BUSY_MS_MAX {
            heap.used(Instant(100_000 + ms));
            heap.look(Instant(100_000 + ms));
        }
        assert_eq!(GIVEN_BACK.get(), 2, "once in all that time");
    }
}
