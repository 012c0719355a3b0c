//! The service manager above us, if there is one that wants to hear: systemd's notification protocol, which podman and
//! others speak too. A message is one datagram of `NAME=value` lines to the socket that `NOTIFY_SOCKET` names. Nothing
//! here ever waits, and nothing depends on being heard.

use super::rights;
use std::ffi::OsString;
use std::io;
use std::os::fd::{BorrowedFd, RawFd};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

/// Variables by which a service manager speaks to its main process, and to nobody below that: a program in a pane that
/// had them would answer in our name.
pub const VARIABLES: [&str; 8] = [
    "NOTIFY_SOCKET",
    "WATCHDOG_USEC",
    "WATCHDOG_PID",
    "LISTEN_FDS",
    "LISTEN_PID",
    "LISTEN_PIDFDID",
    "LISTEN_FDNAMES",
    "FDSTORE",
];
/// The number of the first descriptor that a manager hands: sd_listen_fds(3).
const FIRST_HANDED: RawFd = 3;
/// Characters of a status: a line on a screen, with room.
const STATUS_CHARS_MAX: usize = 200;

/// Where it listens, and how often it wants to hear from us.
#[derive(Debug, Default)]
pub struct Manager {
    address: Option<SocketAddr>,
    watchdog: Option<Duration>,
}

impl Manager {
    /// The manager that an environment names, for the process `pid`. An address that makes no sense is no manager.
    #[must_use]
    pub fn of(variable: &dyn Fn(&str) -> Option<OsString>, pid: u32) -> Manager {
        let Some(socket) = variable("NOTIFY_SOCKET") else { return Manager::default() };
        let address = match socket.as_bytes() {
            [b'@', name @ ..] => SocketAddr::from_abstract_name(name),
            [b'/', ..] => SocketAddr::from_pathname(&socket),
            _ => Err(io::Error::other("it is neither a path nor an abstract name")),
        };
        let address =
            address.inspect_err(|fault| log::warn!("NOTIFY_SOCKET {}: {fault}", socket.display())).ok();
        let number = |name: &str| variable(name).and_then(|v| v.to_str()?.parse::<u64>().ok());
        let ours = number("WATCHDOG_PID").is_none_or(|named| named == u64::from(pid));
        let watchdog = number("WATCHDOG_USEC").filter(|usec| ours && *usec > 0 && address.is_some());
        Manager { address, watchdog: watchdog.map(Duration::from_micros) }
    }

    /// How often it wants a sign of life; it ends us when none comes for that long.
    #[must_use]
    pub fn watchdog(&self) -> Option<Duration> {
        self.address.as_ref().and(self.watchdog)
    }

    /// Whether there is one.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.address.is_some()
    }

    /// Says something that may be missed: lines of `NAME=value`.
    pub fn say(&self, lines: &[String]) {
        self.tell(lines, None);
    }

    /// Tells something, with a descriptor; false when the manager has no room for it now. One that does not listen is told
    /// nothing, and that is all.
    pub fn tell(&self, lines: &[String], descriptor: Option<BorrowedFd<'_>>) -> bool {
        let Some(address) = &self.address else { return true };
        // A socket each time: the manager may have started anew, and it is seldom.
        let sent = UnixDatagram::unbound().and_then(|socket| {
            socket.set_nonblocking(true)?;
            socket.connect_addr(address)?;
            rights::send(&socket, lines.join("\n").as_bytes(), descriptor)
        });
        sent.unwrap_or_else(|fault| {
            log::debug!("the service manager does not hear: {fault}");
            true
        })
    }
}

/// Descriptors that a manager started the process `pid` with, by number, and their names.
#[must_use]
pub fn handed(variable: &dyn Fn(&str) -> Option<OsString>, pid: u32, most: usize) -> Vec<(RawFd, String)> {
    let text = |name: &str| variable(name)?.into_string().ok();
    // Else they are an ancestor's.
    if text("LISTEN_PID").and_then(|named| named.parse().ok()) != Some(pid) {
        return Vec::new();
    }
    let count = text("LISTEN_FDS").and_then(|n| n.parse::<usize>().ok()).unwrap_or(0).min(most);
    let names = text("LISTEN_FDNAMES").unwrap_or_default();
    let names = names.split(':').map(str::to_owned).chain(std::iter::repeat(String::new()));
    (FIRST_HANDED..).zip(names).take(count).collect()
}

/// A status line: one line, whatever the text.
#[must_use]
pub fn status(text: &str) -> String {
    let line: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(STATUS_CHARS_MAX).collect();
    format!("STATUS={line}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manager(set: &[(&str, &str)]) -> Manager {
        let look = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, v)| OsString::from(v));
        Manager::of(&look, 42)
    }

    #[test]
    fn the_environment_says_where_and_how_often() {
        type Case<'a> = (&'a [(&'a str, &'a str)], bool, Option<u64>);
        let cases: [Case<'_>; 9] = [
            (&[], false, None),
            (&[("WATCHDOG_USEC", "1000")], false, None),
            (&[("NOTIFY_SOCKET", "/run/n")], true, None),
            (&[("NOTIFY_SOCKET", "@abide/n"), ("WATCHDOG_USEC", "3000")], true, Some(3000)),
            (
                &[("NOTIFY_SOCKET", "/run/n"), ("WATCHDOG_USEC", "3000"), ("WATCHDOG_PID", "42")],
                true,
                Some(3000),
            ),
            (&[("NOTIFY_SOCKET", "/run/n"), ("WATCHDOG_USEC", "3000"), ("WATCHDOG_PID", "7")], true, None),
            (&[("NOTIFY_SOCKET", "/run/n"), ("WATCHDOG_USEC", "0")], true, None),
            (&[("NOTIFY_SOCKET", "relative"), ("WATCHDOG_USEC", "3000")], false, None),
            (&[("NOTIFY_SOCKET", ""), ("WATCHDOG_USEC", "often")], false, None),
        ];
        for (set, there, usec) in cases {
            let manager = manager(set);
            assert_eq!(
                (manager.address.is_some(), manager.watchdog().map(|d| d.as_micros() as u64)),
                (there, usec),
                "{set:?}"
            );
        }
        assert!(
            manager(&[("NOTIFY_SOCKET", &format!("/{}", "x".repeat(200)))]).address.is_none(),
            "too long"
        );
    }

    #[test]
    fn what_is_handed_is_for_this_process_and_bounded() {
        let of = |set: &[(&str, &str)]| {
            let set: Vec<(String, String)> =
                set.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            let look = move |name: &str| set.iter().find(|(n, _)| n == name).map(|(_, v)| OsString::from(v));
            handed(&look, 42, 4)
        };
        let ours = [("LISTEN_PID", "42"), ("LISTEN_FDS", "3"), ("LISTEN_FDNAMES", "a:b")];
        assert_eq!(of(&ours), [(3, "a".to_owned()), (4, "b".to_owned()), (5, String::new())]);
        assert_eq!(of(&[ours[0], ("LISTEN_FDS", "99999999")]).len(), 4);
        for other in [
            &[("LISTEN_PID", "41"), ours[1]][..],
            &[ours[1]],
            &[ours[0]],
            &[ours[0], ("LISTEN_FDS", "-1")],
            &[ours[0], ("LISTEN_FDS", "99999999999999999999")],
        ] {
            assert_eq!(of(other), []);
        }
    }

    #[test]
    fn a_status_is_one_bounded_line() {
        assert_eq!(status("crashed:\nMAINPID=1\tx"), "STATUS=crashed: MAINPID=1 x");
        assert_eq!(status(&"ö".repeat(5000)).chars().count(), 7 + STATUS_CHARS_MAX);
    }

    #[test]
    fn nobody_there_is_no_fault() {
        Manager::default().say(&["READY=1".to_owned()]);
        manager(&[("NOTIFY_SOCKET", "/no/such/socket")]).say(&["READY=1".to_owned()]);
    }
}
