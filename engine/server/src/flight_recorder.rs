//! Which runs were being computed when the process died, written where that outlives the process.
//!
//! A run that takes the server down does so while a thread is at work on it. A run that merely waits for an answer when the
//! server is killed is innocent, and so is one that waits for its turn. So each thread notes the run it turns to and wipes
//! the note when it turns away: two writes of 16 bytes, which the operating system keeps when the process is gone.

use std::fs::File;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use uuid::Uuid;

use crate::ids::RunId;

/// The file in a data directory.
const FILE: &str = "weft.flight";

/// Threads that have a place of their own. More would overwrite each other's notes, which loses one of them.
const THREADS: u64 = 512;

const NOTE_BYTES: usize = 16;

static NEXT_PLACE: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static PLACE: u64 = NEXT_PLACE.fetch_add(1, Ordering::Relaxed) % THREADS * NOTE_BYTES as u64;
}

/// Keeps the notes. Cheap to clone. The default keeps none.
#[derive(Debug, Clone, Default)]
pub struct FlightRecorder {
    notes: Option<Arc<File>>,
    suspects: Arc<[RunId]>,
}

/// A run as far as the recorder knows it. The default is nobody's.
#[derive(Debug, Clone, Default)]
pub struct Flight(Option<(Arc<File>, RunId)>);

impl FlightRecorder {
    /// Opens the notes of a data directory, and reads what the last process left there. The caller holds the directory's lock.
    pub fn open(directory: &Path) -> io::Result<FlightRecorder> {
        let path = directory.join(FILE);
        let suspects = match std::fs::read(&path) {
            Ok(notes) => read(&notes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let notes = File::options().write(true).create(true).truncate(false).open(path)?;
        Ok(FlightRecorder { notes: Some(Arc::new(notes)), suspects: suspects.into() })
    }

    /// Wipes what the last process left, once it has been taken in.
    pub fn forget_last_process(&self) {
        if let Some(notes) = &self.notes {
            let _ = notes.set_len(0);
        }
    }

    /// The runs that the last process was at work on when it ended.
    pub fn suspects(&self) -> &[RunId] {
        &self.suspects
    }

    /// The flight of a run.
    pub fn of(&self, run: RunId) -> Flight {
        Flight(self.notes.as_ref().map(|file| (Arc::clone(file), run)))
    }
}

impl Flight {
    /// Notes the run whenever a thread is at work on this future.
    pub fn follow<F: Future>(self, future: F) -> Followed<F> {
        Followed { future, flight: self }
    }

    fn note(&self, is_at_work: bool) {
        let Some((file, run)) = &self.0 else { return };
        let note = if is_at_work { run.0.into_bytes() } else { [0; NOTE_BYTES] };
        // A note that could not be made is one clue less; nothing else depends on it.
        let _ = PLACE.with(|place| write_at(file, &note, *place));
    }
}

pin_project! {
    /// A future of a run.
    #[derive(Debug)]
    pub struct Followed<F> {
        #[pin]
        future: F,
        flight: Flight,
    }
}

impl<F: Future> Future for Followed<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.flight.note(true);
        let poll = this.future.poll(context);
        this.flight.note(false);
        poll
    }
}

fn read(notes: &[u8]) -> Vec<RunId> {
    let ids = notes.chunks_exact(NOTE_BYTES).filter_map(|note| Uuid::from_slice(note).ok());
    let mut runs: Vec<RunId> = ids.filter(|id| !id.is_nil()).map(RunId).collect();
    // Several threads may have been at work on the same run.
    runs.sort_unstable();
    runs.dedup();
    runs
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(windows)]
fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::windows::fs::FileExt::seek_write(file, bytes, offset).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_run_is_found_that_was_at_work_and_none_that_waited() {
        let folder = tempfile::tempdir().unwrap();
        let recorder = FlightRecorder::open(folder.path()).unwrap();
        assert_eq!(recorder.suspects(), []);
        let (waits, works) = (RunId::fresh(), RunId::fresh());
        let mut waiting = Box::pin(recorder.of(waits).follow(std::future::pending::<()>()));
        assert!(futures::poll!(&mut waiting).is_pending());
        let path = folder.path().to_owned();
        let died = recorder.of(works).follow(async move { FlightRecorder::open(&path).unwrap() }).await;
        assert_eq!(died.suspects(), [works]);
        recorder.forget_last_process();
        assert_eq!(FlightRecorder::open(folder.path()).unwrap().suspects(), []);
    }

    #[test]
    fn threads_at_work_on_one_run_are_one_find() {
        let run = RunId::fresh();
        let notes = [run.0.as_bytes().as_slice(), &[0; NOTE_BYTES], run.0.as_bytes(), &[7; 5]].concat();
        assert_eq!(read(&notes), [run]);
    }
}
