//! Signed-in browsers. Kept as hashes in a file of mode 0600, so that a gateway that starts again still
//! knows them and no page has to sign in anew.

use crate::limits::{SESSION_DAYS_MAX, SESSION_IDLE_DAYS_MAX, SESSION_SAVE_SECONDS_MIN, SESSIONS_MAX};
use crate::secret::{Secret, SecretHash};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use tokio::sync::watch;

const DAY_SECONDS: u64 = 24 * 3600;
/// First line of the file; another one means another program's or another version's file, which is not read.
const FILE_HEAD: &str = "abide-web sessions 1";
/// A full file has 64 lines of some 90 bytes.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// One signed-in browser. Times are seconds since 1970, because they outlive the process.
#[derive(Debug)]
struct Session {
    created: u64,
    used: u64,
    /// Dropped with the session: whoever waits on the other end learns that it is over.
    ended: watch::Sender<bool>,
    sockets: usize,
}

impl Session {
    fn new(created: u64, used: u64) -> Session {
        Session { created, used, ended: watch::Sender::new(false), sockets: 0 }
    }

    fn until(&self) -> u64 {
        let idle = self.used.saturating_add(SESSION_IDLE_DAYS_MAX * DAY_SECONDS);
        idle.min(self.created.saturating_add(SESSION_DAYS_MAX * DAY_SECONDS))
    }
}

/// All signed-in browsers.
#[derive(Debug)]
pub struct Sessions {
    by_hash: BTreeMap<SecretHash, Session>,
    file: Option<PathBuf>,
    saved: u64,
}

impl Sessions {
    /// Those that `file` remembers; `None` remembers nothing (a gateway whose port is another each time).
    /// A file that can't be read is told in the log and counts as empty: its browsers sign in again.
    #[must_use]
    pub fn open(file: Option<PathBuf>, now: u64) -> Sessions {
        let mut sessions = Sessions { by_hash: BTreeMap::new(), file, saved: now };
        if let Some(path) = &sessions.file {
            match read(path) {
                Ok(found) => sessions.by_hash = found,
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(e) => log::warn!("{}: signed-in browsers are forgotten: {e}", path.display()),
            }
        }
        sessions.expire(now);
        sessions
    }

    /// Signs a browser in.
    pub fn begin(&mut self, cookie: &Secret, now: u64) {
        self.expire(now);
        if self.by_hash.len() >= SESSIONS_MAX {
            let unused = self.by_hash.iter().min_by_key(|(_, s)| s.used).map(|(hash, _)| *hash);
            unused.map(|hash| self.by_hash.remove(&hash));
        }
        self.by_hash.insert(cookie.hash(), Session::new(now, now));
        self.save(now);
    }

    /// The session of a cookie, if it is one; it counts as used.
    pub fn find(&mut self, cookie: &Secret, now: u64) -> Option<SecretHash> {
        let hash = cookie.hash();
        self.touch(hash, now).then_some(hash)
    }

    /// Marks a session as used. False when there is none, or no more.
    pub fn touch(&mut self, session: SecretHash, now: u64) -> bool {
        self.expire(now);
        let Some(found) = self.by_hash.get_mut(&session) else { return false };
        found.used = found.used.max(now);
        if now >= self.saved.saturating_add(SESSION_SAVE_SECONDS_MIN) {
            self.save(now);
        }
        true
    }

    /// Signs a browser out; its WebSockets learn of it.
    pub fn end(&mut self, session: SecretHash, now: u64) {
        self.by_hash.remove(&session);
        self.save(now);
    }

    /// Counts a new WebSocket of a session and returns what tells it that the session is over.
    pub fn socket_opened(
        &mut self,
        session: SecretHash,
        sockets_max: usize,
    ) -> Option<watch::Receiver<bool>> {
        let found = self.by_hash.get_mut(&session)?;
        if found.sockets >= sockets_max {
            return None;
        }
        found.sockets += 1;
        Some(found.ended.subscribe())
    }

    /// One WebSocket less.
    pub fn socket_closed(&mut self, session: SecretHash) {
        if let Some(found) = self.by_hash.get_mut(&session) {
            found.sockets = found.sockets.saturating_sub(1);
        }
    }

    /// Forgets those whose time is over.
    pub fn expire(&mut self, now: u64) {
        self.by_hash.retain(|_, session| now < session.until());
    }

    /// Writes the file. A failure is told in the log: what is in memory still holds.
    pub fn save(&mut self, now: u64) {
        self.saved = now;
        let Some(path) = &self.file else { return };
        if let Err(e) = write(path, &self.by_hash) {
            log::warn!("{}: signed-in browsers could not be kept for the next start: {e}", path.display());
        }
    }
}

fn read(path: &Path) -> io::Result<BTreeMap<SecretHash, Session>> {
    let mut text = String::new();
    File::open(path)?.take(FILE_BYTES_MAX).read_to_string(&mut text)?;
    let mut lines = text.lines();
    if lines.next() != Some(FILE_HEAD) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "not a file of sessions of this version"));
    }
    let entry = |line: &str| {
        let mut words = line.split(' ');
        let hash = SecretHash::from_hex(words.next()?)?;
        Some((hash, Session::new(words.next()?.parse().ok()?, words.next()?.parse().ok()?)))
    };
    Ok(lines.filter_map(entry).take(SESSIONS_MAX).collect())
}

/// Whole or not at all: written beside, synced, renamed.
fn write(path: &Path, sessions: &BTreeMap<SecretHash, Session>) -> io::Result<()> {
    let mut text = format!("{FILE_HEAD}\n");
    for (hash, session) in sessions {
        text.push_str(&format!("{} {} {}\n", hash.to_hex(), session.created, session.used));
    }
    let beside = path.with_extension("new");
    match std::fs::remove_file(&beside) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn secret() -> Secret {
        Secret::random().expect("random")
    }

    #[test]
    fn remembered_over_a_restart_without_the_secret() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("sessions");
        let cookie = secret();
        let mut sessions = Sessions::open(Some(path.clone()), 1000);
        sessions.begin(&cookie, 1000);
        let text = std::fs::read_to_string(&path).expect("file");
        assert!(!text.contains(&cookie.to_hex()));
        assert_eq!(std::fs::metadata(&path).expect("file").permissions().mode() & 0o777, 0o600);
        let mut again = Sessions::open(Some(path.clone()), 2000);
        assert_eq!(again.find(&cookie, 2000), Some(cookie.hash()));
        again.end(cookie.hash(), 2000);
        assert_eq!(Sessions::open(Some(path.clone()), 2000).find(&cookie, 2000), None);
        std::fs::write(&path, "something else").expect("write");
        assert_eq!(Sessions::open(Some(path), 2000).by_hash.len(), 0);
    }

    #[test]
    fn idle_and_absolute_ends() {
        let mut sessions = Sessions::open(None, 0);
        let cookie = secret();
        sessions.begin(&cookie, 0);
        let ended = sessions.socket_opened(cookie.hash(), 1).expect("room");
        assert!(sessions.socket_opened(cookie.hash(), 1).is_none(), "one socket at most");
        for day in (1..SESSION_DAYS_MAX).step_by(6) {
            assert!(sessions.touch(cookie.hash(), day * DAY_SECONDS), "day {day}");
        }
        assert!(ended.has_changed().is_ok());
        assert!(!sessions.touch(cookie.hash(), SESSION_DAYS_MAX * DAY_SECONDS), "absolute end");
        assert!(ended.has_changed().is_err(), "its sockets learn of it");
        sessions.begin(&cookie, 0);
        assert!(!sessions.touch(cookie.hash(), SESSION_IDLE_DAYS_MAX * DAY_SECONDS), "idle end");
    }

    #[test]
    fn bounded() {
        let mut sessions = Sessions::open(None, 0);
        let first = secret();
        sessions.begin(&first, 0);
        for n in 0..SESSIONS_MAX as u64 {
            sessions.begin(&secret(), 1 + n);
        }
        assert_eq!(sessions.by_hash.len(), SESSIONS_MAX);
        assert_eq!(sessions.find(&first, 100), None, "the one longest unused made room");
    }
}
