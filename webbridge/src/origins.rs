//! Which web origins may speak to the gateway, and under which host names it answers.
//!
//! Both lists are exact. A page of another site carries its own `Origin`; a page whose name was pointed at
//! this machine afterwards (DNS rebinding) carries that name as `Host`.

use std::fmt;
use std::net::SocketAddr;

/// A web origin as a browser writes it: scheme, host in lower case, port unless it is the scheme's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    secure: bool,
    authority: String,
}

impl Origin {
    /// Reads `https://host` or `http://host:port`, without path, user or wildcard.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Origin, String> {
        let fault =
            |what: &str| Err(format!("{text:?} is not an origin: {what}, e.g. https://term.example.org"));
        let (secure, authority) = match text.split_once("://") {
            Some(("https", rest)) => (true, rest),
            Some(("http", rest)) => (false, rest),
            _ => return fail_scheme(text),
        };
        let authority = authority.to_ascii_lowercase();
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        if authority.is_empty() || !authority.chars().all(allowed) {
            return fault("give scheme, host and port alone");
        }
        let default = if secure { ":443" } else { ":80" };
        let authority = authority.strip_suffix(default).unwrap_or(&authority).to_owned();
        Ok(Origin { secure, authority })
    }

    /// Whether pages of it come over TLS.
    #[must_use]
    pub fn secure(&self) -> bool {
        self.secure
    }
}

fn fail_scheme(text: &str) -> Result<Origin, String> {
    Err(format!(
        "{text:?} is not an origin: give http:// or https:// and a host, e.g. https://term.example.org"
    ))
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.secure { "https" } else { "http" }, self.authority)
    }
}

/// The origins that are let in.
#[derive(Clone, Debug)]
pub struct Origins {
    allowed: Vec<Origin>,
}

impl Origins {
    /// Those given, and those that name the listening address itself. An address that stands for all of the
    /// machine's (`0.0.0.0`) names only the loopback ones: others have to be given.
    #[must_use]
    pub fn new(given: &[Origin], listening: SocketAddr, secure: bool) -> Origins {
        let port = listening.port();
        let mut hosts = Vec::new();
        if listening.ip().is_unspecified() {
            hosts.extend(["127.0.0.1".to_owned(), "[::1]".to_owned()]);
        } else if listening.is_ipv6() {
            hosts.push(format!("[{}]", listening.ip()));
        } else {
            hosts.push(listening.ip().to_string());
        }
        if listening.ip().is_loopback() || listening.ip().is_unspecified() {
            hosts.push("localhost".to_owned());
        }
        let scheme = if secure { "https" } else { "http" };
        let own = hosts.iter().filter_map(|host| Origin::parse(&format!("{scheme}://{host}:{port}")).ok());
        Origins { allowed: given.iter().cloned().chain(own).collect() }
    }

    /// The first one: what a link for a person begins with.
    #[must_use]
    pub fn main(&self) -> Option<&Origin> {
        self.allowed.first()
    }

    /// The allowed origin that an `Origin` header names exactly.
    #[must_use]
    pub fn find(&self, header: &str) -> Option<&Origin> {
        self.allowed.iter().find(|origin| origin.to_string() == header)
    }

    /// Whether a `Host` header names one of ours.
    #[must_use]
    pub fn is_host(&self, header: &str) -> bool {
        let host = header.to_ascii_lowercase();
        self.allowed.iter().any(|origin| {
            let default = if origin.secure { ":443" } else { ":80" };
            host.strip_suffix(default).unwrap_or(&host) == origin.authority
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_names_only() {
        let listening: SocketAddr = "127.0.0.1:7690".parse().expect("address");
        let origins =
            Origins::new(&[Origin::parse("https://Term.example.org:443").expect("origin")], listening, false);
        for yes in ["https://term.example.org", "http://127.0.0.1:7690", "http://localhost:7690"] {
            assert!(origins.find(yes).is_some(), "{yes}");
        }
        for no in [
            "null",
            "",
            "http://127.0.0.1",
            "https://127.0.0.1:7690",
            "http://localhost:7691",
            "http://evil.example",
            "http://127.0.0.1:7690.evil.example",
            "http://127.0.0.1:7690/",
            "https://term.example.org.evil.example",
            "HTTP://127.0.0.1:7690",
            "http://term.example.org",
        ] {
            assert!(origins.find(no).is_none(), "{no}");
        }
        for yes in ["127.0.0.1:7690", "LOCALHOST:7690", "term.example.org", "term.example.org:443"] {
            assert!(origins.is_host(yes), "{yes}");
        }
        for no in ["", "127.0.0.1", "127.0.0.1:7691", "evil.example:7690", "localhost:7690.evil.example"] {
            assert!(!origins.is_host(no), "{no}");
        }
    }

    #[test]
    fn what_is_no_origin() {
        for no in
            ["", "*", "term.example.org", "ftp://x", "https://", "https://x/y", "https://u@x", "https://*.x"]
        {
            assert!(Origin::parse(no).is_err(), "{no}");
        }
    }

    #[test]
    fn wildcard_address_names_loopback_only() {
        let origins = Origins::new(&[], "0.0.0.0:80".parse().expect("address"), false);
        assert_eq!(origins.main().map(ToString::to_string).as_deref(), Some("http://127.0.0.1"));
        assert!(origins.is_host("[::1]") && !origins.is_host("0.0.0.0"));
    }
}
