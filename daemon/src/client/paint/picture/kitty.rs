//! Kitty's graphics protocol: a picture is transmitted once, and each of its placements has a number by which it is moved
//! and taken away.

use super::{album::Album, pixels};
use crate::client::limits::PICTURE_WRITTEN_BYTES;
use crate::client::paint::base64::base64;
use abide_protocol::message::{PictureFormat, Placement};
use std::collections::BTreeMap;

/// Numbers of images are the terminal's, whoever transmits: ours begin where nobody begins to count.
const IMAGES_FROM: u32 = 0x4ab1_0000;
/// As many as there are numbers for before they begin anew: more than a terminal keeps.
const IMAGES: u32 = 0x1_0000;
/// Bytes of a file in one escape sequence, which are 4096 of base64, as the protocol bounds it.
const CHUNK_BYTES_MAX: usize = 3072;

/// Ends a transmission that is not whole; means nothing where there is none.
pub(in crate::client::paint) const END: &[u8] = b"\x1b_Gm=0,q=2;\x1b\\";
/// Takes away all placements that are to be seen and the pictures they show, which on the alternate screen are ours; and the
/// pictures that nothing shows, by our numbers.
pub(in crate::client::paint) const LEAVE: &[u8] =
    b"\x1b_Gm=0,q=2;\x1b\\\x1b_Ga=d,d=A,q=2\x1b\\\x1b_Ga=d,d=R,x=1253113856,y=1253179391,q=2\x1b\\";

#[derive(Debug)]
struct Shown {
    placement: Placement,
    /// The placement's number.
    number: u32,
    /// It is where it was put; else it may have scrolled, or scrolled away.
    sure: bool,
}

/// A picture that is being transmitted.
#[derive(Debug)]
struct Sending {
    picture: u64,
    /// Its number there.
    image: u32,
    /// As PNG, where its file is another.
    png: Option<Vec<u8>>,
    /// How many bytes have been written.
    at: usize,
}

/// What the terminal has.
#[derive(Debug, Default)]
pub(super) struct Kitty {
    /// Of pictures that were transmitted, their numbers there; none for those that nobody can read.
    images: BTreeMap<u64, Option<u32>>,
    transmitted: u32,
    sending: Option<Sending>,
    /// Numbers of images that are to be taken away.
    gone: Vec<u32>,
    shown: Vec<Shown>,
    placed: u32,
}

impl Kitty {
    /// It has nothing of ours.
    pub(super) fn clear(&mut self) {
        // Numbers go on: what is left of an image must not be taken for another.
        *self = Kitty { transmitted: self.transmitted, placed: self.placed, ..Kitty::default() };
    }

    pub(super) fn is_sending(&self) -> bool {
        self.sending.is_some()
    }

    /// Whether part of a picture has been transmitted: until the rest has, nothing else may be said of pictures.
    pub(super) fn is_amid(&self) -> bool {
        self.sending.as_ref().is_some_and(|sending| sending.at > 0)
    }

    /// Writes the next bytes of the picture that is being transmitted. True when it is whole, or was given up.
    pub(super) fn send(&mut self, album: &Album, out: &mut Vec<u8>) -> bool {
        let Some(sending) = &mut self.sending else { return false };
        let kept = album.file(sending.picture);
        let file = match &sending.png {
            Some(png) => png.as_slice(),
            None => kept.map_or(&[][..], |file| &file.bytes),
        };
        let end = sending.at + PICTURE_WRITTEN_BYTES;
        while sending.at < end {
            let rest = file.get(sending.at..).unwrap_or_default();
            if rest.is_empty() && sending.at == 0 {
                // It was let go of before it began.
                self.sending = None;
                return true;
            }
            let (chunk, after) = rest.split_at(rest.len().min(CHUNK_BYTES_MAX));
            let more = u8::from(!after.is_empty());
            let head = match sending.at {
                0 => format!("\x1b_Ga=t,f=100,i={},q=2,m={more};", sending.image),
                _ => format!("\x1b_Gm={more},q=2;"),
            };
            out.extend_from_slice(head.as_bytes());
            out.extend_from_slice(&base64(chunk));
            out.extend_from_slice(b"\x1b\\");
            sending.at += chunk.len();
            if more == 0 {
                if kept.is_some() {
                    self.images.insert(sending.picture, Some(sending.image));
                } else {
                    self.gone.push(sending.image);
                }
                self.sending = None;
                return true;
            }
        }
        false
    }

    /// Placements are not known to be where they were put.
    pub(super) fn doubt(&mut self) {
        self.shown.iter_mut().for_each(|shown| shown.sure = false);
    }

    /// Takes a picture away that the album has no more, with its placements.
    pub(super) fn free(&mut self, picture: u64, out: &mut Vec<u8>) {
        if let Some(Some(image)) = self.images.remove(&picture) {
            self.shown.retain(|shown| shown.placement.picture != picture);
            self.gone.push(image);
            self.take_away(out);
        }
    }

    fn take_away(&mut self, out: &mut Vec<u8>) {
        if !self.is_amid() {
            for image in self.gone.drain(..) {
                out.extend_from_slice(format!("\x1b_Ga=d,d=I,i={image},q=2\x1b\\").as_bytes());
            }
        }
    }

    /// Shows these placements and no others, when no picture is being transmitted. `put` moves the cursor.
    pub(super) fn paint(
        &mut self,
        wanted: &[Placement],
        album: &Album,
        put: &mut dyn FnMut(&Placement, &mut Vec<u8>),
        out: &mut Vec<u8>,
    ) {
        if self.is_amid() {
            return;
        }
        self.take_away(out);
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
            let Some(image) = self.image(shown.placement.picture, album) else {
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

    /// The terminal's number of a picture; none for one that is not there yet, or that nobody can read. One that can be
    /// transmitted is next.
    fn image(&mut self, picture: u64, album: &Album) -> Option<u32> {
        if let Some(image) = self.images.get(&picture) {
            return *image;
        }
        let file = album.file(picture).filter(|_| self.sending.is_none())?;
        let png = match file.format {
            PictureFormat::Png => None,
            PictureFormat::Jpeg | PictureFormat::Gif => {
                let png = pixels::decode(file).and_then(|pixels| pixels::png(&pixels));
                if png.is_none() {
                    self.images.insert(picture, None);
                    return None;
                }
                png
            }
        };
        let image = IMAGES_FROM + self.transmitted % IMAGES;
        self.transmitted = self.transmitted.wrapping_add(1);
        self.sending = Some(Sending { picture, image, png, at: 0 });
        None
    }
}
