//! Spaces: a store may hold the records of several daemons, each in a space of its own, under a name that says
//! which host and server they are of.

use super::lease::Lease;
use super::limits::{OWNER_BYTES_MAX, SPACE_NAME_BYTES_MAX};
use std::fmt;

/// The name of a daemon's records: `HOST/SERVER`, of `limits::SPACE_NAME_BYTES_MAX` bytes at most.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpaceName(String);

impl SpaceName {
    /// The space of a server on a host. What can't stand in a name becomes `_`; a part that is too long is cut,
    /// and a checksum of all of it keeps it apart from others that begin alike.
    #[must_use]
    pub fn of(host: &str, server: &str) -> SpaceName {
        SpaceName(format!("{}/{}", part(host), part(server)))
    }

    /// From text that a person or a store gave.
    ///
    /// # Errors
    /// A sentence, when it is not `HOST/SERVER` of letters, digits and `._-@+`.
    pub fn parse(text: &str) -> Result<SpaceName, String> {
        let sound = |part: &str| !part.is_empty() && part.chars().all(may_stand);
        match text.split_once('/') {
            Some((host, server)) if sound(host) && sound(server) && text.len() <= SPACE_NAME_BYTES_MAX => {
                Ok(SpaceName(text.to_owned()))
            }
            _ => Err(format!(
                "`{}` is no name of a machine's sessions: it is HOST/SERVER, {SPACE_NAME_BYTES_MAX} bytes at most",
                text.escape_debug()
            )),
        }
    }

    /// The name under which this space's records are put aside at a time.
    #[must_use]
    pub fn aside(&self, wall_seconds: i64) -> SpaceName {
        let (host, server) = self.0.split_once('/').unwrap_or((&self.0, ""));
        SpaceName::of(host, &format!("{server}.{wall_seconds}"))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SpaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn may_stand(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._-@+".contains(c)
}

fn part(text: &str) -> String {
    const PART_BYTES_MAX: usize = (SPACE_NAME_BYTES_MAX - 1) / 2;
    const SUM_BYTES: usize = 9;
    let mut part: String = text.chars().map(|c| if may_stand(c) { c } else { '_' }).collect();
    if part.is_empty() {
        part.push('_');
    }
    // Every character of it is one byte.
    if part != text || part.len() > PART_BYTES_MAX {
        part.truncate(PART_BYTES_MAX - SUM_BYTES);
        part.push_str(&format!("-{:08x}", crc32c::crc32c(text.as_bytes())));
    }
    part
}

/// Who a daemon is towards a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Where its records are.
    pub space: SpaceName,
    /// The machine and user it runs as, the same for every daemon that ever runs there. A space is handed from one
    /// daemon to the next of the same owner at once, to another only when it is free.
    pub owner: String,
}

impl Identity {
    /// A daemon's identity; of the owner's text no more counts than a lease holds.
    #[must_use]
    pub fn new(space: SpaceName, owner: &str) -> Identity {
        let end = (0..=OWNER_BYTES_MAX).rev().find(|end| owner.is_char_boundary(*end)).unwrap_or(0);
        Identity { space, owner: owner.get(..end).unwrap_or(owner).to_owned() }
    }
}

/// A line in the list of spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpaceInfo {
    /// Its name.
    pub name: SpaceName,
    /// Who has it.
    pub lease: Lease,
    /// When its last commit went in, by its writer's clock: seconds since 1970, for people only.
    pub committed_at: Option<i64>,
    /// The space that takes all of it over and has not finished.
    pub taken_by: Option<SpaceName>,
}

/// The spaces of a store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpaceList {
    /// By name, `limits::SPACES_LISTED_MAX` at most.
    pub spaces: Vec<SpaceInfo>,
    /// There are more than are listed.
    pub more: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(SpaceName::of("node7", "default").as_str(), "node7/default");
        assert!(SpaceName::of("a b", "d/e").as_str().starts_with("a_b-"));
        assert_ne!(SpaceName::of("a b", "x"), SpaceName::of("a_b", "x"));
        assert_ne!(SpaceName::of("a b", "x"), SpaceName::of("a\tb", "x"));
        let long = "n".repeat(300);
        let longer = "n".repeat(301);
        assert_ne!(SpaceName::of(&long, &long), SpaceName::of(&longer, &long));
        for (host, server) in [("", ""), (&*long, &*longer), ("é", "\0"), ("node7", "default")] {
            let name = SpaceName::of(host, server);
            assert_eq!(SpaceName::parse(name.as_str()), Ok(name.clone()), "{host:?} {server:?}");
        }
        for wrong in ["", "a", "/", "a/", "/b", "a/b/c", "a/b c", "a/\x1b[1m", &format!("{long}/b")] {
            let fault = SpaceName::parse(wrong).expect_err(wrong);
            assert!(!fault.contains('\x1b'), "{fault}");
        }
    }

    #[test]
    fn an_owner_is_cut_at_a_character() {
        let identity = Identity::new(SpaceName::of("a", "b"), &"é".repeat(OWNER_BYTES_MAX));
        assert_eq!(identity.owner.len(), OWNER_BYTES_MAX);
    }
}
