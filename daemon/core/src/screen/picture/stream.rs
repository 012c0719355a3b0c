//! Strings that bring pictures: their data is taken as it comes, and nothing of it depends on how it is cut.

use super::Pictures;
use super::kitty::Control;
use super::spool::{Base64, Fault, Spool};
use crate::screen::parser::StringKind;
use crate::screen::terminal::Terminal;

/// What a string brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// `APC G control ; base64`: kitty's.
    Kitty,
    /// `DCS parameters q data`.
    Sixel,
    /// `OSC 1337 ; File = arguments : base64`.
    File,
    /// `OSC 1337 ; FilePart = base64`, of a file that `MultipartFile` began.
    Part,
}

/// A string that is being read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stream {
    pub(crate) kind: Kind,
    /// What stands in front of the data.
    pub(crate) head: Vec<u8>,
    pub(crate) base64: Base64,
    pub(crate) spool: Spool,
}

impl Stream {
    /// What stands in front of its data.
    pub(crate) fn opening(&self) -> Vec<u8> {
        match self.kind {
            Kind::Kitty => [b"G", &self.head[..], b";"].concat(),
            Kind::Sixel => [&self.head[..], b"q"].concat(),
            Kind::File => [FILE, &self.head, b":"].concat(),
            Kind::Part => PART.to_vec(),
        }
    }
}

/// What has come of a transmission in several strings, between two of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Transfer {
    /// Kitty's, or a file of iTerm2's.
    pub(crate) kind: Kind,
    /// What stood in front of the first string's data.
    pub(crate) head: Vec<u8>,
    pub(crate) spool: Spool,
}

/// Bytes by which a string that begins so is known to bring a picture. None if it does not, or not yet.
pub(crate) fn opening(kind: StringKind, begun: &[u8]) -> Option<usize> {
    match kind {
        StringKind::Apc if begun.first() == Some(&b'G') => after(begun, b';'),
        StringKind::Dcs => {
            let numbers = begun.iter().take_while(|b| b.is_ascii_digit() || **b == b';').count();
            (begun.get(numbers) == Some(&b'q')).then_some(numbers + 1)
        }
        StringKind::Osc if begun.starts_with(FILE) => after(begun, b':'),
        StringKind::Osc if begun.starts_with(PART) => Some(PART.len()),
        _ => None,
    }
}

const FILE: &[u8] = b"1337;File=";
const PART: &[u8] = b"1337;FilePart=";

fn after(begun: &[u8], mark: u8) -> Option<usize> {
    begun.iter().position(|b| *b == mark).map(|at| at + 1)
}

impl Terminal {
    /// A string brings a picture; its data comes by [`Terminal::picture_data`].
    pub(crate) fn open_picture(&mut self, kind: StringKind, opening: &[u8]) {
        let (kind, head) = match kind {
            StringKind::Apc => (Kind::Kitty, opening.get(1..opening.len() - 1)),
            StringKind::Dcs => (Kind::Sixel, opening.get(..opening.len() - 1)),
            _ if opening == PART => (Kind::Part, None),
            _ => (Kind::File, opening.get(FILE.len()..opening.len() - 1)),
        };
        let head = head.unwrap_or_default().to_vec();
        self.with_pictures(|_, pictures| pictures.open(kind, head));
    }

    /// More of its data.
    pub(crate) fn picture_data(&mut self, data: &[u8]) {
        self.with_pictures(|terminal, pictures| {
            let Some(stream) = &mut pictures.stream else { return };
            let next_id = &mut terminal.history.next_id;
            if stream.kind == Kind::Sixel {
                stream.spool.add(data, next_id);
            } else if stream.spool.fault.is_none() {
                let (bytes, is_base64) = stream.base64.decode(data);
                stream.spool.add(&bytes, next_id);
                if !is_base64 {
                    stream.spool.spoil(Fault::NoBase64);
                }
                if stream.spool.fault.is_some() {
                    // Wherever the data was cut: nothing of it is looked at any more.
                    stream.base64 = Base64::default();
                }
            }
        });
    }

    /// It has ended, or was cancelled.
    pub(crate) fn close_picture(&mut self, whole: bool) {
        self.with_pictures(|terminal, pictures| {
            let Some(stream) = pictures.stream.take() else { return };
            // To read, inflate and encode a byte is about as dear as to fill a cell.
            terminal.count_work(stream.spool.len());
            if !whole {
                pictures.transfer = None;
                return;
            }
            match stream.kind {
                Kind::Kitty => terminal.kitty_string(pictures, &stream.head, stream.spool),
                Kind::Sixel => terminal.show_sixel(pictures, &stream.head, &stream.spool),
                Kind::File => terminal.show_file(pictures, &stream.head, &stream.spool),
                Kind::Part => {
                    if let Some(file) = &mut pictures.transfer {
                        file.spool = stream.spool;
                    }
                }
            }
        });
    }

    /// Kitty's string that has no data.
    pub(crate) fn application_command(&mut self, data: &[u8]) {
        if let Some(control) = data.strip_prefix(b"G") {
            self.with_pictures(|terminal, pictures| {
                pictures.open(Kind::Kitty, control.to_vec());
                if let Some(stream) = pictures.stream.take() {
                    terminal.kitty_string(pictures, &stream.head, stream.spool);
                }
            });
        }
    }
}

impl Pictures {
    /// A string begins. One that goes on with what others brought has that in its spool.
    fn open(&mut self, kind: Kind, head: Vec<u8>) {
        let goes_on = match (kind, &self.transfer) {
            (Kind::Kitty, Some(transfer)) => {
                transfer.kind == Kind::Kitty && Control::read(&head).is_some_and(|control| control.goes_on())
            }
            (Kind::Part, Some(transfer)) => transfer.kind == Kind::File,
            _ => false,
        };
        let spool = match &mut self.transfer {
            Some(transfer) if goes_on => std::mem::take(&mut transfer.spool),
            _ => Spool::default(),
        };
        if !goes_on {
            self.transfer = None;
        }
        self.stream = Some(Stream { kind, head, base64: Base64::default(), spool });
    }
}
