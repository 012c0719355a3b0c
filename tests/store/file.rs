//! What only a file can suffer: kill -9, a full disk, damage, a second process, other people's eyes.

use abide::store::{Stamp, Store, StoreFault, embedded::Embedded};
use abide_tests::seed::times;
use abide_tests::skip::skipped;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

const WRITER: &str = env!("CARGO_BIN_EXE_abide-test-store-writer");
/// In `make test`, and in `make soak`: more kills make the test longer, not another test.
const KILLS: (usize, usize) = (25, 500);

/// A key and its value.
type Record = (Vec<u8>, Vec<u8>);

fn records(store: &Embedded) -> (Vec<Record>, u64) {
    let mut found = vec![];
    let report = store.scan(b"", &mut |k, v| found.push((k.to_vec(), v.to_vec()))).expect("scan");
    (found, report.damaged)
}

#[test]
fn every_acknowledged_commit_survives_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    let mut last_said: Option<u64> = None;
    let kills = times(KILLS);
    for kill in 0..kills {
        let mut writer = Command::new(WRITER)
            .arg("write")
            .arg(&path)
            .stdout(Stdio::piped())
            .spawn()
            .expect("start the writer");
        let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
        // Killed after a number of commits that differs each time; what it says after that counts too.
        for _ in 0..=kill % 7 {
            last_said = Some(lines.next().expect("a line").expect("a line").parse().expect("a number"));
        }
        writer.kill().expect("kill -9");
        writer.wait().expect("wait");
        for line in lines {
            last_said = line.ok().and_then(|line| line.parse().ok()).or(last_said);
        }
        let store = Embedded::open(&path).unwrap_or_else(|e| panic!("after kill {kill}: {e}"));
        let (found, damaged) = records(&store);
        assert_eq!(damaged, 0, "after kill {kill}");
        let head = found
            .iter()
            .find(|(k, _)| k == b"head")
            .map(|(_, v)| u64::from_be_bytes(v[..].try_into().unwrap()));
        // One more than was said may be in: it was killed between the commit and the word.
        assert!(
            head == last_said || head == last_said.map(|n| n + 1),
            "kill {kill}: {head:?}, said {last_said:?}"
        );
        let head = head.unwrap();
        for number in head.saturating_sub(2)..=head {
            let block = [b"block".as_slice(), &number.to_be_bytes()].concat();
            let value =
                &found.iter().find(|(k, _)| *k == block).unwrap_or_else(|| panic!("block {number}")).1;
            assert_eq!(*value, number.to_be_bytes().repeat(2000), "block {number}");
        }
        assert_eq!(found.len() as u64, 1 + head.min(2) + 1, "nothing but the head and its blocks");
    }
    println!("kills={kills} lost=0 torn=0 commits={last_said:?}");
}

#[test]
fn a_second_process_is_refused_and_the_file_is_private() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    let store = Embedded::open(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let attempt = || {
        let output = Command::new(WRITER).arg("try").arg(&path).output().expect("run");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(attempt(), "another process has the store open\n");
    drop(store);
    assert_eq!(attempt(), "opened\n");
}

#[test]
fn a_file_that_is_no_store_is_moved_aside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    for (n, junk) in [&b"this was never a store"[..], &[0; 5000], &[0xff; 100_000]].into_iter().enumerate() {
        std::fs::write(&path, junk).unwrap();
        let (mut store, moved) = Embedded::open_or_move_aside(&path, 1_800_000_000 + n as i64).unwrap();
        let moved = moved.expect("moved aside");
        assert_eq!(
            moved.path,
            folder.path().join(format!("store.redb.corrupt-{}", 1_800_000_000 + n as i64))
        );
        assert_eq!(std::fs::read(&moved.path).unwrap(), junk, "nothing of the old file is lost");
        let stamp = store.claim().unwrap();
        store.commit(Stamp { seq: 1, ..stamp }, &[(b"k".to_vec(), Some(b"v".to_vec()))]).unwrap();
        drop(store);
        std::fs::remove_file(&path).unwrap();
    }
}

/// Flips one byte at many places of a small store: whatever comes of it, no panic and no wrong data.
#[test]
fn a_damaged_byte_is_never_wrong_data() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    let mut store = Embedded::open(&path).unwrap();
    let Stamp { epoch, .. } = store.claim().unwrap();
    for n in 0..40u8 {
        store.commit(Stamp { epoch, seq: u64::from(n) + 1 }, &[(vec![9, n], Some(vec![n; 1000]))]).unwrap();
    }
    let (sound, _) = records(&store);
    drop(store);
    let whole = std::fs::read(&path).unwrap();
    let (mut refused, mut partly, mut unharmed) = (0, 0, 0);
    for place in (0..whole.len()).step_by(whole.len() / 400 + 1).chain(0..256) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x5a;
        std::fs::write(&path, &bytes).unwrap();
        let path = path.clone();
        let seen = std::panic::catch_unwind(move || {
            let store = Embedded::open(&path)?;
            let mut found = vec![];
            store.scan(b"", &mut |k, v| found.push((k.to_vec(), v.to_vec())))?;
            Ok::<_, StoreFault>(found)
        });
        match seen.unwrap_or_else(|_| panic!("a panic with byte {place} flipped")) {
            Err(StoreFault::Corrupt(_) | StoreFault::Io(_)) => refused += 1,
            Err(other) => panic!("byte {place}: {other}"),
            Ok(found) => {
                for record in &found {
                    assert!(
                        sound.contains(record),
                        "byte {place} flipped gives a record that was never written"
                    );
                }
                if found.len() == sound.len() { unharmed += 1 } else { partly += 1 }
            }
        }
    }
    println!("flips: refused={refused} partly={partly} unharmed={unharmed}");
    assert!(refused + partly > 0, "no flip was noticed at all");
}

#[test]
fn a_full_disk_is_an_error_and_goes_on_when_there_is_room() {
    const TEST: &str = "a_full_disk_is_an_error_and_goes_on_when_there_is_room";
    let folder = tempfile::tempdir().unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"])
        .arg(folder.path())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !mounted {
        return skipped(TEST, "no right to mount a small tmpfs here");
    }
    let result = std::panic::catch_unwind(|| full_disk(folder.path()));
    let unmounted = Command::new("umount").arg(folder.path()).status();
    if let Err(panic) = result {
        std::panic::resume_unwind(panic);
    }
    assert!(unmounted.is_ok_and(|status| status.success()));
}

fn full_disk(folder: &Path) {
    let ballast = folder.join("ballast");
    let mut store = Embedded::open(&folder.join("store.redb")).unwrap();
    let mut stamp = store.claim().unwrap();
    stamp.seq += 1;
    store.commit(stamp, &[(b"before".to_vec(), Some(vec![1; 1000]))]).unwrap();
    let fill = format!("head -c 4m /dev/zero > {} 2>/dev/null", ballast.display());
    Command::new("sh").arg("-c").arg(fill).status().expect("fill the disk");
    let refused = loop {
        stamp.seq += 1;
        match store.commit(stamp, &[(stamp.seq.to_be_bytes().to_vec(), Some(vec![2; 60_000]))]) {
            Ok(()) => assert!(stamp.seq < 200, "the disk never filled"),
            Err(why) => break why,
        }
    };
    assert!(matches!(&refused, StoreFault::Io(_)), "{refused:?}");
    let (found, damaged) = records(reopened(&mut store));
    assert_eq!((found.len() as u64, damaged), (stamp.seq - 1, 0), "all that was acknowledged is there");
    std::fs::remove_file(&ballast).unwrap();
    store.reopen().expect("open anew once there is room");
    store.commit(stamp, &[(b"after".to_vec(), Some(vec![3; 1000]))]).unwrap();
    assert_eq!(records(&store).0.len() as u64, stamp.seq);
}

/// The same store, opened anew on a disk that is still full.
fn reopened(store: &mut Embedded) -> &Embedded {
    store.reopen().expect("open anew on a full disk");
    store
}
