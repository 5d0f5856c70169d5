//! `weft plugin build`: from a project to a component, with the tools of its language.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use wit_component::ComponentEncoder;

use super::project::Language;
use super::{Project, ToolError, sdk};

const TARGET: &str = "wasm32-unknown-unknown";

/// Builds a project. What the tools say goes to standard error.
pub fn build(project: &Project) -> Result<PathBuf, ToolError> {
    let component = project.component();
    if let Some(folder) = component.parent() {
        std::fs::create_dir_all(folder).map_err(|error| ToolError::io(folder, error))?;
    }
    match project.language {
        Language::Rust => rust(project, &component)?,
        Language::Javascript => javascript(project, &component)?,
        Language::Python => python(project, &component)?,
    }
    Ok(component)
}

/// Compiles to a module and wraps it into the component that the module's own description asks for.
fn rust(project: &Project, component: &Path) -> Result<(), ToolError> {
    check_rust()?;
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&project.folder).args(["build", "--lib", "--release", "--target", TARGET]);
    cargo.arg("--message-format=json-render-diagnostics");
    if std::env::var_os("RUSTFLAGS").is_none() && std::env::var_os("CARGO_ENCODED_RUSTFLAGS").is_none() {
        cargo.env("CARGO_ENCODED_RUSTFLAGS", paths_removed(&project.folder).join("\x1f"));
    }
    let done =
        cargo.stderr(Stdio::inherit()).output().map_err(|_| missing("cargo", "curl https://sh.rustup.rs | sh"))?;
    if !done.status.success() {
        return Err(ToolError::BuildFailed("cargo"));
    }
    let said = String::from_utf8_lossy(&done.stdout);
    let module = module_of(&said).ok_or_else(|| {
        ToolError::Encode(
            "the crate makes no module: its Cargo.toml needs crate-type = [\"cdylib\"] under [lib]".into(),
        )
    })?;
    let bytes = std::fs::read(&module).map_err(|error| ToolError::io(&module, error))?;
    let encode = || ComponentEncoder::default().validate(true).module(&bytes)?.encode();
    sdk::write_file(component, &encode().map_err(|error| ToolError::Encode(format!("{error:#}")))?)
}

/// The last module that cargo says it has made, which is the project's own.
fn module_of(said: &str) -> Option<PathBuf> {
    let artifacts = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut modules = artifacts.filter(|message| message["reason"] == "compiler-artifact").filter_map(|message| {
        let files = message["filenames"].as_array()?.iter().filter_map(Value::as_str);
        files.map(PathBuf::from).find(|file| file.extension().is_some_and(|extension| extension == "wasm"))
    });
    modules.next_back()
}

fn check_rust() -> Result<(), ToolError> {
    let asked = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output();
    let folder = asked.map_err(|_| missing("rustc", "curl https://sh.rustup.rs | sh"))?.stdout;
    let is_there = Path::new(String::from_utf8_lossy(&folder).trim()).is_dir();
    is_there
        .then_some(())
        .ok_or_else(|| missing("Rust's target wasm32-unknown-unknown", "rustup target add wasm32-unknown-unknown"))
}

/// Panic messages hold the paths of sources, which are nobody's business and would make the bytes depend on the machine.
fn paths_removed(project: &Path) -> Vec<String> {
    let home = std::env::home_dir().unwrap_or_default();
    let cargo = std::env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    vec![
        format!("--remap-path-prefix={}=/cargo", cargo.display()),
        format!("--remap-path-prefix={}=/plugin", project.display()),
    ]
}

/// Freezes QuickJS together with the plugin's code.
fn javascript(project: &Project, component: &Path) -> Result<(), ToolError> {
    let tool = project.folder.join("node_modules/.bin/componentize-qjs");
    if !tool.exists() {
        return Err(missing("componentize-qjs", "npm install"));
    }
    let mut command = Command::new(tool);
    command.args(["--sync", "--wit", "sdk/wit", "--world", &project.world, "--module-root", "."]);
    command.args(["--js", &project.entry]).arg("--output").arg(component);
    run(command, project, "componentize-qjs")
}

/// Freezes Python together with the plugin's code.
fn python(project: &Project, component: &Path) -> Result<(), ToolError> {
    let own = project.folder.join(".venv/bin/componentize-py");
    let tool = if own.exists() { own } else { PathBuf::from("componentize-py") };
    if Command::new(&tool).arg("--version").output().is_err() {
        return Err(missing("componentize-py", "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt"));
    }
    let mut command = Command::new(tool);
    command.args(["-d", "sdk/wit", "-w", &project.world, "componentize", &project.entry]);
    command.args(["-p", ".", "-p", "sdk"]).arg("-o").arg(component);
    run(command, project, "componentize-py")
}

fn run(mut command: Command, project: &Project, tool: &'static str) -> Result<(), ToolError> {
    // Standard output is the command's own: it may be JSON.
    match command.current_dir(&project.folder).stdout(std::io::stderr()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(ToolError::BuildFailed(tool)),
        Err(error) => Err(ToolError::io(Path::new(tool), error)),
    }
}

fn missing(tool: &'static str, install: &str) -> ToolError {
    ToolError::MissingTool { tool, install: install.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_projects_own_module_is_the_last() {
        let said = r#"
            {"reason":"compiler-artifact","filenames":["/t/release/libserde.rlib"]}
            {"reason":"compiler-artifact","filenames":["/t/release/my_plugin.wasm"]}
            {"reason":"build-finished","success":true}
        "#;
        assert_eq!(module_of(said), Some(PathBuf::from("/t/release/my_plugin.wasm")));
        assert_eq!(module_of("{}\nno json"), None);
    }
}
