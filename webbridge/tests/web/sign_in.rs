//! Codes, cookies, sessions, and asking for another code.

use crate::fake_daemon::FakeDaemon;
use crate::running::{Home, mode, until};
use crate::socket::{Got, Socket};
use std::fs;

#[test]
fn without_sign_in_nothing_is_to_be_had() {
    let home = Home::new();
    let gateway = home.start(&[]);
    assert_eq!(gateway.post("/v1/ticket", None, "").status, 401);
    let made_up = format!("abide-session-{}={}", gateway.port(), "0".repeat(64));
    assert_eq!(gateway.post("/v1/ticket", Some(&made_up), "").status, 401);
    // The page is the same for everybody and holds nothing of anybody.
    let page = gateway.get("/");
    assert_eq!(page.status, 200);
    assert!(!page.body.contains(&gateway.code));
    for path in ["/v1/sessions", "/v1/", "/assets/../../etc/passwd", "/assets/none.js", "/index.html"] {
        assert_eq!(gateway.get(path).status, 404, "{path}");
    }
}

#[test]
fn a_code_signs_in_once() {
    let home = Home::new();
    let gateway = home.start(&[]);
    assert_eq!(gateway.sign_in_with(&"0".repeat(64)).status, 401);
    let cookie = gateway.sign_in();
    assert_eq!(gateway.sign_in_with(&gateway.code).status, 401, "a second use");
    assert_eq!(gateway.post("/v1/ticket", Some(&cookie), "").status, 200);
    assert_eq!(gateway.ticket(&cookie).len(), 64);
}

#[test]
fn the_cookie_is_for_this_gateway_alone() {
    let home = Home::new();
    let gateway = home.start(&[]);
    let answer = gateway.sign_in_with(&gateway.code);
    let cookie = answer.header("set-cookie").unwrap();
    let name = format!("abide-session-{}=", gateway.port());
    assert!(cookie.starts_with(&name), "{cookie}");
    for flag in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=2592000"] {
        assert!(cookie.split("; ").any(|part| part == flag), "{flag} in {cookie}");
    }
    assert!(!cookie.contains("Domain") && !cookie.contains("Secure"), "{cookie}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[test]
fn behind_a_proxy_with_tls_the_cookie_is_bound_to_the_host() {
    let home = Home::new();
    let gateway = home.start(&["--allow-origin", "https://term.example.org"]);
    assert_eq!(gateway.origin, "https://term.example.org");
    // The proxy passes the page's origin on.
    let port = fs::read_dir(home.path("run/abide"))
        .unwrap()
        .find_map(|e| {
            e.unwrap().file_name().to_str().unwrap().strip_prefix("web-")?.strip_suffix(".sock")?.parse().ok()
        })
        .unwrap();
    let body = format!("{{\"code\":\"{}\"}}", gateway.code);
    let head = format!(
        "POST /v1/sign-in HTTP/1.1\r\nHost: term.example.org\r\nOrigin: https://term.example.org\r\nX-Abide: 1\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = crate::http::request(std::net::SocketAddr::from(([127, 0, 0, 1], port)), head.as_bytes());
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with(&format!("__Host-abide-session-{port}=")), "{cookie}");
    assert!(cookie.ends_with("; Secure"), "{cookie}");
}

#[test]
fn too_many_attempts_have_to_wait() {
    let home = Home::new();
    let gateway = home.start(&[]);
    let answers: Vec<_> = (0..12).map(|_| gateway.sign_in_with(&"1".repeat(64))).collect();
    assert_eq!(answers.iter().filter(|a| a.status == 401).count(), 10, "{answers:?}");
    let last = answers.last().unwrap();
    assert_eq!(last.status, 429);
    assert!(last.header("retry-after").unwrap().parse::<u32>().unwrap() <= 7);
    assert_eq!(gateway.sign_in_with(&gateway.code).status, 429, "also with the right code");
}

#[test]
fn another_code_for_who_asks_on_the_control_socket() {
    let home = Home::new();
    let gateway = home.start(&[]);
    gateway.sign_in();
    let socket = home.path(&format!("run/abide/web-{}.sock", gateway.port()));
    assert_eq!(mode(&socket), 0o600);
    assert_eq!(mode(&home.path("run/abide")), 0o700);
    let output = home.command(&["code"]).output().unwrap();
    let address = String::from_utf8(output.stdout).unwrap();
    let code = address.trim_end().strip_prefix(&format!("{}/#code=", gateway.origin)).unwrap();
    assert_eq!(gateway.sign_in_with(code).status, 204);
    let listen = format!("127.0.0.1:{}", gateway.port());
    assert!(home.command(&["code", "--listen", &listen]).output().unwrap().status.success());
    drop(gateway);
    let output = home.command(&["code"]).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("no gateway runs"));
}

#[test]
fn a_restart_remembers_browsers_without_their_secret() {
    let home = Home::new();
    let mut gateway = home.start(&[]);
    let listen = format!("127.0.0.1:{}", gateway.port());
    gateway.signal("TERM");
    assert_eq!(gateway.wait(), Some(0));
    // A port of its own choice from now on.
    let gateway = home.start(&["--listen", &listen]);
    let cookie = gateway.sign_in();
    let file = home.path(&format!("state/abide/web-{}.sessions", gateway.port()));
    assert_eq!(mode(&file), 0o600);
    let secret = cookie.split_once('=').unwrap().1.to_owned();
    assert!(!fs::read_to_string(&file).unwrap().contains(&secret));
    // Killed, not ended: what is to be remembered is written as it happens.
    drop(gateway);
    let gateway = home.start(&["--listen", &listen]);
    assert_eq!(gateway.post("/v1/ticket", Some(&cookie), "").status, 200);
    let log = fs::read_to_string(home.path("state/abide/web.log")).unwrap();
    assert!(log.contains("signed in") && !log.contains(&secret) && !log.contains(&gateway.code), "{log}");
}

#[test]
fn signing_out_ends_the_session_and_its_sockets() {
    let home = Home::new();
    let daemon = FakeDaemon::listen(&home);
    let gateway = home.start(&[]);
    let cookie = gateway.sign_in();
    let mut socket = Socket::open(&gateway, &cookie);
    let mut viewer = daemon.accept();
    let answer = gateway.post("/v1/sign-out", Some(&cookie), "");
    assert_eq!(answer.status, 204);
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(socket.next(), Got::Close(4000));
    assert!(viewer.hear().is_none());
    assert_eq!(gateway.post("/v1/ticket", Some(&cookie), "").status, 401);
}

#[test]
fn a_clear_line_for_each_wrong_start() {
    let home = Home::new();
    let gateway = home.start(&[]);
    let listen = format!("127.0.0.1:{}", gateway.port());
    for (arguments, words) in [
        (vec!["--listen", &listen], "can't listen on"),
        (vec!["--listen", "0.0.0.0:0"], "other machines"),
        (vec!["--tls-cert", "/none", "--tls-key", "/none"], "/none"),
        (vec!["--what"], "unknown argument"),
    ] {
        let output = home.command(&arguments).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(error.starts_with("abide-web: ") && error.contains(words), "{arguments:?}: {error}");
        assert_eq!(error.lines().count(), 1, "{error}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn control_characters_never_reach_the_log() {
    let home = Home::new();
    let gateway = home.start(&["-v"]);
    let cookie = gateway.sign_in();
    let daemon = FakeDaemon::listen(&home);
    let mut socket = Socket::open(&gateway, &cookie);
    let _viewer = daemon.accept();
    // A message whose name is an escape sequence.
    socket.send(2, b"\xa1\x65\x1b[2J\n\xf6").unwrap();
    until("the refusal is logged", || {
        let log = fs::read(home.path("state/abide/web.log")).unwrap();
        assert!(!log.contains(&0x1b));
        String::from_utf8(log).unwrap().contains("\\u{1b}[2J\\u{a}")
    });
    assert_eq!(mode(&home.path("state/abide/web.log")), 0o600);
}
