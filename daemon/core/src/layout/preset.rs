//! The arrangements that have a name.

/// An arrangement by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// All panes side by side.
    EvenHorizontal,
    /// All panes one above the other.
    EvenVertical,
    /// One pane on top, the others side by side below it.
    MainHorizontal,
    /// One pane at the bottom, the others side by side above it.
    MainHorizontalMirrored,
    /// One pane at the left, the others one above the other beside it.
    MainVertical,
    /// One pane at the right, the others one above the other beside it.
    MainVerticalMirrored,
    /// Rows and columns.
    Tiled,
}
