//! Where the master key comes from: a file that only the server's user may read, made at the first start.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, bail};
use zeroize::Zeroizing;

use super::MasterKey;
use crate::links::{hex, unhex};
use crate::store::{Store, settings};

/// The name of the file in the data directory.
const FILE: &str = "master.key";
/// The setting that remembers which key this database is sealed with.
const SETTING: &str = "master_key_id";

/// Reads the key from the file an operator names, or from the data directory, where one is made if there is none. A key that
/// is not the one the database was sealed with is an error now, not at the first call that needs a credential.
pub async fn open(store: &Store, data_dir: &Path, named: Option<&Path>) -> anyhow::Result<MasterKey> {
    let path = named.map_or_else(|| data_dir.join(FILE), Path::to_owned);
    let is_new = named.is_none() && !path.try_exists()?;
    let known = settings::get(store, SETTING).await?;
    if let (Some(known), true) = (&known, is_new) {
        bail!(
            "the master key {} is missing, and the credentials in the database are sealed with the key {known}: put it back \
             from where you keep it, or name it with WEFT_MASTER_KEY_FILE",
            path.display()
        );
    }
    if is_new {
        make(&path).with_context(|| format!("cannot write the master key {}", path.display()))?;
    }
    let key = read(&path)?;
    match known {
        Some(known) if known != key.id() => bail!(
            "the master key {} has the id {}, and the credentials in the database are sealed with the key {known}: name the right \
             one with WEFT_MASTER_KEY_FILE",
            path.display(),
            key.id()
        ),
        Some(_) => {}
        None => {
            let id = key.id().to_owned();
            store.write(move |tx| Box::pin(async move { settings::set(tx, SETTING, &id).await })).await?;
        }
    }
    Ok(key)
}

fn read(path: &Path) -> anyhow::Result<MasterKey> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read the master key {}", path.display()))?;
    let text = Zeroizing::new(text);
    let bytes = unhex(text.trim()).map(Zeroizing::new);
    let key = bytes.as_deref().and_then(|bytes| <&[u8; 32]>::try_from(bytes.as_slice()).ok());
    let key = key.with_context(|| {
        format!("the master key {} must be 64 hexadecimal digits: `openssl rand -hex 32` makes one", path.display())
    })?;
    Ok(MasterKey::new(key))
}

fn make(path: &Path) -> io::Result<()> {
    let key = Zeroizing::new(hex(&rand::random::<[u8; 32]>()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{}", *key)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_key_is_made_once_and_another_is_refused_at_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let first = open(&store, folder.path(), None).await.unwrap();
        assert_eq!(open(&store, folder.path(), None).await.unwrap().id(), first.id());
        let file = folder.path().join(FILE);
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions()) & 0o777, 0o600);
        let kept = folder.path().join("kept.key");
        fs::rename(&file, &kept).unwrap();
        let missing = open(&store, folder.path(), None).await.unwrap_err().to_string();
        assert!(missing.contains(first.id()) && missing.contains("WEFT_MASTER_KEY_FILE"), "{missing}");
        assert_eq!(open(&store, folder.path(), Some(&kept)).await.unwrap().id(), first.id());
        fs::write(&file, "00".repeat(32)).unwrap();
        let other = open(&store, folder.path(), None).await.unwrap_err().to_string();
        assert!(other.contains(first.id()), "{other}");
        fs::write(&file, "not a key").unwrap();
        assert!(open(&store, folder.path(), None).await.unwrap_err().to_string().contains("openssl rand"));
    }
}
