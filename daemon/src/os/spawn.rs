//! What a program is started with, made before the fork.

use super::sys::{Image, Stage, c_string, report};
use abide_core::boundary::Program;
use std::ffi::{CString, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Where programs are looked for when their environment does not say.
const PATH_DEFAULT: &str = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";
/// The shell when none is named, or an empty one.
const SHELL_DEFAULT: &str = "/bin/sh";

/// What a keeper changed about itself and its children get back.
#[derive(Clone, Debug, Default)]
pub struct Original {
    /// Soft and hard limit of open files.
    pub open_files: Option<(u64, u64)>,
    /// `oom_score_adj`.
    pub oom_score: Option<String>,
}

/// How a pane's program is started: no words, the login shell; one, a line for the shell; several, a program
/// with its arguments, looked for along the PATH of the environment given.
#[must_use]
pub fn program(program: &Program, original: &Original) -> Image {
    let shell = if program.shell.is_empty() { SHELL_DEFAULT } else { &program.shell };
    let name = Path::new(shell).file_name().map_or(shell.as_bytes(), OsStrExt::as_bytes);
    let variable = |wanted: &str| {
        program.environment.iter().rev().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    };
    let (files, arguments) = match program.words.as_slice() {
        [] => (vec![c_string(shell.as_bytes())], vec![c_string(&[b"-", name].concat())]),
        [line] => (
            vec![c_string(shell.as_bytes())],
            vec![c_string(name), c_string(b"-c"), c_string(line.as_bytes())],
        ),
        words @ [file, ..] => (
            candidates(file, variable("PATH").unwrap_or(PATH_DEFAULT)),
            words.iter().map(|w| c_string(w.as_bytes())).collect(),
        ),
    };
    let folders = [program.cwd.as_str(), variable("HOME").unwrap_or(""), "/"];
    Image {
        files,
        arguments,
        environment: program.environment.iter().map(|(n, v)| variable_string(n, v)).collect(),
        folders: folders.iter().filter(|f| !f.is_empty()).map(|f| c_string(f.as_bytes())).collect(),
        terminal: true,
        open_files: original.open_files,
        oom_score: original.oom_score.as_ref().map(|s| c_string(s.as_bytes())),
    }
}

fn variable_string(name: &str, value: &str) -> CString {
    c_string(&[name.as_bytes(), b"=", value.as_bytes()].concat())
}

/// The environment of this very process, but for some variables.
#[must_use]
pub fn own_environment(but: &[&str]) -> Vec<CString> {
    let variable =
        |(name, value): (OsString, OsString)| c_string(&[name.as_bytes(), b"=", value.as_bytes()].concat());
    std::env::vars_os().filter(|(name, _)| !but.iter().any(|b| *name == **b)).map(variable).collect()
}

/// The files that a name may mean, in the order to try them.
fn candidates(name: &str, path: &str) -> Vec<CString> {
    if name.contains('/') || name.is_empty() {
        return vec![c_string(name.as_bytes())];
    }
    path.split(':')
        .map(|folder| if folder.is_empty() { "." } else { folder })
        .map(|folder| c_string(&[folder.as_bytes(), b"/", name.as_bytes()].concat()))
        .collect()
}

/// Why a program does not run, from what its child reported.
#[must_use]
pub fn failure(image_name: &str, bytes: [u8; super::sys::REPORT_BYTES]) -> String {
    let (stage, fault) = report(bytes);
    let name: String = image_name.chars().flat_map(char::escape_debug).collect();
    match stage {
        Some(Stage::Session) => format!("{name}: can't lead a session: {fault}"),
        Some(Stage::Terminal) => format!("{name}: can't get its terminal: {fault}"),
        Some(Stage::Descriptors) => format!("{name}: can't get its descriptors: {fault}"),
        Some(Stage::Folder) => format!("{name}: no folder to start in: {fault}"),
        Some(Stage::Exec) | None => format!("{name}: can't be run: {fault}"),
    }
}

/// The name to call a pane's program by in a message.
#[must_use]
pub fn display_name(program: &Program) -> &str {
    match program.words.as_slice() {
        [] | [_] if program.shell.is_empty() => SHELL_DEFAULT,
        [] | [_] => &program.shell,
        [file, ..] => file,
    }
}
