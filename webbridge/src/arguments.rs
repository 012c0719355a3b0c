//! The command line.

use crate::origins::Origin;
use crate::places::Socket;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Where the gateway listens when nothing else is said.
pub const LISTEN_DEFAULT: &str = "127.0.0.1:7690";

/// The flags and words, each with what it is for: `--help` and the manual page are printed from this.
pub const FLAGS: [(&str, &str); 9] = [
    ("--listen ADDR", "address and port to listen on; port 0 picks one (127.0.0.1:7690)"),
    ("-L NAME", "which daemon, by its name, as for abide"),
    ("-S PATH, --socket PATH", "which daemon, by its socket"),
    (
        "--allow-origin ORIGIN",
        "an origin under which browsers reach the gateway, e.g. https://term.example.org behind a proxy; may be repeated",
    ),
    (
        "--tls-cert FILE, --tls-key FILE",
        "certificate chain and private key in PEM; the gateway then speaks HTTPS",
    ),
    ("-v, -vv", "log more"),
    ("-h, --help", "print this"),
    ("-V, --version", "print the version"),
    (
        "code [--listen ADDR]",
        "ask the gateway that runs for another address with a sign-in code, and print it",
    ),
];

/// What `--help` prints.
#[must_use]
pub fn help() -> String {
    let mut text = String::from(
        "usage: abide-web [flags]\n       abide-web code [--listen ADDR]\n\n\
         Serves abide's sessions to browsers. The first line on standard output is the\n\
         address to open; it holds a code that signs one browser in, once.\n\n",
    );
    for (flag, purpose) in FLAGS {
        text.push_str(&format!("  {flag}\n      {purpose}\n"));
    }
    text
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Serve.
    Serve(Serve),
    /// Ask the gateway that runs for a new address with a code.
    Code {
        /// `--listen`, where given: which of several gateways.
        listen: Option<SocketAddr>,
    },
    /// Print the help.
    Help,
    /// Print the version.
    Version,
}

/// How to serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serve {
    /// Address and port.
    pub listen: SocketAddr,
    /// Which daemon.
    pub socket: Socket,
    /// Origins to let in besides the listening address's own.
    pub origins: Vec<Origin>,
    /// Certificate chain and private key.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// How often `-v` was given.
    pub verbosity: u8,
}

/// Reads the arguments after the program's name.
///
/// # Errors
/// One line: what is wrong with them.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Task, String> {
    let mut words = arguments.into_iter();
    let mut listen = None;
    let mut socket = Socket::default();
    let mut origins = Vec::new();
    let (mut certificate, mut key) = (None, None);
    let (mut verbosity, mut code) = (0, false);
    while let Some(word) = words.next() {
        let Some(word) = word.to_str() else {
            return Err(format!("unknown argument {word:?}"));
        };
        let (flag, joined) = match word.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => (flag, Some(OsString::from(value))),
            _ => (word, None),
        };
        let mut value =
            || joined.clone().or_else(|| words.next()).ok_or_else(|| format!("{flag} needs a value"));
        match flag {
            "--listen" => listen = Some(address(value()?)?),
            "-L" => socket.name = Some(socket_name(value()?)?),
            "-S" | "--socket" => socket.path = Some(value()?.into()),
            "--allow-origin" => origins.push(Origin::parse(&text(value()?)?)?),
            "--tls-cert" => certificate = Some(PathBuf::from(value()?)),
            "--tls-key" => key = Some(PathBuf::from(value()?)),
            "-v" => verbosity += 1,
            "-vv" => verbosity += 2,
            "-h" | "--help" => return Ok(Task::Help),
            "-V" | "--version" => return Ok(Task::Version),
            "code" => code = true,
            _ => return Err(format!("unknown argument {word:?}; see abide-web --help")),
        }
    }
    if code {
        return Ok(Task::Code { listen });
    }
    let tls = match (certificate, key) {
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (None, None) => None,
        _ => return Err("--tls-cert and --tls-key go together".to_owned()),
    };
    let listen = match listen {
        Some(listen) => listen,
        None => address(LISTEN_DEFAULT.into())?,
    };
    if !listen.ip().is_loopback() && tls.is_none() && !origins.iter().any(Origin::secure) {
        return Err(format!(
            "{listen} can be reached from other machines, and without TLS they could read along: \
             give --tls-cert and --tls-key, or --allow-origin https://... when a proxy does TLS"
        ));
    }
    Ok(Task::Serve(Serve { listen, socket, origins, tls, verbosity }))
}

fn text(value: OsString) -> Result<String, String> {
    value.into_string().map_err(|value| format!("{value:?} is not text"))
}

fn address(value: OsString) -> Result<SocketAddr, String> {
    let value = text(value)?;
    value.parse().map_err(|_| format!("{value:?} is not an address and port, e.g. {LISTEN_DEFAULT}"))
}

fn socket_name(value: OsString) -> Result<String, String> {
    let value = text(value)?;
    if value.is_empty() || value.contains('/') || value.starts_with('.') {
        return Err(format!("{value:?} is no socket name: use -S for a path"));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Task, String> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn what_is_understood() {
        let Ok(Task::Serve(plain)) = read("") else { panic!("no arguments") };
        assert_eq!(plain.listen.to_string(), LISTEN_DEFAULT);
        let line =
            "--listen=[::1]:0 -L work --allow-origin https://a.example --tls-cert c --tls-key k -v -vv";
        let Ok(Task::Serve(all)) = read(line) else { panic!("{line}") };
        assert_eq!((all.listen.port(), all.socket.name.as_deref(), all.verbosity), (0, Some("work"), 3));
        assert_eq!(all.tls, Some(("c".into(), "k".into())));
        assert!(matches!(read("code --listen 127.0.0.1:1"), Ok(Task::Code { listen: Some(_) })));
        assert_eq!(read("--help"), Ok(Task::Help));
        // The help knows every flag that is read, and none that is not.
        for word in FLAGS.iter().flat_map(|(flags, _)| flags.split([',', ' '])).filter(|w| w.starts_with('-'))
        {
            assert!(!matches!(read(word), Err(e) if e.contains("unknown")), "{word}");
        }
    }

    #[test]
    fn what_is_refused() {
        for (line, word) in [
            ("--listen", "needs a value"),
            ("--listen localhost", "not an address"),
            ("--frobnicate", "unknown argument"),
            ("--tls-cert c", "go together"),
            ("--allow-origin *", "not an origin"),
            ("-L ../x", "no socket name"),
            ("--listen 0.0.0.0:1", "other machines"),
            ("--listen 0.0.0.0:1 --allow-origin http://a.example", "other machines"),
        ] {
            let error = read(line).expect_err(line);
            assert!(error.contains(word), "{line}: {error}");
        }
        assert!(read("--listen 0.0.0.0:1 --allow-origin https://a.example").is_ok());
    }
}
