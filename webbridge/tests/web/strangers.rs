//! Pages of other sites, names of other hosts, requests that no page of ours makes; and the headers on
//! everything that goes out.

use crate::http::request;
use crate::running::{Gateway, Home};
use crate::socket::{handshake, headers};

/// A POST with these header lines after the host.
fn post(gateway: &Gateway, path: &str, host: &str, lines: &str) -> u16 {
    let body = format!("{{\"code\":\"{}\"}}", gateway.code);
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\n{lines}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    request(gateway.address(), head.as_bytes()).status
}

const PATHS: [&str; 3] = ["/v1/sign-in", "/v1/ticket", "/v1/sign-out"];

#[test]
fn a_foreign_or_missing_origin_is_refused() {
    let home = Home::new();
    let gateway = home.start(&[]);
    let cookie = gateway.sign_in();
    let rest = format!("X-Abide: 1\r\nContent-Type: application/json\r\nCookie: {cookie}\r\n");
    let authority = &gateway.authority;
    let origins = [
        String::new(),
        "Origin: null\r\n".to_owned(),
        "Origin: http://evil.example\r\n".to_owned(),
        format!("Origin: http://{authority}.evil.example\r\n"),
        format!("Origin: https://{authority}\r\n"),
        format!("Origin: http://{authority}/\r\n"),
        "Origin: http://127.0.0.1\r\n".to_owned(),
        format!("Origin: http://localhost:{}\r\n", gateway.port() ^ 1),
        format!("Origin: http://{authority}\r\nOrigin: http://evil.example\r\n"),
        format!("Origin: http://{authority}\r\nSec-Fetch-Site: cross-site\r\n"),
        format!("Origin: http://{authority}\r\nSec-Fetch-Site: same-site\r\n"),
    ];
    for origin in &origins {
        for path in PATHS {
            assert_eq!(post(&gateway, path, authority, &format!("{origin}{rest}")), 403, "{path} {origin}");
        }
        let ticket = gateway.ticket(&cookie);
        let lines =
            format!("{origin}Cookie: {cookie}\r\nSec-WebSocket-Protocol: abide.v1, ticket.{ticket}\r\n");
        assert_eq!(handshake(&gateway, &lines).0.status, 403, "socket {origin}");
    }
    let own = format!("Origin: http://{authority}\r\nSec-Fetch-Site: same-origin\r\n{rest}");
    assert_eq!(post(&gateway, "/v1/ticket", authority, &own), 200);
}

#[test]
fn another_host_name_is_misdirected() {
    let home = Home::new();
    let gateway = home.start(&[]);
    let port = gateway.port();
    for host in
        ["evil.example".to_owned(), format!("evil.example:{port}"), "127.0.0.1".to_owned(), String::new()]
    {
        for path in ["/", "/assets/x", "/v1/socket", "/none"] {
            let head = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
            let answer = request(gateway.address(), head.as_bytes());
            assert_eq!(answer.status, 421, "{path} {host:?}");
            assert!(answer.header("content-security-policy").is_some());
        }
        let lines = format!("Origin: {}\r\nX-Abide: 1\r\n", gateway.origin);
        assert_eq!(post(&gateway, "/v1/ticket", &host, &lines), 421, "{host:?}");
    }
    let old = request(gateway.address(), b"GET / HTTP/1.0\r\n\r\n");
    assert_eq!(old.status, 421, "no host at all");
    let head = format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    assert_eq!(request(gateway.address(), head.as_bytes()).status, 200);
}

#[test]
fn what_a_form_or_a_simple_request_can_send_is_not_enough() {
    let home = Home::new();
    let gateway = home.start(&[]);
    let cookie = gateway.sign_in();
    let own = format!("Origin: {}\r\nCookie: {cookie}\r\n", gateway.origin);
    for path in PATHS {
        let plain = format!("{own}Content-Type: text/plain\r\n");
        assert_eq!(post(&gateway, path, &gateway.authority, &plain), 403, "{path} without X-Abide");
    }
    let plain = format!("{own}X-Abide: 1\r\nContent-Type: text/plain\r\n");
    assert_eq!(post(&gateway, "/v1/sign-in", &gateway.authority, &plain), 415);
    for path in PATHS {
        assert_eq!(gateway.get(path).status, 405, "{path}");
    }
}

#[test]
fn a_ticket_opens_one_socket_of_its_own_session() {
    let home = Home::new();
    let gateway = home.start(&[]);
    let cookie = gateway.sign_in();
    let other = {
        let address = String::from_utf8(home.command(&["code"]).output().unwrap().stdout).unwrap();
        let answer = gateway.sign_in_with(address.trim_end().rsplit('=').next().unwrap());
        answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
    };
    let try_with =
        |cookie: &str, ticket: &str| handshake(&gateway, &headers(&gateway, cookie, ticket)).0.status;
    let ticket = gateway.ticket(&cookie);
    assert_eq!(try_with(&cookie, &ticket), 101);
    assert_eq!(try_with(&cookie, &ticket), 401, "a second use");
    assert_eq!(try_with(&cookie, &"0".repeat(64)), 401, "made up");
    assert_eq!(try_with("none=1", &gateway.ticket(&cookie)), 401, "without the cookie");
    let ticket = gateway.ticket(&cookie);
    assert_eq!(try_with(&other, &ticket), 401, "of another session");
    assert_eq!(try_with(&cookie, &ticket), 401, "and so used up");
    let none = format!("Origin: {}\r\nCookie: {cookie}\r\n", gateway.origin);
    assert_eq!(handshake(&gateway, &none).0.status, 401, "no ticket");
    let twice = [gateway.ticket(&cookie), gateway.ticket(&cookie)].map(|t| format!("ticket.{t}")).join(", ");
    let lines = format!("{none}Sec-WebSocket-Protocol: abide.v1, {twice}\r\n");
    assert_eq!(handshake(&gateway, &lines).0.status, 401, "two at once");
}

#[test]
fn everything_goes_out_sealed() {
    let home = Home::new();
    let gateway = home.start(&[]);
    let page = gateway.get("/");
    let script = page.body.split('"').find(|s| s.ends_with(".js")).unwrap().to_owned();
    for path in ["/", &script, "/none", "/v1/socket"] {
        let answer = gateway.get(path);
        let header = |name| answer.header(name).unwrap_or_else(|| panic!("{name} on {path}"));
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"), "{policy}");
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("connect-src 'self'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin");
    }
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let asset = gateway.get(&script);
    assert_eq!(asset.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(asset.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(gateway.get("/none").header("cache-control"), Some("no-store"));
    // Nothing of the page comes from anywhere else, and nothing stands in its markup that the policy forbids.
    let markup = page.body.replace("http-equiv", "");
    assert!(!markup.contains("http") && !markup.contains("style=") && !markup.contains("<style"), "{markup}");
    assert_eq!(markup.matches("<script").count(), markup.matches("src=").count());
}
