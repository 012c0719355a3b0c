//! The golden transcript: its lines are only ever added to. What is encoded must be what is written there, and
//! what is written there must be understood.

use crate::keeper::handover::Estate;
use crate::keeper::layout::Geometry;
use crate::keeper::message::{PaneReport, Succession, ToDaemon, ToKeeper};
use crate::keeper::pane_memory::Positions;
use abide_core::base::{geometry::Size, ids::PaneId};
use abide_core::boundary::{ExitStatus, Occasion, Program, Signal};

const TRANSCRIPT: &str = include_str!("../../../../tests/golden/keeper/v1.txt");

fn to_keeper() -> Vec<(&'static str, ToKeeper)> {
    let program = Program {
        words: vec!["top".to_owned(), "-d1".to_owned()],
        shell: "/bin/bash".to_owned(),
        cwd: "/home/ö".to_owned(),
        environment: vec![
            ("TERM".to_owned(), "tmux-256color".to_owned()),
            ("EMPTY".to_owned(), String::new()),
        ],
    };
    let (pane, size) = (PaneId(7), Size::new(80, 24));
    vec![
        ("hello", ToKeeper::Hello { min: 1, max: 1, takes_over: false }),
        ("hello-takes-over", ToKeeper::Hello { min: 1, max: 1, takes_over: true }),
        ("spawn", ToKeeper::Spawn { pane, size, program }),
        ("resize", ToKeeper::Resize { pane, size: Size::new(300, 1000) }),
        ("signal-hangup", ToKeeper::Signal { pane, signal: Signal::Hangup }),
        ("signal-interrupt", ToKeeper::Signal { pane, signal: Signal::Interrupt }),
        ("signal-kill", ToKeeper::Signal { pane, signal: Signal::Kill }),
        ("release", ToKeeper::Release { pane }),
        ("acknowledge-exit", ToKeeper::AcknowledgeExit { pane }),
        ("shutdown", ToKeeper::Shutdown),
        ("next", ToKeeper::Next { program: "/opt/ö/abide".to_owned() }),
        ("takes-over", ToKeeper::TakesOver),
        ("unknown", ToKeeper::Unknown(0x7fff)),
        ("drained", ToKeeper::Drained),
        ("replace", ToKeeper::Replace { program: b"/opt/abide".to_vec() }),
    ]
}

fn to_daemon() -> Vec<(&'static str, ToDaemon)> {
    let pane = PaneId(7);
    let positions =
        Positions { journal_head: 1 << 40, journal_tail: 123_456, input_head: 64, input_tail: 32 };
    let geometry =
        Geometry { journal_bytes: 1 << 20, input_bytes: 1 << 16, slot_bytes: 32 << 20, chunk_slots: 4096 };
    let report = PaneReport {
        pane,
        index: 3,
        pid: 4242,
        tty: "/dev/pts/9".to_owned(),
        exited: None,
        positions,
        geometry,
    };
    let ended = PaneReport { exited: Some(ExitStatus::Code(-1)), ..report.clone() };
    let estate = Estate {
        socket: b"/run/abide/default".to_vec(),
        identity: Some((66, 4711)),
        program: b"/usr/bin/abide".to_vec(),
        arguments: vec![b"abide".to_vec(), b"--daemon".to_vec()],
        resume: vec![b"abide".to_vec(), b"--keeper-resume".to_vec()],
        foreground: true,
        open_files: Some((1024, 4096)),
        oom_score: Some("0".to_owned()),
    };
    let crash = "the daemon (process 5) was ended by signal 11 SIGSEGV after 3.2 s".to_owned();
    vec![
        ("welcome", ToDaemon::Welcome { version: 1, keeper_pid: 99, starts: 2, crash, succession: None }),
        ("welcome-usual", welcome(Occasion::Usual)),
        ("welcome-upgrade", welcome(Occasion::Upgrade)),
        ("welcome-fallback", welcome(Occasion::Fallback("/bin/new: it died".to_owned()))),
        ("bell", ToDaemon::Bell),
        ("pane", ToDaemon::Pane(report)),
        ("pane-ended", ToDaemon::Pane(ended)),
        ("wake", ToDaemon::Wake { pane }),
        ("reported", ToDaemon::Reported { panes: 2 }),
        ("open-failed", ToDaemon::OpenFailed { pane, why: "no".to_owned() }),
        ("exited-code", ToDaemon::Exited { pane, status: ExitStatus::Code(42), end: 1000 }),
        ("exited-signal", ToDaemon::Exited { pane, status: ExitStatus::Signal(9), end: 0 }),
        ("exited-unknown", ToDaemon::Exited { pane, status: ExitStatus::Unknown, end: 0 }),
        ("granted", ToDaemon::Granted { verb: 8 }),
        ("refused", ToDaemon::Refused { verb: 0x7fff, why: "not known".to_owned() }),
        ("ending", ToDaemon::Ending { why: "SIGTERM".to_owned() }),
        ("estate", ToDaemon::Estate(estate)),
        ("master", ToDaemon::Master { pane }),
        ("process", ToDaemon::Process { pane }),
        ("sluice", ToDaemon::Sluice),
        ("replaced", ToDaemon::Replaced { version: "0.2.0".to_owned() }),
    ]
}

fn welcome(occasion: Occasion) -> ToDaemon {
    let succession = Some(Succession { occasion, program: "/usr/bin/abide".to_owned() });
    ToDaemon::Welcome { version: 1, keeper_pid: 99, starts: 3, crash: String::new(), succession }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The bytes of a name in the transcript: the hex after `name:`, and on lines that begin with a space.
fn golden(wanted: &str) -> Option<Vec<u8>> {
    find(TRANSCRIPT, wanted)
}

pub(super) fn find(transcript: &str, wanted: &str) -> Option<Vec<u8>> {
    let mut lines =
        transcript.lines().skip_while(|l| l.split_once(':').is_none_or(|(name, _)| name != wanted));
    let (_, first) = lines.next()?.split_once(':')?;
    let rest = lines.take_while(|l| l.starts_with(' '));
    let digits: Vec<u8> =
        first.bytes().chain(rest.flat_map(str::bytes)).filter(u8::is_ascii_hexdigit).collect();
    digits.chunks_exact(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[test]
fn transcript() {
    let mut missing = String::new();
    let mut check = |name: &str, bytes: Vec<u8>, decoded: &dyn Fn(&[u8]) -> bool| match golden(name) {
        Some(golden) => {
            assert_eq!(hex(&golden), hex(&bytes), "{name}");
            assert!(decoded(&golden), "{name} is understood differently");
        }
        None => missing.push_str(&format!("{name}: {}\n", hex(&bytes))),
    };
    for (name, message) in to_keeper() {
        check(name, message.encode(), &|golden| ToKeeper::decode(golden) == Ok(message.clone()));
    }
    for (name, message) in to_daemon() {
        check(name, message.encode(), &|golden| ToDaemon::decode(golden) == Ok(message.clone()));
    }
    assert!(missing.is_empty(), "not in tests/golden/keeper/v1.txt:\n{missing}");
}

#[test]
fn fields_of_a_later_version_are_passed_over() {
    let mut record = ToKeeper::Release { pane: PaneId(5) }.encode();
    record.extend_from_slice(&[1, 2, 3]);
    let len = (record.len() - 8) as u8;
    if let Some(place) = record.get_mut(4) {
        *place = len;
    }
    assert_eq!(ToKeeper::decode(&record), Ok(ToKeeper::Release { pane: PaneId(5) }));
}

#[test]
fn what_is_cut_or_changed_never_panics() {
    let mut random = super::Random(7);
    let records: Vec<Vec<u8>> = to_keeper()
        .iter()
        .map(|(_, m)| m.encode())
        .chain(to_daemon().iter().map(|(_, m)| m.encode()))
        .collect();
    for record in &records {
        for end in 0..record.len() {
            assert!(ToKeeper::decode(&record[..end]).is_err());
            assert!(ToDaemon::decode(&record[..end]).is_err());
        }
        for _ in 0..2000 {
            let mut changed = record.clone();
            for _ in 0..=random.below(4) {
                let at = random.below(changed.len() as u64) as usize;
                changed[at] = random.below(256) as u8;
            }
            let _ = ToKeeper::decode(&changed);
            let _ = ToDaemon::decode(&changed);
        }
    }
    // Counts far beyond what is there.
    let mut record = ToKeeper::Spawn {
        pane: PaneId(1),
        size: Size::new(1, 1),
        program: Program { words: vec![], shell: String::new(), cwd: String::new(), environment: vec![] },
    }
    .encode();
    let words = 8 + 4 + 4 + 4 + 4;
    record[words..words + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(ToKeeper::decode(&record), Err(2));
}
