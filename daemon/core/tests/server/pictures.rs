//! Viewers that show pictures, and what they ask for.

use crate::world::World;
use abide_core::{base::ids::PaneId, compose::picture_number};
use abide_protocol::message::{ClientMessage, Features, GetPicture, SurfaceKind, ViewerKind, feature};

fn attached() -> (World, usize, PaneId) {
    let mut world = World::new("");
    world.features = vec![feature::FEATURES_LATER.to_owned(), feature::PICTURES.to_owned()];
    let at = world.client(ViewerKind::Terminal);
    world.command(at, "new-session -d -s work -x 80 -y 24");
    world.attach(at, SurfaceKind::Session, "work", 1, (80, 24));
    world.wait(100);
    let pane = world.pane_of("work");
    (world, at, pane)
}

fn features(list: &[&str]) -> ClientMessage {
    ClientMessage::Features(Features { features: list.iter().map(|f| (*f).to_owned()).collect() })
}

fn get(surface: u32, picture: u64) -> ClientMessage {
    ClientMessage::GetPicture(GetPicture { offset: 0, picture, surface })
}

#[test]
fn what_a_viewer_finds_out_later_counts_from_then_on() {
    let (mut world, at, _) = attached();
    assert_eq!(world.clients[at].features, [feature::FEATURES_LATER, feature::PICTURES]);
    let fulls = |world: &World| world.clients[at].fulls[&1];
    assert_eq!(fulls(&world), 1);
    world.say(at, features(&[feature::PICTURES, "of_tomorrow"]));
    world.wait(100);
    assert_eq!(fulls(&world), 1, "nothing is composed otherwise");
    world.say(at, features(&[]));
    world.wait(100);
    assert_eq!(fulls(&world), 2, "it gets boxes");
    world.say(at, features(&[feature::PICTURES]));
    world.wait(100);
    assert_eq!(fulls(&world), 3);
}

#[test]
fn a_picture_that_is_not_there_is_no_fault() {
    let (mut world, at, pane) = attached();
    world.say(at, get(1, picture_number(pane, 1)));
    world.say(at, get(1, picture_number(PaneId(77), 1)));
    let pieces = std::mem::take(&mut world.clients[at].pieces);
    assert_eq!(pieces.iter().map(|p| p.total).collect::<Vec<_>>(), [0, 0]);
    assert_eq!(pieces[0].picture, picture_number(pane, 1));
    assert!(!world.clients[at].said.iter().any(|said| said.starts_with("error")));
    world.say(at, get(2, picture_number(pane, 1)));
    assert!(world.clients[at].pieces.is_empty());
    assert!(world.clients[at].said.iter().any(|said| said == "error: surface 2 is not looked at"));
}
