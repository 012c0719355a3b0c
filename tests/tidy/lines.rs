//! No file grows without a stop, and none hides behind a name that says nothing.

use std::path::{Path, PathBuf};

/// Lines in a source file, comments included; past that it holds more than one idea.
const FILE_LINES_MAX: usize = 600;
const SOURCE: [&str; 6] = ["rs", "ts", "css", "html", "py", "sh"];
const EMPTY_NAMES: [&str; 6] = ["util", "utils", "common", "misc", "helpers", "imp"];

pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_path_buf()
}

/// Files that git knows or would add: what is ignored is not ours.
fn files() -> Vec<PathBuf> {
    let output = std::process::Command::new("git")
        .args(["ls-files", "-co", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git ls-files");
    assert!(output.status.success(), "git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    let names = String::from_utf8(output.stdout).expect("names in UTF-8");
    let files: Vec<PathBuf> =
        names.lines().map(|name| root().join(name)).filter(|path| path.is_file()).collect();
    assert!(files.len() > 50, "only {} files: looked in the wrong place?", files.len());
    files
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|e| e.to_str()).unwrap_or("")
}

#[test]
fn no_source_file_is_longer_than_600_lines() {
    let long: Vec<String> = files()
        .iter()
        .filter(|path| SOURCE.contains(&extension(path)))
        .filter_map(|path| {
            let lines = std::fs::read_to_string(path).ok()?.lines().count();
            (lines > FILE_LINES_MAX).then(|| format!("{} lines: {}", lines, path.display()))
        })
        .collect();
    assert!(long.is_empty(), "over {FILE_LINES_MAX} lines:\n{}", long.join("\n"));
}

#[test]
fn every_name_says_something() {
    let empty: Vec<_> = files()
        .into_iter()
        .filter(|path| {
            path.iter().any(|part| {
                let part = Path::new(part).file_stem().and_then(|p| p.to_str()).unwrap_or("");
                EMPTY_NAMES.contains(&part)
            })
        })
        .collect();
    assert!(empty.is_empty(), "names that say nothing: {empty:?}");
}

#[test]
fn unsafe_lives_in_one_room() {
    const ROOM: &str = "daemon/src/os/sys.rs";
    // A C library that stands in for another in tests: its functions are called through pointers.
    const DOUBLE: &str = "tests/fdb_double/src/lib.rs";
    let word = concat!("un", "safe");
    let outside = |path: &&PathBuf| !path.ends_with(ROOM) && !path.ends_with(DOUBLE);
    for path in files().iter().filter(|path| extension(path) == "rs").filter(outside) {
        let text = std::fs::read_to_string(path).expect("readable");
        for (n, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            let found = code.contains(&format!("{word} {{"))
                || code.contains(&format!("{word} fn"))
                || code.contains(&format!("{word} impl"));
            assert!(!found, "{}:{}: only {ROOM} may", path.display(), n + 1);
        }
    }
}

/// Who prints it and goes on is counted as passed.
#[test]
fn what_is_skipped_is_counted() {
    let printed = concat!("println!(\"", "skip");
    for path in files().iter().filter(|path| extension(path) == "rs" && !path.ends_with("tests/src/skip.rs"))
    {
        let text = std::fs::read_to_string(path).expect("readable").to_lowercase();
        let found = text.lines().position(|line| line.contains(printed));
        assert_eq!(
            found.map(|n| n + 1),
            None,
            "{}: the line says it without tests/src/skip.rs",
            path.display()
        );
    }
}

#[test]
fn only_the_codec_names_serde_cbor() {
    const CODEC: &str = "protocol/src/codec.rs";
    let name = concat!("serde_", "cbor::");
    for path in files().iter().filter(|path| extension(path) == "rs" && !path.ends_with(CODEC)) {
        let text = std::fs::read_to_string(path).expect("readable");
        assert!(!text.contains(name), "{}: only {CODEC} may name it", path.display());
    }
}

/// The law of the design: the core's dependencies can't open, wait, spawn, randomise or ask the time.
#[test]
fn the_core_depends_on_nothing_that_reaches_outside() {
    const ALLOWED: [&str; 10] = [
        "abide-protocol",
        "lz4_flex",
        "memchr",
        "miniz_oxide",
        "png",
        "regex-lite",
        "serde",
        "serde_bytes",
        "vte",
        "simdutf8",
    ];
    let manifest =
        std::fs::read_to_string(root().join("daemon/core/Cargo.toml")).expect("the core's manifest");
    let section = manifest
        .split("[dependencies]")
        .nth(1)
        .and_then(|rest| rest.split("\n[").next())
        .expect("dependencies");
    let names: Vec<&str> = section
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty())
        .collect();
    assert!(names.len() >= 4, "read {names:?}");
    for name in names {
        assert!(ALLOWED.contains(&name), "the core may not depend on {name}");
    }
}
