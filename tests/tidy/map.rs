//! The map matches the land: every path that ARCHITECTURE.md and README.md name exists.

use super::lines::root;

/// What a path in the text begins with; `core/` stands for `daemon/core/src/`.
const TOPS: [&str; 8] = ["protocol", "daemon", "core", "webbridge", "tests", "man", "packaging", ".ci"];

#[test]
fn every_path_named_in_the_pages_exists() {
    let mut missing = vec![];
    let mut looked = 0;
    for page in ["ARCHITECTURE.md", "README.md"] {
        let text = std::fs::read_to_string(root().join(page)).expect("the page");
        for name in text.split('`').skip(1).step_by(2) {
            let top = name.split('/').next().unwrap_or_default();
            let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
            if !plain || !name.contains('/') || !TOPS.contains(&top) {
                continue;
            }
            looked += 1;
            let path = match name.strip_prefix("core/") {
                Some(rest) => format!("daemon/core/src/{rest}"),
                None => name.to_owned(),
            };
            if !root().join(&path).exists() && !root().join(format!("{path}.rs")).exists() {
                missing.push(format!("{page}: {name}"));
            }
        }
    }
    assert!(looked > 15, "only {looked} paths were found: the pages were not understood");
    assert!(missing.is_empty(), "named but not there:\n{}", missing.join("\n"));
}
