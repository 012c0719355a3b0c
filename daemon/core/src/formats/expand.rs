//! The evaluator.

use super::{
    Clock, Facts, Loop, Order, arithmetic, glob::glob, is_true, limits, modifier, modifier::Modifier,
    pattern::Pattern, rgb, shape, split, time,
};
use crate::{language, options::style, text};
use std::cell::Cell;

/// Expands a format.
#[must_use]
pub fn expand(format: &str, facts: &dyn Facts) -> String {
    Evaluation::new(facts).text(format, facts, Mode::default())
}

/// Expands a format in which `%H` and its like are the time (the status line, `display-message`).
#[must_use]
pub fn expand_time(format: &str, facts: &dyn Facts) -> String {
    Evaluation::new(facts).text(format, facts, Mode { time: true, ..Mode::default() })
}

#[derive(Clone, Copy, Default)]
struct Mode {
    depth: usize,
    time: bool,
    /// Inside `#(…)` or what it printed: no commands are run.
    no_jobs: bool,
}

struct Evaluation {
    steps: Cell<usize>,
    bytes: Cell<usize>,
    clock: Clock,
}

/// Facts of one member of a loop, which add where in the loop it is.
struct Member<'a> {
    inner: Box<dyn Facts + 'a>,
    index: usize,
    last: bool,
}

impl Facts for Member<'_> {
    fn value(&self, name: &str) -> Option<String> {
        match name {
            "loop_index" => Some(self.index.to_string()),
            "loop_last_flag" => Some(u8::from(self.last).to_string()),
            _ => self.inner.value(name),
        }
    }
    fn members(&self, which: Loop, order: Order) -> Vec<Box<dyn Facts + '_>> {
        self.inner.members(which, order)
    }
    fn current(&self) -> bool {
        self.inner.current()
    }
    fn exists(&self, session: bool, name: &str) -> bool {
        self.inner.exists(session, name)
    }
    fn search(&self, pattern: &Pattern) -> Option<u16> {
        self.inner.search(pattern)
    }
    fn job(&self, command: &str, expanded: &str) -> Option<String> {
        self.inner.job(command, expanded)
    }
    fn clock(&self) -> Clock {
        self.inner.clock()
    }
}

impl Evaluation {
    fn new(facts: &dyn Facts) -> Evaluation {
        Evaluation { steps: Cell::new(0), bytes: Cell::new(0), clock: facts.clock() }
    }

    /// Counts a step and the bytes that it made; false when the bounds are reached.
    fn allows(&self, bytes: usize) -> bool {
        self.steps.set(self.steps.get() + 1);
        self.bytes.set(self.bytes.get().saturating_add(bytes));
        self.steps.get() <= limits::STEPS_MAX && self.bytes.get() <= 16 * limits::OUTPUT_BYTES_MAX
    }

    fn text(&self, format: &str, facts: &dyn Facts, mode: Mode) -> String {
        if mode.depth >= limits::DEPTH_MAX || !self.allows(0) {
            return String::new();
        }
        let timed;
        let mut rest = format;
        if mode.time && format.contains('%') {
            timed = time::strftime(format, self.clock);
            rest = &timed;
        }
        let mut out = String::new();
        while let Some(at) = rest.find('#') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if out.len() > limits::OUTPUT_BYTES_MAX {
                return out;
            }
            let Some(c) = rest.chars().next() else {
                out.push('#');
                return out;
            };
            match c {
                '{' => {
                    rest = &rest[1..];
                    // An unclosed `#{` takes the rest with it.
                    let Some(end) = split::find(rest, "}") else { return out };
                    out.push_str(&self.braces(&rest[..end], facts, mode));
                    rest = &rest[end + 1..];
                }
                '(' => {
                    rest = &rest[1..];
                    let Some(end) = split::closing_bracket(rest) else { return out };
                    if !mode.no_jobs {
                        let inner = Mode { depth: mode.depth + 1, time: false, no_jobs: true };
                        let command = &rest[..end];
                        let line = facts.job(command, &self.text(command, facts, inner)).unwrap_or_default();
                        out.push_str(&self.text(&line, facts, inner));
                    }
                    rest = &rest[end + 1..];
                }
                '#' | '[' => {
                    let run = rest.bytes().take_while(|b| *b == b'#').count();
                    if rest[run..].starts_with('[') {
                        // A style, or an escaped one: whoever draws the text reads the number signs.
                        out.push('#');
                        out.push_str(&rest[..=run]);
                        rest = &rest[run + 1..];
                    } else {
                        out.push('#');
                        rest = &rest[1..];
                    }
                }
                '}' | ',' => {
                    out.push(c);
                    rest = &rest[1..];
                }
                _ => match alias(c) {
                    Some(name) => {
                        out.push_str(&facts.value(name).unwrap_or_default());
                        rest = &rest[1..];
                    }
                    None => out.push('#'),
                },
            }
        }
        out.push_str(rest);
        if !self.allows(out.len()) {
            return String::new();
        }
        out
    }

    /// What `#{inside}` gives.
    fn braces(&self, inside: &str, facts: &dyn Facts, mode: Mode) -> String {
        if mode.depth + 1 >= limits::DEPTH_MAX || !self.allows(0) {
            return String::new();
        }
        let mode = Mode { depth: mode.depth + 1, ..mode };
        let (modifiers, rest) = modifier::split_off(inside);
        let find = |name: &str| modifiers.iter().find(|m| m.name == name);
        let value = if modifiers.iter().any(|m| m.name == "l") {
            unescape(rest)
        } else if let Some((which, modifier)) = modifiers.iter().find_map(|m| Some((which_loop(m.name)?, m)))
        {
            self.each(which, modifier, rest, facts, mode)
        } else if let Some(choice) = rest.strip_prefix('?') {
            self.conditional(choice, facts, mode)
        } else if let Some(modifier) = modifiers.iter().find(|m| is_operator(m.name)) {
            self.operator(modifier, rest, facts, mode)
        } else if let Some(modifier) = find("N") {
            let name = self.text(rest, facts, mode);
            flag(facts.exists(modifier.flag(0, 's'), &name))
        } else if let Some(modifier) = find("C") {
            let wanted = self.text(rest, facts, mode);
            let regular = modifier.flag(0, 'r');
            let pattern = if regular {
                Pattern::new(&wanted, modifier.flag(0, 'i'))
            } else {
                Pattern::glob_within(&wanted, modifier.flag(0, 'i'))
            };
            pattern.and_then(|pattern| facts.search(&pattern)).unwrap_or(0).to_string()
        } else if find("R").is_some() {
            let parts = split::commas(rest);
            let [what, times] = parts[..] else { return String::new() };
            let what = self.text(what, facts, mode);
            let times = self.text(times, facts, mode).parse::<usize>().unwrap_or(0).min(limits::REPEAT_MAX);
            if what.len().saturating_mul(times) > limits::OUTPUT_BYTES_MAX {
                String::new()
            } else {
                what.repeat(times)
            }
        } else if let Some(modifier) = find("e") {
            let parts = split::commas(rest);
            let [left, right] = parts[..] else { return String::new() };
            let (left, right) = (self.text(left, facts, mode), self.text(right, facts, mode));
            arithmetic::calculate(
                modifier.argument(0),
                modifier.flag(1, 'f'),
                modifier.argument(2).parse().ok(),
                left.trim(),
                right.trim(),
            )
            .unwrap_or_default()
        } else {
            let direct = ["a", "c"].iter().any(|name| find(name).is_some());
            if rest.contains("#{") || direct {
                let expanded = self.text(rest, facts, mode);
                // `#{c:red}` and `#{a:65}` work on their text, unless that is the name of a variable.
                if direct { facts.value(&expanded).unwrap_or(expanded) } else { expanded }
            } else {
                facts.value(rest).unwrap_or_default()
            }
        };
        self.shape(value, &modifiers, facts, mode)
    }

    /// What the modifiers that change a text make of it, in tmux's order.
    fn shape(&self, mut value: String, modifiers: &[Modifier<'_>], facts: &dyn Facts, mode: Mode) -> String {
        let all = |name: &'static str| modifiers.iter().filter(move |m| m.name == name);
        let plain = Mode { time: false, ..mode };
        let argument = |modifier: &Modifier<'_>, n: usize| self.text(modifier.argument(n), facts, plain);
        for modifier in modifiers {
            value = match modifier.name {
                "t" => shape::timestamp(&value, modifier, &argument(modifier, 1), self.clock),
                "b" => shape::basename(&value),
                "d" => shape::dirname(&value),
                "a" => value
                    .parse()
                    .ok()
                    .and_then(char::from_u32)
                    .filter(|c| !c.is_control())
                    .map(String::from)
                    .unwrap_or_default(),
                "c" => style::colour(&value)
                    .and_then(rgb)
                    .map(|(r, g, b)| format!("{r:02x}{g:02x}{b:02x}"))
                    .unwrap_or_default(),
                "q" => match modifier.argument(0) {
                    "e" | "h" => value.replace('#', "##"),
                    "a" => language::quote(&value),
                    "s" => format!("'{}'", value.replace('\'', "'\\''")),
                    _ => shape::shell_escape(&value),
                },
                _ => value,
            };
        }
        if all("E").next().is_some() {
            value = self.text(&value, facts, mode);
        }
        if all("T").next().is_some() {
            value = self.text(&value, facts, Mode { time: true, ..mode });
        }
        for modifier in all("s") {
            let (from, to) = (argument(modifier, 0), argument(modifier, 1));
            value = match Pattern::new(&from, modifier.flag(2, 'i')) {
                Some(pattern) if !from.is_empty() => pattern.replace(&value, &to),
                _ => value,
            };
        }
        for modifier in all("=") {
            // 0 is no limit.
            if let Some(limit) = argument(modifier, 0).trim().parse::<i64>().ok().filter(|limit| *limit != 0)
            {
                value = shape::trim(&value, limit, &argument(modifier, 1));
            }
        }
        for modifier in all("p") {
            if let Ok(cols) = argument(modifier, 0).trim().parse::<i64>() {
                value = shape::pad(&value, cols);
            }
        }
        if all("n").next().is_some() {
            value = value.len().to_string();
        }
        if all("w").next().is_some() {
            value = text::width(&strip(&value)).to_string();
        }
        value
    }

    fn conditional(&self, choice: &str, facts: &dyn Facts, mode: Mode) -> String {
        let parts = split::commas(choice);
        let mut parts = parts.as_slice();
        loop {
            match parts {
                [condition, value, rest @ ..] => {
                    if self.condition(condition, facts, mode) {
                        return self.text(value, facts, mode);
                    }
                    parts = rest;
                }
                [otherwise] => return self.text(otherwise, facts, mode),
                [] => return String::new(),
            }
        }
    }

    /// A condition is the name of a variable, else a format.
    fn condition(&self, condition: &str, facts: &dyn Facts, mode: Mode) -> bool {
        if let Some(value) = facts.value(condition) {
            return is_true(&value);
        }
        let expanded = self.text(condition, facts, mode);
        // A name that nobody knows is not a text that is true.
        expanded != condition && is_true(&expanded)
    }

    fn operator(&self, modifier: &Modifier<'_>, rest: &str, facts: &dyn Facts, mode: Mode) -> String {
        match modifier.name {
            "!" | "!!" => {
                let value = is_true(&self.text(rest, facts, mode));
                return flag(value == (modifier.name == "!!"));
            }
            "&&" => {
                return flag(split::commas(rest).iter().all(|part| is_true(&self.text(part, facts, mode))));
            }
            "||" => {
                return flag(split::commas(rest).iter().any(|part| is_true(&self.text(part, facts, mode))));
            }
            _ => {}
        }
        let Some(comma) = split::find(rest, ",") else { return String::new() };
        let left = self.text(&rest[..comma], facts, mode);
        let right = self.text(&rest[comma + 1..], facts, mode);
        flag(match modifier.name {
            "==" => left == right,
            "!=" => left != right,
            "<" => left < right,
            ">" => left > right,
            "<=" => left <= right,
            ">=" => left >= right,
            "m" if modifier.flag(0, 'r') => Pattern::new(&left, modifier.flag(0, 'i'))
                .is_some_and(|pattern| pattern.find(&right).is_some()),
            "m" if modifier.flag(0, 'i') => glob(&left.to_lowercase(), &right.to_lowercase()),
            _ => glob(&left, &right),
        })
    }

    fn each(
        &self,
        which: Loop,
        modifier: &Modifier<'_>,
        rest: &str,
        facts: &dyn Facts,
        mode: Mode,
    ) -> String {
        let flags = modifier.argument(0);
        let order = match flags {
            _ if flags.contains('n') => Order::Name,
            _ if flags.contains('t') => Order::Time,
            _ => Order::Index,
        };
        let (others, current) = match split::find(rest, ",") {
            Some(comma) => (&rest[..comma], &rest[comma + 1..]),
            None => (rest, rest),
        };
        let mut members = facts.members(which, order);
        if flags.contains('r') {
            members.reverse();
        }
        let count = members.len();
        let mut out = String::new();
        for (index, inner) in members.into_iter().enumerate() {
            let member = Member { inner, index, last: index + 1 == count };
            out.push_str(&self.text(if member.current() { current } else { others }, &member, mode));
            if out.len() > limits::OUTPUT_BYTES_MAX || !self.allows(0) {
                break;
            }
        }
        out
    }
}

fn flag(value: bool) -> String {
    u8::from(value).to_string()
}

fn strip(value: &str) -> String {
    shape::strip_styles(value)
}

fn which_loop(name: &str) -> Option<Loop> {
    Some(match name {
        "S" => Loop::Sessions,
        "W" => Loop::Windows,
        "P" => Loop::Panes,
        "L" => Loop::Clients,
        _ => return None,
    })
}

fn is_operator(name: &str) -> bool {
    matches!(name, "||" | "&&" | "!" | "!!" | "==" | "!=" | "<" | ">" | "<=" | ">=" | "m")
}

/// `#S` and its like.
fn alias(letter: char) -> Option<&'static str> {
    Some(match letter {
        'D' => "pane_id",
        'F' => "window_flags",
        'H' => "host",
        'I' => "window_index",
        'P' => "pane_index",
        'S' => "session_name",
        'T' => "pane_title",
        'W' => "window_name",
        'h' => "host_short",
        _ => return None,
    })
}

/// Text after `l:`: only the escapes are resolved.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0usize;
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '#' if letters.peek() == Some(&'{') => {
                depth += 1;
                out.push(c);
            }
            '#' if depth == 0 && letters.peek().is_some_and(|n| ",#}:".contains(*n)) => {
                out.extend(letters.next());
            }
            '}' => {
                depth = depth.saturating_sub(1);
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}
