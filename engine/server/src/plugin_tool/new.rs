//! `weft plugin new`: a project that builds, with one action and a case that tries it.

use std::path::Path;

use super::project::{Language, check_name, is_word};
use super::sdk;
use super::{Project, ToolError};

/// Writes a project into a folder that is not there yet, or is empty. Without an id the plugin is called like the folder.
pub fn create(folder: &Path, language: Language, id: Option<&str>) -> Result<Project, ToolError> {
    let is_used = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if is_used || folder.is_file() {
        return Err(ToolError::Exists(folder.to_owned()));
    }
    let folder = std::path::absolute(folder).map_err(|error| ToolError::io(folder, error))?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy().replace('-', "_");
    check_name(&name)?;
    let id = id.unwrap_or(&name);
    if !id.split('.').all(is_word) || id.len() > 64 {
        return Err(ToolError::BadId(id.to_owned()));
    }
    let mut files = sdk::template(language).peekable();
    if files.peek().is_none() {
        return Err(ToolError::NoSdk(language.name()));
    }
    for (path, content) in files {
        let text = std::str::from_utf8(content).map(|text| text.replace("{{id}}", id).replace("{{name}}", &name));
        match text {
            Ok(text) => sdk::write_file(&folder.join(path), text.as_bytes())?,
            Err(_) => sdk::write_file(&folder.join(path), content)?,
        }
    }
    let project = Project::open(&folder)?;
    sdk::write(&project)?;
    Ok(project)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_holds_its_sdk_and_no_placeholder() {
        let folder = tempfile::tempdir().unwrap();
        let project = create(&folder.path().join("my-plugin"), Language::Rust, Some("acme.mine")).unwrap();
        assert_eq!((project.language, project.name.as_str()), (Language::Rust, "my_plugin"));
        for file in
            ["sdk/Cargo.toml", "sdk/src/lib.rs", "sdk/wit/weft.wit", "src/lib.rs", "Cargo.toml", "tests/greet.json"]
        {
            let text =
                std::fs::read_to_string(project.folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert!(!text.contains("{{id}}") && !text.contains("{{name}}"), "{file}");
        }
        assert!(std::fs::read_to_string(project.folder.join("src/lib.rs")).unwrap().contains("acme.mine"));
        assert!(matches!(create(&project.folder, Language::Rust, None), Err(ToolError::Exists(_))));
    }

    #[test]
    fn names_that_cannot_be_are_refused_before_anything_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |name: &str, id| create(&folder.path().join(name), Language::Rust, id).unwrap_err();
        assert!(matches!(refused("Mine", None), ToolError::BadName(_)));
        assert!(matches!(refused("mine", Some("Acme")), ToolError::BadId(_)));
        assert!(matches!(refused("mine", Some("acme..mine")), ToolError::BadId(_)));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
