//! Secrets: 256 random bits that are shown once and kept only as their hash.
//!
//! A guess is hashed before it is compared, so how long a comparison takes tells nothing about the secret.

use ring::digest;
use ring::rand::{SecureRandom, SystemRandom};
use std::fmt;

/// 256 random bits, in the clear. Does not print itself.
#[derive(Clone)]
pub struct Secret([u8; 32]);

/// The SHA-256 of a secret: what is kept, and what stores are searched by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretHash([u8; 32]);

impl Secret {
    /// A new secret from the operating system's generator.
    ///
    /// # Errors
    /// When the operating system has none to give.
    pub fn random() -> Result<Secret, std::io::Error> {
        let mut bytes = [0; 32];
        let system = SystemRandom::new();
        system.fill(&mut bytes).map_err(|_| std::io::Error::other("no random numbers from the system"))?;
        Ok(Secret(bytes))
    }

    /// Reads 64 hexadecimal digits in lower case; nothing else is one.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Secret> {
        hex_32(text).map(Secret)
    }

    /// The secret as 64 hexadecimal digits, for the one place it is meant for.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex(&self.0)
    }

    /// What to keep of it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest::digest(&digest::SHA256, &self.0).as_ref());
        SecretHash(bytes)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl SecretHash {
    /// Reads what [`SecretHash::to_hex`] wrote.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<SecretHash> {
        hex_32(text).map(SecretHash)
    }

    /// For the file of sessions.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex(&self.0)
    }

    /// The first digits: tells sessions apart in the log, and tells nothing about the secret.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_hex().chars().take(8).collect()
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretHash({})", self.short())
    }
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
        text
    })
}

fn hex_32(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_round_trip_and_refusals() {
        let secret = Secret::random().expect("random");
        let text = secret.to_hex();
        assert_eq!(Secret::from_hex(&text).map(|s| s.to_hex()), Some(text.clone()));
        assert_ne!(secret.hash().to_hex(), text);
        assert_eq!(SecretHash::from_hex(&secret.hash().to_hex()), Some(secret.hash()));
        for wrong in [&text[1..], &text.to_uppercase().replace(|c: char| c.is_ascii_digit(), "A"), "", "g"] {
            assert!(Secret::from_hex(wrong).is_none(), "{wrong}");
        }
        assert_eq!(format!("{secret:?}"), "Secret");
    }
}
