//! What runs in a pane's foreground, from `/proc`: the foreground process group of the program's terminal,
//! then that group's leader.

use abide_core::boundary::ProcessFacts;
use std::path::PathBuf;

/// Bytes of a command line that are looked at. One that is as long is not whole, and its words are of no use.
const COMMAND_LINE_BYTES_MAX: u64 = 4096;

/// The facts of the foreground process of a terminal whose session `pid` leads.
#[must_use]
pub fn foreground(pid: u32) -> ProcessFacts {
    let leader = foreground_group(pid).filter(|group| facts(*group).is_some()).unwrap_or(pid);
    facts(leader).map(|facts| ProcessFacts { own: leader == pid, ..facts }).unwrap_or_default()
}

fn facts(pid: u32) -> Option<ProcessFacts> {
    let folder = PathBuf::from(format!("/proc/{pid}"));
    let line = read(&folder.join("cmdline")).ok()?;
    let first = line.split(|&b| b == 0).next().unwrap_or_default();
    let mut command = base_name(&String::from_utf8_lossy(first));
    if command.is_empty() {
        // A kernel thread, a zombie, or a program that has written over its arguments.
        let name = read(&folder.join("comm")).ok()?;
        command = String::from_utf8_lossy(&name).trim_end().to_owned();
    }
    let cwd = std::fs::read_link(folder.join("cwd"))
        .ok()
        .map(|p| p.to_string_lossy().into_owned())
        // A folder that was removed.
        .map(|p| p.strip_suffix(" (deleted)").map_or(p.clone(), str::to_owned))
        .unwrap_or_default();
    Some(ProcessFacts { cwd, command, arguments: arguments(&line), own: false })
}

/// The words of a command line as the kernel shows it, each ended by a zero. A program that has written a title over
/// them has none.
fn arguments(line: &[u8]) -> Vec<String> {
    let whole = line.strip_suffix(b"\0").filter(|_| (line.len() as u64) < COMMAND_LINE_BYTES_MAX);
    let words = whole.map(|whole| whole.split(|&b| b == 0).map(|word| String::from_utf8(word.to_vec())));
    let words: Vec<String> = words.and_then(|words| words.collect::<Result<_, _>>().ok()).unwrap_or_default();
    if words.first().is_some_and(|first| first.is_empty() || first.contains(' ')) {
        Vec::new()
    } else {
        words
    }
}

fn read(path: &std::path::Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(COMMAND_LINE_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Field `tpgid` of `/proc/PID/stat`; the fields are counted after the name, which may hold anything.
fn foreground_group(pid: u32) -> Option<u32> {
    let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    let after_name = stat.iter().rposition(|&b| b == b')')?;
    let rest = String::from_utf8_lossy(stat.get(after_name + 1..)?).into_owned();
    // state ppid pgrp session tty_nr tpgid
    rest.split_whitespace().nth(5)?.parse::<u32>().ok().filter(|group| *group > 0)
}

/// The name of a program by its first word: without folders, without a login shell's dash.
fn base_name(word: &str) -> String {
    let word = word.split(' ').next().unwrap_or_default();
    let name = word.rsplit('/').next().unwrap_or_default();
    name.strip_prefix('-').unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_people_know_them() {
        for (word, name) in [
            ("/usr/bin/vim", "vim"),
            ("-bash", "bash"),
            ("sleep", "sleep"),
            ("nginx: master process", "nginx:"),
            ("", ""),
            ("/", ""),
        ] {
            assert_eq!(base_name(word), name, "{word}");
        }
    }

    #[test]
    fn words_are_whole_or_none() {
        let words = |line: &[u8]| arguments(line).join("|");
        assert_eq!(words(b"less\0a b\0\0x\0"), "less|a b||x");
        for none in [&b""[..], b"\0", b"less\0cut", b"nginx: master process\0\0\0", b"less\0\xff\0"] {
            assert_eq!(words(none), "", "{none:?}");
        }
        let long = [&[b'x'; COMMAND_LINE_BYTES_MAX as usize - 1][..], b"\0"].concat();
        assert_eq!(words(&long), "");
    }

    #[test]
    fn our_own_process() {
        let facts = facts(std::process::id()).expect("we run");
        let cwd = std::env::current_dir().expect("we are somewhere");
        assert_eq!(facts.cwd, cwd.to_string_lossy());
        assert!(!facts.command.is_empty());
        assert_eq!(foreground(u32::MAX), ProcessFacts::default());
    }
}
