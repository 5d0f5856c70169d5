//! `weft plugin check`: everything an upload checks, without a server.

use serde_json::{Value, json};

use super::{Access, Source, ToolError, Workbench};
use crate::plugin_host::{HostPattern, Manifest};

/// What a component turned out to be.
#[derive(Debug, Clone)]
pub struct Report {
    pub sha256: String,
    pub size_bytes: usize,
    pub manifest: Manifest,
    pub manifest_json: Value,
}

/// Examines a component as an upload would be.
pub async fn check(source: &Source) -> Result<Report, ToolError> {
    let bench = Workbench::open(source, Access { transport: None, allow_private: Vec::new() }).await?;
    let inspected = bench.inspected.clone();
    bench.close().await;
    Ok(Report {
        sha256: inspected.sha256,
        size_bytes: inspected.size_bytes,
        manifest: inspected.manifest,
        manifest_json: inspected.manifest_json,
    })
}

impl Report {
    /// What whoever installs it is asked to grant, a line each.
    pub fn asks(&self) -> Vec<String> {
        let hosts = self.manifest.host_patterns();
        let hosts = hosts.iter().map(|host: &HostPattern| format!("to reach {host}"));
        let credentials = self.manifest.credentials.iter().map(|credential| {
            let title = if credential.title.is_empty() { &credential.slot } else { &credential.title };
            format!("a credential: {title} ({})", credential.slot)
        });
        hosts.chain(credentials).collect()
    }

    pub fn to_json(&self) -> Value {
        let hosts = self.manifest.host_patterns().iter().map(ToString::to_string).collect::<Vec<_>>();
        json!({
            "ok": true, "id": self.manifest.id, "version": self.manifest.version, "sha256": self.sha256,
            "size_bytes": self.size_bytes, "hosts": hosts, "manifest": self.manifest_json,
        })
    }
}
