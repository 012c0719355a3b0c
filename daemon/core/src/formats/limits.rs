//! Bounds of formats, each with its reason.

/// Nesting of `#{…}`: tmux's, and the evaluator calls itself once per level.
pub const DEPTH_MAX: usize = 100;
/// Bytes of an expanded text: a list of all sessions, windows and panes fits many times over.
pub const OUTPUT_BYTES_MAX: usize = 256 * 1024;
/// Evaluations of `#{…}` in one expansion: all panes of a large server with some twenty variables each.
pub const STEPS_MAX: usize = 200_000;
/// Columns that `p`, and repetitions that `R`, can ask for: ten of the widest screens.
pub const REPEAT_MAX: usize = 10_000;
/// Digits after the point in arithmetic.
pub const PRECISION_MAX: usize = 100;
/// Bytes of a pattern (`m:`, `s/…/…/`, searches).
pub const PATTERN_BYTES_MAX: usize = 4096;
