//! What was agreed to for a version of a plugin: never more than its manifest asks for.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::clock::now_ms;
use crate::plugin_host::{HostPattern, Manifest};

/// Somebody's agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    pub hosts: Arc<[HostPattern]>,
    /// Who agreed.
    pub by: String,
    pub at_ms: i64,
}

impl Granted {
    /// Agreement to all that a manifest asks for.
    pub fn all_of(manifest: &Manifest, by: &str) -> Granted {
        Granted { hosts: manifest.host_patterns().into(), by: by.to_owned(), at_ms: now_ms() }
    }

    /// Agreement to these hosts only. The error is the first that the manifest does not ask for.
    pub fn of_hosts(manifest: &Manifest, hosts: Vec<HostPattern>, by: &str) -> Result<Granted, HostPattern> {
        let asked = manifest.host_patterns();
        match hosts.iter().find(|host| !asked.iter().any(|asked| host.is_within(asked))) {
            Some(beyond) => Err(beyond.clone()),
            None => Ok(Granted { hosts: hosts.into(), ..Granted::all_of(manifest, by) }),
        }
    }

    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers are JSON")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_more_is_granted_than_is_asked_for() {
        let manifest = Manifest::parse(&json!({
            "manifest": 1, "id": "a", "version": "1.0.0", "name": "A",
            "hosts": [{ "pattern": "https://*.example.com", "methods": ["GET", "POST"] }, { "pattern": "http://10.0.0.1:80" }],
            "actions": [{ "id": "b", "title": "B", "effects": "read", "idempotent": "natural" }]
        }))
        .unwrap();
        let granted = |hosts: serde_json::Value| {
            Granted::of_hosts(&manifest, serde_json::from_value(hosts).unwrap(), "ada")
                .map(|granted| granted.hosts.len())
        };
        assert_eq!(Granted::all_of(&manifest, "ada").hosts.len(), 2);
        assert_eq!(granted(json!([])), Ok(0));
        assert_eq!(granted(json!([{ "pattern": "https://api.example.com", "methods": ["GET"] }])), Ok(1));
        for beyond in [
            json!({ "pattern": "https://api.example.com" }),
            json!({ "pattern": "https://api.example.com", "methods": ["DELETE"] }),
            json!({ "pattern": "https://example.org", "methods": ["GET"] }),
            json!({ "pattern": "*" }),
        ] {
            assert!(granted(json!([{ "pattern": "http://10.0.0.1:80" }, beyond])).is_err(), "{beyond}");
        }
    }
}
