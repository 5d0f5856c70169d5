//! Passwords: what is good enough, and hashing them with Argon2id away from the threads that serve requests.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

const SHORTEST: usize = 12;
const LONGEST: usize = 128;

const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashes computed at once: each takes 64 MiB and a core, which is what an attacker would want us to spend.
const AT_ONCE: usize = 2;

/// Passwords from leaked lists that are long enough to pass otherwise, in lower case.
const COMMON: &str = include_str!("common_passwords.txt");

/// Why a password is not good enough.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    #[error("choose a password of at least {SHORTEST} characters; a few words will do")]
    Short,
    #[error("choose a password of at most {LONGEST} characters")]
    Long,
    #[error("this password is on lists of leaked passwords; choose another")]
    Common,
    #[error("choose a password that does not consist of your name or email address, or of one character")]
    Guessable,
}

/// Length and lists, no rules of composition: those make passwords worse.
pub fn check(password: &str, email: &str, name: &str) -> Result<(), Weakness> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(Weakness::Short);
    }
    if length > LONGEST {
        return Err(Weakness::Long);
    }
    let lower = password.to_lowercase();
    if COMMON.lines().any(|common| common == lower) {
        return Err(Weakness::Common);
    }
    let one_character = lower.chars().all(|c| lower.starts_with(c));
    if one_character || lower == email || lower == name.to_lowercase() {
        return Err(Weakness::Guessable);
    }
    Ok(())
}

/// Hashes and verifies, a few at a time.
#[derive(Debug, Clone)]
pub struct Hasher {
    room: Arc<Semaphore>,
}

impl Hasher {
    pub fn new() -> Hasher {
        Hasher { room: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    pub async fn hash(&self, password: String) -> String {
        self.run(move || hash(&password)).await
    }

    /// Whether the password is the one of the hash. Without a hash it takes as long and says no.
    pub async fn verify(&self, password: String, hash_of_account: Option<String>) -> bool {
        self.run(move || match hash_of_account {
            Some(stored) => PasswordHash::new(&stored)
                .is_ok_and(|parsed| argon2().verify_password(password.as_bytes(), &parsed).is_ok()),
            None => {
                hash(&password);
                false
            }
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let _permit = self.room.acquire().await.expect("this semaphore is never closed");
        tokio::task::spawn_blocking(work).await.expect("hashing does not panic")
    }
}

fn hash(password: &str) -> String {
    argon2().hash_password(password.as_bytes()).expect("any text can be hashed with these parameters").to_string()
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("these parameters are within Argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_told_apart() {
        let check = |password: &str| check(password, "ada@example.org", "Ada Lovelace");
        assert_eq!(check("elevenchars"), Err(Weakness::Short));
        assert_eq!(check(&"ab".repeat(65)), Err(Weakness::Long));
        assert_eq!(check("Password1234"), Err(Weakness::Common));
        assert_eq!(check("aaaaaaaaaaaa"), Err(Weakness::Guessable));
        assert_eq!(check("Ada@Example.org"), Err(Weakness::Guessable));
        assert_eq!(check("twelve chars"), Ok(()));
        assert_eq!(check("ключ от сейфа"), Ok(()));
    }

    #[tokio::test]
    async fn a_hash_knows_its_password() {
        let hasher = Hasher::new();
        let hash = hasher.hash("correct horse battery".into()).await;
        assert!(hash.starts_with("$argon2id$v=19$m=65536,t=2,p=1$"), "{hash}");
        assert!(hasher.verify("correct horse battery".into(), Some(hash.clone())).await);
        assert!(!hasher.verify("correct horse staple".into(), Some(hash)).await);
        assert!(!hasher.verify("correct horse battery".into(), None).await);
    }
}
