//! Keys of viewers that tell all that their keyboard knows, and programs that asked for that.

use crate::world::World;
use abide_core::{base::ids::PaneId, keys::limits::EATEN_KEYS_MAX};
use abide_protocol::message::{
    InputEvent, KeyPress, PressKind::*, SurfaceKind, ViewerKind, feature, held, mode,
};

fn attached() -> (World, usize, PaneId) {
    let mut world = World::new("");
    let at = world.client(ViewerKind::Terminal);
    world.command(at, "new-session -d -s work -x 80 -y 24");
    world.attach(at, SurfaceKind::Session, "work", 1, (80, 24));
    world.wait(100);
    let pane = world.pane_of("work");
    (world, at, pane)
}

fn key(key: &str) -> KeyPress {
    KeyPress { key: key.to_owned(), ..KeyPress::default() }
}

fn with(bits: u8, key: &str) -> KeyPress {
    KeyPress { key: key.to_owned(), held: bits, ..KeyPress::default() }
}

impl World {
    fn presses(&mut self, at: usize, presses: &[KeyPress]) {
        for press in presses {
            self.events(at, 1, vec![InputEvent::Press(press.clone())]);
        }
        self.wait(20);
    }

    /// A key down and up.
    fn stroke(&mut self, at: usize, press: &KeyPress) {
        self.presses(at, &[press.clone(), KeyPress { kind: Release, ..press.clone() }]);
    }

    fn typed(&self, pane: PaneId) -> String {
        String::from_utf8_lossy(&self.ptys[&pane].typed()).replace('\u{1b}', "\\e")
    }
}

#[test]
fn a_program_sees_keys_as_it_asked() {
    let (mut world, at, pane) = attached();
    world.stroke(at, &with(held::CTRL, "i"));
    assert_eq!(world.typed(pane), "\t", "nothing asked for");
    world.output(pane, b"\x1b[>11u");
    world.wait(20);
    let modes = world.clients[at].mirrors[&1].modes();
    assert_eq!((modes & mode::KEYBOARD) >> mode::KEYBOARD_SHIFT, 11, "viewers hear of it");
    world.stroke(at, &with(held::CTRL, "i"));
    world.presses(at, &[KeyPress { kind: Repeat, ..key("a") }, with(held::SHIFT, "LeftShift")]);
    // A client that tells names alone.
    world.keys(at, &["S-Enter", "é"]);
    world.settle();
    assert_eq!(
        world.typed(pane),
        "\t\\e[105;5u\\e[105;5:3u\\e[97;1:2u\\e[57441;2u\\e[13;2u\\e[233u",
        "all keys, events"
    );
    world.output(pane, b"\x1b[<u");
    world.wait(20);
    assert_eq!(world.clients[at].mirrors[&1].modes() & mode::KEYBOARD, 0);
}

#[test]
fn tables_obey_presses_and_programs_see_nothing_of_them() {
    let (mut world, at, pane) = attached();
    world.output(pane, b"\x1b[>31u");
    world.stroke(at, &with(held::CTRL | held::NUM, "b"));
    // Shift goes down, % comes with it, both come up: the prefix waits for a key.
    let shift = with(held::SHIFT, "LeftShift");
    let percent = KeyPress { shifted: "%".to_owned(), text: "%".to_owned(), ..with(held::SHIFT, "5") };
    let up = |press: &KeyPress| KeyPress { kind: Release, ..press.clone() };
    world.presses(at, &[shift.clone(), percent.clone(), up(&percent), up(&key("LeftShift"))]);
    assert_eq!(world.ptys.len(), 2, "split");
    assert_eq!(
        world.typed(pane),
        "\\e[57441;2u",
        "Shift alone is no key of a table; its release is another pane's"
    );
    // What stands there on a PC-101 keyboard, in a layout that has no Latin letters.
    let other = world.ptys.keys().copied().find(|p| *p != pane).expect("another");
    world.stroke(at, &KeyPress { base: "b".to_owned(), ..with(held::CTRL, "и") });
    world.stroke(at, &key("z"));
    assert_eq!(world.typed(other), "", "the program of the other pane asked for nothing");
    assert_eq!(world.ptys[&other].size.map(|s| s.cols), Some(80), "zoomed");
    assert_eq!(world.model().fault(), None);
}

#[test]
fn modes_and_prompts_take_presses() {
    let (mut world, at, pane) = attached();
    world.output(pane, b"\x1b[>31u");
    world.command(at, "copy-mode -t work");
    world.presses(
        at,
        &[key("LeftShift"), with(held::CTRL, "CapsLock"), KeyPress { text: "ab".to_owned(), ..key("") }],
    );
    world.stroke(at, &key("q"));
    assert_eq!(world.typed(pane), "", "copy mode has had them, and q ended it");
    world.keys(at, &["C-b", ":"]);
    world.presses(at, &[KeyPress { text: "new".to_owned(), ..key("") }, key("x"), key("y")]);
    world.stroke(at, &key("BSpace"));
    world.wait(20);
    let row = world.clients[at].mirrors[&1].row_text(23);
    assert!(row.starts_with(":newx"), "{row}");
    world.stroke(at, &key("Escape"));
    world.stroke(at, &key("a"));
    assert_eq!(world.typed(pane), "\\e[97;;97u\\e[97;1:3u");
}

#[test]
fn a_pages_presses_are_for_the_program() {
    let (mut world, _, pane) = attached();
    let page = world.client(ViewerKind::Page);
    world.attach(page, SurfaceKind::Pane, &pane.to_string(), 1, (80, 24));
    world.output(pane, b"\x1b[>1u");
    world.stroke(page, &with(held::CTRL, "b"));
    world.stroke(page, &key("c"));
    assert_eq!(world.typed(pane), "\\e[98;5uc", "as bytes are, past the tables");
}

#[test]
fn releases_that_are_kept_back_are_counted() {
    let (mut world, at, pane) = attached();
    world.output(pane, b"\x1b[>11u");
    world.command(at, "copy-mode -t work");
    // Letters that copy mode does nothing with, none of which comes up.
    let letters: Vec<String> =
        ('Α'..='Ω').filter(|c| c.is_alphabetic()).take(EATEN_KEYS_MAX + 1).map(String::from).collect();
    for letter in &letters {
        world.presses(at, &[key(letter)]);
    }
    world.command(at, "send-keys -X cancel");
    for letter in &letters {
        world.presses(at, &[KeyPress { kind: Release, ..key(letter) }]);
    }
    assert_eq!(world.typed(pane), "\\e[913;1:3u", "that of the oldest alone is told");
}

#[test]
fn options_say_whether_and_how() {
    let (mut world, at, pane) = attached();
    world.command(at, "set -s extended-keys off");
    world.output(pane, b"\x1b[>1u\x1b[>4;2m\x1b[?u\x1b[?4m");
    world.keys(at, &["C-Enter"]);
    world.settle();
    assert_eq!(world.typed(pane), "\r", "nothing is taken, nothing answered");
    world.command(at, "set -s extended-keys always");
    world.keys(at, &["C-Enter"]);
    world.settle();
    world.command(at, "set -s extended-keys-format csi-u");
    world.keys(at, &["C-Enter"]);
    world.command(at, "send-keys -t work C-S-Enter");
    world.output(pane, b"\x1b[>4;0f\x1b[>4;1m");
    world.keys(at, &["C-Enter"]);
    world.settle();
    assert_eq!(world.typed(pane), "\r\\e[27;5;13~\\e[13;5u\\e[13;6u\\e[27;5;13~");
}

#[test]
fn what_both_sides_can_is_settled() {
    let mut world = World::new("");
    world.features = vec![feature::KEY_PRESSES.to_owned(), "of_tomorrow".to_owned()];
    let at = world.client(ViewerKind::Terminal);
    assert_eq!(world.clients[at].features, [feature::KEY_PRESSES]);
    world.features.clear();
    let old = world.client(ViewerKind::Terminal);
    assert!(world.clients[old].features.is_empty());
}
