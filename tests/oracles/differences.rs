//! The table of differences that are meant: `differences.txt`.
//!
//! A comparison leaves out what the table says and nothing else, and each line is tried: one that shows no difference
//! any more is out of date, and the test says so.

use super::grammar::GRAMMAR;
use super::seen::{Cell, Seen};
use super::stream::{Stream, Token};
use abide_core::base::geometry::Size;
use abide_protocol::message::{Color, Style, attr};
use abide_tests::recording::unescaped;

/// One line of the table.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    pub(crate) who: &'static str,
    /// `ours`, `theirs` or `bug`: who is right, or that ours is wrong and not yet put right.
    pub(crate) verdict: &'static str,
    action: Action,
    pub(crate) example: Stream,
}

#[derive(Clone, Debug)]
enum Action {
    /// The generator leaves out these kinds of token.
    Avoid(Vec<&'static str>),
    /// The comparison leaves out the aspect: where the input has one of these kinds of token, or, of none, always.
    Overlook(&'static str, Vec<&'static str>),
    /// The comparison leaves out the aspect where the input has any other kind of token.
    OverlookUnless(&'static str, Vec<&'static str>),
    /// The comparison leaves out the aspect in these recordings.
    OverlookIn(&'static str, Vec<&'static str>),
    /// The generator puts kinds of the first and of the second list never together.
    Apart(Vec<&'static str>, Vec<&'static str>),
}

static TABLE: &str = include_str!("differences.txt");

/// All lines.
pub(crate) fn table() -> Vec<Difference> {
    let mut all = Vec::new();
    let lines = TABLE.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    for line in lines {
        let fields: Vec<&'static str> = line.split(" | ").map(str::trim).collect();
        let [who, verdict, action, example, reason] = fields[..] else {
            panic!("not five fields: {line}");
        };
        assert!(["ours", "theirs", "taste", "bug"].contains(&verdict), "{verdict}: {line}");
        assert!(reason.len() > 10, "no reason: {line}");
        let action = match action.split_once(": ") {
            Some(("avoid", kinds)) => Action::Avoid(list(kinds)),
            Some(("apart", kinds)) => {
                let (these, those) = kinds.split_once(" / ").unwrap_or_else(|| panic!("apart: {line}"));
                Action::Apart(list(these), list(those))
            }
            Some(("overlook", aspect)) if aspect.contains(" in recording ") => {
                let (aspect, names) = aspect.split_once(" in recording ").expect("just found");
                Action::OverlookIn(aspect, names.split(", ").collect())
            }
            Some(("overlook", aspect)) if aspect.contains(" unless ") => {
                let (aspect, kinds) = aspect.split_once(" unless ").expect("just found");
                Action::OverlookUnless(aspect, list(kinds))
            }
            Some(("overlook", aspect)) => match aspect.split_once(" with ") {
                Some((aspect, kinds)) => Action::Overlook(aspect, list(kinds)),
                None => Action::Overlook(aspect, Vec::new()),
            },
            _ => panic!("neither avoid nor apart nor overlook: {line}"),
        };
        let (size, bytes) = example.split_once(' ').unwrap_or_else(|| panic!("no size: {line}"));
        let numbers: Vec<u16> = size.split('x').filter_map(|n| n.parse().ok()).collect();
        let (cols, rows, history) = match numbers[..] {
            [cols, rows] => (cols, rows, 10),
            [cols, rows, history] => (cols, rows, history),
            _ => panic!("no size: {line}"),
        };
        let tokens = vec![Token { kind: "example", bytes: unescaped(bytes) }];
        let example =
            Stream { size: Size::new(cols, rows), history: history.into(), tokens, cuts: vec![usize::MAX] };
        all.push(Difference { who, verdict, action, example });
    }
    all
}

fn list(kinds: &'static str) -> Vec<&'static str> {
    kinds.split(", ").map(known).collect()
}

fn known(kind: &'static str) -> &'static str {
    assert!(GRAMMAR.iter().any(|rule| rule.kind == kind), "no token is called {kind}");
    kind
}

/// What the table says of one other.
#[derive(Clone)]
pub(crate) struct Agreed {
    rows: Vec<Difference>,
    recording: Option<String>,
}

impl Agreed {
    pub(crate) fn with(who: &str) -> Agreed {
        Agreed { rows: table().into_iter().filter(|row| row.who == who).collect(), recording: None }
    }

    /// What it says of a recording.
    pub(crate) fn in_recording(&self, name: &str) -> Agreed {
        Agreed { recording: Some(name.to_owned()), ..self.clone() }
    }

    /// Kinds of token to leave out.
    pub(crate) fn avoided(&self) -> Vec<&'static str> {
        let kinds = |row: &Difference| match &row.action {
            Action::Avoid(kinds) => kinds.clone(),
            _ => Vec::new(),
        };
        self.rows.iter().flat_map(kinds).collect()
    }

    /// Kinds of token that are not to be together.
    pub(crate) fn apart(&self) -> impl Iterator<Item = (&[&'static str], &[&'static str])> {
        self.rows.iter().filter_map(|row| match &row.action {
            Action::Apart(these, those) => Some((&these[..], &those[..])),
            _ => None,
        })
    }

    /// What differs that the table does not say.
    pub(crate) fn difference(&self, stream: &Stream, mut ours: Seen, mut theirs: Seen) -> Option<String> {
        for row in &self.rows {
            let (aspect, is_left_out) = match &row.action {
                Action::Overlook(aspect, with) => {
                    (aspect, with.is_empty() || stream.tokens.iter().any(|token| with.contains(&token.kind)))
                }
                Action::OverlookUnless(aspect, only) => {
                    (aspect, stream.tokens.iter().any(|token| !only.contains(&token.kind)))
                }
                Action::OverlookIn(aspect, names) => {
                    (aspect, self.recording.as_deref().is_some_and(|name| names.contains(&name)))
                }
                Action::Avoid(_) | Action::Apart(..) => continue,
            };
            if is_left_out {
                overlook(aspect, stream.size, &mut ours);
                overlook(aspect, stream.size, &mut theirs);
            }
        }
        ours.difference(&theirs)
    }
}

fn overlook(aspect: &str, size: Size, seen: &mut Seen) {
    let each = |seen: &mut Seen, act: &dyn Fn(&mut Cell)| {
        seen.cells().for_each(act);
        // What is left may be a blank in the default style.
        for row in seen.rows.iter_mut().chain(&mut seen.history) {
            let cells = std::mem::take(&mut row.cells);
            cells.into_iter().for_each(|cell| row.push(cell));
        }
    };
    match aspect {
        "blink" => each(seen, &|cell| cell.style.attrs &= !attr::BLINK),
        "overline" => each(seen, &|cell| cell.style.attrs &= !attr::OVERLINE),
        "colour of no underline" => each(seen, &|cell| {
            if cell.style.attrs & attr::UNDERLINE_MASK == 0 {
                cell.style.ul = Color::Default;
            }
        }),
        "underlines of links" => each(seen, &|cell| {
            if !cell.style.link.is_empty() {
                cell.style.attrs &= !attr::UNDERLINE_MASK;
            }
        }),
        "rows of joined emoji" => {
            let joined =
                |cell: &Cell| cell.text.contains(|c| matches!(c, '\u{200d}' | '\u{1f1e6}'..='\u{1f1ff}'));
            for row in seen.rows.iter_mut().chain(&mut seen.history) {
                if row.cells.iter().any(joined) {
                    row.cells.clear();
                }
            }
        }
        "blanks" => {
            for row in seen.rows.iter_mut().chain(&mut seen.history) {
                row.cells.retain(|cell| cell.text != " ");
            }
        }
        "blanks but for their background" => each(seen, &|cell| {
            if cell.text == " " {
                cell.style = Style { bg: cell.style.bg, ..Style::default() };
            }
        }),
        "last column" => {
            for row in seen.rows.iter_mut().chain(&mut seen.history) {
                row.cells.retain(|cell| cell.x + u16::from(cell.width) < size.cols);
            }
        }
        "links" => each(seen, &|cell| cell.style.link.clear()),
        "wrapped" => seen.rows.iter_mut().chain(&mut seen.history).for_each(|row| row.wrapped = false),
        "history" => seen.history.clear(),
        "cursor" => seen.cursor = (0, 0),
        _ => panic!("no aspect is called {aspect}"),
    }
}
