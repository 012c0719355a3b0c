//! Recorded programs, at random cuts and at places on the way: the same picture in our model and in the others.

use super::differences::Agreed;
use super::seen::Seen;
use super::stream::{Stream, Token};
use super::{SEED, alacritty, with_xterm};
use abide_tests::recording::{BYTES_MAX, Recording, folder, table};
use abide_tests::seed::{Dice, times};

/// Places in a recording at which it is looked at, besides its end: in `make test`, in `make soak`.
const PLACES: (usize, usize) = (6, 200);
const HISTORY_LINES: u32 = 1000;

/// The recording up to a place, cut somewhere.
pub(crate) fn streams(recording: &Recording, dice: &mut Dice) -> Vec<Stream> {
    let bytes = recording.bytes();
    let mut places: Vec<usize> =
        (0..times(PLACES)).map(|_| 1 + dice.below(bytes.len() as u64) as usize).collect();
    places.push(bytes.len());
    let stream = |place: usize, dice: &mut Dice| Stream {
        size: recording.size,
        history: HISTORY_LINES,
        tokens: vec![Token { kind: "recording", bytes: bytes[..place].to_vec() }],
        cuts: (0..16).map(|_| 1 + dice.below(3000) as usize).collect(),
    };
    places.into_iter().map(|place| stream(place, dice)).collect()
}

fn compare(who: &str, shows: &mut dyn FnMut(&Stream) -> Option<Seen>) {
    let agreed = Agreed::with(who);
    let mut dice = Dice::new(&format!("{who}, recordings"), SEED);
    let mut found = Vec::new();
    for recording in table(&folder()) {
        let agreed = agreed.in_recording(&recording.name);
        for stream in streams(&recording, &mut dice) {
            let theirs = shows(&stream).unwrap_or_else(|| panic!("{who} crashes on {}", recording.name));
            if let Some(difference) = agreed.difference(&stream, stream.ours(), theirs) {
                found.push(format!("{} up to byte {}: {difference}", recording.name, stream.bytes().len()));
                break;
            }
        }
    }
    assert!(found.is_empty(), "{who} shows something else:\n{}", found.join("\n"));
}

#[test]
fn alacritty_shows_what_programs_wrote_as_we_do() {
    compare("alacritty", &mut |stream| Some(alacritty::shows(stream)));
}

#[test]
fn xterm_shows_what_programs_wrote_as_we_do() {
    with_xterm("xterm_shows_what_programs_wrote_as_we_do", |xterm| {
        compare("xterm", &mut |stream| xterm.shows(stream));
    });
}

#[test]
fn recordings_are_small_and_all_there() {
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .expect("the recordings")
        .filter_map(|entry| {
            entry.ok()?.file_name().into_string().ok()?.strip_suffix(".bin").map(str::to_owned)
        })
        .collect();
    let mut named: Vec<String> = table(&folder()).into_iter().map(|recording| recording.name).collect();
    files.sort();
    named.sort();
    assert_eq!(files, named);
    for recording in table(&folder()) {
        let len = recording.bytes().len();
        assert!((100..=BYTES_MAX).contains(&len), "{}: {len} bytes", recording.name);
    }
}
