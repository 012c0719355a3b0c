//! Keeper and daemon are lost together, and a service manager held what they had.

use abide_tests::server::{SOON, Server, program, signal};
use abide_tests::wait::wait_for;
use rustix::process::Signal;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};

struct Manager {
    process: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    held: PathBuf,
}

impl Manager {
    fn start(server: &Server) -> Manager {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/e2e/service_manager.py");
        let socket = server.folder("run").join("notify");
        let mut command = server.command("python3");
        command.arg(script).arg(&socket).arg(program("abide")).arg("-D");
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python3");
        let (say, lines) = channel();
        let out = BufReader::new(process.stdout.take().expect("its output"));
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| say.send(line)));
        let stdin = process.stdin.take();
        Manager { process, stdin, lines, held: socket.with_extension("held") }
    }

    /// The next line that begins so; what follows the word.
    #[track_caller]
    fn wait(&mut self, word: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(SOON).unwrap_or_else(|_| panic!("no `{word}` came"));
            assert!(!line.starts_with("fault"), "{line}");
            if let Some(rest) = line.strip_prefix(word) {
                return rest.trim().to_owned();
            }
        }
    }

    /// Waits until it holds these, numbers of processes left out.
    #[track_caller]
    fn wait_held(&self, names: &[&str]) {
        let holds = || {
            let text = std::fs::read_to_string(&self.held).unwrap_or_default();
            let name = |line: &str| {
                line.split_once("-process-").map_or(line.to_owned(), |(pane, _)| format!("{pane}-process"))
            };
            text.lines().map(name).collect::<Vec<_>>()
        };
        let mut last = Vec::new();
        let reached = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            wait_for("what is held", SOON, || {
                last = holds();
                (last == names).then_some(())
            });
        }));
        assert!(reached.is_ok(), "it holds {last:?}, and not {names:?}");
    }

    /// Stops the service, as `systemctl stop` does; says what was left in its hands.
    #[track_caller]
    fn stop(&mut self) -> String {
        self.stdin.take().expect("stopped once").write_all(b"stop\n").expect("it hears");
        let rest = self.wait("ended");
        self.process.wait().expect("its end");
        rest
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Both are lost, the daemon so much later that it still has the lock when the manager has started the next keeper, and never
/// so late that it could take the keeper's place; the next keeper.
#[track_caller]
fn lose(server: &Server, manager: &mut Manager, keeper: u32) -> u32 {
    let waited = || server.keeper_log().matches("who is to be followed still has the lock").count();
    let (daemon, before) = (server.daemon_pid(), waited());
    let stopped = Stopped::at_once(daemon);
    signal(keeper, Signal::KILL);
    let next = manager.wait("started").parse().expect("a process id");
    wait_for("the next keeper to see the lock", SOON, || (waited() > before).then_some(()));
    drop(stopped);
    next
}

/// A process that does nothing any more and is killed at the end of this, also when the test fails: else nobody could end its server.
struct Stopped(u32);

impl Stopped {
    fn at_once(pid: u32) -> Stopped {
        signal(pid, Signal::STOP);
        Stopped(pid)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        signal(self.0, Signal::KILL);
    }
}

#[test]
fn keeper_and_daemon_are_lost_and_programs_live_on() {
    let server = Server::new();
    let mut manager = Manager::start(&server);
    let mut keeper: u32 = manager.wait("started").parse().expect("a process id");
    manager.wait("ready");
    server.ok(&["set-option", "-g", "remain-on-exit", "on"]);
    server.ok(&["new-session", "-d", "-s", "work", "-x", "80", "-y", "24"]);
    server.ok(&[
        "new-session",
        "-d",
        "-s",
        "flood",
        "-x",
        "80",
        "-y",
        "24",
        "seq -f 'line %.0f' 100000; read answer; echo got-$answer; cat",
    ]);
    server.ok(&["new-session", "-d", "-s", "dead", "-x", "80", "-y", "24", "echo last-words; exit 3"]);
    server.ok(&["send-keys", "-t", "work", "shell=$$; echo before-$((1+1))", "Enter"]);
    server.wait_pane("work", "before-2");
    server.wait_pane("dead", "last-words");
    let pids = |server: &Server| {
        server.ok(&["list-panes", "-a", "-F", "#{session_name} #{pane_id} #{pane_pid} #{pane_tty}"])
    };
    let before = pids(&server);
    let held = [
        "control",
        "pane-0-master",
        "pane-0-memory-0",
        "pane-0-process",
        "pane-1-master",
        "pane-1-memory-1",
        "pane-1-process",
        "pane-2-memory-2",
        "sluice",
    ];
    manager.wait_held(&held);
    for round in 0..3 {
        keeper = lose(&server, &mut manager, keeper);
        manager.wait("ready");
        assert_eq!(server.keeper_pid(), keeper);
        assert_eq!(
            pids(&server).lines().filter(|l| !l.starts_with("dead")).collect::<Vec<_>>(),
            before.lines().filter(|l| !l.starts_with("dead")).collect::<Vec<_>>()
        );
        server.ok(&[
            "send-keys",
            "-t",
            "work",
            &format!("[ $shell = $$ ] && echo same-{round}-$((1+1))"),
            "Enter",
        ]);
        server.wait_pane("work", &format!("same-{round}-2"));
        assert_eq!(server.format("dead", "#{pane_dead} #{pane_dead_status}"), "1 3");
        server.wait_pane("dead", "last-words");
        manager.wait_held(&held);
    }
    let messages = server.ok(&["show-messages"]);
    assert!(
        messages.contains("the service manager held what they had; 2 of 3 programs live on"),
        "{messages}"
    );
    server.wait_pane("flood", "line 100000");
    server.ok(&["send-keys", "-t", "flood", "42", "Enter"]);
    server.wait_pane("flood", "got-42");
    let all = server.ok(&["capture-pane", "-p", "-S", "-", "-t", "flood"]);
    let numbers: Vec<u32> = all.lines().filter_map(|line| line.strip_prefix("line ")?.parse().ok()).collect();
    assert!(numbers.len() > 1900, "{} lines", numbers.len());
    assert!(numbers.is_sorted_by(|a, b| a + 1 == *b), "none is lost or doubled");
    // An end that is seen though nobody here is its parent; its pane keeps its memory, and one that is killed nothing.
    server.ok(&["send-keys", "-t", "work", "exit 7", "Enter"]);
    wait_for("the shell's end", SOON, || (server.format("work", "#{pane_dead}") == "1").then_some(()));
    server.ok(&["kill-session", "-t", "flood"]);
    manager.wait_held(&["control", "pane-0-memory-0", "pane-2-memory-2", "sluice"]);
    assert_eq!(manager.stop(), "0", "nothing is held after an orderly end");
}

#[test]
fn a_server_whose_daemon_has_taken_over_is_left_alone() {
    let server = Server::new();
    let mut manager = Manager::start(&server);
    let keeper: u32 = manager.wait("started").parse().expect("a process id");
    manager.wait("ready");
    server.ok(&["new-session", "-d", "-s", "work", "-x", "80", "-y", "24"]);
    manager.wait_held(&["control", "pane-0-master", "pane-0-memory-0", "pane-0-process", "sluice"]);
    // The daemon lives, and has the lock: what is held is not taken.
    let daemon = server.daemon_pid();
    signal(keeper, Signal::KILL);
    let next = wait_for("the daemon to take the keeper's place", SOON, || {
        let now = server.run(&["display-message", "-p", "#{keeper_pid}"]);
        String::from_utf8_lossy(&now.stdout).trim().parse::<u32>().ok().filter(|pid| *pid != keeper)
    });
    assert_eq!(next, daemon);
    assert_eq!(manager.wait("ended").split(' ').next(), Some("0"), "a second keeper leaves it alone");
    server.ok(&["send-keys", "-t", "work", "echo alive-$((1+1))", "Enter"]);
    server.wait_pane("work", "alive-2");
    server.ok(&["kill-server"]);
}
