//! Bytes to events: text runs, controls, sequences and strings.
//!
//! The ground state, plain sequences and strings are read here; see [`odd`] for what vte reads. Nothing
//! depends on how the input is cut: what is not whole yet is held, and what is held is all the state there
//! is, so that it can be stored. `crate::base::limits` bounds it.

mod odd;
#[cfg(test)]
mod oracle;
mod scan;
mod sequence;
pub(crate) mod utf8;

pub(crate) use scan::ascii_run;
pub(crate) use sequence::{Parameters, Sequence, plain as plain_sequence};

use crate::base::limits::{
    CLIPBOARD_STRING_BYTES_MAX, PICTURE_OPENING_BYTES_MAX, SEQUENCE_BYTES_MAX, STRING_BYTES_MAX,
};

/// What takes the events.
pub(crate) trait Sink {
    /// A run of `0x20..=0x7e`, at least one.
    fn ascii(&mut self, run: &[u8]);
    /// Takes as many characters as it likes from bytes that begin with a byte above DEL, whole ones in UTF-8 without
    /// controls, and says how many bytes they were. What it leaves comes by `text`.
    fn take(&mut self, _bytes: &[u8]) -> usize {
        0
    }
    /// Text without C0 and DEL; C1 controls (U+0080 to U+009F) may be in it and mean nothing.
    fn text(&mut self, text: &str);
    /// A C0 control, or a byte `0x80..=0x9f` that is no text.
    fn control(&mut self, byte: u8);
    /// CR and LF.
    fn new_line(&mut self) {
        self.control(b'\r');
        self.control(b'\n');
    }
    /// Takes as much as it likes of what follows a new line, whole events only, and says how many bytes they were.
    fn pass_through(&mut self, _bytes: &[u8]) -> usize {
        0
    }
    /// A control sequence.
    fn sequence(&mut self, sequence: Sequence<'_>);
    /// The control sequence `CSI … m`.
    fn rendition(&mut self, parameters: &Parameters) {
        self.sequence(Sequence { parameters, marks: &[], last: b'm' });
    }
    /// `CSI m` or `CSI 0 m`.
    fn plain_rendition(&mut self) {
        self.rendition(&Parameters { len: 1, ..Parameters::default() });
    }
    /// `ESC marks last`.
    fn escape(&mut self, marks: &[u8], last: u8);
    /// Bytes by which a string that begins so is known to be one that is taken as it comes. None if it is not, or is not
    /// known yet.
    fn opening(&self, _kind: StringKind, _begun: &[u8]) -> Option<usize> {
        None
    }
    /// Such a string begins with these bytes.
    fn open(&mut self, _kind: StringKind, _opening: &[u8]) {}
    /// Bytes of it.
    fn data(&mut self, _data: &[u8]) {}
    /// It has ended, or was cancelled.
    fn close(&mut self, _whole: bool) {}
    /// A string, and whether BEL ended it.
    fn string(&mut self, kind: StringKind, data: &[u8], bell: bool);
    /// Whether it is enough for now.
    fn is_spent(&self) -> bool {
        false
    }
}

/// What a string is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StringKind {
    /// `ESC ]`
    Osc,
    /// `ESC P`
    Dcs,
    /// `ESC _`: kept when it begins with G (kitty's graphics), else skipped.
    Apc,
    /// `ESC X`, `ESC ^` and screen's `ESC k`: skipped, nothing of it is kept.
    Skipped,
}

/// Where in a sequence the input stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Between sequences. Held: the start of a character.
    Ground,
    /// After ESC. Held: intermediates.
    Escape,
    /// After `ESC [`. Held: parameters and intermediates.
    Sequence,
    /// In a string. Held: its bytes so far.
    String(StringKind),
    /// In a string that is too long: its bytes are dropped.
    Overlong(StringKind),
    /// In a string whose bytes the sink takes as they come.
    Taken(StringKind),
}

/// The parser: a state and the bytes that led to it.
#[derive(Clone, Debug)]
pub(crate) struct Parser {
    pub(crate) state: State,
    pub(crate) held: Vec<u8>,
}

/// Bytes of text after which the sink may have enough: with narrow margins some hundred rows scroll by these.
const RUN_BYTES_MAX: usize = 512;

/// What a sequence that has grown too long is replaced by: vte ignores it up to its final byte.
const SPOILT: &[u8] = b"0<";

impl Parser {
    pub(crate) fn new() -> Parser {
        Parser { state: State::Ground, held: Vec::new() }
    }

    /// A parser in a state, if it can be in it with these bytes held.
    pub(crate) fn at(state: State, held: &[u8]) -> Option<Parser> {
        let fits = match state {
            // The start of a character, which nothing but its end can follow.
            State::Ground => {
                held.len() < 4
                    && (held.is_empty()
                        || std::str::from_utf8(held)
                            .is_err_and(|fault| fault.valid_up_to() == 0 && fault.error_len().is_none()))
            }
            State::Escape => held.len() <= 3 && held.iter().all(|b| (0x20..=0x2f).contains(b)),
            State::Sequence => {
                held.len() <= SEQUENCE_BYTES_MAX && held.iter().all(|b| (0x20..=0x3f).contains(b))
            }
            State::String(StringKind::Skipped) | State::Overlong(_) | State::Taken(_) => held.is_empty(),
            State::String(StringKind::Apc) if !held.is_empty() && held[0] != b'G' => false,
            State::String(kind) => {
                let clipboard = kind == StringKind::Osc && is_clipboard(held, &[]);
                (held.len() <= STRING_BYTES_MAX || clipboard && held.len() <= CLIPBOARD_STRING_BYTES_MAX)
                    && held.iter().all(|b| *b >= 0x20)
            }
        };
        fits.then(|| Parser { state, held: held.to_vec() })
    }

    /// Takes bytes until the sink has enough, and says how many; at least one, if there is one.
    pub(crate) fn feed<S: Sink>(&mut self, sink: &mut S, bytes: &[u8]) -> usize {
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = match self.state {
                State::Ground => self.ground(sink, rest),
                State::Escape => self.escape(sink, rest),
                State::Sequence => self.sequence(sink, rest),
                State::String(kind) => self.string(sink, rest, kind, true),
                State::Overlong(kind) => self.string(sink, rest, kind, false),
                State::Taken(kind) => self.taken(sink, rest, kind),
            };
            if sink.is_spent() {
                break;
            }
        }
        bytes.len() - rest.len()
    }

    /// The bytes of a sequence or string that is not whole yet; a character's first bytes are none.
    pub(crate) fn pending(&self) -> Vec<u8> {
        let begun: &[u8] = match self.state {
            State::Ground => return Vec::new(),
            State::Escape => b"\x1b",
            State::Sequence => b"\x1b[",
            State::String(kind) | State::Overlong(kind) | State::Taken(kind) => match kind {
                StringKind::Osc => b"\x1b]",
                StringKind::Dcs => b"\x1bP",
                StringKind::Apc | StringKind::Skipped => b"\x1b_",
            },
        };
        [begun, &self.held].concat()
    }

    /// Back to ground; what was held goes, and its memory if it was much.
    fn rest(&mut self) {
        self.state = State::Ground;
        self.held.clear();
        if self.held.capacity() > SEQUENCE_BYTES_MAX {
            self.held = Vec::new();
        }
    }

    #[inline]
    fn ground<'b, S: Sink>(&mut self, sink: &mut S, bytes: &'b [u8]) -> &'b [u8] {
        let mut rest = bytes;
        if !self.held.is_empty() {
            rest = self.finish_character(sink, rest);
        }
        let mut parameters = Parameters::default();
        while let Some(&first) = rest.first() {
            match first {
                0x20..=0x7e => {
                    let most = rest.get(..RUN_BYTES_MAX).unwrap_or(rest);
                    let (run, after) = rest.split_at(ascii_run(most));
                    sink.ascii(run);
                    rest = after;
                    if sink.is_spent() {
                        return rest;
                    }
                }
                0x1b => {
                    // Half of the sequences in coloured text.
                    if let [_, b'[', b'0', b'm', after @ ..] | [_, b'[', b'm', after @ ..] = rest {
                        sink.plain_rendition();
                        rest = after;
                    } else if let Some((len, mark, last)) = sequence::plain(rest, &mut parameters) {
                        match (mark, last) {
                            (None, b'm') => sink.rendition(&parameters),
                            _ => {
                                let marks = mark.as_slice();
                                sink.sequence(Sequence { parameters: &parameters, marks, last });
                                if sink.is_spent() {
                                    return &rest[len..];
                                }
                            }
                        }
                        rest = &rest[len..];
                    } else {
                        self.state = State::Escape;
                        return &rest[1..];
                    }
                }
                b'\r' if rest.get(1) == Some(&b'\n') => {
                    sink.new_line();
                    rest = &rest[2..];
                    if sink.is_spent() {
                        return rest;
                    }
                    rest = &rest[sink.pass_through(rest)..];
                }
                0x00..=0x1f => {
                    sink.control(first);
                    rest = &rest[1..];
                    if sink.is_spent() {
                        return rest;
                    }
                }
                0x7f => rest = &rest[1..],
                0x80.. => {
                    rest = self.unicode(sink, rest);
                    if sink.is_spent() {
                        return rest;
                    }
                }
            }
        }
        rest
    }

    /// A run that does not begin with ASCII.
    fn unicode<'b, S: Sink>(&mut self, sink: &mut S, bytes: &'b [u8]) -> &'b [u8] {
        let taken = sink.take(bytes);
        if taken > 0 {
            return &bytes[taken..];
        }
        let len = scan::text_run(bytes);
        let (run, after) = bytes.split_at(len);
        let fault = match std::str::from_utf8(run) {
            Ok(text) => {
                let mut left = text;
                while !left.is_empty() && (left.len() == text.len() || !sink.is_spent()) {
                    let mut end = left.len().min(RUN_BYTES_MAX);
                    while !left.is_char_boundary(end) {
                        end -= 1;
                    }
                    let (part, more) = left.split_at(end);
                    sink.text(part);
                    left = more;
                }
                return &bytes[text.len() - left.len()..];
            }
            Err(fault) => fault,
        };
        let (good, bad) = run.split_at(fault.valid_up_to());
        if let Ok(text) = std::str::from_utf8(good)
            && !text.is_empty()
        {
            sink.text(text);
        }
        match fault.error_len() {
            Some(len) => {
                invalid(sink, &bad[..len]);
                &bytes[good.len() + len..]
            }
            None if after.is_empty() => {
                self.held.extend_from_slice(bad);
                after
            }
            None => {
                sink.text("\u{fffd}");
                after
            }
        }
    }

    /// The rest of a character that the last buffer's end cut.
    fn finish_character<'b, S: Sink>(&mut self, sink: &mut S, bytes: &'b [u8]) -> &'b [u8] {
        let mut character = [0u8; 4];
        for (i, &b) in bytes.iter().enumerate() {
            let len = self.held.len().min(3);
            character[..len].copy_from_slice(&self.held[..len]);
            character[len] = b;
            match std::str::from_utf8(&character[..=len]) {
                Ok(text) => {
                    self.held.clear();
                    sink.text(text);
                    return &bytes[i + 1..];
                }
                Err(fault) if fault.error_len().is_none() => self.held.push(b),
                Err(_) => {
                    // The new byte does not belong: what came before is one U+FFFD.
                    self.held.clear();
                    sink.text("\u{fffd}");
                    return &bytes[i..];
                }
            }
        }
        &[]
    }

    fn escape<'b, S: Sink>(&mut self, sink: &mut S, bytes: &'b [u8]) -> &'b [u8] {
        for (i, &b) in bytes.iter().enumerate() {
            let next = match b {
                0x18 | 0x1a => {
                    self.rest();
                    sink.control(b);
                    State::Ground
                }
                0x1b => {
                    self.held.clear();
                    continue;
                }
                0x00..=0x1f => {
                    sink.control(b);
                    continue;
                }
                0x20..=0x2f => {
                    // With more than two the whole is ignored, however many there are.
                    if self.held.len() < 3 {
                        self.held.push(b);
                    }
                    continue;
                }
                0x7f.. => continue,
                b'[' if self.held.is_empty() => State::Sequence,
                b']' if self.held.is_empty() => State::String(StringKind::Osc),
                b'P' if self.held.is_empty() => State::String(StringKind::Dcs),
                b'_' if self.held.is_empty() => State::String(StringKind::Apc),
                b'X' | b'^' | b'k' if self.held.is_empty() => State::String(StringKind::Skipped),
                _ if self.held.is_empty() => {
                    self.rest();
                    sink.escape(&[], b);
                    State::Ground
                }
                _ => {
                    let marks = std::mem::take(&mut self.held);
                    odd::read(sink, b"\x1b", &marks, b);
                    State::Ground
                }
            };
            self.state = next;
            return &bytes[i + 1..];
        }
        &[]
    }

    fn sequence<'b, S: Sink>(&mut self, sink: &mut S, bytes: &'b [u8]) -> &'b [u8] {
        for (i, &b) in bytes.iter().enumerate() {
            match b {
                0x18 | 0x1a => {
                    self.rest();
                    sink.control(b);
                    return &bytes[i + 1..];
                }
                0x1b => {
                    self.held.clear();
                    self.state = State::Escape;
                    return &bytes[i + 1..];
                }
                0x00..=0x1f => sink.control(b),
                0x20..=0x3f => {
                    if self.held.len() >= SEQUENCE_BYTES_MAX {
                        self.held.clear();
                        self.held.extend_from_slice(SPOILT);
                    }
                    self.held.push(b);
                }
                0x40..=0x7e => {
                    let middle = std::mem::take(&mut self.held);
                    self.rest();
                    odd::read(sink, b"\x1b[", &middle, b);
                    // The buffer is used again: sub-parameters are common in some programs' colours.
                    self.held = middle;
                    self.rest();
                    return &bytes[i + 1..];
                }
                0x7f.. => {}
            }
        }
        &[]
    }

    fn string<'b, S: Sink>(
        &mut self,
        sink: &mut S,
        bytes: &'b [u8],
        kind: StringKind,
        keep: bool,
    ) -> &'b [u8] {
        let len = bytes.iter().position(|b| *b < 0x20).unwrap_or(bytes.len());
        let (mut data, after) = bytes.split_at(len);
        if keep && kind != StringKind::Skipped {
            let before = self.held.len();
            if before < PICTURE_OPENING_BYTES_MAX && !data.is_empty() {
                let (begun, more) = data.split_at(data.len().min(PICTURE_OPENING_BYTES_MAX - before));
                self.held.extend_from_slice(begun);
                if let Some(opening) = sink.opening(kind, &self.held) {
                    sink.open(kind, &self.held[..opening]);
                    self.rest();
                    self.state = State::Taken(kind);
                    return &bytes[opening.saturating_sub(before)..];
                }
                data = more;
            }
            let bytes_max = if kind == StringKind::Osc && is_clipboard(&self.held, data) {
                CLIPBOARD_STRING_BYTES_MAX
            } else {
                STRING_BYTES_MAX
            };
            let is_unknown = kind == StringKind::Apc && self.held.first().is_some_and(|b| *b != b'G');
            if self.held.len() + data.len() > bytes_max || is_unknown {
                self.rest();
                self.state = State::Overlong(kind);
            } else {
                self.held.extend_from_slice(data);
            }
        }
        let Some((&end, rest)) = after.split_first() else { return after };
        match end {
            0x07 if kind == StringKind::Osc => self.finish_string(sink, kind, State::Ground),
            0x1b => self.finish_string(sink, kind, State::Escape),
            0x18 | 0x1a => {
                self.rest();
                sink.control(end);
            }
            _ => {}
        }
        rest
    }

    /// Bytes of a string that the sink takes.
    fn taken<'b, S: Sink>(&mut self, sink: &mut S, bytes: &'b [u8], kind: StringKind) -> &'b [u8] {
        let len = bytes.iter().position(|b| *b < 0x20).unwrap_or(bytes.len());
        let (data, after) = bytes.split_at(len);
        if !data.is_empty() {
            sink.data(data);
        }
        let Some((&end, rest)) = after.split_first() else { return after };
        match end {
            0x07 if kind == StringKind::Osc => {
                self.rest();
                sink.close(true);
            }
            0x1b => {
                self.rest();
                self.state = State::Escape;
                sink.close(true);
            }
            0x18 | 0x1a => {
                self.rest();
                sink.close(false);
                sink.control(end);
            }
            _ => {}
        }
        rest
    }

    fn finish_string<S: Sink>(&mut self, sink: &mut S, kind: StringKind, next: State) {
        let whole = matches!(self.state, State::String(_));
        let data = std::mem::take(&mut self.held);
        if whole && kind != StringKind::Skipped {
            sink.string(kind, &data, next == State::Ground);
        }
        self.held = data;
        self.rest();
        self.state = next;
    }
}

/// Bytes that are no text: C1 bytes are controls to vte (and mean nothing to us), the rest is one U+FFFD.
fn invalid<S: Sink>(sink: &mut S, bytes: &[u8]) {
    match bytes {
        [b @ 0x80..=0x9f] => sink.control(*b),
        _ => sink.text("\u{fffd}"),
    }
}

/// Whether an OSC that begins with `held` and goes on with `data` is for the clipboard.
fn is_clipboard(held: &[u8], data: &[u8]) -> bool {
    held.iter().chain(data).take(3).eq(b"52;")
}
