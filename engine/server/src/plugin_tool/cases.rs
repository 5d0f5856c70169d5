//! `weft plugin test`: each case in a host of its own, offline, with the answers that were recorded.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::ask::{Answered, Ask, fresh_key};
use super::cassette::Cassette;
use super::credential::{self, Values};
use super::transport::{Player, Recorder};
use super::{Access, Source, ToolError, Workbench, difference};
use crate::plugin_host::{CallError, LogLine, Scrubber};

/// How a case went.
#[derive(Debug, Clone)]
pub struct Verdict {
    pub name: String,
    /// What is not as it should be; nothing when the case holds.
    pub complaints: Vec<String>,
    pub logs: Vec<LogLine>,
    pub took: Duration,
}

/// With what the network is reached while a case is recorded.
#[derive(Debug, Clone, Default)]
pub struct Live {
    pub credentials: Values,
    pub allow_private: Vec<ipnet::IpNet>,
}

/// The files of cases in a folder, by name; those whose names hold one of the words, if there are any words.
pub fn files(folder: &Path, words: &[String]) -> Result<Vec<PathBuf>, ToolError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(folder).map_err(|error| ToolError::io(folder, error))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
    let mut paths = paths.map_err(|error| ToolError::io(folder, error))?;
    paths.retain(|path| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let is_case = path.extension().is_some_and(|extension| extension == "json");
        is_case && (words.is_empty() || words.iter().any(|word| name.contains(word.as_str())))
    });
    paths.sort();
    Ok(paths)
}

/// Tries the case of a file.
pub async fn replay(source: &Source, file: &Path) -> Result<Verdict, ToolError> {
    let cassette = Cassette::read(file)?;
    let began = Instant::now();
    let (result, mut complaints) = played(source, &cassette).await?;
    complaints.extend(unexpected(&cassette.expect, &result));
    Ok(Verdict { name: cassette.name, complaints, logs: result.logs, took: began.elapsed() })
}

/// Takes what comes of a case for what should come of it.
pub async fn update(source: &Source, file: &Path) -> Result<Verdict, ToolError> {
    let mut cassette = Cassette::read(file)?;
    let began = Instant::now();
    let (result, complaints) = played(source, &cassette).await?;
    if complaints.is_empty() {
        cassette.expect = expectation_of(&result);
        cassette.write(file)?;
    }
    Ok(Verdict { name: cassette.name, complaints, logs: result.logs, took: began.elapsed() })
}

/// Makes the requests of a case anew, over the network, and keeps the answers and what comes of them.
pub async fn record(source: &Source, file: &Path, live: &Live) -> Result<Verdict, ToolError> {
    let cassette = Cassette::read(file)?;
    let began = Instant::now();
    let name = cassette.name.clone();
    let ask = Ask { idempotency_key: fresh_key(), ..cassette.ask() };
    let result = record_as(source, file, cassette, ask, live).await?;
    Ok(Verdict { name, complaints: Vec::new(), logs: result.logs, took: began.elapsed() })
}

/// Makes a call over the network, and writes a case of it.
pub async fn record_new(source: &Source, file: &Path, ask: Ask, live: &Live) -> Result<Answered, ToolError> {
    let name = file.file_stem().unwrap_or_default().to_string_lossy().replace('_', " ");
    let cassette = Cassette {
        name,
        asked: ask.asked.clone(),
        params: ask.params.clone(),
        items: Some(ask.items.clone()).filter(|items| *items != [Value::Null]),
        cursor: ask.cursor.clone(),
        credential: Values::new(),
        state: ask.state.clone(),
        http: Vec::new(),
        expect: Map::new(),
    };
    record_as(source, file, cassette, ask, live).await
}

async fn record_as(
    source: &Source,
    file: &Path,
    mut cassette: Cassette,
    ask: Ask,
    live: &Live,
) -> Result<Answered, ToolError> {
    let recorder = Arc::new(Recorder::default());
    let access = Access { transport: Some(recorder.clone()), allow_private: live.allow_private.clone() };
    let bench = Workbench::open(source, access).await?;
    let manifest = bench.inspected.manifest.clone();
    let key = ask.idempotency_key.clone();
    let mut credentials = ask.credentials.clone();
    for (slot, fields) in &live.credentials {
        credentials.entry(slot.clone()).or_default().extend(fields.clone());
    }
    let result = bench.ask(Ask { credentials: credentials.clone(), ..ask }).await?;
    bench.close().await;
    let secrets = credential::secrets(&manifest, &credentials);
    let mut marks = secrets.clone();
    marks.push((key.clone(), credential::CASE_KEY_MARK.to_owned()));
    let scrubber = Scrubber::of(&credential::slots(&manifest, &credentials)?);
    cassette.http = recorder.exchanges(&marks, &scrubber);
    let expect = json!(expectation_of(&result)).to_string().replace(&key, credential::CASE_KEY);
    cassette.expect = serde_json::from_str(&expect).unwrap_or_default();
    for (slot, fields) in &live.credentials {
        for (field, value) in fields {
            let is_secret = secrets.iter().any(|(secret, _)| secret == value);
            let shown = if is_secret { format!("made-up-{field}") } else { value.clone() };
            cassette.credential.entry(slot.clone()).or_default().insert(field.clone(), shown);
        }
    }
    cassette.write(file)?;
    Ok(result)
}

async fn played(source: &Source, cassette: &Cassette) -> Result<(Answered, Vec<String>), ToolError> {
    let exchanges = cassette.http.iter().map(|exchange| exchange.filled(&cassette.credential)).collect();
    let player = Arc::new(Player::new(exchanges));
    let bench = Workbench::open(source, Access { transport: Some(player.clone()), allow_private: Vec::new() }).await?;
    let result = bench.ask(cassette.ask()).await?;
    bench.close().await;
    Ok((result, player.complaints()))
}

fn expectation_of(answered: &Answered) -> Map<String, Value> {
    let mut expect = match &answered.result {
        Ok(parts) => parts.clone(),
        Err(error) => Map::from_iter([("error".to_owned(), told(error))]),
    };
    if !answered.state.is_empty() {
        expect.insert("state".into(), json!(answered.state));
    }
    expect
}

/// An error's parts as cases name them.
fn told(error: &CallError) -> Value {
    let mut told = json!(error);
    if let Some(parts) = told.as_object_mut() {
        parts.retain(|_, part| !part.is_null());
    }
    told
}

/// What is not as it should be. Parts of the answer that the case does not name may be anything, but for another page.
fn unexpected(expect: &Map<String, Value>, answered: &Answered) -> Vec<String> {
    let mut complaints = Vec::new();
    let named = |name: &str| expect.get(name).unwrap_or(&Value::Null);
    match (&answered.result, expect.get("error")) {
        (Ok(found), None) => {
            let names = expect.keys().map(String::as_str).filter(|name| !matches!(*name, "next" | "logs" | "state"));
            for name in names.chain(["next"]) {
                let found = found.get(name).unwrap_or(&Value::Null);
                complaints.extend(difference::first(named(name), found).map(|told| format!("`{name}` {told}")));
            }
        }
        (Ok(found), Some(_)) => complaints.push(format!("it should fail, and answered {}", json!(found))),
        (Err(error), None) => complaints.push(format!("it failed: {error} ({})", error.code)),
        (Err(error), Some(expected)) => {
            let found = told(error);
            for (part, expected) in expected.as_object().into_iter().flatten() {
                let told = difference::first(expected, found.get(part).unwrap_or(&Value::Null));
                complaints.extend(told.map(|told| format!("the error's `{part}` {told}")));
            }
        }
    }
    if let Some(state) = expect.get("state") {
        complaints.extend(difference::first(state, &json!(answered.state)).map(|told| format!("what it keeps {told}")));
    }
    let texts = named("logs").as_array().into_iter().flatten().filter_map(Value::as_str);
    let missing = texts.filter(|text| !answered.logs.iter().any(|line| line.message.contains(text)));
    complaints.extend(missing.map(|text| format!("no line of its log holds '{text}'")));
    complaints
}
