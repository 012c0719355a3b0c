//! What the keeper tells the service manager above it.
//!
//! A sign of life means that the keeper's own loop turns, and no more: a daemon that hangs gives itself up (see
//! `reactor::watchdog`) and has a successor within moments, while a manager that acted would end every program. A
//! daemon that can't be started at all shows in the status; with no program left to lose, the keeper gives up by itself.

use crate::os::manager::{Manager, status};
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
        self.manager.say(&["READY=1".to_owned(), status(text)]);
    }

    /// What there is to say of the state.
    pub(super) fn is(&mut self, text: &str) {
        if self.status != text {
            text.clone_into(&mut self.status);
            self.manager.say(&[status(text)]);
        }
    }

    /// The end is intended: said once.
    pub(super) fn stops(&mut self, text: &str) {
        if !std::mem::replace(&mut self.stopping, true) {
            self.manager.say(&["STOPPING=1".to_owned(), status(text)]);
        }
    }

    /// When to look again.
    pub(super) fn look_at(&self) -> Option<Instant> {
        self.alive.map(|(_, at)| at)
    }

    /// Gives a sign of life when one is due.
    pub(super) fn look(&mut self, now: Instant) {
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
