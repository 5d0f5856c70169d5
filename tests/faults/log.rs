//! A log that only grows: a line of JSON for each thing that happened, on disk before anybody is told.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use anyhow::{Context, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;

type Line = (String, oneshot::Sender<()>);

/// Appends lines; those that come together share a sync of the disk.
#[derive(Debug, Clone)]
pub struct Log {
    lines: mpsc::Sender<Line>,
}

impl Log {
    pub fn open(path: &Path) -> Result<Log> {
        let file = File::options().create(true).append(true).open(path)?;
        let (lines, inbox) = mpsc::channel();
        thread::spawn(move || write(file, &inbox));
        Ok(Log { lines })
    }

    /// Returns when the line is on disk.
    pub async fn append(&self, entry: &impl Serialize) -> Result<()> {
        let (done, written) = oneshot::channel();
        self.lines.send((serde_json::to_string(entry)?, done)).ok().context("the log is closed")?;
        written.await.context("the log could not be written")
    }
}

/// Ends, and with it every later append, when the disk refuses: a log with holes proves nothing.
fn write(mut file: File, inbox: &mpsc::Receiver<Line>) {
    while let Ok(first) = inbox.recv() {
        let together: Vec<Line> = std::iter::once(first).chain(inbox.try_iter()).collect();
        let text: String = together.iter().flat_map(|(line, _)| [line.as_str(), "\n"]).collect();
        if file.write_all(text.as_bytes()).and_then(|()| file.sync_data()).is_err() {
            return;
        }
        for (_, done) in together {
            let _ = done.send(());
        }
    }
}

/// Everything in a log so far.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let lines = BufReader::new(file).lines();
    lines.map(|line| serde_json::from_str(&line?).with_context(|| format!("in {}", path.display()))).collect()
}
