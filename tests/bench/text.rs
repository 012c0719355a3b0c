//! Text to drain, made here: plain log lines, words in changing colours, and text of many scripts.

use super::lines::{coloured, plain, scripts};
use std::path::PathBuf;

/// Bytes of each kind.
pub(crate) const BYTES: usize = 24 * 1024 * 1024;

/// A file of one kind of text.
pub(crate) struct Text {
    /// What kind.
    pub(crate) kind: &'static str,
    /// Where.
    pub(crate) path: PathBuf,
}

/// The texts and the folder that they are in.
pub(crate) struct Texts {
    _folder: tempfile::TempDir,
    /// One of each kind.
    pub(crate) all: Vec<Text>,
}

/// Makes the line of that number.
type Line = fn(usize) -> String;

/// Writes the texts.
pub(crate) fn make() -> Texts {
    let folder = tempfile::tempdir().expect("a folder");
    let kinds: [(&'static str, Line); 3] = [("plain", plain), ("SGR", coloured), ("Unicode", scripts)];
    let all = kinds
        .into_iter()
        .map(|(kind, line)| {
            let mut text = String::with_capacity(BYTES + 200);
            let mut n = 0;
            while text.len() < BYTES {
                text.push_str(&line(n));
                n += 1;
            }
            let path = folder.path().join(kind);
            std::fs::write(&path, text).expect("write the text");
            Text { kind, path }
        })
        .collect();
    Texts { _folder: folder, all }
}
