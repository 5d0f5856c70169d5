//! The plugins built into the binary. They are there from the start, enabled, and otherwise like any other.

use std::sync::LazyLock;

use rust_embed::Embed;
use sha2::{Digest, Sha256};

use super::grants::Granted;
use crate::clock::now_ms;
use crate::plugin_host::Manifest;
use crate::store::plugins::{self, State, Version};
use crate::store::{Store, StoreError};

#[derive(Embed)]
#[folder = "../../plugins/dist"]
struct Files;

/// The components and what they say about themselves, which is asked beforehand: asking means compiling.
const PLUGINS: [(&str, &str); 3] = [
    ("http", include_str!("../../../../plugins/http/manifest.json")),
    ("javascript", include_str!("../../../../plugins/javascript/manifest.json")),
    ("text", include_str!("../../../../plugins/text/manifest.json")),
];

/// The digests of this build's components, with the names of their files and their manifests.
static BUNDLED: LazyLock<Vec<Bundled>> = LazyLock::new(|| PLUGINS.iter().filter_map(Bundled::of).collect());

struct Bundled {
    file: String,
    sha256: String,
    manifest: &'static str,
}

impl Bundled {
    fn of((name, manifest): &(&str, &'static str)) -> Option<Bundled> {
        let file = format!("{name}.wasm");
        let sha256 = hex(&Sha256::digest(&Files::get(&file)?.data));
        Some(Bundled { file, sha256, manifest })
    }

    fn bytes(&self) -> Option<Vec<u8>> {
        Some(Files::get(&self.file)?.data.into_owned())
    }
}

/// The digests of this build's components.
pub(super) fn digests() -> impl Iterator<Item = &'static str> {
    BUNDLED.iter().map(|bundled| bundled.sha256.as_str())
}

/// The component with this digest, if it belongs to this build.
pub(super) fn bytes(sha256: &str) -> Option<Vec<u8>> {
    BUNDLED.iter().find(|bundled| bundled.sha256 == sha256)?.bytes()
}

/// Stores the bundled components the store does not know yet, without compiling them. The bytes are stored as well: a later
/// build has others, and revisions stay locked to these. One that is broken is left out and told in the log.
pub(super) async fn register(store: &Store) -> Result<(), StoreError> {
    let known = plugins::all(store).await?;
    for bundled in BUNDLED.iter() {
        if known.iter().any(|version| version.bundled && version.sha256 == bundled.sha256) {
            continue;
        }
        let Some(bytes) = bundled.bytes() else { continue };
        match Manifest::read(bundled.manifest) {
            Ok(manifest) => insert(store, version_of(bundled, &manifest, bytes.len(), &known), bytes).await?,
            Err(error) => tracing::error!(file = bundled.file, %error, "a bundled plugin cannot be used"),
        }
    }
    Ok(())
}

async fn insert(store: &Store, version: Version, bytes: Vec<u8>) -> Result<(), StoreError> {
    tracing::info!(plugin.id = version.plugin, version = version.version, "registered a bundled plugin");
    store.write(move |tx| Box::pin(async move { plugins::insert(tx, &version, &bytes).await })).await
}

/// Another build of a version that is there gets a name of its own, because revisions are locked to the one before.
fn version_of(bundled: &Bundled, manifest: &Manifest, size_bytes: usize, known: &[Version]) -> Version {
    let is_taken = known.iter().any(|other| other.plugin == manifest.id && other.version == manifest.version);
    let version = match bundled.sha256.get(..12) {
        Some(build) if is_taken => format!("{}+{build}", manifest.version.split('+').next().unwrap_or_default()),
        _ => manifest.version.clone(),
    };
    Version {
        plugin: manifest.id.clone(),
        version,
        sha256: bundled.sha256.clone(),
        size_bytes: size_bytes as i64,
        manifest: bundled.manifest.to_owned(),
        state: State::Enabled,
        granted: Some(Granted::all_of(manifest, "Weft").to_json()),
        bundled: true,
        uploaded_ms: now_ms(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
