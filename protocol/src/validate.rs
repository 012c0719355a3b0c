//! The strict gate in front of the decoder: exactly one plain, deterministic CBOR item, or nothing.
//!
//! Plain means: integers, byte strings, UTF-8 text, arrays, maps, `true`, `false`, `null`. Deterministic
//! means RFC 8949 §4.2.1: definite lengths, shortest heads, map keys text, sorted and unique. So each value
//! has one encoding, two decoders can't read one frame differently, and the work is bounded before
//! anything is allocated. Nothing here recurses; the stack is a short vector of our own.

use crate::limits;
use std::fmt;

/// How large an item may be.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes of the whole.
    pub bytes_max: usize,
    /// Arrays and maps around the innermost item.
    pub depth_max: usize,
    /// Heads: numbers, strings, arrays, maps and keys.
    pub items_max: usize,
    /// Whether map keys must be text, in canonical order. Off for records of our own, whose types may have
    /// maps by number and whose decoder refuses repeated fields itself.
    pub keys_canonical: bool,
}

/// For what a peer sends.
pub const FRAME: Bounds = Bounds {
    bytes_max: limits::FRAME_BYTES_MAX,
    depth_max: limits::DEPTH_MAX,
    items_max: limits::ITEMS_MAX,
    keys_canonical: true,
};
/// For what we wrote ourselves, to a store or to shared memory.
pub const RECORD: Bounds = Bounds {
    bytes_max: limits::RECORD_BYTES_MAX,
    depth_max: limits::DEPTH_MAX,
    items_max: limits::RECORD_ITEMS_MAX,
    keys_canonical: false,
};

/// The rule that was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The bytes end inside the item.
    Truncated,
    /// Bytes follow the item.
    Trailing,
    /// A length that is not given in advance, or a break.
    Indefinite,
    /// A number or length in more bytes than it needs.
    NotShortest,
    /// A tag.
    Tagged,
    /// A float, `undefined` or another simple value.
    NotPlain,
    /// A head that RFC 8949 keeps for later.
    Reserved,
    /// Arrays and maps nested too deeply.
    TooDeep,
    /// Too many items.
    TooMany,
    /// Too many bytes.
    TooLong,
    /// A map key that is not text.
    KeyNotText,
    /// A map key smaller than the one before it.
    KeyOrder,
    /// A map key given twice.
    KeyRepeated,
    /// Text that is not UTF-8.
    NotUtf8,
}

/// Where and why bytes are not one plain deterministic item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// Offset of the head of the item that broke the rule.
    pub at: usize,
    /// The rule.
    pub rule: Rule,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.rule {
            Rule::Truncated => "the bytes end inside an item",
            Rule::Trailing => "bytes follow the item",
            Rule::Indefinite => "a length is not given in advance",
            Rule::NotShortest => "a number is not in its shortest form",
            Rule::Tagged => "tags are not used here",
            Rule::NotPlain => "floats and simple values other than true, false and null are not used here",
            Rule::Reserved => "a reserved head",
            Rule::TooDeep => "nested too deeply",
            Rule::TooMany => "too many items",
            Rule::TooLong => "too many bytes",
            Rule::KeyNotText => "a map key is not text",
            Rule::KeyOrder => "map keys are not in canonical order",
            Rule::KeyRepeated => "a map key is repeated",
            Rule::NotUtf8 => "text is not UTF-8",
        };
        write!(f, "byte {}: {what}", self.at)
    }
}
impl std::error::Error for Invalid {}

/// An array or map whose items are being read.
struct Open<'a> {
    /// Items still to come: for a map, keys and values together.
    left: u64,
    map: bool,
    /// The last key, as text bytes.
    key: Option<&'a [u8]>,
}

/// Checks that `bytes` are exactly one plain deterministic item within `bounds`.
///
/// # Errors
/// The first rule that is broken, and where.
pub fn validate(bytes: &[u8], bounds: &Bounds) -> Result<(), Invalid> {
    if bytes.len() > bounds.bytes_max {
        return Err(Invalid { at: bounds.bytes_max, rule: Rule::TooLong });
    }
    // As deep as most messages are.
    let mut open: Vec<Open<'_>> = Vec::with_capacity(8);
    let mut at = 0;
    let mut items = 0;
    loop {
        let fail = |rule| Err(Invalid { at, rule });
        items += 1;
        if items > bounds.items_max {
            return fail(Rule::TooMany);
        }
        let (major, argument, body) = head(bytes, at)?;
        let rest = bytes.get(body..).unwrap_or_default();
        // An even count of items left in a map means that a key comes.
        let is_key = open.last().is_some_and(|o| o.map && o.left.is_multiple_of(2));
        if is_key && bounds.keys_canonical && major != 3 {
            return fail(Rule::KeyNotText);
        }
        let mut end = body;
        let mut enter = None;
        match major {
            0 | 1 => {}
            2 | 3 => {
                let Some(string) = usize::try_from(argument).ok().and_then(|n| rest.get(..n)) else {
                    return fail(Rule::Truncated);
                };
                end += string.len();
                if major == 3 {
                    if std::str::from_utf8(string).is_err() {
                        return fail(Rule::NotUtf8);
                    }
                    if let (true, true, Some(map)) = (is_key, bounds.keys_canonical, open.last_mut()) {
                        match map.key.replace(string) {
                            Some(last) if last == string => return fail(Rule::KeyRepeated),
                            Some(last) if (last.len(), last) > (string.len(), string) => {
                                return fail(Rule::KeyOrder);
                            }
                            _ => {}
                        }
                    }
                }
            }
            4 | 5 => {
                // Each item takes a byte at least: a count beyond what is there can't be met, whatever follows.
                let Some(left) = argument.checked_mul(if major == 5 { 2 } else { 1 }) else {
                    return fail(Rule::Truncated);
                };
                if left > rest.len() as u64 {
                    return fail(Rule::Truncated);
                }
                if open.len() >= bounds.depth_max {
                    return fail(Rule::TooDeep);
                }
                enter = Some(Open { left, map: major == 5, key: None });
            }
            6 => return fail(Rule::Tagged),
            _ => {
                if !(20..=22).contains(&argument) {
                    return fail(Rule::NotPlain);
                }
            }
        }
        if let Some(parent) = open.last_mut() {
            parent.left -= 1;
        }
        open.extend(enter);
        while open.last().is_some_and(|o| o.left == 0) {
            open.pop();
        }
        at = end;
        if open.is_empty() {
            break;
        }
    }
    if at == bytes.len() { Ok(()) } else { Err(Invalid { at, rule: Rule::Trailing }) }
}

/// The head at `at`: major type, argument, and the offset just after it.
pub(crate) fn head(bytes: &[u8], at: usize) -> Result<(u8, u64, usize), Invalid> {
    let fail = |rule| Err(Invalid { at, rule });
    let Some(&first) = bytes.get(at) else { return fail(Rule::Truncated) };
    let (major, info) = (first >> 5, first & 31);
    let (count, least) = match info {
        0..=23 => return Ok((major, u64::from(info), at + 1)),
        24 => (1, 24),
        25 => (2, 1 << 8),
        26 => (4, 1 << 16),
        27 => (8, 1 << 32),
        31 => return fail(Rule::Indefinite),
        _ => return fail(Rule::Reserved),
    };
    if major == 7 {
        return fail(Rule::NotPlain);
    }
    let Some(argument) = bytes.get(at + 1..at + 1 + count) else { return fail(Rule::Truncated) };
    let argument = argument.iter().fold(0u64, |n, &byte| n << 8 | u64::from(byte));
    if argument < least {
        return fail(Rule::NotShortest);
    }
    Ok((major, argument, at + 1 + count))
}
