//! The keeper becomes another program in place: what is kept, what is refused, what is gone back to.

use crate::scenarios::{Act, exit, open, words};
use crate::stage::{Scene, next_event, own_path};
use abide::keeper::limits::RESCUE_DESCRIPTORS_SHARE;
use abide::keeper::link::{HeldPane, KeeperEvent, KeeperLink};
use abide_core::base::{geometry::Size, ids::PaneId};
use abide_core::boundary::ExitStatus;
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

pub(crate) const ALL: &[(&str, Act)] = &[
    ("replaced", replaced),
    ("replacement_refused", refused),
    ("replacement_goes_back", goes_back),
    ("replacement_dies", dies),
    ("descriptors_are_few_and_the_keeper_dies", few),
];

fn refusal(link: &mut KeeperLink) -> String {
    match next_event(link) {
        KeeperEvent::Replaced(Err(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn becomes(link: &mut KeeperLink, program: &str) {
    link.replace(Path::new(program)).expect("a keeper that listens");
    match next_event(link) {
        KeeperEvent::Replaced(Ok(version)) => assert_eq!(version, env!("CARGO_PKG_VERSION")),
        other => panic!("{other:?}"),
    }
}

fn script(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("a script");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).expect("one to run");
    path
}

fn descriptors(pid: u32) -> usize {
    std::fs::read_dir(format!("/proc/{pid}/fd")).expect("our own process").count()
}

fn replaced(scene: Scene) -> KeeperLink {
    let Scene { mut link, inheritance, .. } = scene;
    let keeper = inheritance.keeper_pid;
    if inheritance.starts == 1 {
        // The daemon of a keeper that was replaced has crashed: all as ever.
        assert!(inheritance.crash.expect("a text").contains("exited with status 7"));
        let exits: Vec<_> = inheritance.panes.iter().map(|p| (p.pane, p.exited)).collect();
        let code = |code| Some(ExitStatus::Code(code));
        assert_eq!(exits, [(PaneId(1), None), (PaneId(2), code(42)), (PaneId(3), code(3))]);
        return link;
    }
    let mut cat = open(&mut link, 1, &words(&["cat"]));
    open(&mut link, 2, &words(&["sh", "-c", "exit 42"]));
    // Acknowledged or not, how it ended is kept.
    assert_eq!(exit(&mut link, 2).0, ExitStatus::Code(42));
    let mut stopped = open(&mut link, 3, &words(&["sh", "-c", "read line; exit 3"]));
    let mut stalled = open(&mut link, 4, &words(&["seq", "1", "300000"]));
    stalled.until(&link, "\n1000\r");
    // Its sleep outlives it, and becomes the keeper's child.
    open(&mut link, 5, &words(&["sh", "-c", "trap '' HUP; sleep 600 & echo; exec cat"]));
    link.release(PaneId(5)).expect("a keeper that listens");
    let (mut before, own) = (0, own_path());
    for time in 0..3 {
        becomes(&mut link, if time == 1 { "" } else { &own });
        cat.type_in(&link, &format!("time {time}\n"));
        cat.until(&link, &format!("time {time}\r\n"));
        link.resize(PaneId(1), Size::new(70 + time, 20)).expect("a keeper that listens");
        if time == 0 {
            // What a careless parent left open is gone, and all that was to be told has been sent.
            before = descriptors(keeper);
        }
    }
    assert_eq!(descriptors(keeper), before, "descriptors are lost or left");
    let command = std::fs::read_to_string(format!("/proc/{keeper}/cmdline")).expect("its arguments");
    assert!(command.contains("--keeper-resume"), "{command}");
    stalled.until(&link, "\n300000\r");
    assert_eq!(exit(&mut link, 4).0, ExitStatus::Code(0));
    link.release(PaneId(4)).expect("a keeper that listens");
    stopped.type_in(&link, "\n");
    assert_eq!(exit(&mut link, 3).0, ExitStatus::Code(3));
    let mut new = open(&mut link, 6, &words(&["sh", "-c", "echo as ever; exit 5"]));
    new.until(&link, "as ever");
    assert_eq!(exit(&mut link, 6).0, ExitStatus::Code(5));
    link.release(PaneId(6)).expect("a keeper that listens");
    // The keeper has read that before it hears of our end.
    std::process::exit(7);
}

fn refused(scene: Scene) -> KeeperLink {
    let Scene { mut link, folder, listener, .. } = scene;
    let why = link.take_its_place(listener.as_fd(), &[]).to_string();
    assert_eq!(why, "the keeper has hung up", "while it lives there is no place to be taken");
    let mut cat = open(&mut link, 1, &words(&["cat"]));
    let late = script(&folder, "late", "exec sleep 60");
    let no = script(&folder, "no", "printf 'not\\033me\\n'");
    for (program, reason) in [
        ("/does/not/exist", "can't be run"),
        ("/etc/passwd", "can't be run"),
        ("/bin/false", "does not know how to go on"),
        (no.to_str().expect("a path"), "not\\u{1b}me"),
        // Prints the whole record.
        ("/bin/cat", "does not"),
        (late.to_str().expect("a path"), "does not answer"),
    ] {
        link.replace(Path::new(program)).expect("a keeper that listens");
        if reason == "does not answer" {
            link.replace(Path::new("")).expect("a keeper that listens");
            assert!(refusal(&mut link).contains("already"));
        }
        let why = refusal(&mut link);
        assert!(why.contains(reason) && !why.contains('\u{1b}'), "{program}: {why:?}");
        cat.type_in(&link, "on\n");
        cat.until(&link, "on\r\n");
    }
    link
}

/// The keeper runs with `ABIDE_TEST_REFUSES`: what it becomes says yes, and then does not go on.
fn goes_back(scene: Scene) -> KeeperLink {
    let Scene { mut link, inheritance, .. } = scene;
    let mut cat = open(&mut link, 1, &words(&["cat"]));
    let mut before = 0;
    for time in 0..3 {
        link.replace(Path::new("")).expect("a keeper that listens");
        let why = refusal(&mut link);
        assert!(why.contains("did not go on"), "{why}");
        cat.type_in(&link, &format!("time {time}\n"));
        cat.until(&link, &format!("time {time}\r\n"));
        if time == 0 {
            before = descriptors(inheritance.keeper_pid);
        }
    }
    assert_eq!(descriptors(inheritance.keeper_pid), before, "descriptors are lost or left");
    let command =
        std::fs::read_to_string(format!("/proc/{}/cmdline", inheritance.keeper_pid)).expect("arguments");
    assert!(command.contains(":back"), "{command}");
    link
}

/// What it becomes says yes and ends: the daemon takes its place.
fn dies(scene: Scene) -> KeeperLink {
    let Scene { mut link, folder, inheritance, listener } = scene;
    if inheritance.starts == 1 {
        assert!(inheritance.crash.expect("a text").contains("1 of 2 programs live on"));
        let mut panes = inheritance.panes;
        let ended = panes.pop().expect("the second");
        assert_eq!((ended.pane, ended.exited), (PaneId(2), Some(ExitStatus::Code(9))));
        let cat = panes.pop().expect("the first");
        let mut cat = crate::scenarios::Pane::inherited(cat);
        cat.type_in(&link, "once more\n");
        cat.until(&link, "once more\r\nonce more\r\n");
        return link;
    }
    let cat = open(&mut link, 1, &words(&["cat"]));
    let ended = open(&mut link, 2, &words(&["sh", "-c", "exit 9"]));
    exit(&mut link, 2);
    let liar = script(&folder, "liar", "[ $1 = --keeper-probe ] && echo understood");
    link.replace(&liar).expect("a keeper that listens");
    loop {
        crate::stage::wait_readable(&[link.fd()], 1000);
        if link.events().is_err() {
            break;
        }
    }
    let held = [(1, &cat), (2, &ended)].map(|(id, p)| HeldPane {
        pane: PaneId(id),
        memory: &p.memory,
        wake: p.wake.as_fd(),
    });
    panic!("{}", link.take_its_place(listener.as_fd(), &held));
}

/// A daemon that has few descriptors holds what it needs, and not all that it would need without a keeper.
fn few(scene: Scene) -> KeeperLink {
    let Scene { mut link, inheritance, listener, .. } = scene;
    if inheritance.starts == 1 {
        assert!(inheritance.crash.expect("a text").contains("1 of 2 programs live on"));
        let mut panes = inheritance.panes;
        assert_eq!(panes.pop().expect("the second").exited, Some(ExitStatus::Unknown));
        let mut cat = crate::scenarios::Pane::inherited(panes.pop().expect("the first"));
        cat.type_in(&link, "on\n");
        cat.until(&link, "on\r\non\r\n");
        return link;
    }
    let first = open(&mut link, 1, &words(&["cat"]));
    let next = std::fs::File::open("/dev/null").expect("a descriptor");
    let limit = getrlimit(Resource::Nofile);
    let few = u64::try_from(next.as_raw_fd()).expect("a number") * RESCUE_DESCRIPTORS_SHARE;
    drop(next);
    setrlimit(Resource::Nofile, Rlimit { current: Some(few), ..limit }).expect("a lower limit");
    let second = open(&mut link, 2, &words(&["cat"]));
    let keeper = Pid::from_raw(inheritance.keeper_pid.cast_signed()).expect("a process");
    kill_process(keeper, Signal::KILL).expect("our own keeper");
    while link.events().is_ok() {
        crate::stage::wait_readable(&[link.fd()], 1000);
    }
    setrlimit(Resource::Nofile, limit).expect("the limit from before");
    let held = [(1, &first), (2, &second)].map(|(id, p)| HeldPane {
        pane: PaneId(id),
        memory: &p.memory,
        wake: p.wake.as_fd(),
    });
    panic!("{}", link.take_its_place(listener.as_fd(), &held));
}
