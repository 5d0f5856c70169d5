//! Starting, building and checking a project.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use weft::plugin_host::manifest::TriggerKind;
use weft::plugin_tool::check::{self, Report};
use weft::plugin_tool::{Language, Project, build, new};

use super::{kib, source};

#[derive(Debug, Args)]
pub struct New {
    /// The folder, which also names the plugin
    folder: PathBuf,
    #[arg(long = "lang", value_enum, default_value = "rust")]
    language: Lang,
    /// The plugin's id, such as acme.slack; the folder's name when absent
    #[arg(long)]
    id: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Lang {
    Rust,
    #[value(alias = "javascript", alias = "ts", alias = "typescript")]
    Js,
    Python,
}

#[derive(Debug, Args)]
pub struct Build {
    /// The project's folder
    #[arg(default_value = ".")]
    folder: PathBuf,
}

#[derive(Debug, Args)]
pub struct Check {
    /// The project's folder, or the file of a component
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Take the project's component as it was built last
    #[arg(long)]
    no_build: bool,
    /// Print what was found as JSON
    #[arg(long)]
    json: bool,
    /// Print the manifest
    #[arg(long, conflicts_with = "json")]
    manifest: bool,
}

impl New {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let language = match self.language {
            Lang::Rust => Language::Rust,
            Lang::Js => Language::Javascript,
            Lang::Python => Language::Python,
        };
        let project = new::create(&self.folder, language, self.id.as_deref())?;
        println!("A plugin in {} is in {}.\n", language.name(), self.folder.display());
        println!("  cd {}", self.folder.display());
        match language {
            Language::Rust => {}
            Language::Javascript => println!("  npm install"),
            Language::Python => println!("  python3 -m venv .venv && .venv/bin/pip install -r requirements.txt"),
        }
        println!("  weft plugin test\n\nREADME.md says more. Its component will be {}.", project.component().display());
        Ok(ExitCode::SUCCESS)
    }
}

impl Build {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let project = Project::open(&self.folder)?;
        let component = build::build(&project)?;
        let size = component.metadata().map(|metadata| metadata.len()).unwrap_or_default();
        println!("{}: {}", component.display(), kib(size));
        Ok(ExitCode::SUCCESS)
    }
}

impl Check {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let source = source(&self.path, self.no_build)?;
        match check::check(&source).await {
            Ok(report) if self.manifest => println!("{}", serde_json::to_string_pretty(&report.manifest_json)?),
            Ok(report) if self.json => println!("{}", report.to_json()),
            Ok(report) => print_report(&report),
            Err(error) if self.json => {
                let problem = |(pointer, message)| json!({ "pointer": pointer, "message": message });
                let problems: Vec<Value> = error.problems().into_iter().map(problem).collect();
                println!("{}", json!({ "ok": false, "error": error.to_string(), "problems": problems }));
                return Ok(ExitCode::FAILURE);
            }
            Err(error) => return Err(error.into()),
        }
        Ok(ExitCode::SUCCESS)
    }
}

pub(super) fn print_report(report: &Report) {
    let manifest = &report.manifest;
    println!("{} {} ({}), {}", manifest.name, manifest.version, manifest.id, kib(report.size_bytes as u64));
    println!("sha256 {}", report.sha256);
    for action in &manifest.actions {
        println!("  offers the action {}: {}", action.id, action.title);
    }
    for trigger in &manifest.triggers {
        let kind = match trigger.kind {
            TriggerKind::Poll => "polls",
            TriggerKind::Webhook => "is called",
        };
        println!("  offers the trigger {} ({kind}): {}", trigger.id, trigger.title());
    }
    let asks = report.asks();
    asks.iter().for_each(|ask| println!("  asks {ask}"));
    if asks.is_empty() {
        println!("  asks for nothing");
    }
    println!("A server takes it.");
}
