//! `#(command)` in a status line: when it is run, what is shown, when it is ended.

use crate::world::World;
use abide_core::base::limits::{FORMAT_JOB_QUIET_MS_MAX, FORMAT_JOBS_RUNNING_MAX, FORMAT_LINE_BYTES_MAX};
use abide_protocol::message::{SurfaceKind, ViewerKind};

fn attached(config: &str) -> (World, usize) {
    let mut world = World::new(&format!(
        "set -g status-left ''\nset -g window-status-current-format w\nset -g status-right-length 400\n{config}"
    ));
    let at = world.client(ViewerKind::Terminal);
    assert_eq!(world.command(at, "new-session -d -s work -x 80 -y 24").1, Some(0));
    world.attach(at, SurfaceKind::Session, "work", 1, (80, 24));
    world.settle();
    (world, at)
}

fn status(world: &World, at: usize) -> String {
    world.clients[at].mirrors[&1].row_text(23).trim().to_owned()
}

fn running(world: &World) -> Vec<&str> {
    world.last_lines.iter().map(|(_, command)| command.as_str()).collect()
}

#[test]
fn it_shows_the_last_line_and_is_run_again_at_the_interval() {
    let (mut world, at) = attached("set -g status-interval 15\nset -g status-right 'a#(one #S)b'\n");
    assert_eq!(
        (running(&world), status(&world, at)),
        (vec!["one work"], "w   ab".replace("   ", &" ".repeat(77)))
    );
    world.say_last_line(0, "hi #{session_name} #(other) #[fg=red]!", true);
    world.wait(20);
    assert!(status(&world, at).ends_with(" ahi work  !b"), "{}", status(&world, at));
    world.wait(12_000);
    assert!(running(&world).is_empty(), "not before the interval");
    world.wait(4_000);
    assert_eq!(running(&world), ["one work"]);
    assert!(status(&world, at).ends_with(" ahi work  !b"), "the old line stays until there is a new one");
    world.say_last_line(0, "ho", true);
    world.wait(20);
    assert!(status(&world, at).ends_with(" ahob"), "{}", status(&world, at));
}

#[test]
fn another_interval_counts_at_once() {
    let (mut world, at) = attached("set -g status-interval 60\nset -g status-right '#(one)'\n");
    world.say_last_line(0, "1", true);
    world.wait(2_000);
    world.command(at, "set -g status-interval 1");
    world.wait(20);
    if !running(&world).is_empty() {
        world.say_last_line(0, "2", true);
    }
    world.wait(1_100);
    assert_eq!(running(&world), ["one"]);
}

#[test]
fn a_slow_one_is_not_ready_and_not_run_again_by_its_own_end() {
    let (mut world, at) = attached("set -g status-interval 1\nset -g status-right '#(slow)'\n");
    world.wait(1_000);
    assert_eq!(status(&world, at), "w");
    world.wait(1_500);
    assert!(status(&world, at).ends_with("<'slow' not ready>"), "{}", status(&world, at));
    world.say_last_line(0, "at last", false);
    world.wait(20);
    assert!(status(&world, at).ends_with(" at last"), "{}", status(&world, at));
    assert_eq!(running(&world), ["slow"], "it runs on");
    world.say_last_line(0, "the end", true);
    world.wait(20);
    assert!(status(&world, at).ends_with(" the end"));
    assert!(running(&world).is_empty());
    world.wait(1_000);
    assert_eq!(running(&world), ["slow"]);
}

#[test]
fn a_command_that_changes_is_run_anew_but_once_a_second() {
    let (mut world, at) =
        attached("set -g status-interval 0\nset -g @x 1\nset -g status-right '#(run #{@x})'\n");
    assert_eq!(running(&world), ["run 1"]);
    for n in 2..9 {
        world.command(at, &format!("set -g @x {n}"));
        world.wait(10);
    }
    assert_eq!(running(&world), ["run 1"], "not within the second");
    world.wait(1_100);
    assert_eq!(running(&world), ["run 8"], "the one before is ended");
    assert_eq!(world.forgotten, 1);
}

#[test]
fn it_ends_with_the_client_that_looks() {
    let (mut world, at) = attached("set -g status-right '#(one)'\n");
    assert_eq!(running(&world), ["one"]);
    world.disconnect(at);
    assert!(running(&world).is_empty());
}

#[test]
fn a_command_of_a_client_without_a_screen_runs_none() {
    let mut world = World::new("");
    let at = world.client(ViewerKind::Program);
    assert_eq!(world.command(at, "new-session -d -s work").1, Some(0));
    assert_eq!(world.command(at, "display-message -p a#(one)b"), ("ab\n".to_owned(), Some(0)));
    assert!(running(&world).is_empty());
}

#[test]
fn bounds() {
    let many: String = (0..FORMAT_JOBS_RUNNING_MAX + 8).map(|n| format!("#(c{n})")).collect();
    let (mut world, at) = attached(&format!("set -g status-interval 60\nset -g status-right '{many}'\n"));
    assert_eq!(running(&world).len(), FORMAT_JOBS_RUNNING_MAX);
    for _ in 0..FORMAT_JOBS_RUNNING_MAX {
        world.say_last_line(0, "", true);
    }
    world.wait(1_100);
    world.command(at, "set -g status-right '#(long)'");
    world.wait(1_100);
    let long = "é".repeat(FORMAT_LINE_BYTES_MAX);
    let at_long = running(&world).iter().position(|c| c.starts_with("long")).expect("it runs");
    world.say_last_line(at_long, &long, false);
    world.wait(20);
    let line = world.model().format_jobs.lines().map(str::len).max();
    assert_eq!(line, Some(FORMAT_LINE_BYTES_MAX));
    // It never says anything again: taken for hung.
    let forgotten = world.forgotten;
    world.wait(FORMAT_JOB_QUIET_MS_MAX + 61_000);
    assert!(world.forgotten > forgotten);
    assert!(running(&world).contains(&"long"), "and begun anew");
}
