//! A plugin's project: a folder with a `weft.toml`.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{ToolError, build};

const FILE: &str = "weft.toml";

/// A folder in which a plugin is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    pub folder: PathBuf,
    pub language: Language,
    /// What its component is called.
    pub name: String,
    /// Where the code begins: a file in JavaScript, a module in Python.
    pub entry: String,
    /// The world of the plugin interface it is built for.
    pub world: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    Rust,
    Javascript,
    Python,
}

/// What a command works on.
#[derive(Debug, Clone)]
pub enum Source {
    Project(Project),
    /// A component that is built.
    Component(PathBuf),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    language: Language,
    name: String,
    entry: Option<String>,
    #[serde(default = "connector")]
    world: String,
}

impl Project {
    /// Reads the `weft.toml` of a folder.
    pub fn open(folder: &Path) -> Result<Project, ToolError> {
        let file = folder.join(FILE);
        if !file.exists() {
            return Err(ToolError::NoProject(folder.to_owned()));
        }
        let text = std::fs::read_to_string(&file).map_err(|error| ToolError::io(&file, error))?;
        let written: Written = toml::from_str(&text).map_err(|error| ToolError::file(&file, error))?;
        check_name(&written.name)?;
        let entry = written.entry.unwrap_or_else(|| written.language.entry().to_owned());
        let folder = std::path::absolute(folder).map_err(|error| ToolError::io(folder, error))?;
        Ok(Project { folder, language: written.language, name: written.name, entry, world: written.world })
    }

    /// Where the component is, once it is built.
    pub fn component(&self) -> PathBuf {
        self.folder.join("dist").join(format!("{}.wasm", self.name))
    }

    /// Where its cases are.
    pub fn cases(&self) -> PathBuf {
        self.folder.join("tests")
    }
}

impl Source {
    /// A project's folder, or the file of a component.
    pub fn open(path: &Path) -> Result<Source, ToolError> {
        match path.is_file() {
            true => Ok(Source::Component(path.to_owned())),
            false => Project::open(path).map(Source::Project),
        }
    }

    /// Builds a project; a component is built already.
    pub fn build(&self) -> Result<(), ToolError> {
        match self {
            Source::Project(project) => build::build(project).map(drop),
            Source::Component(_) => Ok(()),
        }
    }

    /// The component's bytes.
    pub fn read(&self) -> Result<Vec<u8>, ToolError> {
        let path = self.component();
        match std::fs::read(&path) {
            Err(_) if !path.exists() => Err(ToolError::NotBuilt(path)),
            read => read.map_err(|error| ToolError::io(&path, error)),
        }
    }

    pub fn component(&self) -> PathBuf {
        match self {
            Source::Project(project) => project.component(),
            Source::Component(path) => path.clone(),
        }
    }
}

impl Language {
    pub fn name(self) -> &'static str {
        match self {
            Language::Rust => "Rust",
            Language::Javascript => "JavaScript",
            Language::Python => "Python",
        }
    }

    fn entry(self) -> &'static str {
        match self {
            Language::Rust => "src/lib.rs",
            Language::Javascript => "src/plugin.js",
            Language::Python => "plugin",
        }
    }
}

/// Names become names of crates, packages and files.
pub(super) fn check_name(name: &str) -> Result<(), ToolError> {
    match is_word(name) {
        true => Ok(()),
        false => Err(ToolError::BadName(name.to_owned())),
    }
}

pub(super) fn is_word(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn connector() -> String {
    "connector".into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &str) -> Result<Project, ToolError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), text).unwrap();
        Project::open(folder.path())
    }

    #[test]
    fn a_project_says_how_it_is_built() {
        let project = open("language = \"python\"\nname = \"my_plugin\"\n").unwrap();
        assert_eq!((project.language, project.entry.as_str()), (Language::Python, "plugin"));
        assert_eq!(project.world, "connector");
        assert!(project.component().ends_with("dist/my_plugin.wasm"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        assert!(matches!(open("language = \"rust\"\nname = \"My Plugin\""), Err(ToolError::BadName(_))));
        let told = open("language = \"cobol\"\nname = \"a\"").unwrap_err().to_string();
        assert!(told.contains("weft.toml") && told.contains("cobol"), "{told}");
        assert!(open("language = \"rust\"\nname = \"a\"\nentri = \"x\"").is_err());
        assert!(matches!(Project::open(Path::new("/nowhere")), Err(ToolError::NoProject(_))));
    }
}
