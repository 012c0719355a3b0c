//! Bounds of the command language, each with its reason.

/// Bytes in one script: the largest hand-written configuration files have some 100 KiB.
pub const SCRIPT_BYTES_MAX: usize = 1024 * 1024;
/// Nesting of `{ }`: the parser calls itself once per level.
pub const BLOCK_DEPTH_MAX: usize = 64;
/// Nesting of `%if`.
pub const CONDITION_DEPTH_MAX: usize = 64;
/// Commands in one script, blocks included.
pub const COMMANDS_MAX: usize = 20_000;
/// Words of one command.
pub const WORDS_MAX: usize = 16_384;
/// Bytes of all words once variables are put in: a script can't blow itself up by `$A$A$A`.
pub const EXPANDED_BYTES_MAX: usize = 4 * 1024 * 1024;
