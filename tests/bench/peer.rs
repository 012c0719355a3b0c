//! The two multiplexers side by side: ours and tmux, each with a server and folders of its own.

use abide_core::base::geometry::Size;
use abide_tests::pty::Pty;
use abide_tests::server::Server;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Which multiplexer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// Ours.
    Abide,
    /// Theirs.
    Tmux,
}

/// A server of one of them.
pub(crate) struct Peer {
    /// Which.
    pub(crate) which: Which,
    world: Server,
    config: PathBuf,
}

/// The size everything is measured at.
pub(crate) fn size() -> Size {
    Size::new(80, 24)
}

impl Peer {
    /// A server with one detached session `b`, history of 10,000 lines, no status line.
    pub(crate) fn start(which: Which) -> Peer {
        let world = Server::new();
        let config = world.folder("home").join("bench.conf");
        std::fs::write(
            &config,
            "set -g history-limit 10000\nset -g status off\nset -g escape-time 0\nset -g mouse off\n",
        )
        .expect("a config");
        let peer = Peer { which, world, config };
        peer.run(&["new-session", "-d", "-s", "b", "-x", "80", "-y", "24"]);
        peer
    }

    /// Its name in the tables.
    pub(crate) fn name(&self) -> &'static str {
        match self.which {
            Which::Abide => "abide",
            Which::Tmux => "tmux",
        }
    }

    /// A command for it.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = match self.which {
            Which::Abide => self.world.abide(&[]),
            Which::Tmux => {
                let mut command = self.world.command("tmux");
                command.arg("-S").arg(self.world.folder("run").join("tmux"));
                command
            }
        };
        command.arg("-f").arg(&self.config).args(words);
        command
    }

    /// Runs a command and gives its output.
    pub(crate) fn run(&self, words: &[&str]) -> String {
        let output = self.command(words).stdin(Stdio::null()).output().expect("run");
        assert!(
            output.status.success(),
            "{} {words:?}: {}",
            self.name(),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// A client attached on a pty.
    pub(crate) fn attach(&self) -> Pty {
        Pty::start(&self.command(&["attach-session", "-t", "b"]), size())
    }

    /// The processes of the server.
    pub(crate) fn pids(&self) -> Vec<u32> {
        let format = match self.which {
            Which::Abide => "#{pid} #{keeper_pid}",
            Which::Tmux => "#{pid}",
        };
        self.run(&["display-message", "-p", format]).split(' ').filter_map(|pid| pid.parse().ok()).collect()
    }

    /// Its home folder.
    pub(crate) fn home(&self) -> PathBuf {
        self.world.folder("home")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.command(&["kill-server"]).stdin(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// Both, ours first; tmux only where it is installed.
pub(crate) fn both() -> Vec<Which> {
    let tmux = Command::new("tmux").arg("-V").output().is_ok();
    if !tmux {
        println!("tmux is not installed: figures are ours alone");
    }
    if tmux { vec![Which::Abide, Which::Tmux] } else { vec![Which::Abide] }
}
