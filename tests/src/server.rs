//! A server of the test's own: its folders, its socket, its home; ended when the test ends.

use crate::terminal::Terminal;
use crate::wait::wait_for;
use abide_core::base::geometry::Size;
use rustix::process::Signal;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// Long enough for a loaded machine of two cores, short enough to notice a hang.
pub const SOON: Duration = Duration::from_secs(20);

/// Folders in which a server of its own lives.
pub struct Server {
    folder: tempfile::TempDir,
    program: PathBuf,
    /// `-L`.
    name: Option<String>,
    variables: Vec<(&'static str, std::ffi::OsString)>,
}

impl Default for Server {
    fn default() -> Server {
        Server::new()
    }
}

impl Server {
    /// Fresh folders; nothing is started yet.
    ///
    /// # Panics
    /// When there is no room for them, or the program is not built.
    pub fn new() -> Server {
        let folder = tempfile::Builder::new().prefix("abide").tempdir().expect("a folder");
        for name in ["home", "run", "state", "config"] {
            let path = folder.path().join(name);
            std::fs::create_dir(&path).expect("a folder");
            private(&path);
        }
        Server { folder, program: program("abide"), name: None, variables: Vec::new() }
    }

    /// With another variable in the environment of all its commands.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<std::ffi::OsString>) -> Server {
        self.variables.push((name, value.into()));
        self
    }

    /// Under another name than `default` (`-L`), which its space in a store has too.
    #[must_use]
    pub fn named(mut self, name: &str) -> Server {
        self.name = Some(name.to_owned());
        self
    }

    /// Started from another file than the one that was built.
    #[must_use]
    pub fn installed_at(mut self, program: &Path) -> Server {
        program.clone_into(&mut self.program);
        self
    }

    /// The folder named `home`, `run`, `state` or `config`.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file of its state: `redb` is its store, `server.log` and `keeper.log` its logs.
    pub fn state_file(&self, kind: &str) -> PathBuf {
        let name = self.name.as_deref().unwrap_or("default");
        self.folder("state").join("abide").join(format!("{name}.{kind}"))
    }

    /// What the keeper has logged.
    pub fn keeper_log(&self) -> String {
        std::fs::read_to_string(self.state_file("keeper.log")).unwrap_or_default()
    }

    /// A command in this server's world, with nothing else in its environment.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear();
        let path = std::env::var("PATH").unwrap_or_default();
        let beside = self.program.parent().expect("a folder").display();
        command
            .env("PATH", format!("{beside}:{path}"))
            .env("HOME", self.folder("home"))
            .env("XDG_RUNTIME_DIR", self.folder("run"))
            .env("XDG_STATE_HOME", self.folder("state"))
            .env("XDG_CONFIG_HOME", self.folder("config"))
            .env("SHELL", "/bin/sh")
            .env("PS1", "$ ")
            .env("TERM", "xterm-256color")
            .env("LANG", "C.UTF-8")
            .env("USER", "tester")
            .current_dir(self.folder("home"))
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// `abide` with these words, not yet started.
    pub fn abide(&self, words: &[&str]) -> Command {
        let mut command = self.command(&self.program);
        command.args(self.socket()).args(words);
        command
    }

    fn socket(&self) -> impl Iterator<Item = &str> {
        self.name.iter().flat_map(|name| ["-L", name])
    }

    /// Runs `abide` with these words to its end.
    ///
    /// # Panics
    /// When it can't be started.
    pub fn run(&self, words: &[&str]) -> Output {
        self.abide(words).stdin(Stdio::null()).output().expect("run abide")
    }

    /// Runs `abide` with these words; it must succeed and say nothing on stderr. Gives its output without the last newline.
    ///
    /// # Panics
    /// When it does not.
    #[track_caller]
    pub fn ok(&self, words: &[&str]) -> String {
        let output = self.run(words);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success() && err.is_empty(), "abide {words:?}: {}\n{out}{err}", output.status);
        out.strip_suffix('\n').unwrap_or(&out).to_owned()
    }

    /// Runs `abide` with these words; it must fail with status 1. Gives what it says on stderr, without the last newline.
    ///
    /// # Panics
    /// When it does not fail so.
    #[track_caller]
    pub fn fails(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert_eq!(output.status.code(), Some(1), "abide {words:?}: {output:?}");
        let err = String::from_utf8_lossy(&output.stderr);
        err.strip_suffix('\n').unwrap_or(&err).to_owned()
    }

    /// A format of the server or of a target, expanded.
    #[track_caller]
    pub fn format(&self, target: &str, format: &str) -> String {
        if target.is_empty() {
            self.ok(&["display-message", "-p", format])
        } else {
            self.ok(&["display-message", "-p", "-t", target, format])
        }
    }

    /// The daemon's process id.
    #[track_caller]
    pub fn daemon_pid(&self) -> u32 {
        self.format("", "#{pid}").parse().expect("a process id")
    }

    /// The keeper's process id.
    #[track_caller]
    pub fn keeper_pid(&self) -> u32 {
        self.format("", "#{keeper_pid}").parse().expect("a process id")
    }

    /// Ends keeper, daemon and programs with SIGKILL, as a machine that goes down does.
    ///
    /// # Panics
    /// When one of them does not end.
    #[track_caller]
    pub fn lose_the_machine(&self) {
        let (keeper, daemon) = (self.keeper_pid(), self.daemon_pid());
        let panes = self.ok(&["list-panes", "-a", "-F", "#{pane_pid}"]);
        let panes: Vec<u32> = panes.lines().filter_map(|pid| pid.parse().ok()).collect();
        signal(keeper, Signal::KILL);
        signal(daemon, Signal::KILL);
        for pid in panes.into_iter().chain([keeper, daemon]) {
            if alive(pid) {
                let pid = rustix::process::Pid::from_raw(pid as i32).expect("a pid");
                let _ = rustix::process::kill_process(pid, Signal::KILL);
            }
            wait_for("the process to end", SOON, || (!alive(pid)).then_some(()));
        }
    }

    /// `abide` with these words on a pty of its own.
    pub fn terminal(&self, words: &[&str], cols: u16, rows: u16) -> Terminal {
        Terminal::start(&self.abide(words), Size::new(cols, rows))
    }

    /// Waits until its store has everything.
    #[track_caller]
    pub fn wait_stored(&self, within: Duration) {
        wait_for("all is stored", within, || {
            (self.format("", "#{durability}|#{durability_lag}") == "|0").then_some(())
        });
    }

    /// Two sessions, `work` and `other`; window `build` of the first has two panes, and history in the first of them.
    #[track_caller]
    pub fn fill(&self) {
        self.ok(&["new-session", "-d", "-s", "work", "-x", "80", "-y", "24", "-n", "build"]);
        self.ok(&["split-window", "-d", "-t", "work:build"]);
        self.ok(&["new-session", "-d", "-s", "other", "-x", "80", "-y", "24"]);
        self.ok(&["send-keys", "-t", "work:build.0", "cd /usr && seq 300 && echo far-$((1+1))", "Enter"]);
        self.wait_pane("work:build.0", "far-2");
        wait_for("its directory", SOON, || {
            (self.format("work:build.0", "#{pane_current_path}") == "/usr").then_some(())
        });
    }

    /// The visible text of a pane.
    #[track_caller]
    pub fn capture(&self, target: &str) -> String {
        self.ok(&["capture-pane", "-p", "-t", target])
    }

    /// Waits until a pane shows the text.
    #[track_caller]
    pub fn wait_pane(&self, target: &str, text: &str) {
        let what = format!("`{text}` in {target}");
        let mut last = String::new();
        let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            wait_for(&what, SOON, || {
                last = self.capture(target);
                last.contains(text).then_some(())
            });
        }));
        assert!(found.is_ok(), "{what} did not come; it shows:\n{last}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Where a test has put another file in its place, the one that was built.
        let _ = self
            .command(program("abide"))
            .args(self.socket())
            .arg("kill-server")
            .stdin(Stdio::null())
            .output();
    }
}

/// Sends a signal to a process.
///
/// # Panics
/// When there is no such process or no right to.
pub fn signal(pid: u32, signal: Signal) {
    let pid = rustix::process::Pid::from_raw(pid as i32).expect("a process id");
    rustix::process::kill_process(pid, signal).expect("signal the process");
}

/// Whether a process lives (a zombie does not).
pub fn alive(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.rsplit(')').next().unwrap_or("").trim_start().starts_with('Z'))
}

/// A program of the workspace: from the folder in `ABIDE_BIN`, else from beside the test.
///
/// # Panics
/// When it is not built.
pub fn program(name: &str) -> PathBuf {
    let folder = std::env::var_os("ABIDE_BIN").map(PathBuf::from).unwrap_or_else(|| {
        let test = std::env::current_exe().expect("own path");
        test.ancestors().nth(2).expect("the target folder").to_path_buf()
    });
    let path = folder.join(name);
    let path = path.canonicalize().unwrap_or(path);
    assert!(path.exists(), "{} is not built: run cargo build --workspace first", path.display());
    path
}

fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).expect("make it private");
}
