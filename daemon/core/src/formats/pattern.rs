//! Regular expressions (POSIX extended, with `\w \d \s \b`), matched in time proportional to pattern and text.
//!
//! A program of few instructions is run over the text with all its states at once (Thompson's and Pike's way), so
//! no pattern that a user or a program writes can hang the server.

use super::limits;
use std::{ops::Range, rc::Rc};

#[derive(Clone, Debug)]
enum Step {
    Char(char),
    Any,
    Set(Rc<Set>),
    Start,
    End,
    WordEdge(bool),
    /// Tries the first, then the second.
    Split(usize, usize),
    Jump(usize),
    /// Keeps the position under this number.
    Save(usize),
    Match,
}

#[derive(Debug, Default)]
struct Set {
    negated: bool,
    ranges: Vec<(char, char)>,
}

impl Set {
    fn holds(&self, c: char, ignore_case: bool) -> bool {
        let within = |c: char| self.ranges.iter().any(|(low, high)| (*low..=*high).contains(&c));
        let upper = || c.to_uppercase().next().unwrap_or(c);
        (within(c) || ignore_case && (within(fold(c)) || within(upper()))) != self.negated
    }
}

fn fold(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    steps: Vec<Step>,
    ignore_case: bool,
}

/// Instructions of a program; a counted repetition is written out.
const STEPS_MAX: usize = 10_000;
/// Nesting of brackets: the compiler calls itself.
const GROUPS_DEPTH_MAX: usize = 50;
/// `\0` to `\9`.
const SLOTS: usize = 20;
/// The greatest count of a repetition, as in POSIX.
const REPEAT_MAX: usize = 255;

type Slots = [Option<usize>; SLOTS];

impl Pattern {
    /// Compiles a pattern; none when it is not well formed or too large.
    #[must_use]
    pub fn new(pattern: &str, ignore_case: bool) -> Option<Pattern> {
        if pattern.len() > limits::PATTERN_BYTES_MAX {
            return None;
        }
        let mut compiler = Compiler {
            pattern: pattern.chars().collect(),
            at: 0,
            steps: vec![Step::Save(0)],
            groups: 0,
            depth: 0,
        };
        compiler.alternatives()?;
        if compiler.at != compiler.pattern.len() {
            return None;
        }
        compiler.push(Step::Save(1))?;
        compiler.push(Step::Match)?;
        Some(Pattern { steps: compiler.steps, ignore_case })
    }

    /// A shell pattern that may match anywhere in a text.
    #[must_use]
    pub fn glob_within(glob: &str, ignore_case: bool) -> Option<Pattern> {
        let mut pattern = String::new();
        for c in glob.chars() {
            match c {
                '*' => pattern.push_str(".*"),
                '?' => pattern.push('.'),
                c if c.is_alphanumeric() || c == ' ' => pattern.push(c),
                c => {
                    pattern.push('\\');
                    pattern.push(c);
                }
            }
        }
        Pattern::new(&pattern, ignore_case)
    }

    /// The first place in the text that matches, in bytes.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Range<usize>> {
        self.find_from(text, 0)
    }

    /// The first place from that byte on.
    #[must_use]
    pub fn find_from(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let slots = self.run(text, from)?;
        Some(slots[0]?..slots[1]?)
    }

    /// Puts `to` in the place of every match; `\1` to `\9` in it are what the brackets matched, `\0` and `&` is not
    /// special.
    #[must_use]
    pub fn replace(&self, text: &str, to: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        while from <= text.len() && out.len() <= limits::OUTPUT_BYTES_MAX {
            let Some(slots) = self.run(text, from) else { break };
            let (Some(start), Some(end)) = (slots[0], slots[1]) else { break };
            out.push_str(&text[from..start]);
            let mut letters = to.chars();
            while let Some(c) = letters.next() {
                match c {
                    '\\' => match letters.next() {
                        Some(d @ '0'..='9') => {
                            let group = 2 * (d as usize - '0' as usize);
                            if let (Some(a), Some(b)) = (slots[group], slots[group + 1]) {
                                out.push_str(&text[a..b]);
                            }
                        }
                        Some(other) => out.push(other),
                        None => out.push('\\'),
                    },
                    c => out.push(c),
                }
            }
            if end > start {
                from = end;
            } else {
                // An empty match: the character after it stays.
                match text[end..].chars().next() {
                    Some(c) => {
                        out.push(c);
                        from = end + c.len_utf8();
                    }
                    None => return out,
                }
            }
            // `^` matches at the start of the text alone.
            if matches!(self.steps.get(1), Some(Step::Start)) {
                break;
            }
        }
        out.push_str(text.get(from..).unwrap_or_default());
        out
    }

    fn run(&self, text: &str, from: usize) -> Option<Slots> {
        let mut budget = limits::MATCH_STEPS_MAX;
        let mut current: Vec<(usize, Slots)> = Vec::new();
        let mut next: Vec<(usize, Slots)> = Vec::new();
        let mut seen = vec![usize::MAX; self.steps.len()];
        let mut found: Option<Slots> = None;
        let tail = text.get(from..)?;
        let mut before = text[..from].chars().next_back();
        let mut letters = tail.char_indices().map(|(at, c)| (at + from, Some(c))).chain([(text.len(), None)]);
        let mut upcoming = letters.next();
        while let Some((at, c)) = upcoming {
            upcoming = letters.next();
            if found.is_none() {
                self.add(&mut current, &mut seen, 0, [None; SLOTS], at, text.len(), before, c);
            }
            if current.is_empty() {
                if found.is_some() {
                    break;
                }
                before = c;
                continue;
            }
            let after = at + c.map_or(0, char::len_utf8);
            let following = upcoming.and_then(|(_, c)| c);
            // States of the next position are told from those of this one by its byte number.
            for (step, slots) in current.drain(..) {
                budget = budget.saturating_sub(1);
                let taken = match (&self.steps[step], c) {
                    (Step::Match, _) => {
                        found = Some(slots);
                        // Whatever has a lower priority is not wanted any more.
                        break;
                    }
                    (Step::Char(wanted), Some(c)) => {
                        *wanted == c || self.ignore_case && fold(*wanted) == fold(c)
                    }
                    (Step::Any, Some(_)) => true,
                    (Step::Set(set), Some(c)) => set.holds(c, self.ignore_case),
                    _ => false,
                };
                if taken {
                    self.add(&mut next, &mut seen, step + 1, slots, after, text.len(), c, following);
                }
            }
            current.clear();
            std::mem::swap(&mut current, &mut next);
            if budget == 0 {
                break;
            }
            before = c;
        }
        found
    }

    /// Adds a state and all that follow from it without taking a character.
    #[allow(clippy::too_many_arguments, reason = "the place between two characters is five values")]
    fn add(
        &self,
        list: &mut Vec<(usize, Slots)>,
        seen: &mut [usize],
        step: usize,
        slots: Slots,
        at: usize,
        length: usize,
        before: Option<char>,
        after: Option<char>,
    ) {
        let mut waiting = vec![(step, slots)];
        while let Some((step, mut slots)) = waiting.pop() {
            if seen[step] == at {
                continue;
            }
            seen[step] = at;
            let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            match self.steps[step] {
                Step::Jump(to) => waiting.push((to, slots)),
                Step::Split(first, second) => {
                    waiting.push((second, slots));
                    waiting.push((first, slots));
                }
                Step::Save(n) => {
                    if let Some(slot) = slots.get_mut(n) {
                        *slot = Some(at);
                    }
                    waiting.push((step + 1, slots));
                }
                Step::Start if at == 0 => waiting.push((step + 1, slots)),
                Step::End if at == length => waiting.push((step + 1, slots)),
                Step::WordEdge(wanted) if (is_word(before) != is_word(after)) == wanted => {
                    waiting.push((step + 1, slots));
                }
                Step::Start | Step::End | Step::WordEdge(_) => {}
                _ => list.push((step, slots)),
            }
        }
    }
}

struct Compiler {
    pattern: Vec<char>,
    at: usize,
    steps: Vec<Step>,
    groups: usize,
    depth: usize,
}

impl Compiler {
    fn peek(&self) -> Option<char> {
        self.pattern.get(self.at).copied()
    }

    fn push(&mut self, step: Step) -> Option<()> {
        self.steps.push(step);
        (self.steps.len() <= STEPS_MAX).then_some(())
    }

    fn alternatives(&mut self) -> Option<()> {
        self.depth += 1;
        if self.depth > GROUPS_DEPTH_MAX {
            return None;
        }
        let mut jumps = Vec::new();
        let mut start = self.steps.len();
        self.sequence()?;
        while self.peek() == Some('|') {
            self.at += 1;
            self.insert(start, Step::Split(start + 1, self.steps.len() + 2))?;
            jumps.push(self.steps.len());
            self.push(Step::Jump(0))?;
            start = self.steps.len();
            self.sequence()?;
        }
        for jump in jumps {
            self.steps[jump] = Step::Jump(self.steps.len());
        }
        self.depth -= 1;
        Some(())
    }

    fn sequence(&mut self) -> Option<()> {
        while let Some(c) = self.peek() {
            if c == '|' || c == ')' && self.depth > 1 {
                break;
            }
            let start = self.steps.len();
            self.atom()?;
            self.repetitions(start)?;
        }
        Some(())
    }

    fn atom(&mut self) -> Option<()> {
        let c = self.peek()?;
        self.at += 1;
        match c {
            '.' => self.push(Step::Any),
            '^' => self.push(Step::Start),
            '$' => self.push(Step::End),
            '[' => self.set(),
            '(' => {
                let group = if self.pattern.get(self.at..self.at + 2) == Some(&['?', ':']) {
                    self.at += 2;
                    None
                } else {
                    self.groups += 1;
                    Some(self.groups)
                };
                if let Some(n) = group {
                    self.push(Step::Save(2 * n))?;
                }
                self.alternatives()?;
                if self.peek() != Some(')') {
                    return None;
                }
                self.at += 1;
                if let Some(n) = group {
                    self.push(Step::Save(2 * n + 1))?;
                }
                Some(())
            }
            '*' | '+' | '?' => None,
            '\\' => {
                let escaped = self.peek()?;
                self.at += 1;
                match escaped {
                    'b' | 'B' => self.push(Step::WordEdge(escaped == 'b')),
                    'w' | 'W' | 'd' | 'D' | 's' | 'S' => {
                        let set = Set {
                            negated: escaped.is_uppercase(),
                            ranges: class(escaped.to_ascii_lowercase()),
                        };
                        self.push(Step::Set(Rc::new(set)))
                    }
                    'n' => self.push(Step::Char('\n')),
                    't' => self.push(Step::Char('\t')),
                    other => self.push(Step::Char(other)),
                }
            }
            c => self.push(Step::Char(c)),
        }
    }

    fn set(&mut self) -> Option<()> {
        let mut set = Set::default();
        if self.peek() == Some('^') {
            set.negated = true;
            self.at += 1;
        }
        let first = self.at;
        loop {
            let c = self.peek()?;
            self.at += 1;
            if c == ']' && self.at > first + 1 {
                break;
            }
            if c == '[' && self.peek() == Some(':') {
                let end = (self.at + 1..self.pattern.len()).find(|n| self.pattern[*n] == ':')?;
                let name: String = self.pattern[self.at + 1..end].iter().collect();
                if self.pattern.get(end + 1) != Some(&']') {
                    return None;
                }
                self.at = end + 2;
                set.ranges.extend(named_class(&name)?);
                continue;
            }
            let low = if c == '\\' {
                let escaped = self.peek()?;
                self.at += 1;
                if matches!(escaped, 'w' | 'd' | 's') {
                    set.ranges.extend(class(escaped));
                    continue;
                }
                match escaped {
                    'n' => '\n',
                    't' => '\t',
                    other => other,
                }
            } else {
                c
            };
            match (self.peek(), self.pattern.get(self.at + 1)) {
                (Some('-'), Some(high)) if *high != ']' => {
                    set.ranges.push((low, *high));
                    self.at += 2;
                }
                _ => set.ranges.push((low, low)),
            }
        }
        self.push(Step::Set(Rc::new(set)))
    }

    fn repetitions(&mut self, start: usize) -> Option<()> {
        loop {
            match self.peek() {
                Some('*') => {
                    self.at += 1;
                    self.repeat(start, 0, None)?;
                }
                Some('+') => {
                    self.at += 1;
                    self.repeat(start, 1, None)?;
                }
                Some('?') => {
                    self.at += 1;
                    self.repeat(start, 0, Some(1))?;
                }
                Some('{') if self.pattern.get(self.at + 1).is_some_and(char::is_ascii_digit) => {
                    let end = (self.at..self.pattern.len()).find(|n| self.pattern[*n] == '}')?;
                    let inside: String = self.pattern[self.at + 1..end].iter().collect();
                    self.at = end + 1;
                    let (least, most) = match inside.split_once(',') {
                        None => (inside.parse().ok()?, Some(inside.parse().ok()?)),
                        Some((least, "")) => (least.parse().ok()?, None),
                        Some((least, most)) => (least.parse().ok()?, Some(most.parse().ok()?)),
                    };
                    if least > REPEAT_MAX || most.is_some_and(|most| most > REPEAT_MAX || most < least) {
                        return None;
                    }
                    self.repeat(start, least, most)?;
                }
                _ => return Some(()),
            }
        }
    }

    /// Makes what stands from `start` on repeat.
    fn repeat(&mut self, start: usize, least: usize, most: Option<usize>) -> Option<()> {
        let body: Vec<Step> = self.steps.split_off(start);
        for _ in 0..least {
            self.copy(&body, start)?;
        }
        match most {
            None => {
                let split = self.steps.len();
                self.push(Step::Split(split + 1, split + body.len() + 2))?;
                self.copy(&body, start)?;
                self.push(Step::Jump(split))
            }
            Some(most) => {
                let mut splits = Vec::new();
                for _ in least..most {
                    splits.push(self.steps.len());
                    self.push(Step::Jump(0))?;
                    self.copy(&body, start)?;
                }
                let end = self.steps.len();
                for split in splits {
                    self.steps[split] = Step::Split(split + 1, end);
                }
                Some(())
            }
        }
    }

    /// Puts a copy of steps that were made for place `from` at the end.
    fn copy(&mut self, body: &[Step], from: usize) -> Option<()> {
        let to = self.steps.len();
        for step in body {
            self.push(moved(step, |target| target - from + to))?;
        }
        Some(())
    }

    /// Puts a step in front of those from `at` on.
    fn insert(&mut self, at: usize, step: Step) -> Option<()> {
        let rest: Vec<Step> = self.steps.split_off(at);
        self.steps.push(step);
        for step in &rest {
            self.push(moved(step, |target| if target >= at { target + 1 } else { target }))?;
        }
        Some(())
    }
}

fn moved(step: &Step, to: impl Fn(usize) -> usize) -> Step {
    match step {
        Step::Split(a, b) => Step::Split(to(*a), to(*b)),
        Step::Jump(a) => Step::Jump(to(*a)),
        other => other.clone(),
    }
}

fn class(letter: char) -> Vec<(char, char)> {
    match letter {
        'd' => vec![('0', '9')],
        's' => vec![(' ', ' '), ('\t', '\r')],
        _ => vec![
            ('a', 'z'),
            ('A', 'Z'),
            ('0', '9'),
            ('_', '_'),
            ('\u{aa}', '\u{2ff}'),
            ('\u{370}', '\u{1fff}'),
        ],
    }
}

fn named_class(name: &str) -> Option<Vec<(char, char)>> {
    Some(match name {
        "alpha" => vec![('a', 'z'), ('A', 'Z'), ('\u{aa}', '\u{2ff}'), ('\u{370}', '\u{1fff}')],
        "digit" => vec![('0', '9')],
        "alnum" => vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('\u{aa}', '\u{2ff}'), ('\u{370}', '\u{1fff}')],
        "upper" => vec![('A', 'Z')],
        "lower" => vec![('a', 'z')],
        "space" => vec![(' ', ' '), ('\t', '\r')],
        "blank" => vec![(' ', ' '), ('\t', '\t')],
        "punct" => vec![('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "cntrl" => vec![('\0', '\x1f'), ('\x7f', '\x7f')],
        "print" => vec![(' ', '~'), ('\u{a0}', char::MAX)],
        "graph" => vec![('!', '~'), ('\u{a1}', char::MAX)],
        "xdigit" => vec![('0', '9'), ('a', 'f'), ('A', 'F')],
        _ => return None,
    })
}
