//! Tables in the manual and the shells' completions are printed from the program's tables; a stale one is refused.
//! `ABIDE_WRITE_MANUAL=1 cargo test -p abide-tests --test manual` writes them.

mod completions;
mod pages;

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_path_buf()
}

/// Holds a file against what it should be, or writes it when asked to.
#[track_caller]
fn must_be(path: &str, expected: &str) {
    let path = root().join(path);
    if std::env::var_os("ABIDE_WRITE_MANUAL").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("make the folder");
        std::fs::write(&path, expected).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        return;
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    let same = found.lines().zip(expected.lines()).take_while(|(a, b)| a == b).count();
    assert!(
        found == expected,
        "{}:{}: stale; ABIDE_WRITE_MANUAL=1 cargo test -p abide-tests --test manual writes it anew",
        path.display(),
        same + 1
    );
}
