//! Random people, programs and deaths under a seed: the model stays whole, mirrors stay true, and what a
//! structure record brings back is what there was.

use crate::{
    summary::summary,
    world::{Death, World},
};
use abide_core::{base::ids::PaneId, boundary::ExitStatus};
use abide_protocol::message::{InputEvent, MouseAction, MouseEvent, SurfaceKind, ViewerKind};

/// SplitMix64: a small generator with a published, fixed sequence.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

const COMMANDS: &[&str] = &[
    "new-session -d",
    "new-session -d -s NAME -x 100 -y 30",
    "new-window -d -t T",
    "new-window -t T",
    "split-window -h -t P",
    "split-window -v -b -t P",
    "split-window -f -t P",
    "kill-pane -t P",
    "kill-window -t P",
    "select-pane -L -t P",
    "select-pane -U -t P",
    "select-window -n -t T",
    "select-window -p -t T",
    "select-window -l -t T",
    "resize-pane -R 5 -t P",
    "resize-pane -U 3 -t P",
    "resize-pane -Z -t P",
    "resize-pane -x 20 -t P",
    "rename-window -t P new",
    "set-option -g base-index 1",
    "set-option -g renumber-windows on",
    "set-option -w -t P synchronize-panes on",
    "set-option -w -t P synchronize-panes off",
    "set-option -w -t P window-size smallest",
    "set-option -w -t P pane-border-status top",
    "set-option -g status off",
    "set-option -g status on",
    "set-option -w -t P remain-on-exit on",
    "send-keys -t P hello Enter",
    "kill-session -t T",
    "rename-session -t T NAME",
    "set-option -t T @note NAME",
    "bind-key -n F5 split-window",
    "display-message -p #{pane_id}",
];

const KEYS: &[&[&str]] = &[
    &["a"],
    &["Enter"],
    &["C-c"],
    &["C-b", "c"],
    &["C-b", "%"],
    &["C-b", "\""],
    &["C-b", "n"],
    &["C-b", "p"],
    &["C-b", "o"],
    &["C-b", "z"],
    &["C-b", "Up"],
    &["C-b", "C-Right", "C-Right", "C-Right"],
    &["C-b", "x", "y"],
    &["C-b", "x", "n"],
    &["C-b"],
    &["C-b", "["],
    &["q"],
    &["C-b", "1"],
    &["C-b", "l"],
    &["C-b", ";"],
    &["F5"],
    &["C-b", ":", "n", "e", "w", "Enter"],
    &["C-b", "q"],
    &["C-b", "?"],
    &["Escape"],
    &["PageUp"],
];

const OUTPUT: &[&[u8]] = &[
    b"hello world\r\n",
    b"\x1b[31mred\x1b[m",
    b"\x1b[2J\x1b[H",
    b"\x1b]2;title\x07",
    b"\x07",
    b"\x1b[?1049h",
    b"\x1b[?1049l",
    b"\x1b[6n",
    b"\x1b[?2026h",
    b"\x1b[?2026l",
    "漢字 e\u{301}\r\n".as_bytes(),
    b"\x1b[5;10r\x1bM",
    b"\x1b[?1000h\x1b[?1006h",
    b"\x1b[?2004h",
    b"\xff\xfe\x80",
    b"line\r\nline\r\nline\r\nline\r\nline\r\nline\r\nline\r\nline\r\nline\r\nline\r\n",
];

fn step(world: &mut World, dice: &mut Dice) {
    let panes: Vec<PaneId> = world.ptys.keys().copied().collect();
    let at = dice.below(world.clients.len());
    if world.model().sessions.is_empty() {
        world.command(at, "new-session -d");
    }
    let sessions: Vec<String> = world.model().sessions.keys().map(ToString::to_string).collect();
    match dice.below(100) {
        0..=24 => {
            if let Some(pane) = panes.get(dice.below(panes.len())) {
                for _ in 0..=dice.below(4) {
                    let bytes = *dice.one_of(OUTPUT);
                    world.output(*pane, bytes);
                }
            }
        }
        25..=44 => {
            let keys = *dice.one_of(KEYS);
            world.keys(at, keys);
        }
        45..=64 => {
            let all: Vec<PaneId> = world.model().panes.keys().copied().collect();
            let pane = all.get(dice.below(all.len())).map_or("%0".to_owned(), ToString::to_string);
            let session = sessions.get(dice.below(sessions.len())).cloned().unwrap_or("$0".to_owned());
            let name = format!("s{}", dice.below(6));
            let line = dice.one_of(COMMANDS).replace('P', &pane).replace("NAME", &name);
            let line = line.replace("-t T", &format!("-t {session}"));
            world.command(at, &line);
        }
        65..=70 => {
            let x = dice.below(100) as u16;
            let y = dice.below(30) as u16;
            let action = *dice.one_of(&[
                MouseAction::Press,
                MouseAction::Drag,
                MouseAction::Release,
                MouseAction::WheelUp,
                MouseAction::WheelDown,
                MouseAction::Move,
            ]);
            world.events(at, 1, vec![InputEvent::Mouse(MouseEvent { x, y, mods: 0, action, button: 1 })]);
        }
        71..=76 => {
            let target = sessions.get(dice.below(sessions.len())).cloned().unwrap_or_default();
            let size = (dice.below(120) as u16, dice.below(50) as u16);
            world.attach(at, SurfaceKind::Session, &target, 1, size);
        }
        77..=80 => {
            if let Some(pane) = panes.get(dice.below(panes.len())) {
                world.attach(at, SurfaceKind::Pane, &pane.to_string(), 2 + dice.below(3) as u32, (80, 24));
            }
        }
        81..=84 => {
            let size = abide_protocol::message::Size {
                cols: 1 + dice.below(150) as u16,
                rows: 1 + dice.below(60) as u16,
            };
            if let Some(attach) = world.clients[at].attached.get_mut(&1) {
                attach.size = size;
            }
            world.say(
                at,
                abide_protocol::message::ClientMessage::Resize(abide_protocol::message::Resize {
                    size,
                    surface: 1,
                }),
            );
        }
        85..=87 => {
            if let Some(pane) = panes.get(dice.below(panes.len())) {
                world.exit(*pane, ExitStatus::Code(dice.below(2) as i32));
            }
        }
        88..=89 => {
            world.disconnect(at);
            world.connect(at);
        }
        90..=91 => {
            world.events(
                at,
                1,
                vec![InputEvent::Paste(b"pasted\x1b[201~".to_vec()), InputEvent::Focus(false)],
            );
        }
        _ => world.wait(dice.below(1500) as u64),
    }
    if dice.below(3) == 0 {
        world.settle();
    }
}

/// Every surface of every client shows what a fresh look at the same would.
fn mirrors_are_true(world: &mut World, seed: u64) {
    world.wait(2000);
    world.settle();
    for at in 0..world.clients.len() {
        let surfaces: Vec<_> = world.clients[at].attached.iter().map(|(n, a)| (*n, a.clone())).collect();
        for (number, attach) in surfaces {
            if !world.clients[at].mirrors.contains_key(&number) {
                continue;
            }
            let mut fresh = attach.clone();
            fresh.surface = 50;
            fresh.resize = false;
            let size = world.clients[at]
                .viewer
                .and_then(|v| world.model().viewers.get(&v))
                .and_then(|v| v.surfaces.get(&number))
                .map(|s| (s.size, s.target));
            let Some((size, target)) = size else { continue };
            fresh.size = abide_protocol::message::Size { cols: size.cols, rows: size.rows };
            fresh.target = match target {
                abide_core::session::SurfaceTarget::Session(s) => s.to_string(),
                abide_core::session::SurfaceTarget::Pane(p) => p.to_string(),
            };
            world.say(at, abide_protocol::message::ClientMessage::Attach(fresh));
            world.wait(200);
            let client = &world.clients[at];
            let (Some(old), Some(new)) = (client.mirrors.get(&number), client.mirrors.get(&50)) else {
                panic!("seed {seed}: no update came for client {at} surface {number}");
            };
            assert_eq!(old.text(), new.text(), "seed {seed}: client {at} surface {number} drifted");
            assert_eq!(
                (old.cursor(), old.modes(), old.size()),
                (new.cursor(), new.modes(), new.size()),
                "seed {seed}: client {at} surface {number}"
            );
            let gone = abide_protocol::message::Detach { surface: 50 };
            world.say(at, abide_protocol::message::ClientMessage::Detach(gone));
            world.clients[at].mirrors.remove(&50);
            world.wait(50);
        }
    }
}

fn run(seed: u64, steps: usize) {
    let mut dice = Dice(seed);
    let mut world = World::new("set -g exit-empty off\nset -g mouse on\n");
    for kind in [ViewerKind::Terminal, ViewerKind::Terminal, ViewerKind::Page] {
        world.client(kind);
    }
    world.command(0, "new-session -d -s first");
    world.attach(0, SurfaceKind::Session, "first", 1, (80, 24));
    for n in 0..steps {
        let deadly = dice.below(12) == 0;
        if deadly {
            world.death = Some(match dice.below(4) {
                0 => Death::BeforeStructure,
                1 => Death::AfterStructure,
                more => Death::After(more + dice.below(4) - 2),
            });
        }
        step(&mut world, &mut dice);
        if world.dead {
            for _ in 0..dice.below(3) {
                world.take_over();
            }
            world.restart();
        }
        world.death = None;
        assert_eq!(world.model().fault(), None, "seed {seed}, step {n}");
        if n % 40 == 39 {
            mirrors_are_true(&mut world, seed);
            // A death while nothing is on its way changes nothing.
            for client in &mut world.clients {
                client.unacknowledged.clear();
                client.attached.clear();
            }
            let clients: Vec<usize> = (0..world.clients.len()).collect();
            for at in clients {
                world.disconnect(at);
            }
            world.wait(3000);
            let settled = summary(world.model());
            world.restart();
            for (after, before) in summary(world.model()).lines().zip(settled.lines()) {
                assert_eq!(after, before, "seed {seed}, step {n}: after recover and adopt");
            }
        }
    }
}

#[test]
fn random_runs() {
    let seed = std::env::var("ABIDE_SEED").ok().and_then(|s| s.parse().ok());
    let base = seed.unwrap_or_else(|| std::time::UNIX_EPOCH.elapsed().map_or(1, |t| t.as_nanos() as u64));
    println!("ABIDE_SEED={base}");
    let wanted = std::env::var("ABIDE_RUNS").ok().and_then(|s| s.parse().ok());
    let runs = wanted.unwrap_or(if seed.is_some() { 1 } else { 12 });
    for n in 0..runs {
        println!("ABIDE_SEED={}", base + n);
        run(base + n, 160);
    }
}
