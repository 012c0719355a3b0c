//! The session cookie.

use crate::limits::SESSION_DAYS_MAX;
use crate::secret::Secret;
use axum::http::{HeaderMap, header};

/// Name of the cookie for pages of this gateway. Cookies don't tell ports apart, so the name does; over TLS
/// the prefix makes the browser refuse one that another host or an insecure page has set.
#[must_use]
pub fn name(secure: bool, port: u16) -> String {
    format!("{}abide-session-{port}", if secure { "__Host-" } else { "" })
}

/// The `Set-Cookie` line that signs a browser in.
#[must_use]
pub fn set(name: &str, session: &Secret, secure: bool) -> String {
    let seconds = SESSION_DAYS_MAX * 24 * 3600;
    format!("{name}={}; Path=/; Max-Age={seconds}{}", session.to_hex(), flags(secure))
}

/// The `Set-Cookie` line that signs it out.
#[must_use]
pub fn clear(name: &str, secure: bool) -> String {
    format!("{name}=; Path=/; Max-Age=0{}", flags(secure))
}

fn flags(secure: bool) -> &'static str {
    if secure { "; HttpOnly; SameSite=Strict; Secure" } else { "; HttpOnly; SameSite=Strict" }
}

/// The secret in the cookie called `name`, when it is sent once and has the form of one.
#[must_use]
pub fn get(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let mut found = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name);
    let (_, value) = found.next()?;
    if found.next().is_some() { None } else { Secret::from_hex(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sent_once_or_not_at_all() {
        let secret = Secret::random().expect("random").to_hex();
        let with = |line: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, line.parse().expect("header"));
            get(&headers, "abide-session-1").map(|s| s.to_hex())
        };
        assert_eq!(with(&format!("a=b; abide-session-1={secret}")), Some(secret.clone()));
        assert_eq!(with(&format!("abide-session-1={secret}; abide-session-1={secret}")), None);
        assert_eq!(with(&format!("abide-session-11={secret}")), None);
        assert_eq!(with("abide-session-1=; x"), None);
    }
}
