//! How secrets are kept: each under a random key of its own, and that key under the master key (envelope encryption). Both
//! seals vouch for whose secret it is and which version, so that none can be put in the place of another.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::ids::{CredentialId, WorkspaceId};
use crate::links::hex;

const NONCE_BYTES: usize = 24;
const KEY_BYTES: usize = 32;

/// Whose secret it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    pub workspace: WorkspaceId,
    pub credential: CredentialId,
    pub version: i64,
}

/// A secret that only the master key opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    pub content: Vec<u8>,
    pub key: Vec<u8>,
    pub master_key_id: String,
}

/// Why a seal does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error("it is sealed with the master key {sealed_with}, and this server has {this}")]
    OtherKey { sealed_with: String, this: String },
    #[error("the seal is broken: it was changed, or it is of something else")]
    Broken,
}

/// The key that opens all others.
pub struct MasterKey {
    id: String,
    cipher: XChaCha20Poly1305,
}

impl MasterKey {
    pub fn new(key: &[u8; KEY_BYTES]) -> MasterKey {
        let id = hex(&Sha256::digest(key)[..4]);
        MasterKey { id, cipher: XChaCha20Poly1305::new(key.into()) }
    }

    /// Tells keys apart without telling anything of them.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn seal(&self, about: About, secret: &[u8]) -> Sealed {
        let key = Zeroizing::new(rand::random::<[u8; KEY_BYTES]>());
        let own = XChaCha20Poly1305::new((&*key).into());
        Sealed {
            content: encrypt(&own, about, secret),
            key: encrypt(&self.cipher, about, &*key),
            master_key_id: self.id.clone(),
        }
    }

    pub fn open(&self, about: About, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, SealError> {
        if sealed.master_key_id != self.id {
            let sealed_with = sealed.master_key_id.clone();
            return Err(SealError::OtherKey { sealed_with, this: self.id.clone() });
        }
        let key = decrypt(&self.cipher, about, &sealed.key)?;
        let own = XChaCha20Poly1305::new_from_slice(&key).map_err(|_| SealError::Broken)?;
        decrypt(&own, about, &sealed.content)
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MasterKey").field("id", &self.id).finish_non_exhaustive()
    }
}

fn encrypt(cipher: &XChaCha20Poly1305, about: About, plain: &[u8]) -> Vec<u8> {
    let nonce = rand::random::<[u8; NONCE_BYTES]>();
    let payload = Payload { msg: plain, aad: &about.bytes() };
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload).expect("a secret is far below the cipher's limit");
    [nonce.as_slice(), &sealed].concat()
}

fn decrypt(cipher: &XChaCha20Poly1305, about: About, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::Broken)?;
    let payload = Payload { msg: sealed, aad: &about.bytes() };
    cipher.decrypt(&XNonce::from(*nonce), payload).map(Zeroizing::new).map_err(|_| SealError::Broken)
}

impl About {
    fn bytes(self) -> Vec<u8> {
        let parts = [self.workspace.0.as_bytes().as_slice(), self.credential.0.as_bytes(), &self.version.to_be_bytes()];
        parts.concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about() -> About {
        About { workspace: WorkspaceId::fresh(), credential: CredentialId::fresh(), version: 1 }
    }

    #[test]
    fn a_secret_opens_for_what_it_was_sealed_for_and_nothing_else() {
        let (master, about) = (MasterKey::new(&[7; KEY_BYTES]), about());
        let sealed = master.seal(about, b"s3cret");
        assert_eq!(master.open(about, &sealed).unwrap().as_slice(), b"s3cret");
        assert!(!sealed.content.windows(6).any(|window| window == b"s3cret"));
        assert_ne!(master.seal(about, b"s3cret"), sealed, "no two seals are alike");
        for other in [
            About { workspace: WorkspaceId::fresh(), ..about },
            About { credential: CredentialId::fresh(), ..about },
            About { version: 2, ..about },
        ] {
            assert_eq!(master.open(other, &sealed), Err(SealError::Broken), "{other:?}");
        }
    }

    #[test]
    fn what_was_changed_does_not_open() {
        let (master, about) = (MasterKey::new(&[7; KEY_BYTES]), about());
        let sealed = master.seal(about, b"s3cret");
        for place in 0..sealed.content.len() {
            let mut changed = sealed.clone();
            changed.content[place] ^= 1;
            assert_eq!(master.open(about, &changed), Err(SealError::Broken));
        }
        let cut = Sealed { key: sealed.key[..10].to_vec(), ..sealed.clone() };
        assert_eq!(master.open(about, &cut), Err(SealError::Broken));
        let other = MasterKey::new(&[8; KEY_BYTES]).open(about, &sealed);
        assert!(matches!(other, Err(SealError::OtherKey { .. })), "{other:?}");
    }
}
