//! The SDKs and templates inside of the binary: a new project needs nothing that is published somewhere.

use std::path::Path;

use super::project::Language;
use super::{Project, ToolError};

include!(concat!(env!("OUT_DIR"), "/sdk_files.rs"));

/// The SDK's manifest inside of this repository takes from its workspace what has to be spelled out elsewhere.
const RUST_MANIFEST: &str = concat!(
    "[package]\nname = \"weft-plugin\"\ndescription = \"Write plugins for Weft in Rust\"\nversion = \"",
    env!("CARGO_PKG_VERSION"),
    "\"\nedition = \"2024\"\nrust-version = \"1.95\"\nlicense = \"Apache-2.0\"\n\n",
    "[dependencies]\nserde = { version = \"1\", features = [\"derive\"] }\n",
    "serde_json = { version = \"1.0.154\", features = [\"preserve_order\"] }\n",
    "wit-bindgen = { version = \"0.61.1\", default-features = false, features = [\"macros\", \"realloc\", \"std\"] }\n\n",
    "# What plays the host in tests; nothing of it is in a plugin.\n",
    "[target.'cfg(not(target_arch = \"wasm32\"))'.dependencies]\nhmac = \"0.13\"\nsha1 = \"0.11\"\nsha2 = \"0.11\"\n",
);

/// Writes the SDK into the folder `sdk` of a project.
pub(super) fn write(project: &Project) -> Result<(), ToolError> {
    let sdk = project.folder.join("sdk");
    let name = project.language.name();
    match project.language {
        Language::Rust => {
            write_file(&sdk.join("Cargo.toml"), RUST_MANIFEST.as_bytes())?;
            write_all("src/", &sdk.join("src"), name)?;
        }
        Language::Javascript => write_all("js/", &sdk, name)?,
        Language::Python => write_all("python/", &sdk, name)?,
    }
    write_all("wit/", &sdk.join("wit"), name)
}

/// The files of a language's template, with their paths in a project.
pub(super) fn template(language: Language) -> impl Iterator<Item = (&'static str, &'static [u8])> {
    files_below(match language {
        Language::Rust => "templates/rust/",
        Language::Javascript => "templates/javascript/",
        Language::Python => "templates/python/",
    })
}

fn files_below(prefix: &'static str) -> impl Iterator<Item = (&'static str, &'static [u8])> {
    FILES.iter().filter_map(move |(name, content)| Some((name.strip_prefix(prefix)?, *content)))
}

fn write_all(prefix: &'static str, folder: &Path, language: &'static str) -> Result<(), ToolError> {
    let mut files = files_below(prefix).peekable();
    if files.peek().is_none() {
        return Err(ToolError::NoSdk(language));
    }
    for (name, content) in files {
        write_file(&folder.join(name), content)?;
    }
    Ok(())
}

/// Writes a file and the folders around it.
pub(super) fn write_file(path: &Path, content: &[u8]) -> Result<(), ToolError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| ToolError::io(folder, error))?;
    }
    std::fs::write(path, content).map_err(|error| ToolError::io(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_that_is_written_asks_for_what_the_sdk_is_built_with() {
        let read = |path: &str| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
            toml::from_str::<toml::Table>(&std::fs::read_to_string(path).unwrap()).unwrap()
        };
        let written = toml::from_str::<toml::Table>(RUST_MANIFEST).unwrap();
        let (own, workspace) = (read("plugin-api/Cargo.toml"), read("Cargo.toml"));
        let keys = |table: &toml::Value| table.as_table().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&written["dependencies"]), keys(&own["dependencies"]));
        assert_eq!(keys(&written["target"]), keys(&own["target"]));
        for name in keys(&written["dependencies"]) {
            let version = |dependency: &toml::Value| dependency.get("version").unwrap_or(dependency).clone();
            let [ours, theirs] =
                [&written["dependencies"], &workspace["workspace"]["dependencies"]].map(|d| version(&d[&name]));
            assert_eq!(ours, theirs, "{name}");
        }
    }
}
