//! Random tokens, and secrets that are compared without telling how much of them was right.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A random token of 256 bits, as handed out once.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    pub fn fresh() -> Token {
        Token(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn matches(&self, given: &str) -> bool {
        Secret::of(&self.0).matches(given)
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What a token is stored as. Random tokens need no slow hash.
pub fn sha256(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// A secret known only by its digest.
pub struct Secret([u8; 32]);

impl Secret {
    pub fn of(secret: &str) -> Secret {
        Secret(sha256(secret))
    }

    /// Compares digests, in constant time: neither the length nor the content of the secret shows in the time it takes.
    pub fn matches(&self, given: &str) -> bool {
        self.0.ct_eq(&sha256(given)).into()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_different_and_not_shown() {
        let (one, other) = (Token::fresh(), Token::fresh());
        assert_eq!(one.as_str().len(), 43);
        assert_ne!(one, other);
        assert!(one.matches(one.as_str()) && !one.matches(other.as_str()));
        assert_eq!(format!("{one:?}"), "Token(…)");
    }
}
