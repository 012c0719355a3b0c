//! Who may use whom. The orders stand in ARCHITECTURE.md, for people; here they are read from there and demanded.

use super::lines::root;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// What each folder of the shell may name of the core: ids and what crosses between the two are for all; for more
/// there is a reason.
const OF_THE_CORE: [(&str, &[&str]); 7] = [
    ("os", &["base", "boundary"]),
    ("keeper", &["base", "boundary"]),
    ("jobs", &["base", "boundary"]),
    ("store", &["base", "boundary"]),
    // A terminal's keys have the core's names, a command line is checked by the core's table, and what it paints has
    // the core's widths.
    ("client", &["keys", "commands", "text"]),
    // A checkpoint is read from and written to a screen.
    ("reactor", &["base", "boundary", "screen"]),
    // Who puts it together.
    ("boot", &["base", "boundary", "screen", "server"]),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    for entry in std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()) {
        if entry.is_dir() && entry.file_name().is_none_or(|name| name != "tests") {
            found.extend(sources(&entry));
        } else if entry.extension().is_some_and(|e| e == "rs") {
            found.push(entry);
        }
    }
    found
}

/// The first names behind `of` and `::` in a file: `crate::{base::X, keys}` names `base` and `keys`. Comments count
/// for nothing, nor do a file's own tests at its end.
fn named(text: &str, of: &str) -> BTreeSet<String> {
    let code: String = text
        .split("\n#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices(&format!("{of}::")) {
        if code[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + of.len() + 2..];
        let Some(list) = rest.strip_prefix('{') else {
            names.extend(first_word(rest));
            continue;
        };
        let (mut depth, mut begins) = (1, true);
        for (i, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => begins = true,
                _ if c.is_whitespace() => {}
                _ if begins => {
                    begins = false;
                    names.extend(first_word(&list[i..]));
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    names
}

fn first_word(text: &str) -> Option<String> {
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!word.is_empty()).then_some(word)
}

/// The line of names below the line of ARCHITECTURE.md that says `what`.
fn order(what: &str) -> Vec<String> {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("the page");
    let line = page.lines().skip_while(|line| !line.contains(what)).nth(1).expect("a line below it");
    line.trim_matches(|c| c == '`' || c == '.')
        .split(|c: char| c.is_whitespace() || c == '→')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Which room of `folder` a file is in: its folder, or its own name where it lies there itself.
fn room(folder: &Path, file: &Path) -> String {
    let inside = file.strip_prefix(folder).expect("a file within");
    let first = inside.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
    first.strip_suffix(".rs").map_or(first.clone(), str::to_owned)
}

fn demand(folder: &str, order: &[String]) {
    let folder = root().join(folder);
    let place = |name: &str| order.iter().position(|known| known == name);
    let (mut wrong, mut uses) = (vec![], 0);
    for file in sources(&folder) {
        let room = room(&folder, &file);
        if ["lib", "main"].contains(&room.as_str()) {
            continue;
        }
        let text = std::fs::read_to_string(&file).expect("a source file");
        let Some(here) = place(&room) else {
            wrong.push(format!("{}: ARCHITECTURE.md gives {room} no place in the order", file.display()));
            continue;
        };
        for name in named(&text, "crate").into_iter().filter(|name| *name != room) {
            uses += 1;
            if place(&name).is_none_or(|there| there > here) {
                wrong.push(format!("{}: uses {name}", file.display()));
            }
        }
    }
    assert!(uses > 30, "only {uses} uses were found in {}: not understood", folder.display());
    assert!(wrong.is_empty(), "against the order of folders in ARCHITECTURE.md:\n{}", wrong.join("\n"));
}

#[test]
fn a_folder_of_the_core_uses_only_those_to_its_left() {
    demand("daemon/core/src", &order("In the core a folder uses only folders to its left"));
}

#[test]
fn a_part_of_the_shell_uses_only_those_to_its_left() {
    demand("daemon/src", &order("In the shell a part uses only parts to its left"));
}

#[test]
fn the_shell_names_no_more_of_the_core_than_it_needs() {
    let mut wrong = vec![];
    for (folder, may) in OF_THE_CORE {
        let files = sources(&root().join("daemon/src").join(folder));
        assert!(!files.is_empty(), "nothing in {folder}");
        for file in files {
            let text = std::fs::read_to_string(&file).expect("a source file");
            for name in named(&text, "abide_core") {
                if !may.contains(&name.as_str()) {
                    wrong.push(format!("{}: uses the core's {name}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn uses_are_found_however_they_are_written() {
    let text = "use crate::{\n    base::{ids::A, limits::B},\n    keys, text::c,\n};\nuse crate::modes;\n\
                // crate::server\nfn f() { crate::formats::g(); my_crate::wire::x() }\n";
    let found: Vec<String> = named(text, "crate").into_iter().collect();
    assert_eq!(found, ["base", "formats", "keys", "modes", "text"]);
}
