//! What real programs wrote: `tests/recordings`.

use abide_core::base::geometry::Size;
use std::path::{Path, PathBuf};

/// Bytes that one may have: the repository keeps them all.
pub const BYTES_MAX: usize = 200 << 10;

/// One line of `tests/recordings/table.txt`.
#[derive(Clone, Debug)]
pub struct Recording {
    /// Its file's name without `.bin`.
    pub name: String,
    /// Of the terminal.
    pub size: Size,
    /// For `sh -c`.
    pub command: String,
    /// What is typed, step by step.
    pub keys: Vec<Vec<u8>>,
}

impl Recording {
    /// Its file in that folder.
    #[must_use]
    pub fn path(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{}.bin", self.name))
    }

    /// What the program wrote.
    ///
    /// # Panics
    /// When there is no such file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let path = self.path(&folder());
        std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }
}

/// Where they are.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings")
}

/// All that the table in that folder names.
///
/// # Panics
/// When the table can't be read.
#[must_use]
pub fn table(folder: &Path) -> Vec<Recording> {
    let text = std::fs::read_to_string(folder.join("table.txt")).expect("the table of recordings");
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines.map(|line| recording(line).unwrap_or_else(|| panic!("table of recordings: {line}"))).collect()
}

fn recording(line: &str) -> Option<Recording> {
    let mut fields = line.split(" |").map(str::trim);
    let (name, size) = (fields.next()?.to_owned(), fields.next()?);
    let (cols, rows) = size.split_once('x')?;
    let size = Size::new(cols.parse().ok()?, rows.parse().ok()?);
    let command = fields.next()?.replace("\\|", "|");
    let keys = fields.filter(|keys| !keys.is_empty()).map(unescaped).collect();
    Some(Recording { name, size, command, keys })
}

/// Bytes of a text in which `\e \r \n \\ \xHH` stand for what can't be written; anything else after a backslash is itself.
///
/// # Panics
/// When two hex digits are missing after `\x`.
#[must_use]
pub fn unescaped(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let escaped = if c == '\\' { rest.next() } else { None };
        match escaped {
            None => out.extend(c.to_string().bytes()),
            Some('e') => out.push(0x1b),
            Some('r') => out.push(b'\r'),
            Some('n') => out.push(b'\n'),
            Some('x') => {
                let digits: String = rest.by_ref().take(2).collect();
                out.push(u8::from_str_radix(&digits, 16).expect("two hex digits"));
            }
            Some(c) => out.extend(c.to_string().bytes()),
        }
    }
    out
}
