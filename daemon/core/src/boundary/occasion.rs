//! Why there is this daemon.

/// Why there is this daemon.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Occasion {
    /// It is the first, or the one before ended, however.
    #[default]
    Usual,
    /// An upgrade wants it in place of the one before. It has to make sense of what that one left, or to end having
    /// touched nothing.
    Upgrade,
    /// An upgrade wanted another, which did not come to serve; one sentence why. This one is as the one before.
    Fallback(String),
}

impl Occasion {
    /// What became of an upgrade, as a line for people.
    #[must_use]
    pub fn line(&self) -> Option<String> {
        match self {
            Occasion::Usual => None,
            Occasion::Upgrade => Some(format!("upgraded: abide {} serves", env!("CARGO_PKG_VERSION"))),
            Occasion::Fallback(why) => Some(format!("no upgrade, the program before it serves on: {why}")),
        }
    }

    /// What became of an upgrade, for `#{upgrade_result}`: empty, `done`, or why not.
    #[must_use]
    pub fn result(&self) -> &str {
        match self {
            Occasion::Usual => "",
            Occasion::Upgrade => "done",
            Occasion::Fallback(why) => why,
        }
    }
}
