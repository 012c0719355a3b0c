//! Regular expressions, by the `regex-lite` crate: matched in time proportional to pattern and text, so that none
//! that a user or a program writes can hang the server. Letters are folded in ASCII alone.

use super::limits;
use regex_lite::{Captures, Regex, RegexBuilder};
use std::ops::Range;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

/// Bytes of a compiled pattern: counted repetitions are written out.
const COMPILED_BYTES_MAX: usize = 256 * 1024;
/// Nesting of brackets.
const GROUPS_DEPTH_MAX: u32 = 50;

impl Pattern {
    /// Compiles a pattern; none when it is not well formed or too large.
    #[must_use]
    pub fn new(pattern: &str, ignore_case: bool) -> Option<Pattern> {
        if pattern.len() > limits::PATTERN_BYTES_MAX {
            return None;
        }
        let mut builder = RegexBuilder::new(pattern);
        builder.case_insensitive(ignore_case).size_limit(COMPILED_BYTES_MAX).nest_limit(GROUPS_DEPTH_MAX);
        builder.build().ok().map(Pattern)
    }

    /// A shell pattern that may match anywhere in a text.
    #[must_use]
    pub fn glob_within(glob: &str, ignore_case: bool) -> Option<Pattern> {
        let mut pattern = String::new();
        for c in glob.chars() {
            match c {
                '*' => pattern.push_str(".*"),
                '?' => pattern.push('.'),
                c => pattern.push_str(&regex_lite::escape(c.encode_utf8(&mut [0; 4]))),
            }
        }
        Pattern::new(&pattern, ignore_case)
    }

    /// The first place in the text that matches, in bytes.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Range<usize>> {
        self.0.find(text).map(|found| found.range())
    }

    /// The first place from that byte on.
    #[must_use]
    pub fn find_from(&self, text: &str, from: usize) -> Option<Range<usize>> {
        if !text.is_char_boundary(from) {
            return None;
        }
        self.0.find_at(text, from).map(|found| found.range())
    }

    /// Puts `to` in the place of every match; `\1` to `\9` in it are what the brackets matched, `\0` the whole;
    /// `&` is not special.
    #[must_use]
    pub fn replace(&self, text: &str, to: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for captures in self.0.captures_iter(text) {
            let Some(whole) = captures.get(0) else { continue };
            if out.len() > limits::OUTPUT_BYTES_MAX {
                break;
            }
            out.push_str(&text[from..whole.start()]);
            fill(&mut out, &captures, to);
            from = whole.end();
        }
        out.push_str(&text[from..]);
        out
    }
}

fn fill(out: &mut String, captures: &Captures<'_>, to: &str) {
    let mut letters = to.chars();
    while let Some(c) = letters.next() {
        match c {
            '\\' => match letters.next() {
                Some(d @ '0'..='9') => {
                    let group = captures.get(d as usize - '0' as usize);
                    out.push_str(group.map_or("", |group| group.as_str()));
                }
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            c => out.push(c),
        }
    }
}
