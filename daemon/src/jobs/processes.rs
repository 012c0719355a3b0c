//! What runs in a pane's foreground, from `/proc`: the foreground process group of the program's terminal,
//! then that group's leader.

use abide_core::server::ProcessFacts;
use std::path::PathBuf;

/// Bytes of a command line that are looked at: only its first word matters.
const COMMAND_LINE_BYTES_MAX: u64 = 4096;

/// The facts of the foreground process of a terminal whose session `pid` leads.
#[must_use]
pub fn foreground(pid: u32) -> ProcessFacts {
    let leader = foreground_group(pid).filter(|group| facts(*group).is_some()).unwrap_or(pid);
    facts(leader).unwrap_or_default()
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
    Some(ProcessFacts { cwd, command })
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
    fn our_own_process() {
        let facts = facts(std::process::id()).expect("we run");
        let cwd = std::env::current_dir().expect("we are somewhere");
        assert_eq!(facts.cwd, cwd.to_string_lossy());
        assert!(!facts.command.is_empty());
        assert_eq!(foreground(u32::MAX), ProcessFacts::default());
    }
}
