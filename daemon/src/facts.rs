//! What never changes while a process runs: who we are, where home is, which machine this is; and time.

use abide_core::base::instant::{Instant, Now};
use abide_core::boundary::{HostFacts, Occasion};
use nix::unistd::{Uid, User};
use std::cell::Cell;
use std::path::PathBuf;

/// The user we run as, from the password database, completed from the environment.
#[derive(Clone, Debug)]
pub struct Person {
    /// User id.
    pub uid: u32,
    /// Login name; the number where the database has none (containers).
    pub name: String,
    /// Home directory: `HOME`, else the database's, else `/`.
    pub home: PathBuf,
    /// Login shell: the database's, else `SHELL`, else `/bin/sh`; always one that can be run.
    pub shell: String,
}

impl Person {
    /// Looks the running user up.
    #[must_use]
    pub fn look_up() -> Person {
        let uid = Uid::current();
        let entry = User::from_uid(uid).ok().flatten();
        let home = std::env::var_os("HOME")
            .map(PathBuf::from)
            .filter(|p| p.is_absolute())
            .or_else(|| entry.as_ref().map(|e| e.dir.clone()))
            .unwrap_or_else(|| PathBuf::from("/"));
        // As tmux has it: SHELL first, then the database, then sh.
        let shell = std::env::var_os("SHELL")
            .map(PathBuf::from)
            .into_iter()
            .chain(entry.as_ref().map(|e| e.shell.clone()))
            .find(|p| is_shell(p))
            .map_or_else(|| "/bin/sh".to_owned(), |p| p.to_string_lossy().into_owned());
        let name = entry.map_or_else(|| uid.to_string(), |e| e.name);
        Person { uid: uid.as_raw(), name, home, shell }
    }
}

/// Whether a path can be a login shell: absolute, to be run by us, and not this program itself.
fn is_shell(path: &std::path::Path) -> bool {
    let own = path.file_name().is_some_and(|name| name == "abide");
    path.is_absolute() && !own && rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok()
}

/// Gathers the facts for the core.
#[must_use]
pub fn host(person: &Person, keeper_pid: u32, socket_path: String) -> HostFacts {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let environment = std::env::vars_os()
        .map(|(k, v)| (k.to_string_lossy().into_owned(), v.to_string_lossy().into_owned()))
        .collect();
    HostFacts {
        pid: std::process::id(),
        keeper_pid,
        host,
        user: person.name.clone(),
        home: person.home.to_string_lossy().into_owned(),
        shell: person.shell.clone(),
        socket_path,
        environment,
        epoch: draw(),
        started: now(),
        occasion: Occasion::Usual,
    }
}

/// Path of the program that this process runs: its name on disk, whatever is there now. Empty where it is no UTF-8.
#[must_use]
pub fn own_program() -> String {
    let path = std::env::current_exe().ok().and_then(|path| path.into_os_string().into_string().ok());
    path.map(|path| path.strip_suffix(" (deleted)").unwrap_or(&path).to_owned()).unwrap_or_default()
}

/// A random number that is not 0.
fn draw() -> u64 {
    use ring::rand::SecureRandom;
    let mut bytes = [0; 8];
    let drawn = ring::rand::SystemRandom::new().fill(&mut bytes).is_ok();
    let number = u64::from_le_bytes(bytes);
    // No entropy at all: two starts still differ in time and process.
    if drawn && number != 0 { number } else { (now().instant.0 << 22 | u64::from(std::process::id())) | 1 }
}

/// This moment.
#[must_use]
pub fn now() -> Now {
    use rustix::time::{ClockId, clock_gettime};
    let steady = clock_gettime(ClockId::Monotonic);
    let wall = clock_gettime(ClockId::Realtime);
    let ms = steady.tv_sec.cast_unsigned() * 1000 + steady.tv_nsec.cast_unsigned() / 1_000_000;
    Now { instant: Instant(ms), wall_seconds: wall.tv_sec, zone_seconds: zone_seconds(wall.tv_sec) }
}

/// The zone's offset; it changes on whole quarters of an hour, and is asked for thousands of times a second.
fn zone_seconds(unix_seconds: i64) -> i32 {
    const QUARTER_SECONDS: i64 = 900;
    thread_local! {
        static KNOWN: Cell<(i64, i32)> = const { Cell::new((i64::MIN, 0)) };
    }
    let quarter = unix_seconds.div_euclid(QUARTER_SECONDS);
    let (known, zone) = KNOWN.get();
    if known == quarter {
        return zone;
    }
    let zone = crate::os::sys::zone_seconds(unix_seconds);
    KNOWN.set((quarter, zone));
    zone
}
