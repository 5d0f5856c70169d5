//! Compiled components on disk. Loading machine code that someone else wrote would be the end of the sandbox, so every
//! file carries an authentication code made with a key that only this server has.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use wasmtime::Engine;
use wasmtime::component::Component;

use super::Tier;

const AUTHENTICATION_BYTES: usize = 32;

/// A folder of compiled components.
#[derive(Debug, Clone)]
pub(super) struct Cache {
    folder: PathBuf,
    key: [u8; 32],
    /// Artefacts of another version or configuration of the engine are not ours.
    engine: String,
}

impl Cache {
    pub(super) fn open(folder: &Path, engine: &Engine) -> io::Result<Cache> {
        fs::create_dir_all(folder)?;
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        let engine = format!("{:016x}", hasher.finish());
        Ok(Cache { folder: folder.to_owned(), key: key(&folder.join("key"))?, engine })
    }

    /// The component of this digest with the best code that this server has for it.
    pub(super) fn load(&self, engine: &Engine, sha256: &str) -> Option<(Component, Tier)> {
        let load = |tier| Some((self.load_tier(engine, sha256, tier)?, tier));
        load(Tier::Full).or_else(|| load(Tier::Quick))
    }

    /// Whether there is a file. Only [`Cache::load`] looks into it.
    pub(super) fn has(&self, sha256: &str, tier: Tier) -> bool {
        self.path(sha256, tier).exists()
    }

    /// The component of which a worker has just made the code.
    #[allow(unsafe_code)]
    pub(super) fn open_code(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
        // SAFETY: a worker of ours wrote the code with `Engine::precompile_component`, or it lay behind an authentication code
        // that says so. Whether its engine had the same version and settings is checked by wasmtime.
        unsafe { Component::deserialize(engine, code) }
    }

    /// Keeps code, in the place of worse. A cache that cannot be written costs time, nothing else.
    pub(super) fn store(&self, sha256: &str, tier: Tier, code: &[u8]) {
        match self.write(sha256, tier, code) {
            Ok(()) if tier == Tier::Full => self.remove_tier(sha256, Tier::Quick),
            Ok(()) => {}
            Err(error) => {
                tracing::warn!(%error, folder = %self.folder.display(), "a compiled plugin could not be kept");
            }
        }
    }

    pub(super) fn remove(&self, sha256: &str) {
        self.remove_tier(sha256, Tier::Quick);
        self.remove_tier(sha256, Tier::Full);
    }

    fn load_tier(&self, engine: &Engine, sha256: &str, tier: Tier) -> Option<Component> {
        let path = self.path(sha256, tier);
        let file = fs::read(&path).ok()?;
        let component = self.open_file(engine, sha256, tier, &file);
        if component.is_none() {
            tracing::warn!(path = %path.display(), "a file of the plugin cache was not written by this server and is ignored");
            let _ = fs::remove_file(&path);
        }
        component
    }

    fn remove_tier(&self, sha256: &str, tier: Tier) {
        let _ = fs::remove_file(self.path(sha256, tier));
    }

    fn write(&self, sha256: &str, tier: Tier, code: &[u8]) -> io::Result<()> {
        let authentication = self.authenticator(sha256, tier, code).finalize().into_bytes();
        let temporary = self.folder.join(format!("{sha256}.{}.{}", std::process::id(), tier.name()));
        let mut file = fs::File::create(&temporary)?;
        file.write_all(&authentication)?;
        file.write_all(code)?;
        fs::rename(&temporary, self.path(sha256, tier))
    }

    fn open_file(&self, engine: &Engine, sha256: &str, tier: Tier, file: &[u8]) -> Option<Component> {
        let (authentication, code) = file.split_at_checked(AUTHENTICATION_BYTES)?;
        self.authenticator(sha256, tier, code).verify_slice(authentication).ok()?;
        Cache::open_code(engine, code).ok()
    }

    fn authenticator(&self, sha256: &str, tier: Tier, code: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key of any length is taken");
        mac.update(sha256.as_bytes());
        mac.update(self.engine.as_bytes());
        mac.update(tier.name().as_bytes());
        mac.update(code);
        mac
    }

    fn path(&self, sha256: &str, tier: Tier) -> PathBuf {
        self.folder.join(format!("{sha256}-{}.{}", self.engine, tier.name()))
    }
}

/// Reads the server's key, or makes one. Only the server's own user may read it.
fn key(path: &Path) -> io::Result<[u8; 32]> {
    if let Ok(key) = read_key(path) {
        return Ok(key);
    }
    let temporary = path.with_extension(std::process::id().to_string());
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&temporary)?.write_all(&rand::random::<[u8; 32]>())?;
    // A link appears whole or not at all, and does not replace the key that another process has just made.
    let linked = fs::hard_link(&temporary, path);
    fs::remove_file(&temporary)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => read_key(path),
    }
}

fn read_key(path: &Path) -> io::Result<[u8; 32]> {
    fs::read(path)?.try_into().map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "the key has not 32 bytes"))
}
