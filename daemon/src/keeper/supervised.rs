//! What the keeper tells the service manager above it.
//!
//! A sign of life means that the keeper's own loop turns, and no more: a daemon that hangs gives itself up (see
//! `reactor::watchdog`) and has a successor within moments, while a manager that acted would end every program. A
//! daemon that can't be started at all shows in the status; with no program left to lose, the keeper gives up by itself.

use super::deposit::{Deposit, Thing};
use super::limits::DEPOSIT_END_MS;
use super::pane::Pane;
use crate::os::manager::{Manager, status};
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// The manager, and what it has been told.
#[derive(Debug, Default)]
pub(super) struct Supervised {
    manager: Manager,
    ready: bool,
    stopping: bool,
    status: String,
    /// How often a sign of life is given: twice as often as is asked for; and when the next is due.
    alive: Option<(Duration, Instant)>,
    deposit: Deposit,
}

impl Supervised {
    /// By the manager that our environment names.
    pub(super) fn new(now: Instant) -> Supervised {
        Supervised::by(Manager::of(&|name| std::env::var_os(name), std::process::id()), now)
    }

    fn by(manager: Manager, now: Instant) -> Supervised {
        let alive = manager.watchdog().map(|within| (within / 2, now));
        Supervised { manager, alive, ..Supervised::default() }
    }

    /// The server serves: said once; after that a status.
    pub(super) fn serves(&mut self, text: &str) {
        if std::mem::replace(&mut self.ready, true) {
            return self.is(text);
        }
        text.clone_into(&mut self.status);
        self.say(&["READY=1".to_owned(), status(text)]);
    }

    /// What there is to say of the state.
    pub(super) fn is(&mut self, text: &str) {
        if self.status != text {
            text.clone_into(&mut self.status);
            self.say(&[status(text)]);
        }
    }

    /// The end is intended: said once.
    pub(super) fn stops(&mut self, text: &str) {
        if !std::mem::replace(&mut self.stopping, true) {
            self.say(&["STOPPING=1".to_owned(), status(text)]);
        }
    }

    fn say(&mut self, lines: &[String]) {
        if !self.manager.tell(lines, None) {
            self.deposit.say(lines);
        }
    }

    /// The manager is to hold something, for the day that keeper and daemon are lost.
    pub(super) fn give(&mut self, thing: Thing, descriptor: &Rc<OwnedFd>) {
        if self.is_there() {
            self.deposit.give(thing, Rc::clone(descriptor));
        }
    }

    /// A pane's program has ended, and its pty is of no use any more; nor is its memory, when that has an index.
    pub(super) fn take_back_of(&mut self, pane: &Pane, index: Option<usize>) {
        let (id, pid) = (pane.id, pane.pid.cast_unsigned());
        self.deposit.take_back(Thing::Master(id));
        self.deposit.take_back(Thing::Process(id, pid));
        if let Some(index) = index {
            self.deposit.take_back(Thing::Memory(id, index as u32));
        }
    }

    /// Whether there is a manager to hold something.
    pub(super) fn is_there(&self) -> bool {
        self.manager.is_there()
    }

    /// It was given these by a keeper before: what has not been given again is of no use.
    pub(super) fn held_before(&mut self, things: &[Thing]) {
        things.iter().for_each(|thing| self.deposit.is_of_no_use(*thing));
    }

    /// Tells the manager what has changed in what it is to hold.
    pub(super) fn settle(&mut self, now: Instant) {
        if !self.deposit.is_settled() && self.deposit.look_at().is_none_or(|at| at <= now) {
            self.deposit.tell(&self.manager, now);
        }
    }

    /// It is to hold nothing any more: whoever starts next starts from the store. Waits for it a little.
    pub(super) fn ends(&mut self) {
        if !self.manager.is_there() {
            return;
        }
        self.deposit.take_all_back();
        let until = Instant::now() + Duration::from_millis(DEPOSIT_END_MS);
        loop {
            self.settle(Instant::now());
            let Some(at) = self.deposit.look_at().filter(|at| *at < until) else { return };
            std::thread::sleep(at.saturating_duration_since(Instant::now()));
        }
    }

    /// When to look again.
    pub(super) fn look_at(&self) -> Option<Instant> {
        self.alive.map(|(_, at)| at).into_iter().chain(self.deposit.look_at()).min()
    }

    /// Gives a sign of life when one is due, and tells what waits.
    pub(super) fn look(&mut self, now: Instant) {
        self.settle(now);
        if let Some((every, at)) = &mut self.alive
            && *at <= now
        {
            *at = now + *every;
            self.manager.say(&["WATCHDOG=1".to_owned()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixDatagram};

    fn heard(socket: &UnixDatagram) -> Vec<String> {
        let mut bytes = [0; 4096];
        let mut all = Vec::new();
        while let Ok(n) = socket.recv(&mut bytes) {
            all.push(String::from_utf8_lossy(&bytes[..n]).into_owned());
        }
        all
    }

    #[test]
    fn a_life_as_the_manager_hears_it() {
        let name = format!("abide-test-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).expect("a name");
        let socket = UnixDatagram::bind_addr(&address).expect("a socket");
        socket.set_nonblocking(true).expect("nonblocking");
        let set = [("NOTIFY_SOCKET", format!("@{name}")), ("WATCHDOG_USEC", "1000000".to_owned())];
        let look = |wanted: &str| set.iter().find(|(n, _)| *n == wanted).map(|(_, v)| v.into());
        let begin = Instant::now();
        let at = |ms| begin + Duration::from_millis(ms);
        let mut keeper = Supervised::by(Manager::of(&look, 1), begin);
        keeper.look(begin);
        assert_eq!(keeper.look_at(), Some(at(500)));
        keeper.serves("daemon 1");
        keeper.is("daemon 1");
        keeper.look(at(499));
        keeper.is("it crashed\nMAINPID=1");
        keeper.look(at(700));
        keeper.serves("daemon 2");
        keeper.stops("SIGTERM");
        keeper.stops("again");
        keeper.look(at(1200));
        let said = [
            "WATCHDOG=1",
            "READY=1\nSTATUS=daemon 1",
            "STATUS=it crashed MAINPID=1",
            "WATCHDOG=1",
            "STATUS=daemon 2",
            "STOPPING=1\nSTATUS=SIGTERM",
            "WATCHDOG=1",
        ];
        assert_eq!(heard(&socket), said);
    }
}
