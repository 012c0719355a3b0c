//! Commands from the shell, with tmux's words and error texts.

use abide_tests::server::{SOON, Server};
use abide_tests::wait::wait_for;

fn session() -> Server {
    let server = Server::new();
    server.ok(&["new-session", "-d", "-s", "a", "-n", "one", "-x", "80", "-y", "24"]);
    server
}

#[test]
fn sessions_windows_and_panes_are_made_listed_and_killed() {
    let server = session();
    assert_eq!(
        server.ok(&[
            "new-session",
            "-d",
            "-s",
            "b",
            "-P",
            "-F",
            "#{session_name}:#{window_index}.#{pane_index}"
        ]),
        "b:0.0"
    );
    assert_eq!(server.ok(&["ls", "-F", "#{session_name} #{session_windows}"]), "a 1\nb 1");
    server.ok(&["neww", "-t", "a", "-n", "two"]);
    assert_eq!(
        server.ok(&["lsw", "-t", "a", "-F", "#{window_index}:#{window_name}#{window_flags}"]),
        "0:one-\n1:two*"
    );
    let id = server.ok(&["splitw", "-t", "a:one", "-h", "-P", "-F", "#{pane_id}"]);
    assert!(id.starts_with('%'), "{id}");
    assert_eq!(server.ok(&["lsp", "-t", "a:0", "-F", "#{pane_width}x#{pane_height}"]), "40x24\n39x24");
    assert_eq!(
        server.ok(&["lsp", "-a", "-F", "#{session_name}:#{window_index}.#{pane_index}"]).lines().count(),
        4
    );
    server.ok(&["kill-pane", "-t", &id]);
    server.ok(&["kill-window", "-t", "a:two"]);
    server.ok(&["rename-session", "-t", "b", "c"]);
    server.ok(&["rename-window", "-t", "c:0", "w"]);
    assert_eq!(server.ok(&["list-windows", "-a", "-F", "#{session_name}:#{window_name}"]), "a:one\nc:w");
    server.ok(&["kill-session", "-t", "=c"]);
    assert_eq!(server.ok(&["ls", "-F", "#S"]), "a");
    server.ok(&["kill-server"]);
    let said = server.fails(&["ls"]);
    assert!(
        said.starts_with("error connecting to ") && said.ends_with("(No such file or directory)"),
        "{said}"
    );
}

#[test]
fn send_keys_and_capture_pane() {
    let server = session();
    server.ok(&["send-keys", "-t", "a", "echo a'  'b; printf '\\033[31mred\\033[0m plain\\n'", "Enter"]);
    server.wait_pane("a", "red plain");
    assert!(server.ok(&["capture-pane", "-p", "-e", "-t", "a"]).contains("\u{1b}[31mred\u{1b}[39m plain"));
    server.ok(&["send-keys", "-t", "a", "-l", "echo Enter''Enter"]);
    server.ok(&["send-keys", "-t", "a", "Enter"]);
    server.wait_pane("a", "EnterEnter");
    server.ok(&["send-keys", "-t", "a", "seq 1000", "Enter"]);
    server.wait_pane("a", "\n1000\n");
    let all = server.ok(&["capture-pane", "-p", "-S", "-", "-t", "a"]);
    let numbers: Vec<u32> = all.lines().filter_map(|l| l.parse().ok()).collect();
    assert_eq!(numbers, (1..=1000).collect::<Vec<_>>());
    assert!(server.format("a", "#{history_size}").parse::<u32>().unwrap() > 970);
}

#[test]
fn error_texts_are_tmuxs() {
    let server = session();
    let cases: &[(&[&str], &str)] = &[
        (&["foo"], "unknown command: foo"),
        (&["bind-key"], "command bind-key: too few arguments (need at least 1)"),
        (&["new-session", "-d", "-s", "a"], "duplicate session: a"),
        (&["has-session", "-t", "zz"], "can't find session: zz"),
        (&["select-window", "-t", "a:9"], "can't find window: 9"),
        (&["select-pane", "-t", "a:0.7"], "can't find pane: 7"),
        (&["select-pane", "-t", "%99"], "can't find pane: %99"),
        (&["set-option", "-g", "nosuch", "1"], "invalid option: nosuch"),
        (&["set-option", "-g", "status-l", "1"], "ambiguous option: status-l"),
        (&["set-option", "-g", "status-justify", "maybe"], "unknown value: maybe"),
        (&["new-window", "-t", "a:0"], "create window failed: index 0 in use"),
        (&["detach-client"], "no current client"),
    ];
    for (words, expected) in cases {
        assert_eq!(&server.fails(words), expected, "abide {words:?}");
    }
    let ambiguous = server.fails(&["n"]);
    assert!(ambiguous.starts_with("ambiguous command: n, could be: "), "{ambiguous}");
}

#[test]
fn options_keys_and_a_config_file() {
    let server = Server::new();
    let config = server.folder("home").join("my.conf");
    std::fs::write(
        &config,
        "# mine\nset -g base-index 1\nset -g prefix C-a\nbind -n F5 new-window -n \"from f5\"\n",
    )
    .unwrap();
    let config = config.to_str().unwrap();
    server.ok(&["-f", config, "new-session", "-d", "-s", "a", "-x", "80", "-y", "24"]);
    assert_eq!(server.ok(&["show-options", "-gv", "prefix"]), "C-a");
    assert_eq!(server.ok(&["show-options", "-g", "base-index"]), "base-index 1");
    assert_eq!(server.ok(&["lsw", "-F", "#I"]), "1");
    let keys = server.ok(&["list-keys", "-T", "root"]);
    assert!(
        keys.lines().any(|line| line.contains("F5") && line.contains("new-window -n \"from f5\"")),
        "{keys}"
    );
    server.ok(&["unbind-key", "-n", "F5"]);
    assert!(!server.ok(&["list-keys", "-T", "root"]).contains("F5"));
    let mut terminal = server.terminal(&["attach"], 80, 24);
    terminal.wait_text("[a]", SOON);
    terminal.type_text("\x01c");
    wait_for("window 2", SOON, || (server.ok(&["lsw", "-F", "#I"]) == "1\n2").then_some(()));
}

#[test]
fn a_broken_config_says_file_and_line_and_the_session_starts() {
    let server = Server::new();
    let config = server.folder("home").join("broken.conf");
    std::fs::write(&config, "set -g base-index 1\nset -g nosuch 1\nwrong command\nset -g status off\n")
        .unwrap();
    let config = config.to_str().unwrap();
    server.run(&["-f", config, "new-session", "-d", "-s", "a", "-x", "80", "-y", "24"]);
    assert_eq!(server.ok(&["show", "-gv", "status"]), "off", "the rest of the file counts");
    let messages = server.ok(&["show-messages"]);
    assert!(messages.contains(&format!("{config}:2: invalid option: nosuch")), "{messages}");
    assert!(messages.contains(&format!("{config}:3: unknown command: wrong")), "{messages}");
    let missing = server.fails(&["source-file", "/nonexistent/x"]);
    assert!(missing.contains("/nonexistent/x") && missing.contains("No such file or directory"), "{missing}");
}

#[test]
fn what_is_stored_is_listed_and_shown() {
    let server = Server::new();
    let words = ["new-session", "-d", "-s", "kept", "-x", "40", "-y", "10"];
    server.ok(&[&words[..], &["printf '\\033[31mto be\\033[0m seen'; exec cat"]].concat());
    let line = wait_for("the session in the store", SOON, || {
        let list = server.ok(&["list-sessions", "-S"]);
        list.contains("kept: 1 windows, 1 panes (saved ").then_some(list)
    });
    assert!(line.ends_with(": here)"), "{line}");
    wait_for("its screen in the store", SOON, || {
        let output = server.run(&["show-stored", "-e", "kept"]);
        String::from_utf8_lossy(&output.stdout).starts_with("\u{1b}[31mto be\u{1b}[39m seen\n").then_some(())
    });
    assert_eq!(server.fails(&["show-stored", "nothing"]), "no session nothing is stored");
}
