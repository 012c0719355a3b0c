//! Our screen beside other terminals: the same bytes, the same picture.
//!
//! Random streams of tokens and recorded programs, cut at random, are given to our model, to `alacritty_terminal`, to
//! `@xterm/headless`, alone and behind the page's painter, and in `make soak` to libghostty-vt; grid, wide cells, styles,
//! cursor, wrapping and history must be equal but for what `differences.txt` says. A failure is shrunk to the smallest input. `ABIDE_SEED=N` runs one seed again,
//! `ABIDE_CASES=N` runs more, `ABIDE_SURVEY=1` goes on after a failure and lists what it found.

mod alacritty;
mod differences;
mod ghostty;
mod grammar;
mod laws;
mod page;
mod recorded;
mod seen;
mod shrink;
mod stream;
mod xterm;

use abide_tests::seed::{Dice, asked_for, times};
use abide_tests::skip::skipped;
use differences::{Agreed, table};
use seen::Seen;
use std::collections::BTreeMap;
use std::sync::Mutex;
use stream::Stream;
use xterm::Xterm;

/// Fixed, so that a run says what the one before said.
const SEED: u64 = 20_261_129;

/// Compares on a fixed seed and on one by the clock.
fn compare(who: &str, cases: (usize, usize), shows: &mut dyn FnMut(&Stream) -> Option<Seen>) {
    let now = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_nanos() as u64);
    let seeds = if asked_for().is_some() { vec![SEED] } else { vec![SEED, now] };
    let cases = std::env::var("ABIDE_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(times(cases));
    let survey = std::env::var_os("ABIDE_SURVEY").is_some();
    let agreed = Agreed::with(who);
    let mut found: BTreeMap<Vec<&str>, (usize, String)> = BTreeMap::new();
    for seed in seeds {
        let mut dice = Dice::new(who, seed);
        for _ in 0..cases {
            let stream = Stream::random(&mut Dice::from(dice.roll()), &agreed);
            let mut differs = |stream: &Stream| agreed.difference(stream, stream.ours(), shows(stream)?);
            if differs(&stream).is_none() {
                continue;
            }
            let small = shrink::smallest(stream, &mut |stream| differs(stream).is_some());
            let difference = differs(&small).unwrap_or_default();
            let mut kinds: Vec<&str> = small.tokens.iter().map(|token| token.kind).collect();
            kinds.sort_unstable();
            kinds.dedup();
            let entry = found.entry(kinds).or_insert((0, format!("{small}\n{difference}")));
            entry.0 += 1;
            if !survey {
                break;
            }
        }
    }
    let mut all: Vec<(usize, String)> = found.into_values().collect();
    all.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let list: Vec<String> = all.iter().map(|(count, text)| format!("{count} times: {text}")).collect();
    assert!(list.is_empty(), "{who} shows something else, smallest input first:\n{}", list.join("\n\n"));
}

/// One for all tests here: node takes a second to start.
static XTERM: Mutex<Option<Xterm>> = Mutex::new(None);

/// The same with the page's painter in front of it.
static PAGE: Mutex<Option<Xterm>> = Mutex::new(None);

/// Does something with xterm.js, or says that it is not there.
fn with_xterm(test: &str, act: impl FnOnce(&mut Xterm)) {
    with(&XTERM, "xterm.mjs", test, act);
}

fn with_page(test: &str, act: impl FnOnce(&mut Xterm)) {
    with(&PAGE, "page.mjs", test, act);
}

fn with(place: &Mutex<Option<Xterm>>, script: &str, test: &str, act: impl FnOnce(&mut Xterm)) {
    let mut xterm = place.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if xterm.is_none() {
        match Xterm::start(script) {
            Ok(started) => *xterm = Some(started),
            Err(why) => return skipped(test, &why),
        }
    }
    act(xterm.as_mut().expect("just started"));
}

#[test]
fn alacritty_shows_the_same() {
    compare("alacritty", (1500, 200_000), &mut |stream| Some(alacritty::shows(stream)));
}

#[test]
fn xterm_shows_the_same() {
    with_xterm("xterm_shows_the_same", |xterm| {
        compare("xterm", (600, 60_000), &mut |stream| xterm.shows(stream));
    });
}

/// A line of the table that shows no difference is out of date.
#[test]
fn every_known_difference_is_still_one() {
    let mut stale = Vec::new();
    let mut check = |who: &str, shows: &mut dyn FnMut(&Stream) -> Option<Seen>| {
        for row in table().iter().filter(|row| row.who == who) {
            let theirs = shows(&row.example);
            if theirs.is_some_and(|theirs| row.example.ours().difference(&theirs).is_none()) {
                stale.push(format!("{who}, {}: {}", row.verdict, row.example));
            }
        }
    };
    check("alacritty", &mut |stream| Some(alacritty::shows(stream)));
    with_xterm("every_known_difference_is_still_one", |xterm| {
        check("xterm", &mut |stream| xterm.shows(stream));
    });
    ghostty::with_ghostty("every_known_difference_is_still_one", |ghostty| {
        check("ghostty", &mut |stream| ghostty.shows(stream));
    });
    with_page("every_known_difference_is_still_one", |page| {
        check("page", &mut |stream| page::shows(page, stream));
    });
    for row in table().iter().filter(|row| row.who == "painter" && !laws::is_broken(&row.example)) {
        stale.push(format!("painter, {}: {}", row.verdict, row.example));
    }
    assert!(stale.is_empty(), "these show the same as ours, take them out:\n{}", stale.join("\n"));
}
