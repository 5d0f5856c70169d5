//! Compiled components on disk. Loading machine code that someone else wrote would be the end of the sandbox, so every
//! file carries an authentication code made with a key that only this server has.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use wasmtime::Engine;
use wasmtime::component::Component;

const CODE_BYTES: usize = 32;

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

    /// The component of this digest, if there is one that this server compiled.
    pub(super) fn load(&self, engine: &Engine, sha256: &str) -> Option<Component> {
        let path = self.path(sha256);
        let file = fs::read(&path).ok()?;
        let component = self.open_file(engine, sha256, &file);
        if component.is_none() {
            tracing::warn!(path = %path.display(), "a file of the plugin cache was not written by this server and is ignored");
            let _ = fs::remove_file(&path);
        }
        component
    }

    /// Keeps a component. A cache that cannot be written costs time, nothing else.
    pub(super) fn store(&self, sha256: &str, component: &Component) {
        let written = self.write(sha256, component);
        if let Err(error) = written {
            tracing::warn!(%error, folder = %self.folder.display(), "a compiled plugin could not be kept");
        }
    }

    pub(super) fn remove(&self, sha256: &str) {
        let _ = fs::remove_file(self.path(sha256));
    }

    fn write(&self, sha256: &str, component: &Component) -> io::Result<()> {
        let artefact = component.serialize().map_err(io::Error::other)?;
        let code = self.authenticator(sha256, &artefact).finalize().into_bytes();
        let temporary = self.folder.join(format!("{sha256}.{}.new", std::process::id()));
        fs::write(&temporary, [code.as_slice(), &artefact].concat())?;
        fs::rename(&temporary, self.path(sha256))
    }

    #[allow(unsafe_code)]
    fn open_file(&self, engine: &Engine, sha256: &str, file: &[u8]) -> Option<Component> {
        let (code, artefact) = file.split_at_checked(CODE_BYTES)?;
        self.authenticator(sha256, artefact).verify_slice(code).ok()?;
        // SAFETY: the authentication code above proves that this server wrote the artefact with `Component::serialize`,
        // with an engine of the same version and configuration, for the component of this digest.
        unsafe { Component::deserialize(engine, artefact) }.ok()
    }

    fn authenticator(&self, sha256: &str, artefact: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key of any length is taken");
        mac.update(sha256.as_bytes());
        mac.update(self.engine.as_bytes());
        mac.update(artefact);
        mac
    }

    fn path(&self, sha256: &str) -> PathBuf {
        self.folder.join(format!("{sha256}-{}.compiled", self.engine))
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
    io::Write::write_all(&mut options.open(&temporary)?, &rand::random::<[u8; 32]>())?;
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
