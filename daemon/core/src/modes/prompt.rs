//! A prompt in the status line: one line of text, edited with the keys of `status-keys`.

use super::styled::{Piece, StyledRow};
use crate::text;
use abide_protocol::message::{Style, attr};
use std::collections::BTreeMap;

/// Characters that one answer has at most: a command line with room.
const ANSWER_CHARS_MAX: usize = 16 * 1024;

/// What a prompt asks, as `command-prompt` was told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PromptSpec {
    /// What stands before each answer, one prompt after another, blank included.
    pub prompts: Vec<String>,
    /// What each answer begins with.
    pub inputs: Vec<String>,
    /// Which history: `command`, `search`, `target`, `window-target`.
    pub history: String,
    /// What the last word may be completed to with Tab.
    pub completions: Vec<String>,
    /// One key press is the answer (`-1`).
    pub single: bool,
    /// The name of one key is the answer (`-k`).
    pub key: bool,
    /// Digits only; another key ends it and is handled as itself (`-N`).
    pub numeric: bool,
    /// Each change is told (`-i`).
    pub incremental: bool,
    /// BSpace in an empty one gives it up (`-e`).
    pub ends_empty: bool,
    /// `status-keys vi`.
    pub vi: bool,
}

/// What a key did to a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromptOutcome {
    /// It is still open; draw it again.
    Open,
    /// It is still open, and its text changed: with `=`, `+` or `-` in front, as incremental searches take it.
    Changed(String),
    /// It was given up.
    Cancelled,
    /// All is answered.
    Answered(Vec<String>),
    /// All is answered, and the key that ended it is to be handled as itself (`-N`).
    AnsweredBy(Vec<String>),
}

/// What was answered before, by kind of prompt; newest last.
#[derive(Clone, Debug, Default)]
pub struct PromptHistory {
    lines: BTreeMap<String, Vec<String>>,
}

impl PromptHistory {
    /// The answers of a kind, oldest first.
    #[must_use]
    pub fn lines(&self, kind: &str) -> &[String] {
        self.lines.get(kind).map_or(&[], Vec::as_slice)
    }

    /// Adds an answer; the one before it is not repeated, and `lines_max` are kept (`prompt-history-limit`).
    pub fn add(&mut self, kind: &str, line: &str, lines_max: usize) {
        let lines = self.lines.entry(kind.to_owned()).or_default();
        if !line.is_empty() && lines.last().is_none_or(|last| last != line) {
            lines.push(line.to_owned());
        }
        let surplus = lines.len().saturating_sub(lines_max);
        lines.drain(..surplus);
    }

    /// Forgets the answers of a kind, or all (`clear-prompt-history`).
    pub fn clear(&mut self, kind: Option<&str>) {
        match kind {
            Some(kind) => drop(self.lines.remove(kind)),
            None => self.lines.clear(),
        }
    }
}

/// An open prompt.
#[derive(Clone, Debug)]
pub struct Prompt {
    spec: PromptSpec,
    answers: Vec<String>,
    text: Vec<char>,
    cursor: usize,
    /// How far back in the history one is, and what was typed before.
    back: usize,
    typed: Vec<char>,
    /// What C-w, C-u and C-k took.
    killed: Vec<char>,
    /// vi's command mode, and the first key of a command of two.
    vi_command: bool,
    vi_pending: Option<char>,
}

impl Prompt {
    /// Opens a prompt.
    #[must_use]
    pub fn new(spec: PromptSpec) -> Prompt {
        let mut prompt = Prompt {
            spec,
            answers: Vec::new(),
            text: Vec::new(),
            cursor: 0,
            back: 0,
            typed: Vec::new(),
            killed: Vec::new(),
            vi_command: false,
            vi_pending: None,
        };
        prompt.next();
        prompt
    }

    /// What to do at once: an incremental prompt tells what it begins with.
    #[must_use]
    pub fn opened(&self) -> PromptOutcome {
        if self.spec.incremental { self.changed('=') } else { PromptOutcome::Open }
    }

    fn next(&mut self) {
        let input = self.spec.inputs.get(self.answers.len()).cloned().unwrap_or_default();
        self.set(input.chars().take(ANSWER_CHARS_MAX).collect());
        self.back = 0;
        self.vi_command = false;
    }

    fn set(&mut self, text: Vec<char>) {
        self.cursor = text.len();
        self.text = text;
    }

    fn answer(&self) -> String {
        self.text.iter().collect()
    }

    fn changed(&self, how: char) -> PromptOutcome {
        if self.spec.incremental {
            PromptOutcome::Changed(format!("{how}{}", self.answer()))
        } else {
            PromptOutcome::Open
        }
    }

    fn finish(&mut self, history: &mut PromptHistory, lines_max: usize) -> PromptOutcome {
        let answer = self.answer();
        if !self.spec.single && !self.spec.key {
            history.add(&self.spec.history, &answer, lines_max);
        }
        self.answers.push(answer);
        if self.answers.len() >= self.spec.prompts.len().max(1) {
            return PromptOutcome::Answered(std::mem::take(&mut self.answers));
        }
        self.next();
        self.changed('=')
    }

    /// Text was pasted: lines become one.
    pub fn paste(&mut self, text: &str) -> PromptOutcome {
        for ch in text.chars() {
            self.insert(if ch.is_control() { ' ' } else { ch });
        }
        self.changed('=')
    }

    /// A key, by its name. `lines_max` is `prompt-history-limit`.
    pub fn key(&mut self, key: &str, history: &mut PromptHistory, lines_max: usize) -> PromptOutcome {
        if self.spec.key {
            self.set(key.chars().collect());
            return self.finish(history, lines_max);
        }
        let printed = printed(key);
        if self.spec.numeric {
            match printed.filter(char::is_ascii_digit) {
                Some(digit) => self.insert(digit),
                None if matches!(key, "Escape" | "C-c" | "C-g") => return PromptOutcome::Cancelled,
                None if matches!(key, "BSpace" | "C-h") => {
                    self.delete(self.cursor.saturating_sub(1), self.cursor)
                }
                None => {
                    let done = self.finish(history, lines_max);
                    return match (done, key) {
                        (PromptOutcome::Answered(answers), "Enter") => PromptOutcome::Answered(answers),
                        (PromptOutcome::Answered(answers), _) => PromptOutcome::AnsweredBy(answers),
                        (other, _) => other,
                    };
                }
            }
            return PromptOutcome::Open;
        }
        if self.vi_command {
            return self.vi_key(key, history, lines_max);
        }
        if self.spec.vi && key == "Escape" {
            self.vi_command = true;
            self.cursor = self.cursor.saturating_sub(1);
            return PromptOutcome::Open;
        }
        if let Some(ch) = printed {
            self.insert(ch);
            return if self.spec.single { self.finish(history, lines_max) } else { self.changed('=') };
        }
        self.edit(key, history, lines_max)
    }

    fn edit(&mut self, key: &str, history: &mut PromptHistory, lines_max: usize) -> PromptOutcome {
        let before = self.text.clone();
        match key {
            "Enter" | "C-m" | "C-j" | "KPEnter" => return self.finish(history, lines_max),
            "Escape" | "C-c" | "C-g" => return PromptOutcome::Cancelled,
            "BSpace" | "C-h" if self.spec.ends_empty && self.text.is_empty() => {
                return PromptOutcome::Cancelled;
            }
            "Left" | "C-b" => self.cursor = self.cursor.saturating_sub(1),
            "Right" | "C-f" => self.cursor = (self.cursor + 1).min(self.text.len()),
            "Home" | "C-a" => self.cursor = 0,
            "End" | "C-e" => self.cursor = self.text.len(),
            "BSpace" | "C-h" => self.delete(self.cursor.saturating_sub(1), self.cursor),
            "DC" | "C-d" => self.delete(self.cursor, self.cursor + 1),
            "M-b" | "C-Left" => self.cursor = self.word_back(false),
            "M-f" | "C-Right" => self.cursor = self.word_end(false),
            "C-w" | "M-BSpace" => self.kill(self.word_back(true), self.cursor),
            "M-d" => self.kill(self.cursor, self.word_end(false)),
            "C-u" => self.kill(0, self.text.len()),
            "C-k" => self.kill(self.cursor, self.text.len()),
            "C-y" => self.killed.clone().into_iter().for_each(|ch| self.insert(ch)),
            "C-t" => self.transpose(),
            "Up" | "C-p" => self.recall(history, true),
            "Down" | "C-n" => self.recall(history, false),
            "Tab" => self.complete(),
            "C-r" if self.spec.incremental => return self.search_on(history, '-'),
            "C-s" if self.spec.incremental => return self.search_on(history, '+'),
            _ => {}
        }
        if before == self.text { PromptOutcome::Open } else { self.changed('=') }
    }

    /// Searching on with nothing typed takes the last search.
    fn search_on(&mut self, history: &PromptHistory, how: char) -> PromptOutcome {
        if self.text.is_empty()
            && let Some(last) = history.lines(&self.spec.history).last()
        {
            self.set(last.chars().collect());
            return self.changed('=');
        }
        self.changed(how)
    }

    fn vi_key(&mut self, key: &str, history: &mut PromptHistory, lines_max: usize) -> PromptOutcome {
        let last = self.text.len().saturating_sub(1);
        let before = self.text.clone();
        if let Some(pending) = self.vi_pending.take() {
            let range = match key {
                "d" | "c" if printed(key) == Some(pending) => Some((0, self.text.len())),
                "w" | "e" => Some((self.cursor, self.word_end(false))),
                "b" => Some((self.word_back(false), self.cursor)),
                "$" => Some((self.cursor, self.text.len())),
                "0" | "^" => Some((0, self.cursor)),
                _ => None,
            };
            if let Some((from, to)) = range {
                self.kill(from, to);
                self.vi_command = pending != 'c';
            }
            return if before == self.text { PromptOutcome::Open } else { self.changed('=') };
        }
        match key {
            "Escape" | "q" => return PromptOutcome::Cancelled,
            "h" | "Left" | "BSpace" => self.cursor = self.cursor.saturating_sub(1),
            "l" | "Right" | "Space" => self.cursor = (self.cursor + 1).min(last),
            "0" | "^" | "Home" => self.cursor = 0,
            "$" | "End" => self.cursor = last,
            "w" | "W" => self.cursor = self.word_next(key == "W").min(last),
            "b" | "B" => self.cursor = self.word_back(key == "B"),
            "e" | "E" => self.cursor = self.word_end(key == "E").saturating_sub(1),
            "x" | "DC" => self.kill(self.cursor, self.cursor + 1),
            "X" => self.kill(self.cursor.saturating_sub(1), self.cursor),
            "D" => self.kill(self.cursor, self.text.len()),
            "C" => {
                self.kill(self.cursor, self.text.len());
                self.vi_command = false;
            }
            "S" => {
                self.kill(0, self.text.len());
                self.vi_command = false;
            }
            "s" => {
                self.kill(self.cursor, self.cursor + 1);
                self.vi_command = false;
            }
            "d" => self.vi_pending = Some('d'),
            "c" => self.vi_pending = Some('c'),
            "p" => {
                self.cursor = (self.cursor + 1).min(self.text.len());
                self.killed.clone().into_iter().for_each(|ch| self.insert(ch));
            }
            "i" => self.vi_command = false,
            "a" => {
                self.cursor = (self.cursor + 1).min(self.text.len());
                self.vi_command = false;
            }
            "I" => {
                self.cursor = 0;
                self.vi_command = false;
            }
            "A" => {
                self.cursor = self.text.len();
                self.vi_command = false;
            }
            "k" => self.recall(history, true),
            "j" => self.recall(history, false),
            other => return self.edit(other, history, lines_max),
        }
        if before == self.text { PromptOutcome::Open } else { self.changed('=') }
    }

    fn insert(&mut self, ch: char) {
        if self.text.len() < ANSWER_CHARS_MAX {
            self.text.insert(self.cursor.min(self.text.len()), ch);
            self.cursor += 1;
        }
    }

    fn delete(&mut self, from: usize, to: usize) {
        self.take(from, to);
    }

    fn take(&mut self, from: usize, to: usize) -> Vec<char> {
        let to = to.min(self.text.len());
        let taken = if from < to { self.text.drain(from..to).collect() } else { Vec::new() };
        self.cursor = from.min(self.text.len());
        taken
    }

    fn kill(&mut self, from: usize, to: usize) {
        self.killed = self.take(from, to);
    }

    fn transpose(&mut self) {
        let at = (self.cursor + 1).min(self.text.len());
        if at >= 2 {
            self.text.swap(at - 2, at - 1);
            self.cursor = at;
        }
    }

    fn is_space(&self, at: usize) -> bool {
        self.text.get(at).is_none_or(|ch| ch.is_whitespace())
    }

    /// Letters and digits, as opposed to separators; all that is no space is one for "big" motions.
    fn is_word(&self, at: usize, big: bool) -> bool {
        self.text
            .get(at)
            .is_some_and(|ch| if big { !ch.is_whitespace() } else { ch.is_alphanumeric() || *ch == '_' })
    }

    fn word_back(&self, big: bool) -> usize {
        let mut at = self.cursor;
        while at > 0 && self.is_space(at - 1) {
            at -= 1;
        }
        let word = at > 0 && self.is_word(at - 1, big);
        while at > 0 && !self.is_space(at - 1) && self.is_word(at - 1, big) == word {
            at -= 1;
        }
        at
    }

    fn word_end(&self, big: bool) -> usize {
        let mut at = self.cursor;
        if self.vi_command {
            at += 1;
        }
        while at < self.text.len() && self.is_space(at) {
            at += 1;
        }
        let word = self.is_word(at, big);
        while at < self.text.len() && !self.is_space(at) && self.is_word(at, big) == word {
            at += 1;
        }
        at.min(self.text.len())
    }

    fn word_next(&self, big: bool) -> usize {
        let mut at = self.cursor;
        let word = self.is_word(at, big);
        while at < self.text.len() && !self.is_space(at) && self.is_word(at, big) == word {
            at += 1;
        }
        while at < self.text.len() && self.is_space(at) {
            at += 1;
        }
        at
    }

    fn recall(&mut self, history: &PromptHistory, older: bool) {
        let lines = history.lines(&self.spec.history);
        if self.back == 0 {
            self.typed.clone_from(&self.text);
        }
        let back = if older { (self.back + 1).min(lines.len()) } else { self.back.saturating_sub(1) };
        if back == self.back {
            return;
        }
        self.back = back;
        let line = lines.len().checked_sub(back).and_then(|at| lines.get(at));
        let text =
            line.filter(|_| back > 0).map_or_else(|| self.typed.clone(), |line| line.chars().collect());
        self.set(text);
    }

    /// Completes the word before the cursor as far as all that begin so agree.
    fn complete(&mut self) {
        let start =
            self.text.iter().take(self.cursor).rposition(|ch| ch.is_whitespace()).map_or(0, |at| at + 1);
        let word: String = self.text.iter().skip(start).take(self.cursor - start).collect();
        let mut fitting = self.spec.completions.iter().filter(|c| c.starts_with(&word));
        let Some(first) = fitting.next() else { return };
        let mut common = first.clone();
        let mut only = true;
        for other in fitting {
            only = false;
            let same =
                common.chars().zip(other.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8());
            let length = same.sum();
            common.truncate(length);
        }
        let end = self.cursor;
        self.delete(start, end);
        common.chars().for_each(|ch| self.insert(ch));
        if only && self.cursor == self.text.len() {
            self.insert(' ');
        }
    }

    /// The prompt as a row of that many columns, and the column of the cursor. `style` is `message-style`,
    /// or `message-command-style` in vi's command mode.
    #[must_use]
    pub fn row(&self, cols: u16, style: &Style, command_style: &Style) -> (StyledRow, u16) {
        let style = if self.vi_command { command_style } else { style };
        let prompt = self.spec.prompts.get(self.answers.len()).map_or("", String::as_str);
        let prompt = text::visible(prompt);
        let left = text::width(&prompt).min(usize::from(cols.saturating_sub(1)));
        let room = usize::from(cols).saturating_sub(left).max(1);
        // Long text is moved left until the cursor is seen.
        let (mut skipped, mut before) = (self.cursor, 0);
        for (at, ch) in self.text.iter().enumerate().take(self.cursor).rev() {
            let width = before + char_width(*ch);
            if width >= room {
                break;
            }
            (skipped, before) = (at, width);
        }
        let shown: String = self.text.iter().skip(skipped).take(room).collect();
        let shown = text::cut(&shown, room, text::Cut::End);
        let at = left + before;
        let under: String = self.text.get(self.cursor).copied().unwrap_or(' ').to_string();
        let x = at.min(usize::from(cols.saturating_sub(1))) as u16;
        let cursor_style = Style { attrs: style.attrs ^ attr::REVERSE, ..style.clone() };
        let pieces = vec![
            Piece { x: 0, text: text::cut(&prompt, left, text::Cut::End).to_owned(), style: style.clone() },
            Piece { x: left as u16, text: shown.to_owned(), style: style.clone() },
            Piece { x, text: under, style: cursor_style },
        ];
        (StyledRow { ground: Some(style.clone()), pieces }, x)
    }
}

fn char_width(ch: char) -> usize {
    let mut bytes = [0; 4];
    text::width(ch.encode_utf8(&mut bytes))
}

/// The character that a key types, when it types one.
pub(super) fn printed(key: &str) -> Option<char> {
    if key == "Space" {
        return Some(' ');
    }
    let mut chars = key.chars();
    match (chars.next(), chars.next()) {
        (Some(ch), None) if !ch.is_control() => Some(ch),
        _ => None,
    }
}
