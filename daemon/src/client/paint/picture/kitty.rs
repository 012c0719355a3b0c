//! Kitty's graphics protocol: a picture is transmitted once, and each of its placements has a number by which it is moved
//! and taken away.

use super::{album::Album, pixels};
use crate::client::paint::base64::base64;
use abide_protocol::message::{PictureFormat, Placement};
use std::collections::BTreeMap;

/// Numbers of images are the terminal's, whoever transmits: ours begin where nobody begins to count.
const IMAGES_FROM: u32 = 0x4ab1_0000;
/// As many as there are numbers for before they begin anew: more than a terminal keeps.
const IMAGES: u32 = 0x1_0000;
/// Bytes of base64 in one escape sequence, as the protocol bounds it.
const CHUNK_BYTES_MAX: usize = 4096;

/// Takes away all placements that are to be seen and the pictures they show. On the alternate screen those are ours.
pub(in crate::client::paint) const LEAVE: &[u8] = b"\x1b_Ga=d,d=A,q=2\x1b\\";

#[derive(Debug)]
struct Shown {
    placement: Placement,
    /// The placement's number.
    number: u32,
    /// It is where it was put; else it may have scrolled, or scrolled away.
    sure: bool,
}

/// What the terminal has.
#[derive(Debug, Default)]
pub(super) struct Kitty {
    /// Of pictures that were transmitted, their numbers there; none for those that nobody can read.
    images: BTreeMap<u64, Option<u32>>,
    transmitted: u32,
    shown: Vec<Shown>,
    placed: u32,
}

impl Kitty {
    /// It has nothing of ours.
    pub(super) fn clear(&mut self) {
        // Numbers go on: what is left of an image must not be taken for another.
        *self = Kitty { transmitted: self.transmitted, placed: self.placed, ..Kitty::default() };
    }

    /// Placements are not known to be where they were put.
    pub(super) fn doubt(&mut self) {
        self.shown.iter_mut().for_each(|shown| shown.sure = false);
    }

    /// Takes a picture away that the album has no more, with its placements.
    pub(super) fn free(&mut self, picture: u64, out: &mut Vec<u8>) {
        if let Some(Some(image)) = self.images.remove(&picture) {
            self.shown.retain(|shown| shown.placement.picture != picture);
            out.extend_from_slice(format!("\x1b_Ga=d,d=I,i={image},q=2\x1b\\").as_bytes());
        }
    }

    /// Shows these placements and no others. `put` moves the cursor.
    pub(super) fn paint(
        &mut self,
        wanted: &[Placement],
        album: &Album,
        put: &mut dyn FnMut(&Placement, &mut Vec<u8>),
        out: &mut Vec<u8>,
    ) {
        let mut before = std::mem::take(&mut self.shown);
        let mut now: Vec<Shown> = Vec::new();
        let mut later = Vec::new();
        for placement in wanted {
            match before.iter().position(|shown| shown.placement == *placement) {
                Some(at) => now.push(before.swap_remove(at)),
                None => later.push(placement),
            }
        }
        // Those that moved keep their number: the terminal moves them.
        for placement in later {
            let moved = before.iter().position(|shown| shown.placement.picture == placement.picture);
            let number = match moved {
                Some(at) => before.swap_remove(at).number,
                None => {
                    self.placed = self.placed % 0xff_ffff + 1;
                    self.placed
                }
            };
            now.push(Shown { placement: *placement, number, sure: false });
        }
        for gone in before {
            if let Some(Some(image)) = self.images.get(&gone.placement.picture) {
                let number = gone.number;
                out.extend_from_slice(format!("\x1b_Ga=d,d=i,i={image},p={number},q=2\x1b\\").as_bytes());
            }
        }
        for shown in &mut now {
            if std::mem::replace(&mut shown.sure, true) {
                continue;
            }
            let Some(image) = self.image(shown.placement.picture, album, out) else {
                shown.sure = self.images.contains_key(&shown.placement.picture);
                continue;
            };
            let Placement { z, cols, rows, source: s, .. } = shown.placement;
            put(&shown.placement, out);
            let place = format!(
                "\x1b_Ga=p,i={image},p={},x={},y={},w={},h={},c={cols},r={rows},z={z},C=1,q=2\x1b\\",
                shown.number, s.x, s.y, s.width, s.height
            );
            out.extend_from_slice(place.as_bytes());
        }
        self.shown = now;
    }

    /// The terminal's number of a picture, which is transmitted if it was not; none for one that is not here yet, or that
    /// nobody can read.
    fn image(&mut self, picture: u64, album: &Album, out: &mut Vec<u8>) -> Option<u32> {
        if let Some(image) = self.images.get(&picture) {
            return *image;
        }
        let file = album.file(picture)?;
        let png = match file.format {
            PictureFormat::Png => Some(file.bytes.clone()),
            PictureFormat::Jpeg | PictureFormat::Gif => pixels::decode(file).and_then(|p| pixels::png(&p)),
        };
        let image = png.map(|png| {
            let image = IMAGES_FROM + self.transmitted % IMAGES;
            self.transmitted = self.transmitted.wrapping_add(1);
            transmit(image, &png, out);
            image
        });
        self.images.insert(picture, image);
        image
    }
}

fn transmit(image: u32, png: &[u8], out: &mut Vec<u8>) {
    let text = base64(png);
    let mut rest = text.as_slice();
    let mut first = true;
    loop {
        let (chunk, after) = rest.split_at(rest.len().min(CHUNK_BYTES_MAX));
        let more = u8::from(!after.is_empty());
        let head = match std::mem::take(&mut first) {
            true => format!("\x1b_Ga=t,f=100,i={image},q=2,m={more};"),
            false => format!("\x1b_Gm={more},q=2;"),
        };
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(chunk);
        out.extend_from_slice(b"\x1b\\");
        rest = after;
        if more == 0 {
            break;
        }
    }
}
