//! The table of characters is what Unicode's files make.

use super::lines::root;
use abide_tests::skip::skipped;
use std::process::Command;

/// Asks the script that makes it, where its inputs are: `make unicode` puts them there.
#[test]
fn the_table_of_characters_is_made_from_its_inputs() {
    const TEST: &str = "the_table_of_characters_is_made_from_its_inputs";
    let (folder, scripts) = (root().join("target/unicode"), root().join("daemon/core/unicode"));
    let inputs = std::fs::read_to_string(scripts.join("inputs.txt")).expect("the list of inputs");
    let mut count = 0;
    for line in inputs.lines().filter(|line| !line.starts_with('#')) {
        let [_, package, _, sum] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let name = package.rsplit('/').next().unwrap_or(package);
        if !folder.join(name).join(format!(".is-{sum}")).exists() {
            return skipped(TEST, &format!("{package} is not in target/unicode: make unicode downloads it"));
        }
        count += 1;
    }
    assert!(count > 0, "no inputs");
    let mut check = Command::new("node");
    match check.arg(scripts.join("generate.mjs")).arg(&folder).arg("--check").output() {
        Err(e) => skipped(TEST, &format!("node: {e}")),
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
}
