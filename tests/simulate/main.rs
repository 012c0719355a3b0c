//! The whole daemon in one thread: the real core, loop, keeper's link, shared memory, checkpoints and store's plan, under
//! a clock, programs, clients and a disk that do what a seed says, with deaths at any instant. What is promised of each is
//! demanded of all together.
//!
//! `ABIDE_SEED` repeats one run, `ABIDE_STORY` prints it, `ABIDE_SOAK` runs at length. Seeds that once failed are in
//! `seeds.txt` and are run each time.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod client;
mod clock;
mod commands;
mod disk;
mod judge;
mod keeper;
mod knobs;
mod program;
mod story;
mod watched;
mod world;

use abide_tests::seed;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use world::World;

/// Events in one run.
const EVENTS: u64 = 4000;
/// How long runs go on in `make test`, and in a soak.
const SHORT: Duration = Duration::from_secs(12);
const LONG: Duration = Duration::from_secs(900);
const SEEDS: &str = include_str!("seeds.txt");

/// What was done.
#[derive(Clone, Debug, Default)]
struct Counts {
    events: u64,
    turns: u64,
    kills: u64,
    crashes: u64,
    words: u64,
    bytes: Cell<u64>,
}

/// One run. Gives what was done, and the hash of its story.
fn run(seed: u64, events: u64) -> (Counts, (u64, u64)) {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let mut world = World::new(seed);
        for _ in 0..events {
            world.step();
            assert_eq!(story::faults(), Vec::<String>::new(), "what the program itself finds wrong");
        }
        world.judge();
        assert_eq!(story::faults(), Vec::<String>::new(), "what the program itself finds wrong");
        world.counts
    }));
    match outcome {
        Ok(counts) => (counts, story::digest()),
        Err(payload) => {
            println!("the last that happened:\n{}", story::last(60));
            println!("FAILED: ABIDE_SEED={seed} after {} lines", story::digest().1);
            std::panic::resume_unwind(payload);
        }
    }
}

/// Runs seeds one after the other for so long.
fn run_for(first: u64, time: Duration) {
    let began = Instant::now();
    let (mut runs, mut sum) = (0, Counts::default());
    while began.elapsed() < time {
        let (counts, _) = run(first.wrapping_add(runs), EVENTS);
        runs += 1;
        sum.events += counts.events;
        sum.turns += counts.turns;
        sum.kills += counts.kills;
        sum.crashes += counts.crashes;
        sum.words += counts.words;
        sum.bytes.set(sum.bytes.get() + counts.bytes.get());
    }
    println!(
        "runs={runs} events={} turns={} kills={} crashes={} words={} bytes={} lost=0 doubled=0",
        sum.events,
        sum.turns,
        sum.kills,
        sum.crashes,
        sum.words,
        sum.bytes.get()
    );
}

#[test]
fn nothing_is_lost_or_doubled_whatever_happens() {
    if let Some(seed) = seed::asked_for() {
        println!("ABIDE_SEED={seed}");
        let (counts, (hash, lines)) = run(seed, EVENTS);
        println!("{counts:?}, {lines} lines, hash {hash:016x}");
        return;
    }
    // The short form has the same seeds each time: it is to say what a change broke, not what chance found meanwhile.
    let drawn = || std::time::UNIX_EPOCH.elapsed().map_or(1, |t| t.as_nanos() as u64);
    let (first, time) = if seed::at_length() { (drawn(), LONG) } else { (1, SHORT) };
    println!("ABIDE_SEED={first} and those that follow");
    run_for(first, time);
}

#[test]
fn what_once_failed_does_no_more() {
    for line in SEEDS.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let seed = line.split_whitespace().next().and_then(|n| n.parse().ok());
        let seed = seed.unwrap_or_else(|| panic!("seeds.txt: no seed in {line:?}"));
        println!("{line}");
        run(seed, EVENTS);
    }
}

#[test]
fn a_seed_is_one_story() {
    for seed in 1..=2 {
        let (_, first) = run(seed, EVENTS / 4);
        let (_, second) = run(seed, EVENTS / 4);
        assert_eq!(first, second, "seed {seed}: the same run, twice, differs");
    }
}
