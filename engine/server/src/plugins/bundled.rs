//! The plugins built into the binary. They are there from the start, enabled, and otherwise like any other.

use rust_embed::Embed;
use sha2::{Digest, Sha256};

use super::grants::Granted;
use crate::clock::now_ms;
use crate::plugin_host::{Inspected, PluginHost};
use crate::store::plugins::{self, State, Version};
use crate::store::{Store, StoreError};

#[derive(Embed)]
#[folder = "../../plugins/dist"]
struct Bundled;

/// Stores the bundled components the store does not know yet. One that is broken is left out and told in the log.
pub(super) async fn register(store: &Store, host: &PluginHost) -> Result<(), StoreError> {
    let known = plugins::all(store).await?;
    for file in Bundled::iter().filter(|file| file.ends_with(".wasm")) {
        let Some(content) = Bundled::get(&file) else { continue };
        let bytes = content.data.into_owned();
        let sha256 = hex(&Sha256::digest(&bytes));
        if known.iter().any(|version| version.bundled && version.sha256 == sha256) {
            continue;
        }
        match host.inspect(bytes.clone()).await {
            Ok(inspected) => insert(store, version_of(inspected, &known), bytes).await?,
            Err(error) => tracing::error!(%file, %error, "a bundled plugin cannot be used"),
        }
    }
    Ok(())
}

async fn insert(store: &Store, version: Version, bytes: Vec<u8>) -> Result<(), StoreError> {
    tracing::info!(plugin.id = version.plugin, version = version.version, "registered a bundled plugin");
    store.write(move |tx| Box::pin(async move { plugins::insert(tx, &version, &bytes).await })).await
}

/// Another build of a version that is there gets a name of its own, because revisions are locked to the one before.
fn version_of(inspected: Inspected, known: &[Version]) -> Version {
    let manifest = &inspected.manifest;
    let is_taken = known.iter().any(|other| other.plugin == manifest.id && other.version == manifest.version);
    let version = match inspected.sha256.get(..12) {
        Some(build) if is_taken => format!("{}+{build}", manifest.version.split('+').next().unwrap_or_default()),
        _ => manifest.version.clone(),
    };
    Version {
        plugin: manifest.id.clone(),
        version,
        sha256: inspected.sha256,
        size_bytes: inspected.size_bytes as i64,
        manifest: inspected.manifest_json.to_string(),
        state: State::Enabled,
        granted: Some(Granted::all_of(manifest, "Weft").to_json()),
        bundled: true,
        uploaded_ms: now_ms(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
