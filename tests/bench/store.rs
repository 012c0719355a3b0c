//! What busy sessions cost the disk, and how long a large store takes to open after a kill.

use super::figures::{at, heading, ms};
use super::lines::{coloured, plain};
use abide::store::{Stamp, Store, embedded::Embedded};
use abide_core::base::ids::{PaneId, Ticket};
use abide_core::base::instant::{Instant as Moment, Now};
use abide_core::boundary::{Answer, Effect, HostFacts, Input, PtyFacts, Question};
use abide_core::server::Server;
use abide_tests::server::program;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) const SESSIONS: usize = 100;
/// Simulated time: long enough for histories to be in the midst of being written.
pub(crate) const SECONDS: u64 = 20;
const TICK_MS: u64 = 50;
const REOPEN_MEGABYTES: u32 = 500;
const KILLS: usize = 5;

/// A core on a simulated clock whose commits go to a real store.
pub(crate) struct Busy {
    server: Server,
    now: Now,
    store: Box<dyn Store>,
    stamp: Stamp,
    panes: Vec<PaneId>,
    offsets: Vec<u64>,
    pub(crate) logical_bytes: u64,
    pub(crate) commits: Vec<Duration>,
}

impl Busy {
    pub(crate) fn start(mut store: Box<dyn Store>) -> Busy {
        let config: String = "set -g history-limit 10000\n".to_owned()
            + &(0..SESSIONS).map(|n| format!("new-session -d -s s{n} -x 80 -y 24\n")).collect::<String>();
        let now = Now { instant: Moment(1000), wall_seconds: 1_795_519_565, zone_seconds: 0 };
        let facts = HostFacts { home: "/".into(), shell: "/bin/sh".into(), ..HostFacts::default() };
        let stamp = store.claim().expect("a claim");
        let server = Server::new(facts, vec![("bench.conf".into(), config.into_bytes())], now);
        let mut busy = Busy {
            panes: server.pane_ids(),
            server,
            now,
            store,
            stamp,
            offsets: vec![0; SESSIONS],
            logical_bytes: 0,
            commits: vec![],
        };
        assert_eq!(busy.panes.len(), SESSIONS);
        busy.turn();
        for pane in busy.panes.clone() {
            busy.input(Input::PtyOpened(pane, Ok(PtyFacts { pid: 1, tty: "/dev/pts/1".into() })));
        }
        busy
    }

    fn input(&mut self, input: Input<'_>) {
        self.server.handle(self.now, input);
        self.turn();
    }

    /// Carries out commits, each in the time that the disk takes; all else is dropped.
    fn turn(&mut self) {
        let mut effects = VecDeque::from(self.server.effects());
        while let Some(effect) = effects.pop_front() {
            let Effect::Ask(ticket, Question::Commit(writes)) = effect else { continue };
            self.stamp.seq += 1;
            let began = Instant::now();
            self.store.commit(self.stamp, &writes).expect("a commit");
            self.commits.push(began.elapsed());
            self.logical_bytes +=
                writes.iter().map(|(k, v)| (k.len() + v.as_ref().map_or(0, Vec::len)) as u64).sum::<u64>();
            self.answer(ticket, began.elapsed());
            effects.extend(self.server.effects());
        }
    }

    fn answer(&mut self, ticket: Ticket, took: Duration) {
        self.pass(took.as_millis() as u64);
        self.server.handle(self.now, Input::Answered(ticket, Answer::Committed));
    }

    fn pass(&mut self, ms: u64) {
        self.now.instant = self.now.instant.after_ms(ms);
    }

    /// Every pane prints so many lines a second.
    pub(crate) fn run(&mut self, lines_per_second: u64) {
        let end = self.now.instant.after_ms(SECONDS * 1000);
        let mut printed = 0;
        let began = self.now.instant;
        while self.now.instant < end {
            let due = self.now.instant.since_ms(began) * lines_per_second / 1000;
            for n in printed..due {
                for at in 0..self.panes.len() {
                    let n = n as usize * 7 + at;
                    let line = if at % 4 == 0 { coloured(n) } else { plain(n) };
                    let line = line.replace('\n', "\r\n");
                    self.offsets[at] += line.len() as u64;
                    let input = Input::PtyOutput(self.panes[at], self.offsets[at], line.as_bytes());
                    self.server.handle(self.now, input);
                }
            }
            printed = due;
            self.pass(TICK_MS);
            self.input(Input::DeadlineReached);
        }
    }
}

/// Prints the table.
pub(crate) fn busy() {
    let detail =
        format!("{SESSIONS} sessions that print for {SECONDS} s; a commit is durable when it returns");
    heading("commits of busy sessions", &detail);
    println!(
        "{:14}{:>12}{:>14}{:>14}{:>10}{:>12}{:>12}",
        "lines/s each", "commits/s", "stored kB/s", "written kB/s", "factor", "commit p50", "commit p99"
    );
    for lines_per_second in [1, 10, 100] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut busy =
            Busy::start(Box::new(Embedded::open(&folder.path().join("store.redb")).expect("a store")));
        // The first round is larger than those that follow.
        busy.run(lines_per_second);
        (busy.logical_bytes, busy.commits) = (0, vec![]);
        let before = bytes_written();
        busy.run(lines_per_second);
        let written = bytes_written() - before;
        println!(
            "{lines_per_second:<14}{:>12.1}{:>14.0}{:>14.0}{:>10.1}{:>12}{:>12}",
            busy.commits.len() as f64 / SECONDS as f64,
            busy.logical_bytes as f64 / 1e3 / SECONDS as f64,
            written as f64 / 1e3 / SECONDS as f64,
            written as f64 / busy.logical_bytes as f64,
            ms(at(&mut busy.commits, 0.5)),
            ms(at(&mut busy.commits, 0.99)),
        );
    }
}

/// Bytes that this process caused to be written to disks.
fn bytes_written() -> u64 {
    let io = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    let line = io.lines().find_map(|line| line.strip_prefix("write_bytes: "));
    line.and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// Prints the table.
pub(crate) fn reopen() {
    let detail = format!(
        "{REOPEN_MEGABYTES} MB in the store, its writer killed {KILLS} times in the midst of commits"
    );
    heading("opening after kill -9", &detail);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.redb");
    let (mut cold, mut warm) = (vec![], vec![]);
    for kill in 0..KILLS {
        let megabytes = if kill == 0 { REOPEN_MEGABYTES } else { 1 };
        let mut writer = Command::new(program("abide-test-store-writer"))
            .args(["fill".as_ref(), path.as_os_str(), megabytes.to_string().as_ref()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("start the writer");
        let mut said = String::new();
        BufReader::new(writer.stdout.take().expect("a pipe")).read_line(&mut said).expect("a line");
        std::thread::sleep(Duration::from_millis(100 + 37 * kill as u64));
        writer.kill().expect("kill -9");
        writer.wait().expect("wait");
        let file = File::open(&path).expect("the file");
        file.sync_all().expect("sync");
        rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed).expect("fadvise");
        drop(file);
        let began = Instant::now();
        let store = Embedded::open(&path).expect("open");
        cold.push(began.elapsed());
        drop(store);
        let began = Instant::now();
        drop(Embedded::open(&path).expect("open"));
        warm.push(began.elapsed());
    }
    let bytes = std::fs::metadata(&path).expect("the file").len();
    println!("file {} MB", bytes / 1_000_000);
    println!("after a kill, cold:    p50 {}, max {}", ms(at(&mut cold, 0.5)), ms(at(&mut cold, 1.0)));
    println!("after an orderly end:  p50 {}, max {}", ms(at(&mut warm, 0.5)), ms(at(&mut warm, 1.0)));
}
