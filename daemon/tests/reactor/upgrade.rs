//! Another program is to take this daemon's place: until the keeper has agreed nothing has happened.

use crate::world::{TICKET, World};
use abide::reactor::Ending;
use abide::reactor::ports::KeeperEvent;
use abide_core::boundary::{Effect, Input, Question};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

/// A core that asks for an upgrade to each path that a notice names.
fn world() -> World {
    World::new(|input| match input {
        Input::Notice(path) if path.is_empty() || path.starts_with(['/', '.']) => {
            vec![Effect::Ask(TICKET, Question::Upgrade { program: path.clone(), keeper: false })]
        }
        Input::Notice(path) => match path.strip_prefix("keeper ") {
            Some(path) => {
                vec![Effect::Ask(TICKET, Question::Upgrade { program: path.to_owned(), keeper: true })]
            }
            None => Vec::new(),
        },
        _ => Vec::new(),
    })
}

fn ask(world: &mut World, path: &str) {
    world.reactor.begin([Input::Notice(path.to_owned())]);
}

fn until(world: &mut World, text: &str) {
    let began = std::time::Instant::now();
    while !world.story.borrow().iter().any(|line| line.contains(text)) {
        assert!(began.elapsed() < Duration::from_secs(20), "no `{text}` in {:#?}", world.story.borrow());
        assert_eq!(world.reactor.turn(Some(Duration::from_millis(5))).expect("a turn"), None);
    }
}

fn program(folder: &std::path::Path) -> String {
    let path = folder.join("abide");
    std::fs::write(&path, "#!/bin/sh\necho abide 9.9\n").expect("a script");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("a mode");
    path.to_string_lossy().into_owned()
}

#[test]
fn what_is_no_program_of_ours_is_refused_and_the_loop_goes_on() {
    let mut world = world();
    ask(&mut world, "/no/such/program");
    // While that one is looked at.
    ask(&mut world, "/bin/true");
    until(&mut world, "NotUpgraded(\"another upgrade is under way\")");
    until(&mut world, "NotUpgraded(\"/no/such/program: can't be run: No such file or directory");
    ask(&mut world, "/bin/true");
    until(&mut world, "NotUpgraded(\"/bin/true -V: prints no version of abide");
    ask(&mut world, "./relative");
    until(&mut world, "NotUpgraded(\"`./relative` is no absolute path\")");
    // None is named: the daemon's own, which in this world is none.
    ask(&mut world, "");
    until(&mut world, "NotUpgraded(\"/abide: can't be run: No such file or directory");
    assert_eq!(world.count("keeper: next"), 0);
}

#[test]
fn the_daemon_leaves_when_the_keeper_has_agreed() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = program(folder.path());
    let mut world = world();
    ask(&mut world, &program);
    until(&mut world, &format!("keeper: next {program}"));
    world.keeper_says(KeeperEvent::Next(Err("no".to_owned())));
    until(&mut world, "NotUpgraded(\"keeper: no\")");

    ask(&mut world, &program);
    let began = std::time::Instant::now();
    while world.count("keeper: next") < 2 {
        assert!(began.elapsed() < Duration::from_secs(20), "{:#?}", world.story.borrow());
        assert_eq!(world.reactor.turn(Some(Duration::from_millis(5))).expect("a turn"), None);
    }
    world.keeper_says(KeeperEvent::Next(Ok(())));
    let began = std::time::Instant::now();
    let ending = loop {
        if let Some(ending) = world.reactor.turn(Some(Duration::from_millis(5))).expect("a turn") {
            break ending;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "it stays: {:#?}", world.story.borrow());
    };
    assert_eq!(ending, Ending::Leave);
    assert_eq!(world.count("keeper: shutdown"), 0, "programs go on");
}

#[test]
fn a_keeper_that_is_to_be_replaced_is_so_before_the_daemon_leaves() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = program(folder.path());
    let mut world = world();
    ask(&mut world, &format!("keeper {program}"));
    until(&mut world, &format!("keeper: replace {program}"));
    world.keeper_says(KeeperEvent::Replaced(Err("too old".to_owned())));
    until(&mut world, "NotUpgraded(\"keeper: too old\")");
    assert_eq!(world.count("keeper: next"), 0);

    ask(&mut world, &format!("keeper {program}"));
    let began = std::time::Instant::now();
    while world.count("keeper: replace") < 2 {
        assert!(began.elapsed() < Duration::from_secs(20), "{:#?}", world.story.borrow());
        assert_eq!(world.reactor.turn(Some(Duration::from_millis(5))).expect("a turn"), None);
    }
    world.keeper_says(KeeperEvent::Replaced(Ok("9.9".to_owned())));
    until(&mut world, &format!("keeper: next {program}"));
}
