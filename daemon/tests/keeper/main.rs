//! Tests of the keeper as a process of its own, with this test program as keeper, as daemon and as the
//! programs in its panes.
//!
//! `cargo test -p abide --test keeper [NAME…]` runs the tests whose names contain one of the words.
//! `KEEPER_SEEDS=1,2,3` and `KEEPER_KILLS=100` set the seeds of the tests that kill, and kills per seed.

mod kills;
mod programs;
mod replaced;
mod scenarios;
mod stage;
mod upgrades;

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [_, "--keeper", folder, play] => stage::keeper(folder, play),
        [_, "--keeper-resume", _] => stage::keeper_on(),
        [_, "--keeper-probe"] => stage::probe(),
        [_, "--daemon", folder, play] => stage::daemon(folder, play),
        [_, "--program", name, rest @ ..] => programs::run(name, rest),
        [_, wanted @ ..] => tests(wanted),
        [] => ExitCode::FAILURE,
    }
}

fn tests(wanted: &[&str]) -> ExitCode {
    let wanted: Vec<&&str> = wanted.iter().filter(|w| !w.starts_with('-')).collect();
    let chosen = |name: &str| wanted.is_empty() || wanted.iter().any(|w| name.contains(**w));
    let mut failed = 0;
    let mut ran = 0;
    let scenarios = scenarios::ALL.iter().chain(replaced::ALL).map(|(name, _)| *name);
    for name in scenarios.chain(kills::PLAYS).filter(|name| chosen(name)) {
        let outcome = if kills::PLAYS.contains(&name) { kills::test(name) } else { stage::perform(name) };
        ran += 1;
        match outcome {
            Ok(()) => println!("test {name} ... ok"),
            Err(why) => {
                failed += 1;
                println!("test {name} ... FAILED\n{why}");
            }
        }
    }
    println!(
        "test result: {}. {} passed; {failed} failed",
        if failed == 0 { "ok" } else { "FAILED" },
        ran - failed
    );
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
