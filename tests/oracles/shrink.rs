//! The smallest input that still fails.

use super::stream::{Stream, Token};
use abide_core::base::geometry::Size;

/// Runs of the test that a shrink may take.
const TRIES_MAX: usize = 4000;

/// Takes away tokens, then characters of text, then size, as long as it still fails.
pub(crate) fn smallest(mut stream: Stream, fails: &mut dyn FnMut(&Stream) -> bool) -> Stream {
    let mut left = TRIES_MAX;
    let mut fails = |stream: &Stream| {
        left = left.saturating_sub(1);
        left > 0 && fails(stream)
    };
    let whole = Stream { cuts: vec![usize::MAX], ..stream.clone() };
    if fails(&whole) {
        stream = whole;
    }
    loop {
        let before = weight(&stream);
        let mut take = stream.tokens.len().div_ceil(2).max(1);
        loop {
            let mut at = 0;
            while at < stream.tokens.len() {
                let mut less = stream.clone();
                less.tokens.drain(at..(at + take).min(stream.tokens.len()));
                if fails(&less) {
                    stream = less;
                } else {
                    at += take;
                }
            }
            if take == 1 {
                break;
            }
            take = take.div_ceil(2);
        }
        for at in 0..stream.tokens.len() {
            while let Some(less) = shorter(&stream, at).into_iter().find(&mut fails) {
                stream = less;
            }
        }
        for (cols, rows) in [(1, 0), (0, 1)] {
            loop {
                let size = Size { cols: stream.size.cols - cols, rows: stream.size.rows - rows };
                let less = Stream { size, ..stream.clone() };
                // How often REP repeats depends on the size, and that is a difference of its own.
                let repeats = stream.tokens.iter().any(|token| token.kind.starts_with("REP"));
                let too_small = size.cols < 2 || size.rows < 1 || (repeats && size.cols * size.rows < 8);
                if too_small || !fails(&less) {
                    break;
                }
                stream = less;
            }
        }
        let none = Stream { history: 0, ..stream.clone() };
        if stream.history > 0 && fails(&none) {
            stream = none;
        }
        if weight(&stream) == before {
            return stream;
        }
    }
}

fn weight(stream: &Stream) -> (usize, usize, u16) {
    (stream.tokens.len(), stream.bytes().len(), stream.size.cols + stream.size.rows)
}

/// The stream with a shorter token there: half of a text, or one character less.
fn shorter(stream: &Stream, at: usize) -> Vec<Stream> {
    let Token { kind, bytes } = &stream.tokens[at];
    let Ok(text) = std::str::from_utf8(bytes) else { return Vec::new() };
    let chars: Vec<char> = text.chars().collect();
    // Less than a cluster or a sequence is another kind of token.
    if !["text", "long text", "wide", "latin"].contains(kind) || chars.len() < 2 {
        return Vec::new();
    }
    let halves = [&chars[..chars.len() / 2], &chars[1..], &chars[..chars.len() - 1]];
    halves
        .into_iter()
        .map(|chars| {
            let mut less = stream.clone();
            less.tokens[at] = Token { kind, bytes: chars.iter().collect::<String>().into_bytes() };
            less
        })
        .collect()
}
