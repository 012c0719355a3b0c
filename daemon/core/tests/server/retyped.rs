//! What ran comes back with its pane: typed once, when the shell is ready, and not when somebody else was first.

use crate::world::{World, facts};
use abide_core::base::ids::PaneId;
use abide_core::server::Server;
use abide_protocol::message::{InputEvent, SurfaceKind, ViewerKind};

/// A server with one pane in which this runs, stored, and everything started again from the store.
fn after_a_reboot(config: &str, words: &[&str]) -> (World, PaneId) {
    let mut world = World::new(config);
    let at = world.client(ViewerKind::Terminal);
    world.command(at, "new-session -d -s work -x 80 -y 24");
    let pane = world.pane_of("work");
    world.ran.insert(pane, words.iter().map(|w| (*w).to_owned()).collect());
    world.output(pane, b"it draws");
    world.wait(3000);
    reboot(&mut world, config);
    (world, pane)
}

fn reboot(world: &mut World, config: &str) {
    let records = world.store.clone().into_iter().collect();
    let config = vec![("abide.conf".to_owned(), config.as_bytes().to_vec())];
    let (server, report) = Server::restore(facts(50), config, records, world.now);
    assert_eq!(report.notices, Vec::<String>::new());
    world.server = server;
    world.ptys.clear();
    world.ran.clear();
    for client in &mut world.clients {
        client.viewer = None;
        client.attached.clear();
    }
    world.input(abide_core::boundary::Input::Notice("started".to_owned()));
    world.settle();
}

fn typed(world: &World, pane: PaneId) -> String {
    String::from_utf8(world.ptys[&pane].typed()).expect("text")
}

fn messages(world: &World) -> Vec<String> {
    world.model().messages.iter().map(|m| m.text.clone()).collect()
}

fn text_of(world: &World, pane: PaneId) -> String {
    let screen = &world.model().panes[&pane].screen;
    (0..screen.size().rows).map(|y| screen.row(y).text()).collect()
}

#[test]
fn a_pager_runs_again_when_the_prompt_has_come_to_rest() {
    let (mut world, pane) = after_a_reboot("", &["/usr/bin/less", "a b", "$x"]);
    let gone = "restored 1 sessions; what ran is gone: %0 (/usr/bin/less a b $x)";
    assert!(messages(&world).contains(&gone.to_owned()), "{:?}", messages(&world));
    assert!(text_of(&world, pane).contains("what ran here (/usr/bin/less a b $x) is gone"));
    world.wait(400);
    assert_eq!(typed(&world, pane), "", "the shell has shown nothing yet");
    world.output(pane, b"motd\r\n");
    world.wait(400);
    world.output(pane, b"$ ");
    world.wait(400);
    assert_eq!(typed(&world, pane), "", "it may still be on its way to its prompt");
    world.wait(200);
    assert_eq!(typed(&world, pane), "/usr/bin/less 'a b' '$x'\r");
    world.output(pane, b"more");
    world.wait(20_000);
    assert_eq!(typed(&world, pane), "/usr/bin/less 'a b' '$x'\r", "once");
}

#[test]
fn a_shell_that_tells_of_its_prompt_is_not_waited_for_longer() {
    for mark in ["133", "633"] {
        let (mut world, pane) = after_a_reboot("", &["less", "x"]);
        world.output(pane, format!("\x1b]{mark};A\x07$ \x1b]{mark};B\x07").as_bytes());
        world.wait(60);
        assert_eq!(typed(&world, pane), "less x\r");
    }
}

#[test]
fn nothing_but_what_is_named_comes_back_and_nothing_else_is_kept() {
    for (config, words) in [
        ("", &["make", "-j"][..]),
        ("set -g restore-command off", &["less", "x"]),
        ("set -g restore-command 'vim nvim'", &["less", "x"]),
        ("set -g restore off", &["less", "x"]),
    ] {
        let (mut world, pane) = after_a_reboot(config, words);
        if world.ptys.contains_key(&pane) {
            world.output(pane, b"$ ");
            world.wait(20_000);
            assert_eq!(typed(&world, pane), "", "{config} {words:?}");
            assert!(text_of(&world, pane).contains(&format!("what ran here ({}) is gone", words[0])));
        }
        assert!(world.store.keys().all(|key| key[0] != 6), "{config} {words:?}");
    }
}

#[test]
fn ask_types_the_line_as_the_shell_told_it_and_leaves_enter_to_the_person() {
    let config = "set -g restore-command 'less ask'";
    let lines = [
        ("\x1b]633;E;make -j \\x3b echo \\\\;nonce\x07\x1b]633;C\x07", "make -j ; echo \\"),
        ("\x1b]133;C;cmdline_url=make%20-j%20%7C%20less\x07", "make -j | less"),
        ("\x1b]133;C;cmdline_url=make%0Aboth\x07", "make 'a b'"),
        ("\x1b]633;E;old\x07\x1b]633;D;0\x07", "make 'a b'"),
        ("", "make 'a b'"),
    ];
    for (told, line) in lines {
        let mut world = World::new(config);
        let at = world.client(ViewerKind::Terminal);
        world.command(at, "new-session -d -s work -x 80 -y 24");
        let pane = world.pane_of("work");
        world.ran.insert(pane, vec!["make".to_owned(), "a b".to_owned()]);
        world.output(pane, told.as_bytes());
        world.output(pane, b"it runs");
        world.wait(3000);
        reboot(&mut world, config);
        world.output(pane, b"$ ");
        world.wait(600);
        assert_eq!(typed(&world, pane), line, "{told:?}");
    }
}

#[test]
fn another_line_in_its_place_and_a_pane_with_an_option_of_its_own() {
    let config = "set -g restore-command \"make 'agent=agent --continue'\"";
    for (own, line) in [("", "agent --continue\r"), ("agent=other", "other\r"), ("off", "")] {
        let mut world = World::new(config);
        let at = world.client(ViewerKind::Terminal);
        world.command(at, "new-session -d -s work -x 80 -y 24");
        let pane = world.pane_of("work");
        if !own.is_empty() {
            world.command(at, &format!("set-option -p -t work restore-command {own}"));
        }
        world.ran.insert(pane, vec!["/opt/agent".to_owned(), "do it".to_owned()]);
        world.output(pane, b"it runs");
        world.wait(3000);
        reboot(&mut world, config);
        world.output(pane, b"$ ");
        world.wait(600);
        assert_eq!(typed(&world, pane), line, "{own}");
    }
}

#[test]
fn whoever_types_first_has_the_prompt() {
    let (mut world, pane) = after_a_reboot("", &["less", "x"]);
    let at = world.client(ViewerKind::Terminal);
    world.attach(at, SurfaceKind::Session, "work", 1, (80, 24));
    world.settle();
    world.output(pane, b"$ ");
    world.events(at, 1, vec![InputEvent::Key("l".to_owned())]);
    world.settle();
    world.wait(20_000);
    assert_eq!(typed(&world, pane), "l");
    assert!(messages(&world).contains(&"pane %0: somebody typed first: not typed: less x".to_owned()));
}

#[test]
fn a_shell_that_is_not_ready_in_time_is_typed_nothing() {
    let ways: [&[u8]; 3] = [b"", b"\x1b[?1049ha form", b"."];
    for (n, way) in ways.iter().enumerate() {
        let (mut world, pane) = after_a_reboot("", &["less", "x"]);
        for _ in 0..100 {
            if n == 2 {
                world.output(pane, way);
            }
            world.wait(200);
            if n == 1 {
                world.output(pane, way);
                world.wait(600);
            }
        }
        assert_eq!(typed(&world, pane), "", "{n}");
        let said = "pane %0: its shell was not ready: not typed: less x".to_owned();
        assert!(messages(&world).contains(&said), "{n}: {:?}", messages(&world));
    }
}

#[test]
fn a_daemon_that_dies_in_between_types_it_once() {
    use crate::world::Death;
    let deaths = [
        None,
        Some(Death::BeforeStructure),
        Some(Death::AfterStructure),
        Some(Death::After(0)),
        Some(Death::After(1)),
    ];
    for death in deaths {
        let (mut world, pane) = after_a_reboot("", &["less", "x"]);
        world.output(pane, b"$ ");
        match death {
            // Killed while it waits.
            None => world.dead = true,
            death => {
                world.now.instant = world.now.instant.after_ms(600);
                world.death = death;
                world.input(abide_core::boundary::Input::DeadlineReached);
                assert!(world.dead, "{death:?}");
            }
        }
        world.restart();
        world.wait(20_000);
        assert_eq!(typed(&world, pane), "less x\r", "{death:?}");
    }
}

#[test]
fn what_was_left_behind_by_another_version_is_passed_over() {
    let mut world = World::new("");
    let at = world.client(ViewerKind::Terminal);
    world.command(at, "new-session -d -s work -x 80 -y 24");
    let pane = world.pane_of("work");
    world.ran.insert(pane, vec!["less".to_owned(), "x".to_owned()]);
    world.output(pane, b"it runs");
    world.wait(3000);
    let left = world.store[&[6, 0, 0, 0, 0][..]].clone();
    // The program ends; the record goes.
    world.ran.clear();
    world.output(pane, b"$ ");
    world.wait(3000);
    assert!(!world.store.contains_key(&[6, 0, 0, 0, 0][..]));
    world.store.insert(vec![6, 0, 0, 0, 0], left);
    reboot(&mut world, "");
    world.output(pane, b"$ ");
    world.wait(2000);
    assert_eq!(typed(&world, pane), "");
}
