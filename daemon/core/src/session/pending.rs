//! Types of neighbouring parts, in the shape agreed on, until those parts land here; nothing else may live here.

use std::collections::BTreeMap;

/// Stands for `options`' set of values of one scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OptionNode(pub BTreeMap<String, String>);

/// Stands for `modes::Mode`.
pub trait PaneMode {}

/// Stands for `compose::ViewerScreen`.
#[derive(Debug, Default)]
pub struct ViewerScreen;
