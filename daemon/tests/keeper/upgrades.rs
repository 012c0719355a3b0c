//! A daemon asks for others in its place: those that come to nothing, and one that serves.

use crate::scenarios::{open, size, words};
use crate::stage::{Scene, next_event, own_path};
use abide::keeper::link::{Inheritance, KeeperEvent, KeeperLink};
use abide_core::base::ids::PaneId;
use abide_core::boundary::Occasion;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Asks for a program, and leaves.
fn leave_for(mut link: KeeperLink, program: &Path) -> ! {
    link.next(&program.to_string_lossy()).expect("a keeper that listens");
    match next_event(&mut link) {
        KeeperEvent::Next(Ok(())) => std::process::exit(0),
        other => panic!("{other:?}"),
    }
}

/// The old program is here again, at once, and its pane lives.
#[track_caller]
fn fell_back(inheritance: &Inheritance, wanted: &Path, why: &str) {
    let Occasion::Fallback(said) = &inheritance.occasion else { panic!("{:?}", inheritance.occasion) };
    assert!(said.starts_with(&format!("{}: ", wanted.display())) && said.contains(why), "{said}");
    assert_eq!(inheritance.crash, None, "that is told as what it is");
    assert_eq!(inheritance.panes.len(), 1, "the pane lives");
}

/// What this process runs, by its name on disk, or the one that it had.
fn running() -> PathBuf {
    std::env::current_exe().expect("our own path")
}

pub(crate) fn upgrade(scene: Scene) -> KeeperLink {
    let Scene { folder, mut link, inheritance, .. } = scene;
    let (nothing, fails) = (folder.join("nothing"), Path::new("/bin/false"));
    let (hangs, copy, closed) = (folder.join("hangs"), folder.join("copy"), folder.join("closed"));
    // The copy has another path of its own.
    let first = folder.join("first");
    if inheritance.starts == 0 {
        std::fs::write(&first, own_path()).expect("a note");
    }
    let own = PathBuf::from(std::fs::read_to_string(&first).expect("the note"));
    // An odd number is one on trial that came to greet: the others are no daemons.
    match inheritance.starts {
        0 => {
            assert_eq!(inheritance.occasion, Occasion::Usual);
            assert_eq!(inheritance.program, Some(own_path()));
            link.take_over().expect("a keeper that listens");
            open(&mut link, 1, &words(&["cat", "-"]));
            for refused in ["", "relative/path", &format!("/{}", "x".repeat(4096))] {
                link.next(refused).expect("a keeper that listens");
                let KeeperEvent::Next(Err(why)) = next_event(&mut link) else { panic!("not refused") };
                assert!(why.contains("not absolute, or too long"), "{why}");
            }
            leave_for(link, &nothing);
        }
        2 => {
            fell_back(&inheritance, &nothing, "can't be run: No such file or directory");
            link.take_over().expect("a keeper that listens");
            leave_for(link, fails);
        }
        4 => {
            fell_back(&inheritance, fails, "exited with status 1");
            link.take_over().expect("a keeper that listens");
            script(&closed, 0o644);
            leave_for(link, &closed);
        }
        6 => {
            fell_back(&inheritance, &closed, "can't be run: Permission denied");
            link.take_over().expect("a keeper that listens");
            script(&hangs, 0o755);
            leave_for(link, &hangs);
        }
        8 => {
            fell_back(&inheritance, &hangs, "it did not greet within 5 s");
            link.take_over().expect("a keeper that listens");
            std::fs::copy(&own, &copy).expect("a copy");
            leave_for(link, &copy);
        }
        9 => {
            assert_eq!(inheritance.occasion, Occasion::Upgrade);
            assert_eq!(inheritance.program, copy.to_str().map(str::to_owned), "its own, on trial too");
            assert_eq!(running(), copy);
            assert_eq!(inheritance.panes.len(), 1, "the pane lives");
            link.take_over().expect("a keeper that listens");
            // Serves from here on: the next one is the same, also when its file is gone, and it is told of the crash.
            std::fs::remove_file(&copy).expect("removed");
            std::process::exit(3);
        }
        10 => {
            assert_eq!(inheritance.occasion, Occasion::Usual);
            assert!(inheritance.crash.is_some_and(|crash| crash.contains("exited with status 3")));
            assert_eq!(inheritance.program, Some(copy.to_string_lossy().into_owned()));
            assert_eq!(running(), PathBuf::from(format!("{} (deleted)", copy.display())));
            link.take_over().expect("a keeper that listens");
            leave_for(link, &own);
        }
        11 => {
            // Greets, and ends before it serves.
            assert_eq!(inheritance.occasion, Occasion::Upgrade);
            assert_eq!(running(), own);
            // Its link goes first, and the keeper has seen that: its words and its status still count.
            rustix::net::shutdown(link.fd(), rustix::net::Shutdown::Write).expect("a link");
            wait_until_closed(link.fd());
            eprintln!("this makes no sense");
            std::process::exit(0);
        }
        12 => {
            fell_back(&inheritance, &own, "exited with status 0");
            fell_back(&inheritance, &own, "it said last:\nthis makes no sense");
            assert_eq!(running(), PathBuf::from(format!("{} (deleted)", copy.display())));
            assert_eq!(inheritance.program, Some(copy.to_string_lossy().into_owned()));
            link
        }
        other => panic!("start {other}, {:?}", inheritance.occasion),
    }
}

/// Until the other end is closed too.
fn wait_until_closed(link: BorrowedFd<'_>) {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        assert!(Instant::now() < deadline, "the keeper does not see it");
        let mut fds = [PollFd::new(&link, PollFlags::empty())];
        let second = Timespec { tv_sec: 1, tv_nsec: 0 };
        if poll(&mut fds, Some(&second)).is_ok() && fds[0].revents().contains(PollFlags::HUP) {
            return;
        }
    }
}

/// A program that does nothing, for ever.
fn script(path: &Path, mode: u32) {
    std::fs::write(path, "#!/bin/sh\nexec sleep 1000\n").expect("a script");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
    std::fs::set_permissions(path, mode).expect("a mode");
}

/// A pane whose program begins to run while one daemon has left and the next has not greeted: that one hears of it with
/// all the others, not before its welcome.
pub(crate) fn nothing_before_the_welcome(scene: Scene) -> KeeperLink {
    const ROUNDS: u32 = 10;
    let Scene { mut link, inheritance, .. } = scene;
    if inheritance.starts < ROUNDS {
        let pane = PaneId(inheritance.starts + 1);
        link.spawn(pane, &words(&["cat", "-"]), size()).expect("a keeper that listens");
        std::process::exit(0);
    }
    let mut panes: Vec<PaneId> = inheritance.panes.iter().map(|pane| pane.pane).collect();
    while panes.len() < ROUNDS as usize {
        let KeeperEvent::Opened { pane, .. } = next_event(&mut link) else { panic!("not opened") };
        panes.push(pane);
    }
    panes.sort_unstable();
    assert_eq!(panes, (1..=ROUNDS).map(PaneId).collect::<Vec<_>>());
    link
}
