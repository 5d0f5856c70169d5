//! Data directories to start from. The bundled plugins are compiled after the first start, which takes seconds, so it happens
//! once and every test gets a copy of what it left.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use weft::app::App;

use crate::server::config;

/// What the content of a fresh data directory depends on.
const MADE_OF: [&str; 5] = [
    "plugins/dist",
    "migrations",
    "Cargo.lock",
    "engine/server/src/plugin_host/cache.rs",
    "engine/server/src/plugin_host/engine.rs",
];

/// A data directory as a server leaves it that was started once and never used.
pub async fn fresh_data_dir() -> TempDir {
    let template = template().await.expect("the template of data directories can be made");
    let data = tempfile::tempdir().expect("a temporary folder can be made");
    copy(&template, data.path()).expect("the template can be copied");
    data
}

async fn template() -> io::Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = root.join("target/tmp/weft-tests");
    fs::create_dir_all(&folder)?;
    // Tests are processes of their own; one makes the template while the others wait.
    let lock = File::create(folder.join("lock"))?;
    lock.lock()?;
    let template = folder.join(fingerprint(&root)?);
    if !template.join("weft.db").exists() {
        remove_others(&folder)?;
        let making = tempfile::tempdir_in(&folder)?;
        let app = App::start(config(making.path())).await.map_err(io::Error::other)?;
        app.plugins().warmed().await;
        app.drain().await;
        app.shutdown().await;
        fs::rename(making.keep(), &template)?;
    }
    Ok(template)
}

/// Templates of earlier builds.
fn remove_others(folder: &Path) -> io::Result<()> {
    files_in(folder)?.into_iter().filter(|path| path.is_dir()).try_for_each(fs::remove_dir_all)
}

fn fingerprint(root: &Path) -> io::Result<String> {
    let mut hasher = DefaultHasher::new();
    for part in MADE_OF.map(|part| root.join(part)) {
        let mut files = if part.is_dir() { files_in(&part)? } else { vec![part] };
        files.sort();
        for file in files {
            let metadata = fs::metadata(&file)?;
            (file, metadata.len(), metadata.modified()?).hash(&mut hasher);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for path in files_in(from)? {
        let Some(name) = path.file_name() else { continue };
        if path.is_dir() {
            copy(&path, &to.join(name))?;
        } else {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}
