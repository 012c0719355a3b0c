//! Replay after a crash: piece by piece, each noted before it is fed. When daemon after daemon dies on the
//! same piece (an endless loop, a stack that overflows: nothing that could be caught), it is left out.
//!
//! The note is 32 bytes in a file of the state folder. It is read only after a crash and written only while
//! journals are replayed after one.

use abide_core::base::ids::PaneId;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

/// Bytes of a piece: what is lost to sight when one is left out; 1024 notes for a full journal take 3 ms.
pub(super) const PIECE_BYTES: usize = 1024;
/// Deaths on one piece before it is left out. The one that brought the care about is not noted, so the pane is
/// without the piece after the third crash. A kill -9 from outside can hit a piece, hardly the same one again.
const DEATHS_MAX: u64 = 2;
const NOTE_BYTES: usize = 32;

/// A piece of a pane's journal and how many daemons died on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Note {
    pane: u64,
    from: u64,
    end: u64,
    deaths: u64,
}

/// The notebook of a careful replay.
#[derive(Debug)]
pub struct Careful {
    file: File,
    found: Option<Note>,
}

impl Careful {
    /// Opens the notebook after a crash.
    ///
    /// # Errors
    /// When it can't be made: then the replay goes without.
    pub fn open(path: &Path) -> io::Result<Careful> {
        let file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
        let mut bytes = [0; NOTE_BYTES];
        let found = file.read_exact_at(&mut bytes, 0).ok().and_then(|()| Note::read(&bytes));
        Ok(Careful { file, found })
    }

    /// Whether the piece that begins here has been the end of too many daemons: up to where to leave it out.
    pub(super) fn poisoned(&self, pane: PaneId, from: u64) -> Option<u64> {
        let note = self.at(pane, from)?;
        (note.deaths >= DEATHS_MAX).then_some(note.end)
    }

    fn at(&self, pane: PaneId, from: u64) -> Option<Note> {
        self.found.filter(|n| n.pane == u64::from(pane.0) && n.from == from)
    }

    /// Notes that a piece is about to be fed.
    pub(super) fn begin(&self, pane: PaneId, from: u64, end: u64) {
        let deaths = self.at(pane, from).map_or(0, |n| n.deaths) + 1;
        self.write(Note { pane: u64::from(pane.0), from, end, deaths });
    }

    /// Notes that it went well.
    pub(super) fn done(&self) {
        self.write(Note { pane: 0, from: 0, end: 0, deaths: 0 });
    }

    fn write(&self, note: Note) {
        if let Err(fault) = self.file.write_all_at(&note.bytes(), 0) {
            log::debug!("a note of the replay is not written: {fault}");
        }
    }
}

impl Note {
    fn bytes(self) -> [u8; NOTE_BYTES] {
        let mut bytes = [0; NOTE_BYTES];
        for (field, into) in
            [self.pane, self.from, self.end, self.deaths].iter().zip(bytes.chunks_exact_mut(8))
        {
            into.copy_from_slice(&field.to_le_bytes());
        }
        bytes
    }

    fn read(bytes: &[u8; NOTE_BYTES]) -> Option<Note> {
        let mut fields = bytes.chunks_exact(8).filter_map(|b| b.try_into().ok().map(u64::from_le_bytes));
        let (pane, from, end, deaths) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        (deaths > 0 && end > from).then_some(Note { pane, from, end, deaths })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_on_which_two_died_is_left_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("note");
        for _ in 0..DEATHS_MAX {
            let careful = Careful::open(&path).expect("a notebook");
            assert_eq!(careful.poisoned(PaneId(4), 100), None);
            careful.begin(PaneId(4), 0, 100);
            careful.done();
            careful.begin(PaneId(4), 100, 200);
            // It dies here.
        }
        let careful = Careful::open(&path).expect("a notebook");
        assert_eq!(careful.poisoned(PaneId(4), 100), Some(200));
        assert_eq!(careful.poisoned(PaneId(4), 0), None);
        assert_eq!(careful.poisoned(PaneId(5), 100), None);
        careful.done();
        assert_eq!(Careful::open(&path).expect("a notebook").poisoned(PaneId(4), 100), None);
    }

    #[test]
    fn deaths_on_different_pieces_do_not_add_up() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("note");
        for from in 0..9 {
            let careful = Careful::open(&path).expect("a notebook");
            careful.begin(PaneId(1), from, from + 1);
        }
        assert_eq!(Careful::open(&path).expect("a notebook").poisoned(PaneId(1), 8), None);
    }

    #[test]
    fn a_note_of_rubbish_is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("note");
        for bytes in [&b""[..], b"short", &[0; NOTE_BYTES]] {
            std::fs::write(&path, bytes).expect("a file");
            assert_eq!(Careful::open(&path).expect("a notebook").found, None);
        }
    }
}
