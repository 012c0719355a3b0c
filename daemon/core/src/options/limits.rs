//! Bounds of options, each with its reason.

/// Bytes of one value: far beyond any status line, so that `set -a` in a loop ends.
pub const VALUE_BYTES_MAX: usize = 64 * 1024;
/// `@user` options in one scope.
pub const USER_OPTIONS_MAX: usize = 10_000;
/// Bytes of `restore-command`: a hundred programs with lines of their own.
pub const RERUN_BYTES_MAX: usize = 8 * 1024;
/// Programs that it names.
pub const RERUNS_MAX: usize = 200;
/// Elements of an array option.
pub const ARRAY_ELEMENTS_MAX: usize = 1000;
/// The greatest index of an array's element.
pub const ARRAY_INDEX_MAX: u32 = 1_000_000;
