//! Control sequences: what one is, and the quick way to read one that lies whole in the buffer.

use crate::base::limits::SEQUENCE_BYTES_MAX;

/// Parameters of one sequence, sub-parameters counted: as many as vte takes.
pub(crate) const PARAMETERS_MAX: usize = 32;

/// Parameters in order; a set bit of `sub` says that the value follows a colon, not a semicolon.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Parameters {
    pub(crate) values: [u16; PARAMETERS_MAX],
    pub(crate) sub: u32,
    pub(crate) len: usize,
}

impl Parameters {
    /// All values.
    #[inline]
    pub(crate) fn values(&self) -> &[u16] {
        &self.values[..self.len.min(PARAMETERS_MAX)]
    }
    /// The value at `i`; 0 where there is none.
    #[inline]
    pub(crate) fn at(&self, i: usize) -> u16 {
        self.values().get(i).copied().unwrap_or(0)
    }
    /// The value at `i`, 1 for none or 0: how most sequences count.
    #[inline]
    pub(crate) fn count(&self, i: usize) -> usize {
        usize::from(self.at(i).max(1))
    }
    /// Whether the value at `i` is a sub-parameter.
    #[inline]
    pub(crate) fn is_sub(&self, i: usize) -> bool {
        i < PARAMETERS_MAX && self.sub >> i & 1 == 1
    }
    /// Adds a value; too many are left out.
    pub(crate) fn push(&mut self, value: u16, sub: bool) {
        if let Some(place) = self.values.get_mut(self.len) {
            *place = value;
            self.sub |= u32::from(sub) << self.len;
            self.len += 1;
        }
    }
}

/// A control sequence: `ESC [ … final`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sequence<'a> {
    pub(crate) parameters: &'a Parameters,
    /// A private marker (`<=>?`) and intermediates, in order.
    pub(crate) marks: &'a [u8],
    pub(crate) last: u8,
}

/// Reads `ESC [ (<=>?)? digits ; … final`, whole at the start of `bytes`. None for anything else: vte reads
/// that.
#[inline]
pub(crate) fn plain(bytes: &[u8], parameters: &mut Parameters) -> Option<(usize, Option<u8>, u8)> {
    let [_, b'[', rest @ ..] = bytes else { return None };
    let (mark, rest) = match rest {
        [mark @ 0x3c..=0x3f, rest @ ..] => (Some(*mark), rest),
        _ => (None, rest),
    };
    // `start`: where the parameter's digits begin.
    let (mut len, mut value, mut start) = (0usize, 0u32, 0);
    for (at, &b) in rest.iter().enumerate() {
        let digit = b.wrapping_sub(b'0');
        if digit < 10 {
            value = value.wrapping_mul(10).wrapping_add(u32::from(digit));
            continue;
        }
        if at - start > 4 {
            // More than four digits may be more than a parameter holds, more than nine more than was counted in.
            if at - start > 9 {
                return None;
            }
            value = value.min(0xffff);
        }
        *parameters.values.get_mut(len)? = value as u16;
        len += 1;
        match b {
            b';' if len < PARAMETERS_MAX => {}
            // As long as the parser lets one grow that comes in pieces.
            0x40..=0x7e if at + usize::from(mark.is_some()) <= SEQUENCE_BYTES_MAX => {
                parameters.len = len;
                parameters.sub = 0;
                return Some((bytes.len() - rest.len() + at + 1, mark, b));
            }
            _ => return None,
        }
        (value, start) = (0, at + 1);
    }
    None
}
