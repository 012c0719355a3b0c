//! One play: a keeper in a folder of its own, whose daemon acts the scenario of a name. A play that passed
//! leaves a file `passed`.

use crate::{kills, replaced, scenarios};
use abide::keeper::link::{Inheritance, KeeperEvent, KeeperLink};
use abide::keeper::process::Keeper;
use abide::keeper::{KeeperConfig, OpenFault, inherit};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::collections::VecDeque;
use std::os::fd::BorrowedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How long anything may take on a loaded machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// This program.
pub(crate) fn own_path() -> String {
    std::env::current_exe().expect("our own path").to_string_lossy().into_owned()
}

/// The keeper's life.
pub(crate) fn keeper(folder: &str, play: &str) -> ExitCode {
    let program = own_path();
    let arguments = [&program, "--daemon", folder, play].map(Into::into).to_vec();
    let socket = Path::new(folder).join("socket");
    let resume = [&program, "--keeper-resume"].map(Into::into).to_vec();
    let config = KeeperConfig { socket, program: program.into(), arguments, resume, foreground: true };
    keep(Keeper::open(config))
}

/// The life of a keeper that goes on in another's place.
pub(crate) fn keeper_on() -> ExitCode {
    keep(Keeper::resume())
}

/// Whether this program understands a handover record.
pub(crate) fn probe() -> ExitCode {
    match abide::keeper::probe() {
        Ok(()) => println!("{}", abide::keeper::UNDERSTOOD),
        Err(why) => println!("{why}"),
    }
    ExitCode::SUCCESS
}

fn keep(keeper: Result<Keeper, OpenFault>) -> ExitCode {
    match keeper {
        Ok(keeper) => match keeper.run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(why) => {
                eprintln!("keeper: {why}");
                ExitCode::FAILURE
            }
        },
        Err(OpenFault::Taken) => ExitCode::from(3),
        Err(OpenFault::Other(why)) => {
            eprintln!("keeper: {why}");
            ExitCode::from(4)
        }
    }
}

/// What a daemon acts with.
pub(crate) struct Scene {
    pub(crate) folder: PathBuf,
    pub(crate) link: KeeperLink,
    pub(crate) inheritance: Inheritance,
    pub(crate) listener: UnixListener,
}

/// The daemon's life.
pub(crate) fn daemon(folder: &str, play: &str) -> ExitCode {
    let folder = PathBuf::from(folder);
    let own = folder.join(format!("pid.{}", std::process::id()));
    std::fs::write(&own, std::process::id().to_string()).expect("pid file");
    std::fs::rename(&own, folder.join("pid")).expect("pid file");
    let (failed, usual) = (folder.join("failed"), std::panic::take_hook());
    std::panic::set_hook(Box::new(move |panic| {
        usual(panic);
        let _ = std::fs::write(&failed, panic.to_string());
    }));
    let (socket, listener) = inherit().expect("descriptors of the keeper");
    let (link, inheritance) = KeeperLink::adopt(socket).expect("a keeper that greets");
    let scene = Scene { folder: folder.clone(), link, inheritance, listener };
    if kills::PLAYS.contains(&play) {
        kills::daemon(scene);
        return ExitCode::SUCCESS;
    }
    let (_, act) = scenarios::ALL
        .iter()
        .chain(replaced::ALL)
        .find(|(name, _)| *name == play)
        .expect("a scenario of that name");
    let mut link = act(scene);
    std::fs::write(folder.join("passed"), "").expect("the result");
    link.shutdown().expect("a keeper that listens");
    ExitCode::SUCCESS
}

/// Starts a keeper for a play.
pub(crate) fn start(folder: &Path, play: &str) -> Child {
    // As dirty as a careless parent leaves it: the children must not see any of it.
    let log = std::fs::File::create(folder.join(format!("log.{play}"))).expect("a log");
    let mut command = Command::new("/bin/sh");
    if play == "replacement_goes_back" {
        command.env("ABIDE_TEST_REFUSES", "1");
    }
    command
        .args(["-c", "trap '' HUP INT QUIT USR1 PIPE TSTP; umask 077; exec 7</dev/null; exec \"$@\"", "sh"])
        .args([&own_path(), "--keeper", &folder.to_string_lossy(), play])
        .env("LEAKED", "by the keeper")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("a keeper")
}

/// Waits for a keeper to end, or for a play to have failed.
pub(crate) fn ended(child: &mut Child, failed: &Path) -> Result<std::process::ExitStatus, String> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if Instant::now() < deadline && !failed.exists() => pause(1),
            other => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("the keeper does not end: {other:?}"));
            }
        }
    }
}

/// Acts a scenario.
pub(crate) fn perform(play: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let mut keeper = start(folder.path(), play);
    if play == "keeper_dies" {
        scenarios::kill_keeper_when_asked(folder.path(), &mut keeper);
    }
    let mut status = ended(&mut keeper, &folder.path().join("failed"));
    if ["replacement_dies", "descriptors_are_few_and_the_keeper_dies"].contains(&play) {
        // The process that was the keeper has ended, and so does the one that took its place, which is no child of ours.
        let (deadline, socket) = (Instant::now() + PATIENCE, folder.path().join("socket"));
        while socket.exists() {
            if Instant::now() > deadline || folder.path().join("failed").exists() {
                status = Err("the keeper that took its place does not end".to_owned());
                break;
            }
            pause(1);
        }
    }
    let log = || std::fs::read_to_string(folder.path().join(format!("log.{play}"))).unwrap_or_default();
    let passed = folder.path().join("passed").exists();
    let clean = play == "keeper_dies" || !folder.path().join("socket").exists();
    match status {
        Ok(status) if passed && clean && (status.success() || play.ends_with("dies")) => Ok(()),
        other => {
            Err(format!("keeper {other:?}, passed {passed}, socket removed {clean}, it said:\n{}", log()))
        }
    }
}

/// Waits a little: only ever between two looks at a condition.
pub(crate) fn pause(ms: u64) {
    std::thread::sleep(Duration::from_millis(ms));
}

/// Waits for one of these to be readable, or the time to be over.
pub(crate) fn wait_readable(descriptors: &[BorrowedFd<'_>], ms: i64) {
    let mut fds: Vec<PollFd<'_>> =
        descriptors.iter().map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN)).collect();
    let timeout = Timespec { tv_sec: ms / 1000, tv_nsec: ms % 1000 * 1_000_000 };
    let _ = poll(&mut fds, Some(&timeout));
}

static SAID: Mutex<VecDeque<KeeperEvent>> = Mutex::new(VecDeque::new());

/// The next thing that the keeper says.
pub(crate) fn next_event(link: &mut KeeperLink) -> KeeperEvent {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let mut said = SAID.lock().expect("one thread");
        if let Some(event) = said.pop_front() {
            return event;
        }
        said.extend(link.events().expect("the keeper"));
        if said.is_empty() {
            assert!(Instant::now() < deadline, "the keeper says nothing");
            wait_readable(&[link.fd()], 1000);
        }
    }
}
