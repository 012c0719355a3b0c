//! Every option there is: one row each, one file per scope. A new option is a new row.

mod index;
mod server;
mod session;
mod window;

use super::{limits, value::Value};
pub use index::exact;
use std::fmt;

/// Where an option can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The whole server (`-s`).
    Server,
    /// A session, or all (`-g`).
    Session,
    /// A window, or all (`-w`, `-wg`).
    Window,
    /// A pane (`-p`); every such option can be set on windows too.
    Pane,
}

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A number within limits, both included.
    Number {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// `on` or `off`.
    Flag,
    /// One of these.
    Choice(&'static [&'static str]),
    /// A key, or `None`.
    Key,
    /// A colour.
    Colour,
    /// A style; may hold formats.
    Style,
}

impl Kind {
    /// Whether `set-option -a` puts text after what is there.
    #[must_use]
    pub fn appends(self) -> bool {
        matches!(self, Kind::Text | Kind::Style)
    }
}

/// One row of the table.
#[derive(Debug)]
pub struct Spec {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Where it is set.
    pub scope: Scope,
    /// Its value where nothing is set; an array's elements stand between separators.
    pub default: &'static str,
    /// An array: the characters between elements in one text.
    pub separator: Option<&'static str>,
    /// What a number counts; empty where that is plain.
    pub unit: &'static str,
    /// One sentence for the manual.
    pub text: &'static str,
}

impl Spec {
    /// Its value where nothing is set.
    #[must_use]
    pub fn default_value(&self) -> Value {
        match self.separator {
            None => Value::Text(self.default.to_owned()),
            Some(separator) => {
                let parts = self.default.split(|c| separator.contains(c)).filter(|part| !part.is_empty());
                Value::Array((0..).zip(parts.map(str::to_owned)).collect())
            }
        }
    }

    /// Whether it is shown among the options of that scope.
    #[must_use]
    pub fn in_scope(&self, scope: Scope) -> bool {
        self.scope == scope || (scope == Scope::Window && self.scope == Scope::Pane)
    }

    const fn unit(mut self, unit: &'static str) -> Spec {
        self.unit = unit;
        self
    }

    const fn pane(mut self) -> Spec {
        self.scope = Scope::Pane;
        self
    }
}

const fn row(
    scope: Scope,
    name: &'static str,
    kind: Kind,
    default: &'static str,
    text: &'static str,
) -> Spec {
    Spec { name, kind, scope, default, separator: None, unit: "", text }
}

const fn array(
    scope: Scope,
    name: &'static str,
    separator: &'static str,
    default: &'static str,
    text: &'static str,
) -> Spec {
    Spec { name, kind: Kind::Text, scope, default, separator: Some(separator), unit: "", text }
}

/// The most that options which count things take.
const COUNT_MAX: i64 = i32::MAX as i64;

/// The most that options which count bytes take: a tebibyte.
const BYTES_MAX: i64 = 1 << 40;

const fn number(min: i64, max: i64) -> Kind {
    Kind::Number { min, max }
}

/// All rows, in the order of `show-options`: server, session, window and pane, each by name.
pub fn rows() -> impl Iterator<Item = &'static Spec> {
    server::ROWS.iter().chain(session::ROWS).chain(window::ROWS)
}

/// Why a name means no option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameFault {
    /// None begins like that.
    Invalid(String),
    /// Several begin like that.
    Ambiguous(String),
}

impl fmt::Display for NameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NameFault::Invalid(name) => write!(f, "invalid option: {name}"),
            NameFault::Ambiguous(name) => write!(f, "ambiguous option: {name}"),
        }
    }
}

/// The row that a name, or the beginning of only one, means.
///
/// # Errors
/// When it means none, or several.
pub fn find(name: &str) -> Result<&'static Spec, NameFault> {
    if let Some(spec) = exact(name) {
        return Ok(spec);
    }
    let mut found = rows().filter(|spec| !name.is_empty() && spec.name.starts_with(name));
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => Err(NameFault::Ambiguous(name.to_owned())),
        (None, _) => Err(NameFault::Invalid(name.to_owned())),
    }
}

/// `name[3]` taken apart.
///
/// # Errors
/// When what stands in the brackets is no index.
pub fn split_index(written: &str) -> Result<(&str, Option<u32>), NameFault> {
    let Some((name, rest)) = written.split_once('[') else { return Ok((written, None)) };
    let index = rest.strip_suffix(']').and_then(|digits| digits.parse().ok());
    match index.filter(|index| *index <= limits::ARRAY_INDEX_MAX && !name.is_empty()) {
        Some(index) => Ok((name, Some(index))),
        None => Err(NameFault::Invalid(written.to_owned())),
    }
}
