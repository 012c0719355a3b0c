//! Numbers that name things. None is ever used again in the life of a server, restarts included.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($name:ident, $prefix:literal, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
        impl $name {
            /// Reads what `Display` writes.
            #[must_use]
            pub fn parse(text: &str) -> Option<$name> {
                text.strip_prefix($prefix)?.parse().ok().map($name)
            }
        }
    };
}

id!(SessionId, "$", "A session, written `$3`.");
id!(WindowId, "@", "A window, written `@3`.");
id!(PaneId, "%", "A pane, written `%3`.");

/// A connection, for as long as it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ViewerId(pub u64);

/// A question that waits for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);
