//! Trying a plugin: its cases, or one action.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use ipnet::IpNet;
use serde_json::{Value, json};
use weft::plugin_host::{LogLevel, LogLine};
use weft::plugin_tool::cases::{self, Live, Verdict};
use weft::plugin_tool::check;
use weft::plugin_tool::{Access, Ask, Asked, Source, ToolError, Values, Workbench, add_credential};

use super::source;

/// What a command works on.
#[derive(Debug, Args)]
struct Subject {
    /// The project's folder, or the file of a component
    #[arg(long, value_name = "PATH", default_value = ".")]
    of: PathBuf,
    /// Take the project's component as it was built last
    #[arg(long)]
    no_build: bool,
}

#[derive(Debug, Args)]
struct Credentials {
    /// The value of a credential's field, as slot.field=value
    #[arg(long = "credential", value_name = "SLOT.FIELD=VALUE")]
    values: Vec<String>,
    /// A file of JSON with the values, by slot and field
    #[arg(long = "credential-file", value_name = "FILE")]
    file: Option<PathBuf>,
    /// Private address ranges that requests may reach, besides this machine
    #[arg(long, env = "WEFT_ALLOW_PRIVATE", value_delimiter = ',')]
    allow_private: Vec<IpNet>,
}

#[derive(Debug, Args)]
pub struct Test {
    /// Words in the names of the files to try; all when absent
    words: Vec<String>,
    #[command(flatten)]
    subject: Subject,
    /// Take what comes of the cases for what should come of them
    #[arg(long, conflicts_with = "record")]
    update: bool,
    /// Make the requests anew, over the network, and keep the answers
    #[arg(long)]
    record: bool,
    #[command(flatten)]
    credentials: Credentials,
}

#[derive(Debug, Args)]
pub struct Run {
    /// The id of an action, or of a trigger that polls
    id: String,
    #[command(flatten)]
    subject: Subject,
    /// The parameters, as JSON, or @FILE
    #[arg(long, default_value = "{}")]
    params: String,
    /// The items, as a list in JSON, or @FILE; one, null, when absent
    #[arg(long)]
    items: Option<String>,
    /// Where the page begins, as JSON: what the page before it said
    #[arg(long)]
    cursor: Option<String>,
    /// Let requests out
    #[arg(long)]
    network: bool,
    /// Write a case of it to this file
    #[arg(long, value_name = "FILE", requires = "network")]
    record: Option<PathBuf>,
    #[command(flatten)]
    credentials: Credentials,
}

impl Test {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let source = source(&self.subject.of, self.subject.no_build)?;
        let folder = match &source {
            Source::Project(project) => project.cases(),
            Source::Component(_) => bail!("cases belong to a project: name its folder"),
        };
        let files = cases::files(&folder, &self.words)?;
        if files.is_empty() {
            bail!("there are no cases in {}; `weft plugin run --network --record FILE` makes one", folder.display());
        }
        let live = Live { credentials: self.credentials.read()?, allow_private: self.credentials.allow_private };
        let mut failed = 0;
        for file in &files {
            let verdict = match (self.record, self.update) {
                (true, _) => cases::record(&source, file, &live).await?,
                (_, true) => cases::update(&source, file).await?,
                _ => cases::replay(&source, file).await?,
            };
            failed += usize::from(!verdict.complaints.is_empty());
            print_verdict(file, &verdict);
        }
        println!("{} passed, {failed} failed", files.len() - failed);
        Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn print_verdict(file: &Path, verdict: &Verdict) {
    let mark = if verdict.complaints.is_empty() { "ok    " } else { "FAILED" };
    let file = file.file_name().unwrap_or_default().to_string_lossy();
    println!("{mark} {file}: {} ({} ms)", verdict.name, verdict.took.as_millis());
    for complaint in &verdict.complaints {
        println!("       {}", complaint.replace('\n', "\n       "));
    }
    if !verdict.complaints.is_empty() {
        verdict.logs.iter().for_each(|line| println!("       log: {}", log_line(line)));
    }
}

impl Run {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let source = source(&self.subject.of, self.subject.no_build)?;
        let items = self.items.as_deref().map(|items| read_json("items", items)).transpose()?;
        let items = match items.unwrap_or_else(|| json!([null])) {
            Value::Array(items) => items,
            _ => bail!("--items must be a list"),
        };
        let ask = Ask {
            items,
            cursor: self.cursor.as_deref().map(|cursor| read_json("cursor", cursor)).transpose()?,
            credentials: self.credentials.read()?,
            ..Ask::new(asked(&source, &self.id).await?, read_json("params", &self.params)?)
        };
        let allow_private = self.credentials.allow_private;
        let result = match &self.record {
            Some(file) => {
                let live = Live { credentials: ask.credentials.clone(), allow_private };
                cases::record_new(&source, file, ask, &live).await?
            }
            None => {
                let access = if self.network { Access::network(allow_private) } else { Access::offline() };
                let bench = Workbench::open(&source, access).await?;
                let result = bench.ask(ask).await?;
                bench.close().await;
                result
            }
        };
        result.logs.iter().for_each(|line| eprintln!("{}", log_line(line)));
        match result.result {
            Ok(parts) => {
                parts.get("items").and_then(Value::as_array).into_iter().flatten().for_each(|item| println!("{item}"));
                if let Some(next) = parts.get("next") {
                    eprintln!("It goes on with --cursor '{next}'");
                }
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => {
                let place = error.pointer.as_ref().map(|pointer| format!(" at {pointer}")).unwrap_or_default();
                eprintln!(
                    "{}: {}{place} ({})",
                    json!(error.kind).as_str().unwrap_or_default(),
                    error.message,
                    error.code
                );
                Ok(ExitCode::FAILURE)
            }
        }
    }
}

/// Whether an id is an action's or a trigger's is in the manifest.
async fn asked(source: &Source, id: &str) -> Result<Asked, ToolError> {
    let manifest = check::check(source).await?.manifest;
    Ok(match manifest.trigger(id) {
        Some(_) => Asked::Poll(id.to_owned()),
        None => Asked::Action(id.to_owned()),
    })
}

impl Credentials {
    fn read(&self) -> anyhow::Result<Values> {
        let mut values = match &self.file {
            None => Values::new(),
            Some(file) => {
                let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
                serde_json::from_str(&text)
                    .with_context(|| format!("{} is no JSON of slots and fields", file.display()))?
            }
        };
        for value in &self.values {
            add_credential(&mut values, value)?;
        }
        Ok(values)
    }
}

/// JSON from the command line, or from a file.
fn read_json(name: &str, written: &str) -> anyhow::Result<Value> {
    let text = match written.strip_prefix('@') {
        Some(file) => std::fs::read_to_string(file).with_context(|| file.to_owned())?,
        None => written.to_owned(),
    };
    serde_json::from_str(&text).with_context(|| format!("--{name} is no JSON"))
}

fn log_line(line: &LogLine) -> String {
    let level = match line.level {
        LogLevel::Trace => "trace",
        LogLevel::Debug => "debug",
        LogLevel::Info => "info",
        LogLevel::Warn => "warn",
        LogLevel::Error => "error",
    };
    let fields = line.fields.as_ref().map(|fields| format!(" {fields}")).unwrap_or_default();
    format!("{level} {}{fields}", line.message)
}
