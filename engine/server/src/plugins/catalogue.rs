//! The versions of plugins as they are known in memory, ready to be asked.

use std::cmp::Reverse;
use std::sync::Arc;

use semver::Version;
use serde_json::Value;
use weft_core::node_type::{NodeType, NodeTypes};

use super::grants::Granted;
use crate::nodes;
use crate::plugin_host::Manifest;
use crate::runner::Standing;
use crate::store::plugins::{self, State};
use crate::store::revisions::PluginLock;

/// All versions, the preferred first within each plugin.
#[derive(Debug)]
pub(super) struct Catalogue {
    entries: Vec<Entry>,
    /// The built-in types and those in force.
    pub(super) types: Arc<NodeTypes>,
}

/// One version of a plugin.
#[derive(Debug, Clone)]
pub struct Entry {
    pub stored: plugins::Version,
    pub manifest: Value,
    pub name: String,
    pub summary: String,
    /// Why it cannot run although it is stored.
    pub error: Option<String>,
    /// What was agreed to.
    pub granted: Option<Granted>,
    /// What it says about itself, when that reads back.
    pub(super) parsed: Option<Manifest>,
    types: Vec<NodeType>,
}

/// A plugin with its versions, the preferred first.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: String,
    pub versions: Vec<Entry>,
}

impl Default for Catalogue {
    fn default() -> Catalogue {
        Catalogue::of(Vec::new())
    }
}

impl Catalogue {
    pub(super) fn of(stored: Vec<plugins::Version>) -> Catalogue {
        let mut entries: Vec<Entry> = stored.into_iter().map(Entry::of).collect();
        entries.sort_by(|a, b| (&a.stored.plugin, Reverse(a.rank())).cmp(&(&b.stored.plugin, Reverse(b.rank()))));
        let mut catalogue = Catalogue { entries, types: Arc::default() };
        let ids = catalogue.ids();
        let in_force = ids.iter().filter_map(|id| catalogue.in_force(id)).flat_map(|entry| entry.types.iter().cloned());
        catalogue.types = Arc::new(nodes::built_in().into_iter().chain(in_force).collect());
        catalogue
    }

    pub(super) fn in_force(&self, plugin: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.stored.plugin == plugin && entry.can_run())
    }

    pub(super) fn find(&self, plugin: &str, version: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.stored.plugin == plugin && entry.stored.version == version)
    }

    /// Whether a component may run: if any version made of it may.
    pub(super) fn standing_of(&self, sha256: &str) -> Option<Standing> {
        let mut versions = self.entries.iter().filter(|entry| entry.stored.sha256 == sha256).peekable();
        versions.peek()?;
        let granted =
            versions.find(|entry| entry.stored.state == State::Enabled).and_then(|entry| entry.granted.as_ref());
        Some(granted.map_or(Standing::MayNotRun, |granted| Standing::MayReach(Arc::clone(&granted.hosts))))
    }

    pub(super) fn list(&self) -> Vec<Listed> {
        let versions = |id: &String| self.entries.iter().filter(|entry| entry.stored.plugin == *id).cloned().collect();
        self.ids().into_iter().map(|id| Listed { versions: versions(&id), id }).collect()
    }

    /// The built-in types and those of exactly these components, enabled or not: whether they may run is asked when they do.
    pub(super) fn types_of(&self, lock: &PluginLock) -> NodeTypes {
        let locked = lock.iter().filter_map(|(plugin, locked)| {
            self.entries.iter().find(|entry| entry.stored.plugin == *plugin && entry.stored.sha256 == locked.sha256)
        });
        nodes::built_in().into_iter().chain(locked.flat_map(|entry| entry.types.iter().cloned())).collect()
    }

    pub(super) fn ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = self.entries.iter().map(|entry| entry.stored.plugin.clone()).collect();
        ids.dedup();
        ids
    }
}

impl Entry {
    fn of(stored: plugins::Version) -> Entry {
        let manifest: Value = serde_json::from_str(&stored.manifest).unwrap_or_default();
        let granted = stored.granted.as_deref().and_then(|granted| serde_json::from_str(granted).ok());
        let (parsed, error) = match Manifest::parse(&manifest) {
            Ok(parsed) => (Some(parsed), None),
            Err(problems) => {
                let told = problems
                    .iter()
                    .map(|problem| format!("{}: {}", problem.pointer, problem.message))
                    .collect::<Vec<_>>();
                (None, Some(told.join("; ")))
            }
        };
        let is_old = stored.state == State::Enabled && stored.granted.is_none();
        let all = || parsed.as_ref().filter(|_| is_old).map(|parsed| Granted::all_of(parsed, ""));
        let granted = granted.or_else(all);
        let (types, name, summary) = match &parsed {
            Some(parsed) => (parsed.node_types(), parsed.name.clone(), parsed.summary.clone()),
            None => (Vec::new(), stored.plugin.clone(), String::new()),
        };
        Entry { stored, manifest, name, summary, error, granted, parsed, types }
    }

    fn can_run(&self) -> bool {
        self.stored.state == State::Enabled && self.error.is_none()
    }

    /// Higher is preferred: the version, and of builds of one version the latest upload.
    fn rank(&self) -> (Option<Version>, i64) {
        let version = Version::parse(&self.stored.version).ok();
        let without_build = version.map(|version| Version { build: semver::BuildMetadata::EMPTY, ..version });
        (without_build, self.stored.uploaded_ms)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::revisions::Locked;

    fn version(version: &str, state: State, uploaded_ms: i64) -> plugins::Version {
        let manifest = json!({
            "manifest": 1, "id": "text", "version": version, "name": "Text",
            "actions": [{ "id": "upper", "title": format!("Upper {version}"), "effects": "none", "idempotent": "natural" }]
        });
        plugins::Version {
            plugin: "text".into(),
            version: version.into(),
            sha256: format!("digest of {version}"),
            size_bytes: 1,
            manifest: manifest.to_string(),
            state,
            granted: None,
            bundled: false,
            uploaded_ms,
        }
    }

    fn check(versions: &[(&str, State, i64)], expected: Option<&str>) {
        let stored = versions.iter().map(|(name, state, at)| version(name, *state, *at)).collect();
        let catalogue = Catalogue::of(stored);
        assert_eq!(catalogue.in_force("text").map(|entry| entry.stored.version.as_str()), expected);
        let title = catalogue.types.get("text/upper").map(|node_type| node_type.title.clone());
        assert_eq!(title, expected.map(|version| format!("Upper {version}")));
    }

    #[test]
    fn the_highest_enabled_version_is_in_force() {
        use State::{Disabled, Enabled, NeedsGrant};
        check(&[], None);
        check(&[("1.0.0", NeedsGrant, 0)], None);
        check(&[("1.9.0", Enabled, 0), ("1.10.0", Enabled, 0), ("2.0.0", Disabled, 0)], Some("1.10.0"));
        check(&[("1.0.0", Enabled, 1), ("1.0.0+b", Enabled, 3), ("1.0.0+c", Enabled, 2)], Some("1.0.0+b"));
    }

    #[test]
    fn a_lock_gets_the_types_of_its_component() {
        let catalogue = Catalogue::of(vec![version("1.0.0", State::Enabled, 0), version("2.0.0", State::Enabled, 0)]);
        let locked = |sha256: &str| Locked { version: String::new(), sha256: sha256.into() };
        let lock = PluginLock::from([("text".into(), locked("digest of 1.0.0")), ("other".into(), locked("x"))]);
        let types = catalogue.types_of(&lock);
        assert_eq!(types.get("text/upper").map(|node_type| node_type.title.as_str()), Some("Upper 1.0.0"));
        assert!(types.get("if").is_some());
    }

    #[test]
    fn a_manifest_that_no_longer_reads_is_told_and_does_not_run() {
        let damaged = plugins::Version { manifest: "{}".into(), ..version("1.0.0", State::Enabled, 0) };
        let catalogue = Catalogue::of(vec![damaged]);
        assert!(catalogue.in_force("text").is_none());
        assert!(catalogue.list()[0].versions[0].error.is_some());
    }
}
