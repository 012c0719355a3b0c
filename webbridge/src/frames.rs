//! What the gateway looks at in a frame: its form, and which message it is. Never a cell, never a key.

use abide_protocol::codec;
use abide_protocol::message::{ErrorCode, ErrorNotice, ServerMessage};
use abide_protocol::validate;

/// The messages that a page may send. A list of what is allowed: what a later protocol adds is refused here
/// until somebody has thought about it.
const ALLOWED: [&str; 11] = [
    "hello",
    "attach",
    "detach",
    "input",
    "resize",
    "get_history",
    "get_picture",
    "command",
    "command_input",
    "watch",
    "ping",
];

/// What becomes of a frame from a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// Goes to the daemon.
    Pass,
    /// Well formed, but not something a page may say; the page is told so.
    Deny(&'a str),
    /// Not a message at all; the connection ends.
    Malformed,
}

/// Judges a frame from a page: one plain CBOR item, a map of one entry, whose key names an allowed message.
#[must_use]
pub fn judge(frame: &[u8]) -> Verdict<'_> {
    let Some(kind) = kind(frame) else { return Verdict::Malformed };
    if validate::validate(frame, &validate::FRAME).is_err() {
        return Verdict::Malformed;
    }
    if ALLOWED.contains(&kind) { Verdict::Pass } else { Verdict::Deny(kind) }
}

/// The key of a map of one entry whose key is a short text.
fn kind(frame: &[u8]) -> Option<&str> {
    let (&[map, text], rest) = frame.split_first_chunk::<2>()?;
    // 0xa1: a map of one; 0x61 to 0x77: text of 1 to 23 bytes.
    if map != 0xa1 || !(0x61..=0x77).contains(&text) {
        return None;
    }
    std::str::from_utf8(rest.get(..usize::from(text & 31))?).ok()
}

/// The answer to a message that is denied.
#[must_use]
pub fn denial(kind: &str) -> Vec<u8> {
    let text = format!("a page may not send {kind}");
    let notice = ErrorNotice { code: ErrorCode::Denied, text, surface: None };
    codec::encode(&ServerMessage::Error(notice)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use abide_protocol::message::{ClientMessage, GetPicture, Ping, Watch};

    #[test]
    fn own_messages_pass() {
        for message in [
            ClientMessage::Ping(Ping { number: 1 }),
            ClientMessage::Watch(Watch { topology: true }),
            ClientMessage::GetPicture(GetPicture { offset: 0, picture: 1 << 40, surface: 3 }),
        ] {
            let frame = codec::encode(&message).expect("encode");
            assert_eq!(judge(&frame), Verdict::Pass, "{message:?}");
            let mut longer = frame.clone();
            longer.push(0);
            assert_eq!(judge(&longer), Verdict::Malformed, "a byte after it");
            for end in 0..frame.len() {
                assert_eq!(judge(&frame[..end]), Verdict::Malformed, "cut at {end}");
            }
        }
    }

    #[test]
    fn others_are_denied_by_name() {
        assert_eq!(judge(b"\xa1\x66update\xf6"), Verdict::Deny("update"));
        let answer: ServerMessage = codec::decode(&denial("update")).expect("decode");
        assert!(matches!(answer, ServerMessage::Error(ErrorNotice { code: ErrorCode::Denied, .. })));
    }

    #[test]
    fn what_is_no_message() {
        for frame in [
            &b""[..],
            b"\xa0",
            b"\x64ping",
            b"\xa2\x64ping\x01\x65hello\x01",
            b"\xbf\x64ping\x01\xff",
            b"\xa1\x01\x02",
            b"\xa1\x78\x04ping\x01",
            b"\xa1\x64ping\xc0\x01",
            b"\xa1\x64\xff\xff\xff\xff\x01",
        ] {
            assert_eq!(judge(frame), Verdict::Malformed, "{frame:x?}");
        }
    }
}
