//! What one person sees and does.

use crate::world::World;
use abide_core::boundary::ExitStatus;
use abide_protocol::message::{InputEvent, MouseAction, MouseEvent, SurfaceKind, ViewerKind};

fn attached() -> (World, usize) {
    let mut world = World::new("");
    let at = world.client(ViewerKind::Terminal);
    assert_eq!(
        world.command(at, "new-session -d -s work -x 80 -y 24").1,
        Some(0),
        "{}",
        world.clients[at].out
    );
    world.attach(at, SurfaceKind::Session, "work", 1, (80, 24));
    world.wait(100);
    (world, at)
}

#[test]
fn typing_is_echoed_and_painted() {
    let (mut world, at) = attached();
    let pane = world.pane_of("work");
    world.keys(at, &["l", "s", "Enter", "é"]);
    world.settle();
    assert_eq!(world.ptys[&pane].typed(), "ls\ré".as_bytes());
    assert!(world.clients[at].unacknowledged.is_empty(), "acknowledged");
    world.output(pane, b"hello \x1b[31mred\x1b[m\r\n");
    world.wait(20);
    let mirror = &world.clients[at].mirrors[&1];
    assert!(mirror.row_text(0).starts_with("hello red"), "{}", mirror.text());
    assert!(mirror.row_text(23).contains("[work]"), "a status line: {}", mirror.row_text(23));
    assert_eq!((mirror.cursor().x, mirror.cursor().y), (0, 1));
}

#[test]
fn the_prefix_splits_and_zooms() {
    let (mut world, at) = attached();
    world.keys(at, &["C-b"]);
    assert_eq!(world.clients[at].unacknowledged.len(), 1, "a prefix alone is not acknowledged");
    world.keys(at, &["%"]);
    world.wait(50);
    assert!(world.clients[at].unacknowledged.is_empty());
    let window = world.model().windows.values().next().expect("a window");
    assert_eq!(window.layout.count(), 2);
    let sizes: Vec<_> = world.ptys.values().map(|p| p.size.map(|s| (s.cols, s.rows))).collect();
    assert_eq!(sizes, [Some((40, 23)), Some((39, 23))]);
    world.keys(at, &["C-b", "z"]);
    world.wait(50);
    assert_eq!(world.ptys.values().last().and_then(|p| p.size).map(|s| s.cols), Some(80));
    world.keys(at, &["C-b", "x"]);
    world.wait(20);
    assert!(
        world.clients[at].mirrors[&1].row_text(23).contains("(y/n)"),
        "{}",
        world.clients[at].mirrors[&1].text()
    );
    world.keys(at, &["y"]);
    world.wait(50);
    assert_eq!(world.ptys.len(), 1);
    assert_eq!(world.model().fault(), None);
}

#[test]
fn the_last_exit_ends_all() {
    let (mut world, at) = attached();
    let pane = world.pane_of("work");
    world.wait(2000);
    assert!(!world.store.is_empty(), "the session is stored");
    world.exit(pane, ExitStatus::Code(0));
    world.settle();
    assert!(world.ended, "exit-empty");
    assert_eq!(world.clients[at].said.last().map(String::as_str), Some("detached 1 work Ended"));
    let left: Vec<_> = world.store.keys().filter(|k| k[0] != 1).collect();
    assert!(left.is_empty(), "records are left: {left:?}");
}

#[test]
fn a_dead_pane_remains_when_it_should() {
    let (mut world, at) = attached();
    let pane = world.pane_of("work");
    world.command(at, "set-option -w remain-on-exit on");
    world.exit(pane, ExitStatus::Code(3));
    world.wait(50);
    assert!(!world.ended);
    assert!(
        world.clients[at].mirrors[&1].text().contains("Pane is dead"),
        "{}",
        world.clients[at].mirrors[&1].text()
    );
}

#[test]
fn sizes_follow_the_latest_viewer() {
    let (mut world, first) = attached();
    let second = world.client(ViewerKind::Terminal);
    world.attach(second, SurfaceKind::Session, "work", 1, (60, 20));
    world.settle();
    let pane = world.pane_of("work");
    assert_eq!(world.ptys[&pane].size.map(|s| (s.cols, s.rows)), Some((60, 19)));
    world.keys(first, &["a"]);
    world.settle();
    assert_eq!(world.ptys[&pane].size.map(|s| (s.cols, s.rows)), Some((80, 23)));
    world.command(first, "set-option -w window-size smallest");
    world.keys(first, &["a"]);
    world.settle();
    assert_eq!(world.ptys[&pane].size.map(|s| (s.cols, s.rows)), Some((60, 19)));
    world.disconnect(second);
    world.settle();
    assert_eq!(world.ptys[&pane].size.map(|s| (s.cols, s.rows)), Some((80, 23)));
}

#[test]
fn the_mouse_selects_drags_and_reports() {
    let (mut world, at) = attached();
    world.command(at, "set-option -g mouse on");
    world.keys(at, &["C-b", "%"]);
    world.wait(50);
    let panes: Vec<_> = world.ptys.keys().copied().collect();
    let mouse = |action, x, y| InputEvent::Mouse(MouseEvent { x, y, mods: 0, action, button: 1 });
    world.events(at, 1, vec![mouse(MouseAction::Press, 3, 3), mouse(MouseAction::Release, 3, 3)]);
    world.wait(1000);
    assert_eq!(world.pane_of("work"), panes[0]);
    world.events(at, 1, vec![mouse(MouseAction::Press, 40, 5)]);
    world.events(at, 1, vec![mouse(MouseAction::Drag, 45, 5)]);
    world.events(at, 1, vec![mouse(MouseAction::Drag, 50, 5)]);
    world.events(at, 1, vec![mouse(MouseAction::Release, 50, 5)]);
    world.wait(50);
    assert_eq!(world.ptys[&panes[0]].size.map(|s| s.cols), Some(50));
    world.output(panes[0], b"\x1b[?1000h\x1b[?1006h");
    world.wait(1000);
    world.events(at, 1, vec![mouse(MouseAction::Press, 3, 3)]);
    world.settle();
    assert!(String::from_utf8_lossy(&world.ptys[&panes[0]].typed()).contains("\u{1b}[<0;4;4M"));
}

#[test]
fn the_mouse_is_told_in_pixels_and_the_wheel_types_where_programs_ask_for_it() {
    let (mut world, at) = attached();
    world.command(at, "set-option -g mouse on");
    let pane = world.pane_of("work");
    let mouse = |action, x, y| InputEvent::Mouse(MouseEvent { x, y, mods: 0, action, button: 1 });
    world.output(pane, b"\x1b[?1007h\x1b[?1049h");
    world.wait(50);
    world.events(at, 1, vec![mouse(MouseAction::WheelDown, 3, 3), mouse(MouseAction::WheelUp, 3, 3)]);
    world.settle();
    assert_eq!(world.ptys[&pane].typed(), b"\x1b[B\x1b[B\x1b[B\x1b[A\x1b[A\x1b[A");
    world.output(pane, b"\x1b[?1000h\x1b[?1016h");
    world.wait(1000);
    world.events(at, 1, vec![mouse(MouseAction::Press, 3, 3)]);
    world.settle();
    let typed = world.ptys[&pane].typed();
    let typed = String::from_utf8_lossy(&typed);
    assert!(typed.ends_with("\u{1b}[<0;29;57M"), "{typed:?}");
}

#[test]
fn notices_are_messages_where_they_are_allowed() {
    let (mut world, at) = attached();
    let pane = world.pane_of("work");
    world.output(pane, b"\x1b]777;notify;Build;done\x07");
    world.wait(50);
    assert!(world.command(at, "show-messages").0.contains("Build: done"));
    world.command(at, "set-option -g allow-notices off");
    world.output(pane, b"\x1b]9;unheard\x07");
    world.wait(50);
    assert!(!world.command(at, "show-messages").0.contains("unheard"));
    world.output(pane, b"\x1b]9;4;1;42\x07");
    world.wait(50);
    assert!(world.command(at, "display-message -p #{pane_progress}").0.contains("42"));
    world.output(pane, b"\x1b]1337;SetUserVar=branch=bWFpbg==\x07");
    world.wait(50);
    let shown = world.command(at, "display-message -p #{pane_user_branch}/#{pane_user_none}.").0;
    assert!(shown.contains("main/."), "{shown}");
}

#[test]
fn another_size_is_told_where_programs_ask_for_it() {
    let (mut world, at) = attached();
    let pane = world.pane_of("work");
    world.output(pane, b"\x1b[?2048h");
    world.settle();
    let before = world.ptys[&pane].typed().len();
    world.keys(at, &["C-b", "%"]);
    world.wait(50);
    let typed = world.ptys[&pane].typed();
    assert!(typed[before..].starts_with(b"\x1b[48;"), "{}", typed.escape_ascii());
}

#[test]
fn pastes_are_bracketed_and_never_end_early() {
    let (mut world, at) = attached();
    let pane = world.pane_of("work");
    world.output(pane, b"\x1b[?2004h");
    world.events(at, 1, vec![InputEvent::Paste(b"a\x1b[201~rm\n".to_vec())]);
    world.settle();
    assert_eq!(world.ptys[&pane].typed(), b"\x1b[200~a[201~rm\n\x1b[201~");
}

#[test]
fn a_paste_of_several_pieces_is_one_for_the_program() {
    let (mut world, at) = attached();
    let pane = world.pane_of("work");
    world.output(pane, b"\x1b[?2004h");
    let piece = vec![b'x'; abide_protocol::limits::INPUT_BYTES_MAX];
    for text in [piece.clone(), piece.clone(), Vec::new(), b"y".to_vec()] {
        world.events(at, 1, vec![InputEvent::Paste(text)]);
        world.settle();
    }
    let expected = [b"\x1b[200~", &piece[..], &piece[..], b"\x1b[201~", b"\x1b[200~y\x1b[201~"].concat();
    assert_eq!(world.ptys[&pane].typed(), expected);
}

#[test]
fn queries_are_answered_once() {
    let (mut world, _) = attached();
    let pane = world.pane_of("work");
    world.output(pane, b"\x1b[6n");
    world.settle();
    let answers = |world: &World| {
        world.ptys[&pane].input.iter().filter(|(c, _, b)| *c == 0 && b.contains(&b'R')).count()
    };
    assert_eq!(answers(&world), 1);
    world.restart();
    assert_eq!(answers(&world), 1, "not again at the replay");
    world.output(pane, b"\x1b[6n");
    assert_eq!(answers(&world), 2);
}

#[test]
fn a_flood_is_paced() {
    let (mut world, at) = attached();
    let pane = world.pane_of("work");
    world.wait(100);
    let viewer = world.clients[at].viewer.expect("connected");
    let mut updates = 0;
    for n in 0..1000u64 {
        world.now.instant = world.now.instant.after_ms(1);
        world.server.handle(world.now, abide_core::boundary::Input::PtyOutput(pane, n + 1, b"x\r\n"));
        let _ = world.server.structure();
        let told = world.server.effects().into_iter().filter(|e| {
            matches!(
                e,
                abide_core::boundary::Effect::TellViewer(
                    _,
                    abide_protocol::message::ServerMessage::Update(_)
                )
            )
        });
        let count = told.count();
        assert!(n != 0 || count == 1, "the first output after a pause goes at once");
        updates += count;
        world.server.handle(world.now, abide_core::boundary::Input::ViewerDrained(viewer));
        updates += world.server.effects().len().min(1);
    }
    assert!((100..=126).contains(&updates), "{updates} updates in a second");
}

#[test]
fn bad_peers_are_told() {
    use abide_protocol::message::{Attach, ClientMessage, Ping};
    let mut world = World::new("");
    let at = world.client(ViewerKind::Program);
    let size = abide_protocol::message::Size { cols: 0, rows: 9999 };
    world.say(
        at,
        ClientMessage::Attach(Attach {
            kind: SurfaceKind::Session,
            size,
            resize: true,
            target: "none".to_owned(),
            surface: 1,
            read_only: false,
        }),
    );
    world.say(at, ClientMessage::Ping(Ping { number: 1 }));
    assert_eq!(world.clients[at].said, ["error: can't find session: none"]);
    let viewer = abide_core::base::ids::ViewerId(777);
    world.input(abide_core::boundary::Input::ViewerJoined(viewer));
    world.input(abide_core::boundary::Input::ViewerSaid(viewer, ClientMessage::Ping(Ping { number: 1 })));
    world.input(abide_core::boundary::Input::ViewerGone(viewer));
    world.command(at, "new-session -d -s a");
    world.attach(at, SurfaceKind::Session, "a", 1, (0, 0));
    world.wait(50);
    world.attach(at, SurfaceKind::Session, "a", 2, (1000, 1000));
    world.wait(50);
    assert_eq!(world.model().fault(), None);
}
