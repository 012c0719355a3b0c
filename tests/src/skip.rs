//! Tests that can't run here say so and are counted, never passed over in silence.

use std::io::Write;

/// Says that a test did not run, and why; `make test` counts these lines from the file in `ABIDE_SKIPPED`.
pub fn skipped(test: &str, why: &str) {
    eprintln!("SKIPPED {test}: {why}");
    if let Some(path) = std::env::var_os("ABIDE_SKIPPED") {
        let file = std::fs::OpenOptions::new().append(true).create(true).open(&path);
        if let Err(e) = file.and_then(|mut file| writeln!(file, "SKIPPED {test}: {why}")) {
            panic!("{}: {e}", path.display());
        }
    }
}
