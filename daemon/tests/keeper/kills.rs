//! kill -9 of the daemon, or of the keeper, or the keeper replaced, again and again, while programs write numbered
//! lines and read numbered input: every byte must be there exactly once, both ways.

use crate::stage::{self, PATIENCE, Scene, own_path, pause};
use abide::keeper::link::{HeldPane, KeeperEvent};
use abide::keeper::pane_memory::PaneMemory;
use abide::reactor::ports::Keeper;
use abide_core::base::{geometry::Size, ids::PaneId};
use abide_core::boundary::{InputMark, Program};
use std::collections::BTreeMap;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What is done to them again and again.
pub(crate) const PLAYS: [&str; 3] = ["kills", "keeper_killed", "keeper_replaced"];

const PANES: u32 = 3;
/// The client whose input it is.
const CLIENT: u64 = 7;

pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % n
    }
}

/// The daemon's idea of a pane: what a checkpoint holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Reader {
    /// Whole lines read.
    lines: u64,
    /// The beginning of the next one.
    partial: Vec<u8>,
    /// What the program said at its end.
    last: Option<(u64, u64)>,
}

impl Reader {
    fn feed(&mut self, bytes: &[u8], fault: &dyn Fn(String)) {
        for &byte in bytes {
            if byte != b'\n' {
                self.partial.push(byte);
                continue;
            }
            let line = String::from_utf8_lossy(&self.partial).into_owned();
            let mut words = line.split(' ');
            let first = words.next().unwrap_or_default();
            if first == "end" {
                let mut number = || words.next().and_then(|w| w.parse().ok()).unwrap_or(0);
                self.last = Some((number(), number()));
            } else {
                let expected = self.lines + 1;
                let filler = "x".repeat(usize::try_from(expected * 7 % 61).unwrap_or(0));
                if line != format!("{expected} {filler}") {
                    fault(format!("output: line {line:?}, expected {expected}"));
                    self.lines = first.parse::<u64>().unwrap_or(expected).saturating_sub(1);
                }
                self.lines += 1;
            }
            self.partial.clear();
        }
    }

    fn save(&self) -> Vec<u8> {
        let last = self.last.map_or(String::new(), |(a, b)| format!("{a} {b}"));
        [format!("{}\n{last}\n", self.lines).as_bytes(), &self.partial].concat()
    }

    fn load(bytes: &[u8]) -> Option<Reader> {
        let mut parts = bytes.splitn(3, |&b| b == b'\n');
        let mut text = || parts.next().map(|p| String::from_utf8_lossy(p).into_owned());
        let (lines, last) = (text()?.parse().ok()?, text()?);
        let last = last.split_once(' ').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
        Some(Reader { lines, last, partial: parts.next()?.to_vec() })
    }
}

struct Pane {
    memory: PaneMemory,
    wake: OwnedFd,
    at: u64,
    covered: u64,
    reader: Reader,
    sent: u64,
    end_sent: bool,
    ended: Option<u64>,
    chunks: BTreeMap<u64, Vec<u8>>,
}

impl Pane {
    fn new(mut memory: PaneMemory, wake: OwnedFd, fault: &dyn Fn(String)) -> Pane {
        let (mut at, mut reader) = (0, Reader::default());
        let mut chunks = BTreeMap::new();
        if let Some(checkpoint) = memory.latest() {
            at = checkpoint.offset;
            match Reader::load(&checkpoint.head) {
                Some(loaded) => reader = loaded,
                None => fault("checkpoint: not what was saved".to_owned()),
            }
            if checkpoint.lost != 0 {
                fault(format!("checkpoint: {} bytes lost", checkpoint.lost));
            }
            for id in chunk_ids(at) {
                let found = checkpoint.chunk(id);
                if found.as_deref() != Some(&chunk(id)) {
                    fault(format!("chunk {id} of checkpoint {at}: {:?}", found.map(|c| c.len())));
                }
                chunks.insert(id, chunk(id));
            }
        }
        let marks: BTreeMap<u64, u64> = memory.input().marks().into_iter().collect();
        let sent = marks.get(&CLIENT).copied().unwrap_or(0);
        Pane { memory, wake, at, covered: at, reader, sent, end_sent: false, ended: None, chunks }
    }
}

/// Chunks alive at a journal offset: a new one each 64 KiB, the last five.
fn chunk_ids(offset: u64) -> std::ops::Range<u64> {
    let end = offset / 65536;
    end.saturating_sub(5)..end
}

fn chunk(id: u64) -> Vec<u8> {
    let len = usize::try_from(id * 7919 % 3000).unwrap_or(0) + 1;
    (0..len).map(|n| (n as u64 * id) as u8).collect()
}

/// The daemon that is killed.
pub(crate) fn daemon(scene: Scene) {
    let Scene { folder, mut link, inheritance, listener } = scene;
    say(&folder, "keeper", inheritance.keeper_pid);
    let faults = folder.join("faults");
    let fault = move |text: String| {
        use std::io::Write;
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&faults);
        let _ = file.and_then(|mut f| f.write_all(format!("{text}\n").as_bytes()));
    };
    let mut panes: BTreeMap<PaneId, Pane> = BTreeMap::new();
    for inherited in inheritance.panes {
        let mut pane = Pane::new(inherited.memory, inherited.wake, &fault);
        pane.ended = inherited.exited.map(|_| pane.memory.journal().head());
        panes.insert(inherited.pane, pane);
    }
    for id in (0..PANES).map(PaneId) {
        if !panes.contains_key(&id) {
            let words = [&own_path(), "--program", "numbers", &folder.join("faults").to_string_lossy()]
                .map(str::to_owned)
                .to_vec();
            let cwd = "/".to_owned();
            let program = Program { words, shell: String::new(), cwd, environment: Vec::new() };
            // The loop's port: for it a keeper that is gone by now is no fault, since whoever takes over starts the program.
            Keeper::spawn(&mut link, id, &program, Size::new(80, 24)).expect("a keeper that listens");
        }
    }
    let mut random = Random::new(u64::from(std::process::id()));
    let finish = folder.join("finish");
    let mut finishing = false;
    let (replace, mut replaced, mut asked, mut blink) = (folder.join("replace"), 0, None, Blink::default());
    loop {
        let Ok(events) = link.events() else {
            let held =
                panes.iter().map(|(&pane, p)| HeldPane { pane, memory: &p.memory, wake: p.wake.as_fd() });
            let why = link.take_its_place(listener.as_fd(), &held.collect::<Vec<_>>());
            return fault(format!("the keeper's place: {why}"));
        };
        if asked.is_none() && replace.exists() {
            std::fs::remove_file(&replace).expect("the wish");
            link.replace(Path::new("")).expect("a keeper that listens");
            asked = Some(Instant::now());
        }
        for event in events {
            match event {
                KeeperEvent::Replaced(Ok(version)) => {
                    assert_eq!(version, env!("CARGO_PKG_VERSION"));
                    replaced += 1;
                    let took = asked.take().map_or(Duration::ZERO, |at: Instant| at.elapsed());
                    say(&folder, "times", format!("{} {}", took.as_micros(), blink.longest().as_micros()));
                    say(&folder, "replaced", replaced);
                }
                KeeperEvent::Opened { pane, memory, wake, .. } => {
                    panes.insert(pane, Pane::new(memory, wake, &fault));
                }
                KeeperEvent::Exited { pane, end, status } => {
                    if !finishing {
                        fault(format!("pane {pane} ended: {status:?}"));
                    }
                    if let Some(pane) = panes.get_mut(&pane) {
                        pane.ended = Some(end);
                    }
                }
                other => fault(format!("{other:?}")),
            }
        }
        finishing = finishing || finish.exists();
        let mut news = false;
        for pane in panes.values_mut() {
            news |= turn(pane, &mut random, finishing, &fault);
        }
        link.ring_doorbell();
        blink.look(news, asked.is_some());
        let done = |p: &Pane| p.ended == Some(p.at);
        if finishing && panes.len() == PANES as usize && panes.values().all(done) {
            break;
        }
        if !news {
            let fds: Vec<_> = panes.values().map(|p| p.wake.as_fd()).chain([link.fd()]).collect();
            stage::wait_readable(&fds, 1);
        }
    }
    let mut report = String::new();
    for pane in panes.values() {
        let (written, read) = pane.reader.last.unwrap_or((0, 0));
        let lost = written.abs_diff(pane.reader.lines);
        let untaken = pane.sent.abs_diff(read);
        report.push_str(&format!("{} {} {lost} {untaken}\n", pane.reader.lines, pane.sent));
    }
    std::fs::write(folder.join("report.new"), report).expect("the report");
    std::fs::rename(folder.join("report.new"), folder.join("report")).expect("the report");
    link.shutdown().expect("a keeper that listens");
}

/// How long nothing comes while the keeper is being replaced.
#[derive(Default)]
struct Blink {
    since: Option<Instant>,
    longest: Duration,
}

impl Blink {
    fn look(&mut self, news: bool, asked: bool) {
        let quiet = self.since.map_or(Duration::ZERO, |at| at.elapsed());
        if asked {
            self.longest = self.longest.max(quiet);
        }
        if news || !asked || self.since.is_none() {
            self.since = Some(Instant::now());
        }
    }
    fn longest(&mut self) -> Duration {
        std::mem::take(&mut self.longest)
    }
}

/// Puts a word into a file, whole or not at all.
fn say(folder: &Path, name: &str, word: impl ToString) {
    let new = folder.join(format!("{name}.new"));
    std::fs::write(&new, word.to_string()).expect("a file");
    std::fs::rename(new, folder.join(name)).expect("a file");
}

fn turn(pane: &mut Pane, random: &mut Random, finishing: bool, fault: &dyn Fn(String)) -> bool {
    // Output, at most 64 KiB a turn, in pieces of any size.
    let (first, second) = pane.memory.journal().unread(pane.at);
    let most = usize::try_from(random.below(65536) + 1).unwrap_or(1);
    let mut taken = 0;
    for piece in [first, second] {
        let piece = &piece[..piece.len().min(most - taken)];
        pane.reader.feed(piece, fault);
        taken += piece.len();
    }
    pane.at += taken as u64;
    let unreleased = pane.at - pane.memory.journal().tail();
    if pane.at > pane.covered && (unreleased > 256 * 1024 || random.below(20) == 0) {
        for id in chunk_ids(pane.at) {
            pane.chunks.entry(id).or_insert_with(|| chunk(id));
        }
        let chunks = &pane.chunks;
        let head = pane.reader.save();
        pane.memory
            .checkpoint(pane.at, &head, chunk_ids(pane.at), &mut |id| chunks.get(&id).map(Vec::as_slice))
            .expect("a checkpoint");
        pane.covered = pane.at;
        pane.memory.release(pane.at);
        pane.chunks = pane.chunks.split_off(&chunk_ids(pane.at).start);
    }
    // Input: some records a turn, of one to many bytes.
    // None before the program has said something: until then its terminal echoes.
    for _ in 0..if pane.reader.lines > 0 { random.below(4) } else { 0 } {
        let mut input = pane.memory.input();
        if finishing {
            if !pane.end_sent && input.publish(InputMark { client: CLIENT + 1, seq: 1 }, b"end\n").is_ok() {
                pane.end_sent = true;
            }
            break;
        }
        let line = format!("{}\n", pane.sent + 1);
        if input.publish(InputMark { client: CLIENT, seq: pane.sent + 1 }, line.as_bytes()).is_err() {
            break;
        }
        pane.sent += 1;
    }
    taken > 0
}

fn read_number(folder: &Path, name: &str) -> Option<i32> {
    std::fs::read_to_string(folder.join(name)).ok()?.trim().parse().ok()
}

pub(crate) fn test(play: &str) -> Result<(), String> {
    let seeds = std::env::var("KEEPER_SEEDS").unwrap_or_else(|_| "1,2,3".to_owned());
    let usual = if play == "kills" { 110 } else { 20 };
    let kills: u64 = std::env::var("KEEPER_KILLS").ok().and_then(|k| k.parse().ok()).unwrap_or(usual);
    for seed in seeds.split(',').filter_map(|s| s.parse().ok()) {
        one(play, seed, kills)?;
    }
    Ok(())
}

fn one(play: &str, seed: u64, kills: u64) -> Result<(), String> {
    println!("{play}: seed {seed}");
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let mut keeper = stage::start(folder.path(), play);
    let outcome = match play {
        "keeper_replaced" => replace(seed, kills, folder.path()),
        "keeper_killed" => torment(seed, kills, folder.path(), "keeper"),
        _ => torment(seed, kills, folder.path(), "pid"),
    };
    let outcome = outcome.and_then(|()| finish(folder.path()));
    let status = if outcome.is_ok() && play != "keeper_killed" {
        stage::ended(&mut keeper, &folder.path().join("failed")).map(|s| format!("{s}"))
    } else {
        let last = read_number(folder.path(), "keeper");
        let _ = keeper.kill();
        let _ = keeper.wait();
        last_keeper_ended(last.filter(|_| outcome.is_ok()))
    };
    let read =
        |name: &str| std::fs::read_to_string(PathBuf::from(folder.path()).join(name)).unwrap_or_default();
    let faults = read("faults");
    let mut totals = [0_u64; 4];
    let report = read("report");
    for line in report.lines() {
        for (total, word) in totals.iter_mut().zip(line.split(' ')) {
            *total += word.parse::<u64>().unwrap_or(0);
        }
    }
    let [lines, inputs, lost, untaken] = totals;
    println!(
        "{play}: seed {seed}: {kills} times, {lines} lines out, {inputs} in; lost or doubled: {} out, {} in; keeper {status:?}",
        lost + faults.lines().filter(|l| l.starts_with("output")).count() as u64,
        untaken + faults.lines().filter(|l| l.starts_with("input")).count() as u64,
    );
    outcome?;
    let whole = report.lines().count() == PANES as usize && lines > 0 && inputs > 0;
    if faults.is_empty() && lost == 0 && untaken == 0 && whole && status.is_ok() {
        return Ok(());
    }
    let first: String = faults.lines().take(10).map(|l| format!("{l}\n")).collect();
    let log = read(&format!("log.{play}"));
    let log = &log[log.len().saturating_sub(2000)..];
    Err(format!("report {report:?}\nfirst faults:\n{first}log:\n{log}"))
}

/// Waits for the keeper that took the last one's place: it is no child of ours.
fn last_keeper_ended(pid: Option<i32>) -> Result<String, String> {
    let Some(pid) = pid.and_then(rustix::process::Pid::from_raw) else { return Err("no keeper".to_owned()) };
    let deadline = Instant::now() + PATIENCE;
    while rustix::process::test_kill_process(pid).is_ok() {
        if Instant::now() > deadline {
            return Err(format!("keeper {pid:?} does not end"));
        }
        pause(1);
    }
    Ok("ended".to_owned())
}

/// Waits for another number in a file than before.
fn another(folder: &Path, name: &str, before: Option<i32>) -> Result<i32, String> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match read_number(folder, name) {
            Some(pid) if Some(pid) != before => return Ok(pid),
            _ if folder.join("failed").exists() => {
                let why = std::fs::read_to_string(folder.join("failed")).unwrap_or_default();
                return Err(format!("a daemon failed: {why}"));
            }
            _ if Instant::now() > deadline => return Err(format!("no new {name} after {before:?}")),
            _ => std::thread::sleep(Duration::from_micros(200)),
        }
    }
}

/// Kills the process of which the number is in a file.
fn torment(seed: u64, kills: u64, folder: &Path, name: &str) -> Result<(), String> {
    let mut random = Random::new(seed);
    let mut before = None;
    for _ in 0..kills {
        let pid = another(folder, name, before)?;
        // The instant of the kill is what the test is about.
        std::thread::sleep(Duration::from_micros(random.below(30_000)));
        let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL);
        before = Some(pid);
    }
    another(folder, name, before).map(drop)
}

/// Has the keeper replaced.
fn replace(seed: u64, times: u64, folder: &Path) -> Result<(), String> {
    let mut random = Random::new(seed);
    let keeper = another(folder, "keeper", None)?;
    let (mut before, mut took, mut blinks) = (None, Vec::new(), Vec::new());
    for _ in 0..times {
        std::thread::sleep(Duration::from_micros(random.below(30_000)));
        say(folder, "replace", "");
        before = Some(another(folder, "replaced", before)?);
        let times = std::fs::read_to_string(folder.join("times")).unwrap_or_default();
        let (all, blink) = times.split_once(' ').ok_or("no times")?;
        took.push(all.parse::<u64>().map_err(|e| e.to_string())?);
        blinks.push(blink.parse::<u64>().map_err(|e| e.to_string())?);
    }
    took.sort_unstable();
    blinks.sort_unstable();
    let (half, last) = (took.len() / 2, took.len() - 1);
    println!(
        "replaced {times} times; µs from wish to answer: median {}, longest {}; without output meanwhile: median {}, longest {}",
        took[half], took[last], blinks[half], blinks[last]
    );
    let now = read_number(folder, "keeper");
    if now == Some(keeper) { Ok(()) } else { Err(format!("keeper {keeper} became process {now:?}")) }
}

fn finish(folder: &Path) -> Result<(), String> {
    std::fs::write(folder.join("finish"), "").map_err(|e| e.to_string())?;
    let deadline = Instant::now() + PATIENCE;
    while !folder.join("report").exists() {
        if Instant::now() > deadline {
            return Err("the last daemon does not finish".to_owned());
        }
        pause(1);
    }
    Ok(())
}
