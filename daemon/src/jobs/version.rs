//! Whether a file is a program that can take this one's place: it is asked for its version.

use super::command::gather;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long a program may take to print its version: a loaded machine's fork and exec, with much room.
const ANSWER_SECONDS_MAX: u64 = 5;
/// Bytes of a version that are looked at.
const VERSION_BYTES_MAX: usize = 64;

/// What `PATH -V` prints after the program's name.
///
/// # Errors
/// One sentence when it can't be run, or prints no version of abide.
pub fn version(path: &Path) -> Result<String, String> {
    let shown = crate::places::escaped(path.as_os_str());
    let fault = |e: std::io::Error| format!("{shown}: can't be run: {e}");
    let (mut reader, writer) = std::io::pipe().map_err(fault)?;
    let mut command = Command::new(path);
    command.arg("-V").current_dir("/").process_group(0);
    let child = command.stdin(Stdio::null()).stdout(writer).stderr(Stdio::null()).spawn();
    // Our own copy of the pipe's end, or it would never end.
    drop(command);
    let mut child = child.map_err(fault)?;
    let deadline = Instant::now() + Duration::from_secs(ANSWER_SECONDS_MAX);
    let output = gather(&mut reader, &mut child, deadline);
    drop(reader);
    let late = Instant::now() >= deadline;
    let status = child.wait().map_err(fault)?;
    if late {
        return Err(format!("{shown} -V: did not end within {ANSWER_SECONDS_MAX} s"));
    }
    let text = String::from_utf8_lossy(output.get(..VERSION_BYTES_MAX).unwrap_or(&output)).into_owned();
    let version = text.lines().next().and_then(|line| line.strip_prefix("abide ")).map(str::trim);
    match version.filter(|v| status.success() && v.starts_with(|c: char| c.is_ascii_digit())) {
        Some(version) => Ok(version.chars().filter(|c| !c.is_control()).collect()),
        None => Err(format!("{shown} -V: prints no version of abide ({status})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_program_with_a_version_of_ours_will_do() {
        let folder = tempfile::tempdir().expect("a folder");
        let script = |name: &str, text: &str, mode: u32| {
            let path = folder.path().join(name);
            std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("written");
            let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
            std::fs::set_permissions(&path, mode).expect("a mode");
            path
        };
        let good = script("good", "[ \"$1\" = -V ] && echo abide 1.2.3-rc1", 0o755);
        assert_eq!(version(&good), Ok("1.2.3-rc1".to_owned()));
        let long = script("long", "printf 'abide 1'; head -c 3000000 /dev/zero | tr '\\0' 2", 0o755);
        assert_eq!(version(&long).map(|v| v.len()), Ok(VERSION_BYTES_MAX - "abide ".len()));
        for (path, expected) in [
            (script("no-x", "echo abide 1", 0o644), "no-x: can't be run: Permission denied (os error 13)"),
            (folder.path().join("no"), "no: can't be run: No such file or directory (os error 2)"),
            (
                script("other", "echo tmux 3.5a", 0o755),
                "other -V: prints no version of abide (exit status: 0)",
            ),
            (
                script("fails", "echo abide 1; exit 3", 0o755),
                "fails -V: prints no version of abide (exit status: 3)",
            ),
            (script("empty", "", 0o755), "empty -V: prints no version of abide (exit status: 0)"),
            (
                script("worded", "echo abide is here", 0o755),
                "worded -V: prints no version of abide (exit status: 0)",
            ),
            (script("hangs", "exec sleep 1000", 0o755), "hangs -V: did not end within 5 s"),
        ] {
            let fault = version(&path).expect_err("refused");
            assert_eq!(fault, format!("{}/{expected}", folder.path().display()));
        }
    }
}
