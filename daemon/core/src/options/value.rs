//! What an option holds.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A value as it is kept: always in the form that `show-options -v` prints, checked before it got here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// One text.
    Text(String),
    /// Elements by index.
    Array(BTreeMap<u32, String>),
}
