//! What the keeper costs: the drain rate of `cat` and the time from a byte typed to its echo, through keeper
//! and rings and beside it over a bare pty, in turns within one run.
//!
//! `cargo bench -p abide --bench keeper`

use abide::keeper::link::{KeeperEvent, KeeperLink};
use abide::keeper::pane_memory::PaneMemory;
use abide::keeper::process::Keeper;
use abide::keeper::{KeeperConfig, inherit};
use abide::os::spawn::{self, Original};
use abide::os::{pty, sys};
use abide_core::base::{geometry::Size, ids::PaneId};
use abide_core::boundary::{InputMark, Program};
use rustix::event::{PollFd, PollFlags, poll};
use std::io::Write;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

const ROUNDS: usize = 9;
const FILE_BYTES: usize = 64 << 20;
const ECHOES: usize = 4000;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [own, "--keeper", folder] => {
            let arguments = [own, "--daemon", folder].map(Into::into).to_vec();
            let socket = Path::new(folder).join("socket");
            let config =
                KeeperConfig { socket, program: own.into(), arguments, resume: Vec::new(), foreground: true };
            let ended = Keeper::open(config).map(Keeper::run);
            if matches!(ended, Ok(Ok(()))) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        [_, "--daemon", folder] => {
            measure(Path::new(folder));
            ExitCode::SUCCESS
        }
        _ => {
            let folder = tempfile::tempdir().expect("a folder");
            let own = std::env::current_exe().expect("our own path");
            let mut keeper = Command::new(own).arg("--keeper").arg(folder.path()).spawn().expect("a keeper");
            let status = keeper.wait().expect("a keeper");
            if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
    }
}

fn program(words: &[&str]) -> Program {
    Program {
        words: words.iter().map(|w| (*w).to_owned()).collect(),
        shell: "/bin/sh".to_owned(),
        cwd: "/".to_owned(),
        environment: vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())],
    }
}

struct Bare {
    master: OwnedFd,
    pid: i32,
}

impl Bare {
    fn open(program: &Program) -> Bare {
        let pty = pty::open(Size::new(80, 24)).expect("a pty");
        rustix::io::ioctl_fionbio(&pty.master, false).expect("a pty that waits");
        let slave = pty.slave.as_fd();
        let image = spawn::program(program, &Original::default());
        let (pid, _report) = sys::fork_exec(&image, &[slave, slave, slave]).expect("a child");
        Bare { master: pty.master, pid }
    }

    fn drain(self) -> (usize, Duration) {
        let mut buffer = vec![0; 64 * 1024];
        let (mut bytes, mut began) = (0, None);
        while let Ok(n @ 1..) = rustix::io::read(&self.master, &mut buffer) {
            began.get_or_insert_with(Instant::now);
            bytes += n;
        }
        let took = began.map_or(Duration::ZERO, |b| b.elapsed());
        let pid = rustix::process::Pid::from_raw(self.pid);
        let _ = rustix::process::waitpid(pid, rustix::process::WaitOptions::empty());
        (bytes, took)
    }
}

struct Kept {
    memory: PaneMemory,
    wake: OwnedFd,
    at: u64,
}

impl Kept {
    fn open(link: &mut KeeperLink, pane: u32, program: &Program) -> Kept {
        link.spawn(PaneId(pane), program, Size::new(80, 24)).expect("the keeper");
        loop {
            for event in link.events().expect("the keeper") {
                if let KeeperEvent::Opened { memory, wake, .. } = event {
                    return Kept { memory, wake, at: 0 };
                }
            }
            let _ = poll(&mut [PollFd::from_borrowed_fd(link.fd(), PollFlags::IN)], None);
        }
    }

    /// Takes what is there.
    fn take(&mut self, link: &KeeperLink) -> usize {
        let (first, second) = self.memory.journal().unread(self.at);
        let n = first.len() + second.len();
        self.at += n as u64;
        // As the daemon does: when enough has come together.
        if self.at - self.memory.journal().tail() >= self.memory.journal().capacity() / 4 {
            self.memory.release(self.at);
            link.ring_doorbell();
        }
        n
    }

    fn wait(&self) {
        let _ = poll(&mut [PollFd::new(&self.wake, PollFlags::IN)], None);
        let _ = rustix::io::read(&self.wake, &mut [0; 8]);
    }

    fn drain(mut self, link: &mut KeeperLink) -> (usize, Duration) {
        let (mut bytes, mut end, mut began, mut wakes) = (0, None, None, 0);
        while end != Some(self.at) {
            let n = self.take(link);
            bytes += n;
            if n > 0 {
                began.get_or_insert_with(Instant::now);
                continue;
            }
            wakes += 1;
            let _ = poll(
                &mut [
                    PollFd::new(&self.wake, PollFlags::IN),
                    PollFd::from_borrowed_fd(link.fd(), PollFlags::IN),
                ],
                None,
            );
            let _ = rustix::io::read(&self.wake, &mut [0; 8]);
            for event in link.events().expect("the keeper") {
                if let KeeperEvent::Exited { end: at, .. } = event {
                    end = Some(at);
                }
            }
        }
        eprint!("[{wakes} wakes] ");
        (bytes, began.map_or(Duration::ZERO, |b| b.elapsed()))
    }
}

fn rate((bytes, took): (usize, Duration)) -> f64 {
    bytes as f64 / took.as_secs_f64() / 1e6
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

fn measure(folder: &Path) {
    let (socket, _listener) = inherit().expect("the keeper's descriptors");
    let (mut link, _) = KeeperLink::adopt(socket).expect("a keeper");
    let file = folder.join("file");
    let line = "The quick brown fox jumps over the lazy dog, and the ring goes round once more.\n";
    let text: Vec<u8> = line.bytes().cycle().take(FILE_BYTES).collect();
    std::fs::File::create(&file).and_then(|mut f| f.write_all(&text)).expect("a file");
    let cat = program(&["cat", &file.to_string_lossy()]);
    let (mut bare, mut kept) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS as u32 {
        bare.push(rate(Bare::open(&cat).drain()));
        kept.push(rate(Kept::open(&mut link, round, &cat).drain(&mut link)));
        link.release(PaneId(round)).expect("the keeper");
        eprintln!("drain: bare {:.0} MB/s, kept {:.0} MB/s", bare[round as usize], kept[round as usize]);
    }
    let (bare, kept) = (median(bare), median(kept));
    eprintln!("drain, median of {ROUNDS}: bare {bare:.0} MB/s, kept {kept:.0} MB/s: {:.2}", kept / bare);
    echoes(&mut link);
    link.shutdown().expect("the keeper");
}

fn echoes(link: &mut KeeperLink) {
    let cat = program(&["stty raw -echo; printf r; exec cat"]);
    let bare = Bare::open(&cat);
    let mut kept = Kept::open(link, 1000, &cat);
    let mut byte = [0];
    let _ = rustix::io::read(&bare.master, &mut byte);
    while kept.take(link) == 0 {
        kept.wait();
    }
    let (mut bare_us, mut kept_us) = (Vec::new(), Vec::new());
    for turn in 0..ECHOES as u64 {
        let began = Instant::now();
        let _ = rustix::io::write(&bare.master, b"x");
        let _ = poll(&mut [PollFd::new(&bare.master, PollFlags::IN)], None);
        let _ = rustix::io::read(&bare.master, &mut byte);
        bare_us.push(began.elapsed().as_secs_f64() * 1e6);
        let began = Instant::now();
        let _ = kept.memory.input().publish(InputMark { client: 1, seq: turn }, b"x");
        link.ring_doorbell();
        while kept.take(link) == 0 {
            kept.wait();
        }
        kept_us.push(began.elapsed().as_secs_f64() * 1e6);
    }
    for (name, mut us) in [("bare", bare_us), ("kept", kept_us)] {
        us.sort_by(f64::total_cmp);
        let at = |q: f64| us[(us.len() as f64 * q) as usize];
        eprintln!("echo, {name}: p50 {:.1} us, p99 {:.1} us, of {ECHOES}", at(0.5), at(0.99));
    }
    drop(bare);
}
