//! A gateway that runs for one test, with folders of its own.

use crate::http::{Answer, request};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Folders that outlive a gateway, so that the next one finds what it left.
pub(crate) struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Home {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        Home { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_abide-web"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.folder.path())
            .env("ABIDE_TMPDIR", self.path("run"))
            .env("XDG_STATE_HOME", self.path("state"))
            .stdin(Stdio::null());
        command
    }

    /// Starts a gateway and waits for its first line.
    pub(crate) fn start(&self, arguments: &[&str]) -> Gateway {
        let socket = self.path("daemon.sock");
        let mut all = vec!["-S", socket.to_str().unwrap()];
        if !arguments.contains(&"--listen") {
            all.extend(["--listen", "127.0.0.1:0"]);
        }
        all.extend(arguments);
        let mut child = self.command(&all).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        if first.is_empty() {
            let mut error = String::new();
            child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
            panic!("no address: {error}");
        }
        // Its log goes on to standard error; nobody may wait for room there.
        let mut stderr = child.stderr.take().unwrap();
        std::thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::sink()));
        let (origin, code) = first.trim_end().split_once("/#code=").unwrap();
        let (scheme, authority) = origin.split_once("://").unwrap();
        Gateway {
            child,
            scheme: scheme.to_owned(),
            authority: authority.to_owned(),
            origin: origin.to_owned(),
            code: code.to_owned(),
        }
    }
}

pub(crate) struct Gateway {
    child: Child,
    scheme: String,
    pub(crate) authority: String,
    pub(crate) origin: String,
    pub(crate) code: String,
}

impl Gateway {
    pub(crate) fn port(&self) -> u16 {
        self.authority.rsplit(':').next().unwrap().parse().unwrap()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        assert_eq!(self.scheme, "http");
        SocketAddr::from(([127, 0, 0, 1], self.port()))
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A POST as the page makes it.
    pub(crate) fn post(&self, path: &str, cookie: Option<&str>, body: &str) -> Answer {
        let cookie = cookie.map(|c| format!("Cookie: {c}\r\n")).unwrap_or_default();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nOrigin: {}\r\nX-Abide: 1\r\nContent-Type: application/json\r\n\
             {cookie}Content-Length: {}\r\n\r\n{body}",
            self.authority,
            self.origin,
            body.len()
        );
        request(self.address(), head.as_bytes())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.authority);
        request(self.address(), head.as_bytes())
    }

    pub(crate) fn sign_in_with(&self, code: &str) -> Answer {
        self.post("/v1/sign-in", None, &format!("{{\"code\":\"{code}\"}}"))
    }

    /// Signs in and returns `name=value` of the cookie.
    pub(crate) fn sign_in(&self) -> String {
        let answer = self.sign_in_with(&self.code);
        assert_eq!(answer.status, 204, "{answer:?}");
        answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
    }

    pub(crate) fn ticket(&self, cookie: &str) -> String {
        let answer = self.post("/v1/ticket", Some(cookie), "");
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body.strip_prefix("{\"ticket\":\"").and_then(|b| b.strip_suffix("\"}")).unwrap().to_owned()
    }

    pub(crate) fn signal(&self, name: &str) {
        let status =
            Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Waits for the end and returns the exit code.
    pub(crate) fn wait(&mut self) -> Option<i32> {
        let mut status = None;
        until("the gateway ends", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        status.and_then(|s| s.code())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for a condition, ten seconds at most.
pub(crate) fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !condition() {
        assert!(Instant::now() < deadline, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}
