//! What the command table says of one command.

use super::run::{Flow, Run};

/// What a target names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// A session.
    Session,
    /// A window of a session.
    Window,
    /// A pane of a window.
    Pane,
}

/// How a command's `-t` or `-s` is resolved before it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TargetSpec {
    /// The flag's letter.
    pub flag: char,
    /// What it names.
    pub kind: TargetKind,
    /// A target that can't be found is none, not an error.
    pub can_fail: bool,
    /// The window part may be an index at which nothing is.
    pub index: bool,
    /// Without a target: a session that nobody looks at rather than the one used last.
    pub prefer_unattached: bool,
    /// Without a target: the marked pane, where there is one.
    pub default_marked: bool,
}

impl TargetSpec {
    /// A plain target.
    #[must_use]
    pub const fn new(flag: char, kind: TargetKind) -> TargetSpec {
        TargetSpec {
            flag,
            kind,
            can_fail: false,
            index: false,
            prefer_unattached: false,
            default_marked: false,
        }
    }
    /// The same, where not finding it is no error.
    #[must_use]
    pub const fn can_fail(mut self) -> TargetSpec {
        self.can_fail = true;
        self
    }
    /// The same, for a place where a window may go.
    #[must_use]
    pub const fn index(mut self) -> TargetSpec {
        self.index = true;
        self
    }
    /// The same, for attaching.
    #[must_use]
    pub const fn prefer_unattached(mut self) -> TargetSpec {
        self.prefer_unattached = true;
        self
    }
    /// The same, for what works on the marked pane.
    #[must_use]
    pub const fn default_marked(mut self) -> TargetSpec {
        self.default_marked = true;
        self
    }
}

/// One row of the table. Help, `list-commands`, the manual and completions are printed from it.
pub struct Spec {
    /// Its name.
    pub name: &'static str,
    /// Its short name.
    pub alias: Option<&'static str>,
    /// One more short name, which lists do not show; empty: none.
    pub also: &'static str,
    /// Letters of its flags, a colon after each that takes a value.
    pub flags: &'static str,
    /// Flags of tmux that are not served here, and why not; `flags` has them too, so that their values are read.
    pub refused: &'static [(char, &'static str)],
    /// Flags of tmux that ask for what is always so here, and why: nothing reads them.
    pub granted: &'static [(char, &'static str)],
    /// Arguments at least, and at most where there is a bound.
    pub arguments: (usize, Option<usize>),
    /// What follows the name in the help.
    pub usage: &'static str,
    /// One sentence for the manual.
    pub text: &'static str,
    /// What it works on.
    pub target: Option<TargetSpec>,
    /// What it takes something from.
    pub source: Option<TargetSpec>,
    /// Whether a client may start a server for it.
    pub starts_server: bool,
    /// Letters of flags with which it may, though not without.
    pub starts_server_with: &'static str,
    /// Whether one who only looks may run it.
    pub for_watchers: bool,
    /// What it does.
    pub run: fn(&mut Run<'_>) -> Result<Flow, String>,
}

impl Spec {
    /// A command that takes no arguments and works on nothing: the base of every row.
    pub(super) const BASE: Spec = Spec {
        name: "",
        alias: None,
        also: "",
        flags: "",
        refused: &[],
        granted: &[],
        arguments: (0, Some(0)),
        usage: "",
        text: "",
        target: None,
        source: None,
        starts_server: false,
        starts_server_with: "",
        for_watchers: false,
        run: |_| Ok(Flow::Next),
    };

    /// Whether it has this flag, and the flag takes a value.
    #[must_use]
    pub fn takes_value(&self, flag: char) -> bool {
        self.flags.split_once(flag).is_some_and(|(_, after)| flag != ':' && after.starts_with(':'))
    }

    /// As `list-commands` prints it.
    #[must_use]
    pub fn usage_line(&self) -> String {
        match self.alias {
            Some(alias) => format!("{} ({alias}) {}", self.name, self.usage),
            None => format!("{} {}", self.name, self.usage),
        }
    }
}
