//! The handover record: what is written is read, what is damaged is refused, and the golden lines stay.

use super::Random;
use super::golden::{find, hex};
use crate::keeper::handover::{DaemonPart, Estate, Handover, KeeperPart, PanePart, ProgramPart};
use crate::keeper::layout::Geometry;
use crate::keeper::limits::{HANDOVER_BYTES_MAX, HANDOVER_PROGRAMS_MAX, PANES_MAX};
use crate::keeper::pane_memory::Positions;
use abide_core::base::ids::PaneId;
use abide_core::boundary::ExitStatus;

const RECORDS: &str = include_str!("../../../../tests/golden/keeper/handover.txt");

fn pane(number: u32) -> PanePart {
    PanePart {
        id: PaneId(number),
        index: number,
        pid: 4000 + number,
        tty: format!("/dev/pts/{number}"),
        name: "/bin/ö".to_owned(),
        memory: 100 + 4 * number.cast_signed(),
        wake: 101 + 4 * number.cast_signed(),
        master: Some(102 + 4 * number.cast_signed()),
        report: None,
        geometry: Geometry {
            journal_bytes: 1 << 20,
            input_bytes: 1 << 16,
            slot_bytes: 32 << 20,
            chunk_slots: 4096,
        },
        positions: Positions {
            journal_head: 1 << 40,
            journal_tail: (1 << 40) - 7,
            input_head: 640,
            input_tail: 32,
        },
        blank: (1 << 40) + 8192,
        record: Some((104, 70)),
        stalled: false,
        blocked: true,
        hung_up: false,
        look_ms: None,
        status: None,
        finished: false,
        told: false,
    }
}

fn small() -> Handover {
    Handover {
        estate: Estate {
            socket: b"/run/user/1/abide/default".to_vec(),
            program: b"/usr/bin/abide".to_vec(),
            arguments: vec![b"abide".to_vec(), b"--daemon".to_vec()],
            resume: vec![b"abide".to_vec(), b"--keeper-resume".to_vec()],
            ..Estate::default()
        },
        keeper: KeeperPart { lock: 3, listener: 4, control: 5, bell: 6, ..KeeperPart::default() },
        ..Handover::default()
    }
}

fn full() -> Handover {
    let ended = PanePart {
        master: None,
        report: Some(50),
        record: None,
        look_ms: Some(100),
        status: Some(ExitStatus::Signal(9)),
        finished: true,
        told: true,
        stalled: true,
        hung_up: true,
        ..pane(2)
    };
    let mut whole = small();
    whole.estate.identity = Some((66, 4711));
    whole.estate.foreground = true;
    whole.estate.open_files = Some((1024, 524_288));
    whole.estate.oom_score = Some("-17".to_owned());
    whole.estate.arguments.push(b"-f\xff \n".to_vec());
    whole.keeper.starts = 3;
    whole.keeper.crash = "the daemon ended\nso".to_owned();
    whole.keeper.stillborn = 1;
    whole.keeper.deaths = 2;
    whole.keeper.becomes = b"/opt/abide".to_vec();
    whole.keeper.rescued = true;
    whole.keeper.sluice = Some(8);
    whole.daemon = Some(DaemonPart {
        pid: 77,
        link: Some(7),
        stderr: None,
        report: 9,
        age_ms: 12_345,
        greeted: true,
        words: b"last\xffwords".to_vec(),
    });
    whole.panes = vec![pane(0), ended];
    whole.programs = vec![
        ProgramPart { pid: 4000, index: Some(0), pidfd: Some(20) },
        ProgramPart { pid: 4002, index: None, pidfd: None },
    ];
    whole
}

#[test]
fn golden_records() {
    let mut missing = String::new();
    for (name, record) in [("small", small()), ("full", full())] {
        let bytes = record.encode().expect("short enough");
        match find(RECORDS, name) {
            Some(golden) => {
                assert_eq!(hex(&golden), hex(&bytes), "{name}");
                assert_eq!(Handover::decode(&golden), Ok(record), "{name} is understood differently");
            }
            None => missing.push_str(&format!("{name}: {}\n", hex(&bytes))),
        }
    }
    assert!(missing.is_empty(), "not in tests/golden/keeper/handover.txt:\n{missing}");
}

#[test]
fn as_many_panes_as_a_keeper_has_fit() {
    let mut whole = small();
    let most = u32::try_from(PANES_MAX).expect("a number");
    whole.panes = (0..most).map(|n| PanePart { name: "x".repeat(256), ..pane(n) }).collect();
    whole.programs = (0..most).map(|n| ProgramPart { pid: 4000 + n, index: Some(n), pidfd: None }).collect();
    let bytes = whole.encode().expect("short enough");
    assert_eq!(Handover::decode(&bytes), Ok(whole.clone()));
    println!("{} panes take {} bytes, at most {HANDOVER_BYTES_MAX}", most, bytes.len());
    // One more than there can be.
    whole.panes.push(PanePart { id: PaneId(most), index: 0, ..pane(most) });
    assert!(Handover::decode(&whole.encode().expect("short enough")).is_err());
    whole.panes.pop();
    whole.programs = (1..=HANDOVER_PROGRAMS_MAX as u32 + 1)
        .map(|pid| ProgramPart { pid, index: None, pidfd: None })
        .collect();
    assert!(whole.encode().is_err(), "too many programs");
    whole.programs.clear();
    whole.keeper.crash = "x".repeat(HANDOVER_BYTES_MAX);
    assert!(whole.encode().is_err(), "too long");
    assert!(Handover::decode(&vec![0; HANDOVER_BYTES_MAX + 1]).is_err());
}

#[test]
fn a_record_damaged_anywhere_is_refused() {
    let record = full().encode().expect("short enough");
    for end in 0..record.len() {
        assert!(Handover::decode(&record[..end]).is_err(), "cut at {end}");
    }
    for at in 0..record.len() {
        for change in [1, 0x80, 0xff] {
            let mut changed = record.clone();
            changed[at] ^= change;
            assert!(Handover::decode(&changed).is_err(), "byte {at} ^ {change:#x}");
        }
    }
}

/// With a checksum that is right again.
fn sealed(mut record: Vec<u8>) -> Vec<u8> {
    let len = (record.len() as u64 - 24).to_le_bytes();
    record[16..24].copy_from_slice(&len);
    let sum = crc32c::crc32c(&record[16..]).to_le_bytes();
    record[12..16].copy_from_slice(&sum);
    record
}

#[test]
fn whatever_a_record_says_it_never_panics() {
    let mut random = Random(23);
    println!("seed 23");
    let record = full().encode().expect("short enough");
    let mut understood = 0;
    for at in 24..record.len() {
        for change in [1, 0x40, 0xff] {
            let mut changed = record.clone();
            changed[at] ^= change;
            understood += usize::from(Handover::decode(&sealed(changed)).is_ok());
        }
    }
    for _ in 0..20_000 {
        let mut changed = record.clone();
        for _ in 0..=random.below(6) {
            let at = 24 + random.below(changed.len() as u64 - 24) as usize;
            changed[at] = random.below(256) as u8;
        }
        changed.truncate(24 + random.below(changed.len() as u64) as usize);
        let _ = Handover::decode(&sealed(changed));
    }
    assert!(understood > 100, "some changes are to numbers that may be any: {understood}");
}

#[test]
fn what_can_not_be_is_refused() {
    type Change = fn(&mut Handover);
    let changes: [(&str, Change); 12] = [
        ("a descriptor twice", |h| h.panes[0].wake = 5),
        ("a standard stream", |h| h.keeper.lock = 2),
        ("a pane twice", |h| h.panes[1].id = PaneId(0)),
        ("an index twice", |h| h.panes[1].index = 0),
        ("an index too large", |h| h.panes[1].index = PANES_MAX as u32),
        ("no process", |h| h.panes[0].pid = 0),
        ("a program twice", |h| h.programs[1].pid = 4000),
        ("no program", |h| h.programs[1].pid = u32::MAX),
        ("a ring of no size", |h| h.panes[0].geometry.journal_bytes = 5000),
        ("more than the ring", |h| h.panes[0].positions.journal_tail = 0),
        ("a tail beyond the head", |h| h.panes[0].positions.input_tail = 641),
        ("a record that is left longer", |h| h.panes[0].record = Some((104, 73))),
    ];
    assert!(Handover::decode(&full().encode().expect("short enough")).is_ok());
    for (what, change) in changes {
        let mut changed = full();
        change(&mut changed);
        assert!(Handover::decode(&changed.encode().expect("short enough")).is_err(), "{what}");
    }
    // No keeper, and one of a later version.
    let record = small().encode().expect("short enough");
    assert!(Handover::decode(&sealed(record[..24].to_vec())).is_err());
    let mut later = record.clone();
    later[8] = 2;
    assert!(Handover::decode(&later).expect_err("a later version").contains("version 2"), "a later version");
}

#[test]
fn what_a_later_version_adds_is_passed_over() {
    let mut record = small().encode().expect("short enough");
    // A part of another kind.
    record.extend_from_slice(&[0x77, 0x77, 0, 0, 3, 0, 0, 0, 1, 2, 3]);
    // A field more in a part.
    let mut program = ProgramPart { pid: 9, index: None, pidfd: None }.write();
    program.extend_from_slice(&[1, 2, 3, 4]);
    let len = (program.len() as u32 - 8).to_le_bytes();
    program[4..8].copy_from_slice(&len);
    record.extend_from_slice(&program);
    let read = Handover::decode(&sealed(record)).expect("understood");
    assert_eq!(read.programs, [ProgramPart { pid: 9, index: None, pidfd: None }]);
}
