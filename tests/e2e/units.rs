//! The systemd units: what they run does what a service manager expects of it.

use abide_tests::server::{SOON, Server, alive, signal};
use abide_tests::wait::wait_for;
use rustix::process::Signal;
use std::io::{BufRead, BufReader};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::process::{Child, Stdio};

/// A service manager that hears what its service says.
struct Manager {
    socket: UnixDatagram,
    heard: Vec<String>,
}

impl Manager {
    fn at(address: &SocketAddr) -> Manager {
        let socket = UnixDatagram::bind_addr(address).expect("a socket");
        socket.set_nonblocking(true).expect("nonblocking");
        Manager { socket, heard: Vec::new() }
    }

    /// Waits until it was told a line that begins so, after the first `from` messages.
    #[track_caller]
    fn wait(&mut self, from: usize, line: &str) -> String {
        wait_for(line, SOON, || {
            let mut bytes = [0; 4096];
            while let Ok(n) = self.socket.recv(&mut bytes) {
                self.heard.push(String::from_utf8_lossy(&bytes[..n]).into_owned());
            }
            let mut later = self.heard.iter().skip(from).flat_map(|message| message.lines());
            later.find(|said| said.starts_with(line)).map(str::to_owned)
        })
    }
}

/// The words after the program of a unit's line.
fn words<'u>(unit: &'u str, key: &str) -> Vec<&'u str> {
    let line = unit.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('=')).expect("the line");
    let mut words = line.split(' ');
    assert_eq!(words.next(), Some("/usr/bin/abide"));
    words.collect()
}

fn start(server: &Server, words: &[&str], variables: &[(&str, &str)]) -> Child {
    let mut main = server
        .abide(words)
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("start");
    let mut ready = String::new();
    BufReader::new(main.stdout.take().expect("its output")).read_line(&mut ready).expect("a line");
    assert_eq!(ready, "ready\n");
    main
}

#[test]
fn the_server_stays_in_the_foreground_without_a_session_and_is_saved_when_stopped() {
    let unit = include_str!("../../packaging/systemd/abide.service");
    assert!(
        !unit.contains("\nExecStop="),
        "a stop is SIGTERM: kill-server would remove the sessions for good"
    );
    let holds = format!("\nFileDescriptorStoreMax={}\n", abide::keeper::limits::DEPOSIT_THINGS_MAX);
    assert!(unit.contains(&holds), "systemd may hold all that a keeper gives it:{holds}");
    let server = Server::new();
    let exec = words(unit, "ExecStart");
    let mut main = start(&server, &exec, &[]);
    assert_eq!(server.ok(&["list-sessions"]), "");
    server.ok(&["new-session", "-d", "-s", "a"]);
    let daemon = server.daemon_pid();
    signal(main.id(), Signal::TERM);
    let status = wait_for("its end", SOON, || main.try_wait().expect("wait"));
    assert!(status.success(), "{status}");
    assert!(!alive(daemon));

    let mut main = start(&server, &exec, &[]);
    assert_eq!(server.ok(&["list-sessions", "-F", "#S"]), "a", "the next start has it");
    server.ok(&["kill-server"]);
    assert!(wait_for("its end", SOON, || main.try_wait().expect("wait")).success());
}

/// The same at a path and at an abstract name.
#[test]
fn the_service_manager_hears_when_it_serves_lives_and_stops() {
    let server = Server::new();
    let path = server.folder("run").join("notify").to_string_lossy().into_owned();
    let name = format!("abide-test-notify-{}", std::process::id());
    let addresses = [
        (path.clone(), SocketAddr::from_pathname(&path).expect("a path")),
        (format!("@{name}"), SocketAddr::from_abstract_name(&name).expect("a name")),
    ];
    for ((told, address), session) in addresses.into_iter().zip(["path", "name"]) {
        let mut manager = Manager::at(&address);
        let variables = [
            ("NOTIFY_SOCKET", told.as_str()),
            ("WATCHDOG_USEC", "200000"),
            ("FDSTORE", "4"),
            ("LISTEN_FDS", "0"),
        ];
        let mut main = start(&server, &["-D"], &variables);
        manager.wait(0, "READY=1");
        let status = manager.wait(0, "STATUS=daemon ");
        assert!(status.contains(" serves "), "{status}");
        // Signs of life go on while nothing happens, and while there is no daemon.
        let heard = manager.heard.len();
        manager.wait(heard, "WATCHDOG=1");
        server.ok(&["new-session", "-d", "-s", session, "-x", "80", "-y", "24"]);
        let look = "echo seen-$(env | grep -c -e NOTIFY_S -e WATCHDOG_ -e FDSTORE -e LISTEN_)";
        server.ok(&["send-keys", "-t", session, look, "Enter"]);
        server.wait_pane(session, "seen-0");
        let heard = manager.heard.len();
        signal(server.daemon_pid(), Signal::KILL);
        let status = manager.wait(heard, "STATUS=the daemon ");
        assert!(status.contains("SIGKILL"), "{status}");
        manager.wait(heard, "STATUS=daemon ");
        manager.wait(heard, "WATCHDOG=1");
        let heard = manager.heard.len();
        signal(main.id(), Signal::TERM);
        manager.wait(heard, "STOPPING=1");
        assert!(manager.wait(heard, "STATUS=SIGTERM").contains("sessions are being saved"));
        assert!(wait_for("its end", SOON, || main.try_wait().expect("wait")).success());
        assert!(manager.heard.iter().all(|m| m.lines().all(|l| l.contains('='))), "{:?}", manager.heard);
    }
}

#[test]
fn a_server_that_a_client_starts_is_no_service_of_the_clients_manager() {
    let server = Server::new();
    let path = server.folder("run").join("notify");
    let mut manager = Manager::at(&SocketAddr::from_pathname(&path).expect("a path"));
    let server = server.with("NOTIFY_SOCKET", path.as_os_str()).with("WATCHDOG_USEC", "100000");
    server.ok(&["new-session", "-d", "-s", "a", "-x", "80", "-y", "24"]);
    server.ok(&["send-keys", "-t", "a", "echo said-$((1+1))", "Enter"]);
    server.wait_pane("a", "said-2");
    server.ok(&["kill-server"]);
    let mut bytes = [0; 64];
    assert!(manager.socket.recv(&mut bytes).is_err(), "it was told something");
    manager.heard.clear();
}
