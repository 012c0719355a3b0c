//! A cell in eight bytes.
//!
//! ```text
//! bits  0..21  a Unicode scalar, or the number of a cluster when CLUSTER is set
//! bit   21     CLUSTER
//! bit   22     WIDE: this cell and its right neighbour show one character
//! bit   23     TAIL: the right half of the wide cell on the left; its other bits but the style are 0
//! bit   24     PROTECTED: some erasing spares it (DECSCA, SPA)
//! bit   25     PICTURE: a picture is seen here; gone with any write
//! bits 32..48  the style's number
//! ```
//! A cell with nothing but a style is a column that a wide character left free at the margin: a blank to see, and no
//! text where rows are joined to lines.
//! All other bits are 0, so that equal cells are equal numbers.

/// One cell of a grid; see the module for its bits.
pub(crate) type Cell = u64;

/// The low bits are the number of a cluster.
pub(crate) const CLUSTER: Cell = 1 << 21;
/// Left half of a wide character.
pub(crate) const WIDE: Cell = 1 << 22;
/// Right half of a wide character.
pub(crate) const TAIL: Cell = 1 << 23;
/// Some erasing spares it.
pub(crate) const PROTECTED: Cell = 1 << 24;
/// A picture is seen here: one that is bound to its cells.
pub(crate) const PICTURE: Cell = 1 << 25;
/// The scalar or the number of the cluster.
pub(crate) const TEXT_MASK: Cell = (1 << 21) - 1;
/// How far left the style's number stands.
pub(crate) const STYLE_SHIFT: u32 = 32;
/// A space in the default style: what a screen is full of at first.
pub(crate) const BLANK: Cell = 0x20;

/// The number of the cell's style.
#[inline]
pub(crate) fn style_of(cell: Cell) -> u16 {
    (cell >> STYLE_SHIFT) as u16
}

/// The scalar or the number of the cluster.
#[inline]
pub(crate) fn text_of(cell: Cell) -> u32 {
    (cell & TEXT_MASK) as u32
}

/// Whether a wide character left it free.
#[inline]
pub(crate) fn is_free(cell: Cell) -> bool {
    cell & !(0xffff << STYLE_SHIFT) == 0
}

/// The cells of a row that goes on in the next, without a free one at its end.
#[inline]
pub(crate) fn without_free(cells: &[Cell]) -> &[Cell] {
    match cells {
        [text @ .., last] if is_free(*last) => text,
        _ => cells,
    }
}

/// The scalar of a cell that is no cluster.
#[inline]
pub(crate) fn char_of(cell: Cell) -> char {
    if text_of(cell) == 0 {
        return ' ';
    }
    char::from_u32(text_of(cell)).unwrap_or(char::REPLACEMENT_CHARACTER)
}
