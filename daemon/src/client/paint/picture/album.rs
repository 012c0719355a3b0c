//! The files of pictures: asked for when they are seen, kept while there is room.

use crate::client::limits::{ALBUM_BYTES_MAX, PICTURE_FILE_BYTES_MAX, PICTURES_COMING_MAX};
use abide_protocol::{
    limits::PICTURE_PIECE_BYTES_MAX,
    message::{GetPicture, PictureFormat, PicturePiece, Placement, SurfaceNumber},
};
use std::collections::{BTreeMap, btree_map};

/// A picture as a program sent it.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) format: PictureFormat,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) bytes: Vec<u8>,
}

#[derive(Debug)]
enum Entry {
    /// Its first bytes are here; the next have been asked for.
    Coming(Vec<u8>),
    Here(File),
    /// It can't be had, or read; it has so many pixels across and down.
    Lost(u32, u32),
}

/// Files by the numbers of their pictures.
#[derive(Debug, Default)]
pub(super) struct Album {
    entries: BTreeMap<u64, Entry>,
    /// Pictures as they were last seen, the latest at the end.
    seen: Vec<u64>,
}

impl Album {
    pub(super) fn file(&self, picture: u64) -> Option<&File> {
        match self.entries.get(&picture) {
            Some(Entry::Here(file)) => Some(file),
            _ => None,
        }
    }

    /// The size of a picture that can't be had, or read.
    pub(super) fn lost(&self, picture: u64) -> Option<(u32, u32)> {
        match self.entries.get(&picture) {
            Some(Entry::Lost(width, height)) => Some((*width, *height)),
            _ => None,
        }
    }

    /// Nobody can read its file.
    pub(super) fn lose(&mut self, picture: u64) {
        if let Some(entry @ Entry::Here(_)) = self.entries.get_mut(&picture)
            && let Entry::Here(File { width, height, .. }) = *entry
        {
            *entry = Entry::Lost(width, height);
        }
    }

    /// What to ask for, so that these can be shown. Lets go of others that there is no room for, and says which.
    pub(super) fn look(
        &mut self,
        placements: &[Placement],
        surface: SurfaceNumber,
    ) -> (Vec<GetPicture>, Vec<u64>) {
        let mut asked = Vec::new();
        let mut coming = self.entries.values().filter(|entry| matches!(entry, Entry::Coming(_))).count();
        for placement in placements {
            let picture = placement.picture;
            if let btree_map::Entry::Vacant(vacant) = self.entries.entry(picture) {
                if coming >= PICTURES_COMING_MAX {
                    continue;
                }
                coming += 1;
                asked.push(GetPicture { offset: 0, picture, surface });
                vacant.insert(Entry::Coming(Vec::new()));
            }
            if self.seen.last() != Some(&picture) {
                self.seen.retain(|seen| *seen != picture);
                self.seen.push(picture);
            }
        }
        (asked, self.make_room(placements))
    }

    /// Takes a piece. Gives what to ask for next, or whether no more will come: the picture is whole, or lost.
    pub(super) fn take(&mut self, piece: PicturePiece) -> (Option<GetPicture>, bool) {
        let Some(Entry::Coming(bytes)) = self.entries.get_mut(&piece.picture) else { return (None, false) };
        if piece.offset as usize != bytes.len() {
            return (None, false);
        }
        let total = piece.total as usize;
        bytes.extend_from_slice(&piece.bytes);
        if piece.bytes.is_empty() || bytes.len() > total || total > PICTURE_FILE_BYTES_MAX {
            self.entries.insert(piece.picture, Entry::Lost(piece.width, piece.height));
            return (None, true);
        }
        if bytes.len() < total {
            let offset = bytes.len() as u32;
            return (Some(GetPicture { offset, picture: piece.picture, surface: piece.surface }), false);
        }
        let bytes = std::mem::take(bytes);
        let PicturePiece { format, width, height, picture, .. } = piece;
        self.entries.insert(picture, Entry::Here(File { format, width, height, bytes }));
        (None, true)
    }

    /// The connection was lost: what was on its way is asked for again.
    pub(super) fn disconnected(&mut self) {
        self.entries.retain(|_, entry| !matches!(entry, Entry::Coming(_)));
    }

    /// Another daemon: its numbers may mean other pictures.
    pub(super) fn clear(&mut self) {
        *self = Album::default();
    }

    fn make_room(&mut self, placements: &[Placement]) -> Vec<u64> {
        let size = |entry: &Entry| match entry {
            Entry::Here(file) => file.bytes.len(),
            Entry::Coming(bytes) => bytes.len() + PICTURE_PIECE_BYTES_MAX,
            Entry::Lost(..) => 0,
        };
        let mut bytes: usize = self.entries.values().map(size).sum();
        if bytes <= ALBUM_BYTES_MAX && self.entries.len() <= ENTRIES_MAX {
            return Vec::new();
        }
        let mut gone = Vec::new();
        self.seen.retain(|picture| {
            let crowded = bytes > ALBUM_BYTES_MAX || self.entries.len() > ENTRIES_MAX;
            if !crowded || placements.iter().any(|p| p.picture == *picture) {
                return true;
            }
            bytes -= self.entries.remove(picture).as_ref().map_or(0, size);
            gone.push(*picture);
            false
        });
        gone
    }
}

/// Pictures remembered, lost ones among them: more than are on any screen.
const ENTRIES_MAX: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    use abide_protocol::message::PixelRect;

    fn placed(pictures: &[u64]) -> Vec<Placement> {
        let source = PixelRect { x: 0, y: 0, width: 1, height: 1 };
        let placement =
            |picture: &u64| Placement { x: 0, z: 0, cols: 1, line: 0, rows: 1, source, picture: *picture };
        pictures.iter().map(placement).collect()
    }

    fn piece(picture: u64, offset: u32, bytes: usize, total: u32) -> PicturePiece {
        let format = PictureFormat::Png;
        PicturePiece {
            bytes: vec![7; bytes],
            total,
            width: 3,
            format,
            height: 4,
            offset,
            picture,
            surface: 0,
        }
    }

    #[test]
    fn a_picture_is_asked_for_once_and_piece_by_piece() {
        let mut album = Album::default();
        let first = GetPicture { offset: 0, picture: 5, surface: 0 };
        assert_eq!(album.look(&placed(&[5, 5]), 0), (vec![first], vec![]));
        assert_eq!(album.look(&placed(&[5]), 0), (vec![], vec![]));
        let next = GetPicture { offset: 10, ..first };
        assert_eq!(album.take(piece(5, 0, 10, 15)), (Some(next), false));
        assert_eq!(album.take(piece(5, 0, 10, 15)), (None, false), "it came twice");
        assert_eq!(album.take(piece(6, 0, 10, 15)), (None, false), "nobody asked");
        assert_eq!(album.take(piece(5, 10, 5, 15)), (None, true));
        let file = album.file(5).expect("is here");
        assert_eq!((file.bytes.len(), file.width, file.height), (15, 3, 4));
    }

    #[test]
    fn few_are_on_their_way_at_once() {
        let mut album = Album::default();
        let asked = |album: &mut Album| -> Vec<u64> {
            album.look(&placed(&[1, 2, 3, 4]), 0).0.iter().map(|asked| asked.picture).collect()
        };
        assert_eq!(asked(&mut album), [1, 2]);
        assert_eq!(asked(&mut album), []);
        album.take(piece(2, 0, 9, 9));
        assert_eq!(asked(&mut album), [3]);
        album.take(piece(1, 0, 0, 0));
        album.take(piece(3, 0, 9, 9));
        assert_eq!(asked(&mut album), [4]);
        album.lose(2);
        assert!(album.file(2).is_none() && album.lost(2) == Some((3, 4)));
    }

    #[test]
    fn what_is_gone_is_not_asked_for_again() {
        let mut album = Album::default();
        for (picture, lost) in [(1, piece(1, 0, 0, 0)), (2, piece(2, 0, 3, 2)), (3, piece(3, 0, 9, u32::MAX))]
        {
            assert_eq!(album.look(&placed(&[picture]), 0).0.len(), 1);
            assert_eq!(album.take(lost), (None, true));
            assert_eq!(album.lost(picture), Some((3, 4)));
            assert_eq!(album.look(&placed(&[picture]), 0), (vec![], vec![]));
            assert!(album.file(picture).is_none());
        }
        album.clear();
        assert_eq!(album.look(&placed(&[1]), 0).0.len(), 1, "another daemon");
        album.disconnected();
        assert_eq!(album.look(&placed(&[1]), 0).0.len(), 1, "another connection");
    }

    #[test]
    fn what_was_seen_last_stays() {
        let mut album = Album::default();
        let large = ALBUM_BYTES_MAX / 2 - PICTURE_PIECE_BYTES_MAX;
        for picture in [1, 2, 3] {
            assert_eq!(album.look(&placed(&[picture]), 0).1, Vec::<u64>::new());
            album.take(piece(picture, 0, large, large as u32));
        }
        assert_eq!(album.look(&placed(&[1]), 0).1, [2]);
        assert!(album.file(1).is_some() && album.file(2).is_none() && album.file(3).is_some());
        // What is on the screen stays, however much it is.
        album.look(&placed(&[2]), 0);
        album.take(piece(2, 0, large, large as u32));
        assert_eq!(album.look(&placed(&[1, 2, 3]), 0).1, Vec::<u64>::new());
    }

    #[test]
    fn no_more_are_remembered_than_there_is_room_for() {
        let mut album = Album::default();
        for picture in 0..ENTRIES_MAX as u64 {
            album.look(&placed(&[picture]), 0);
            album.take(piece(picture, 0, 0, 0));
        }
        assert_eq!(album.look(&placed(&[ENTRIES_MAX as u64]), 0).1, [0]);
    }
}
