//! What ran in a pane when everything ended is typed again at its new shell's prompt, as `restore-command` says.
//!
//! It is typed once, when the shell says that its prompt is there (OSC 133, 633), else when its first output has come
//! to rest. It is not typed when the person was first, when something has taken the whole screen, or when the shell is
//! not ready in time: nobody knows then who would read it. What waits is in the structure record, and the turn that
//! types it writes the record without it first, together with the bytes: see [`crate::server`].

use super::{PaneState, Place, Sessions};
use crate::{
    base::{ids::PaneId, instant::Instant, limits::COMMAND_LINE_BYTES_MAX},
    options::{Rerun, Reruns},
};

/// From a shell's word that its prompt is there until something is typed: it turns the echo off after that.
const AFTER_PROMPT_MS: u64 = 50;
/// From the last output of a shell that says nothing of its prompt.
const AFTER_OUTPUT_MS: u64 = 500;
/// How long a shell may take to its prompt: one that takes longer asks something, or runs something.
const WITHIN_MS: u64 = 15_000;
/// Characters of a command line in a message.
const SHOWN_CHARS_MAX: usize = 120;

/// What ran in a pane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// The line as it was typed, where a shell told it; empty where none did.
    pub line: String,
    /// The program's words.
    pub words: Vec<String>,
}

impl Ran {
    /// The program's name, as `pane_current_command` has it.
    #[must_use]
    pub fn name(&self) -> &str {
        let first = self.words.first().map_or("", String::as_str);
        let name = first.rsplit('/').next().unwrap_or_default();
        name.strip_prefix('-').unwrap_or(name)
    }

    /// The line that is to be typed, and whether Enter is. None where nothing is, or nothing can be.
    #[must_use]
    pub fn again(&self, reruns: &Reruns) -> Option<(String, bool)> {
        if self.words.is_empty() {
            return None;
        }
        let (line, run) = match reruns.of(self.name())? {
            // Only what is known to be this one program runs by itself: a line may hold more.
            Rerun::Same => (quoted(&self.words), true),
            Rerun::Line(line) => (line.to_owned(), true),
            Rerun::Ask if self.line.is_empty() => (quoted(&self.words), false),
            Rerun::Ask => (self.line.clone(), false),
        };
        let types = line.len() < COMMAND_LINE_BYTES_MAX && !line.chars().any(char::is_control);
        types.then_some((line, run))
    }
}

/// Words as a shell reads them again.
fn quoted(words: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=@%+,".contains(c);
    let quoted = words.iter().map(|word| {
        if !word.is_empty() && !word.starts_with('=') && word.chars().all(plain) {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

/// A line that waits for a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retype {
    /// The line.
    pub line: String,
    /// Whether Enter is typed too.
    pub run: bool,
    /// When it is typed, unless the shell says more before.
    at: Option<Instant>,
    /// When it is given up.
    until: Instant,
}

impl Retype {
    /// What is typed.
    #[must_use]
    pub fn keys(&self) -> Vec<u8> {
        let mut keys = self.line.clone().into_bytes();
        keys.extend(self.run.then_some(b'\r'));
        keys
    }

    /// What the daemon before was about to type, into a shell that was started or is to be; none when it makes no sense.
    #[must_use]
    pub fn still(keys: &[u8], started: bool, now: Instant) -> Option<Retype> {
        let line = std::str::from_utf8(keys).ok()?;
        let (line, run) = line.strip_suffix('\r').map_or((line, false), |line| (line, true));
        let at = started.then(|| now.after_ms(AFTER_OUTPUT_MS));
        let types = !line.chars().any(char::is_control);
        types.then(|| Retype { line: line.to_owned(), run, at, until: now.after_ms(WITHIN_MS) })
    }

    fn due(&self) -> Instant {
        self.at.map_or(self.until, |at| at.min(self.until))
    }
}

impl Sessions {
    /// What runs in a pane, as far as `restore-command` wants it back; nothing else of it is kept on disk.
    #[must_use]
    pub fn ran(&self, pane: PaneId) -> Option<Ran> {
        let found = self.panes.get(&pane).filter(|p| p.state == PaneState::Running)?;
        let process = &found.process;
        if process.own && found.program.words.is_empty() {
            return None;
        }
        let line = match (process.own, found.program.words.as_slice()) {
            (true, [line]) => line,
            (true, _) => "",
            (false, _) => found.shell_line.as_str(),
        };
        let ran = Ran { line: line.to_owned(), words: process.arguments.clone() };
        ran.again(&self.reruns(pane)).map(|_| ran)
    }

    fn reruns(&self, pane: PaneId) -> Reruns {
        Reruns::parse(self.options(Place::Pane(pane)).text("restore-command")).unwrap_or_default()
    }

    /// A restored pane's shell is on its way: what ran is typed when it is there. Gives the line.
    pub(crate) fn retype_what_ran(&mut self, pane: PaneId, ran: &Ran) -> Option<String> {
        let (line, run) = ran.again(&self.reruns(pane))?;
        let until = self.now.instant.after_ms(WITHIN_MS);
        self.panes.get_mut(&pane)?.retype = Some(Retype { line: line.clone(), run, at: None, until });
        self.look_at_retypes_at(until);
        Some(line)
    }

    /// After a recovery: when what still waits is to be looked at.
    pub(crate) fn plan_retypes(&mut self) {
        self.retype_due = self.panes.values().filter_map(|p| p.retype.as_ref().map(Retype::due)).min();
    }

    /// A pane's program wrote something; `prompts`: that its prompt is there.
    pub(crate) fn retype_after_output(&mut self, pane: PaneId, prompts: bool) {
        let now = self.now.instant;
        let Some(retype) = self.panes.get_mut(&pane).and_then(|p| p.retype.as_mut()) else { return };
        let at = now.after_ms(if prompts { AFTER_PROMPT_MS } else { AFTER_OUTPUT_MS });
        retype.at = Some(at);
        self.look_at_retypes_at(at);
    }

    fn look_at_retypes_at(&mut self, at: Instant) {
        self.retype_due = Some(self.retype_due.map_or(at, |due| due.min(at)));
    }

    /// Types what is due, and gives up what has waited too long.
    pub(crate) fn look_at_retypes(&mut self) {
        let now = self.now.instant;
        let waiting: Vec<PaneId> = self.panes.values().filter(|p| p.retype.is_some()).map(|p| p.id).collect();
        for id in waiting {
            let Some(pane) = self.panes.get_mut(&id) else { continue };
            let Some(retype) = &pane.retype else { continue };
            let ready = retype.at.is_some_and(|at| at <= now);
            let late = retype.until <= now;
            if !ready && !late {
                continue;
            }
            let Some(retype) = pane.retype.take() else { continue };
            self.changed = true;
            if ready
                && !late
                && pane.state == PaneState::Running
                && !pane.screen.alternate()
                && !pane.input_off
            {
                self.write_pane(id, &retype.keys());
            } else {
                self.note(&format!("pane {id}: its shell was not ready: not typed: {}", shown(&retype.line)));
            }
        }
        self.plan_retypes();
    }

    /// Somebody typed into a pane: what waited to be typed there would come in between.
    pub(super) fn forget_retype(&mut self, pane: PaneId) {
        if let Some(retype) = self.panes.get_mut(&pane).and_then(|p| p.retype.take()) {
            self.changed = true;
            self.note(&format!("pane {pane}: somebody typed first: not typed: {}", shown(&retype.line)));
        }
    }
}

/// A command line in a message: cut where it is long.
#[must_use]
pub(crate) fn shown(line: &str) -> String {
    let mut shown: String = line.chars().take(SHOWN_CHARS_MAX).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(line: &str, words: &[&str]) -> Ran {
        Ran { line: line.to_owned(), words: words.iter().map(|w| (*w).to_owned()).collect() }
    }

    #[test]
    fn words_are_quoted_for_the_shell() {
        let cases: [(&[&str], &str); 6] = [
            (&["less", "/tmp/a-b_c.txt"], "less /tmp/a-b_c.txt"),
            (&["vim", "two words", ""], "vim 'two words' ''"),
            (&["vim", "it's"], "vim 'it'\\''s'"),
            (&["less", "$(rm -rf x)", "`x`", "a;b", "*", "!x"], "less '$(rm -rf x)' '`x`' 'a;b' '*' '!x'"),
            (&["man", "=ls", "~", "é"], "man '=ls' '~' 'é'"),
            (&["less", "\u{202e}x"], "less '\u{202e}x'"),
        ];
        for (words, line) in cases {
            assert_eq!(quoted(&ran("", words).words), line);
        }
    }

    #[test]
    fn what_is_typed_and_what_is_run() {
        let reruns = Reruns::parse("less 'agent=agent --continue' ask").expect("reads");
        let cases = [
            (ran("cat x | less", &["/usr/bin/less", "x"]), Some(("/usr/bin/less x", true))),
            (ran("agent 'do it'", &["agent", "do it"]), Some(("agent --continue", true))),
            (ran("make -j && ls", &["make", "-j"]), Some(("make -j && ls", false))),
            (ran("", &["make", "a b"]), Some(("make 'a b'", false))),
            (ran("", &["make", "a\nb"]), None),
            (ran("", &["less", "\u{1b}[A"]), None),
            (ran("make", &[]), None),
        ];
        for (ran, typed) in cases {
            assert_eq!(ran.again(&reruns), typed.map(|(line, run)| (line.to_owned(), run)), "{ran:?}");
        }
        let long = ran("", &["less", &"x".repeat(COMMAND_LINE_BYTES_MAX)]);
        assert_eq!(long.again(&reruns), None);
        assert_eq!(ran("make", &["make"]).again(&Reruns::parse("less").expect("reads")), None);
    }
}
