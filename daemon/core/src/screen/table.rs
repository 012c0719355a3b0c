//! The sequences that the screen obeys, for the manual and for the tests that hold the dispatch to it.

use super::mode::{FIXED, MODES};

/// A sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequenceRow {
    /// The family it is of.
    pub family: &'static str,
    /// How it is written, in the manner of xterm's ctlseqs: `CSI Ps ; Ps H`.
    pub form: &'static str,
    /// Its mnemonic, "" if it has none.
    pub name: &'static str,
    /// Who says what it is.
    pub source: &'static str,
    /// What stands before the example, in the escapes of the golden screens.
    pub before: &'static str,
    /// The sequence, so that something comes of it.
    pub example: &'static str,
    /// The golden screen that shows it.
    pub case: &'static str,
    /// What it does.
    pub text: &'static str,
}

/// A mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModeRow {
    /// Whether its number follows `?`.
    pub private: bool,
    /// Its number.
    pub number: u16,
    /// Its mnemonic, "" if it has none.
    pub name: &'static str,
    /// Whether it is set at first.
    pub initial: bool,
    /// Whether it is as it is at first for ever.
    pub fixed: bool,
    /// The golden screen that shows it.
    pub case: &'static str,
    /// What it does when it is set.
    pub text: &'static str,
}

/// All sequences, family by family.
#[must_use]
pub fn sequences() -> Vec<SequenceRow> {
    let mut family = "";
    let mut rows = Vec::new();
    for line in include_str!("sequences.txt").lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix("= ") {
            family = name;
            continue;
        }
        let mut columns = line.splitn(6, " | ").map(str::trim);
        let mut column = || columns.next().unwrap_or_default();
        let (form, name, source, example, case, text) =
            (column(), column(), column(), column(), column(), column());
        let (before, example) = example.split_once(" => ").unwrap_or(("", example));
        rows.push(SequenceRow { family, form, name, source, before, example, case, text });
    }
    rows
}

/// All modes: those that can be set and reset, then those that can't.
#[must_use]
pub fn modes() -> Vec<ModeRow> {
    let changing = MODES.iter().map(|spec| ModeRow {
        private: spec.private,
        number: spec.number,
        name: spec.name,
        initial: spec.initial,
        fixed: false,
        case: spec.case,
        text: spec.text,
    });
    let fixed = FIXED.iter().map(|fixed| ModeRow {
        private: fixed.private,
        number: fixed.number,
        name: fixed.name,
        initial: fixed.set,
        fixed: true,
        case: "reports_modes_fixed",
        text: fixed.text,
    });
    changing.chain(fixed).collect()
}
