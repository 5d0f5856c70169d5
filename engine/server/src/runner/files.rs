//! Files of runs, for the plugin host.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::future::BoxFuture;

use crate::ids::{FileId, RunId, WorkspaceId};
use crate::plugin_host::{FileInfo, FileStore, Room};
use crate::store::files::{self, Begun};
use crate::store::{Store, StoreError};

/// The files that one call may work with: it reads those of its workspace and writes those of its run.
#[derive(Debug)]
pub(super) struct FilesOfCall {
    store: Store,
    workspace: WorkspaceId,
    run: RunId,
    /// What the call began and did not finish.
    open: Mutex<BTreeSet<FileId>>,
}

impl FilesOfCall {
    pub(super) fn new(store: Store, workspace: WorkspaceId, run: RunId) -> FilesOfCall {
        FilesOfCall { store, workspace, run, open: Mutex::default() }
    }

    fn open_files(&self) -> MutexGuard<'_, BTreeSet<FileId>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FileStore for FilesOfCall {
    fn open(&self, file: FileId) -> BoxFuture<'_, Result<Option<FileInfo>, String>> {
        Box::pin(async move {
            let found = files::find(&self.store, self.workspace, file).await.map_err(told)?;
            Ok(found.map(|found| FileInfo { mime: found.mime, size_bytes: found.size_bytes.unsigned_abs() }))
        })
    }

    fn read(&self, file: FileId, piece: u32) -> BoxFuture<'_, Result<Vec<u8>, String>> {
        Box::pin(async move {
            let piece = files::piece(&self.store, self.workspace, file, piece).await.map_err(told)?;
            piece.ok_or_else(|| "the file was deleted with its run".to_owned())
        })
    }

    fn create(&self, name: String, mime: String) -> BoxFuture<'_, Result<Room<FileId>, String>> {
        Box::pin(async move {
            let id = FileId::secret();
            self.open_files().insert(id);
            let begun = Begun { id, workspace: self.workspace, run: self.run, name, mime };
            let has_room = files::begin(&self.store, begun).await.map_err(told)?;
            Ok(if has_room { Room::Had(id) } else { Room::Full })
        })
    }

    fn append(&self, file: FileId, piece: u32, bytes: Vec<u8>) -> BoxFuture<'_, Result<Room, String>> {
        Box::pin(async move {
            let has_room = files::append(&self.store, file, piece, bytes).await.map_err(told)?;
            Ok(if has_room { Room::Had(()) } else { Room::Full })
        })
    }

    fn finish(&self, file: FileId, sha256: [u8; 32]) -> BoxFuture<'_, Result<(), String>> {
        Box::pin(async move {
            if !files::finish(&self.store, file, sha256).await.map_err(told)? {
                return Err("the file was deleted before it was finished".to_owned());
            }
            self.open_files().remove(&file);
            Ok(())
        })
    }

    fn abandon(&self, file: FileId) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            match files::abandon(&self.store, file).await {
                Ok(()) => {
                    self.open_files().remove(&file);
                }
                // What is left is swept later.
                Err(error) => tracing::warn!(%error, "a file that was not finished could not be deleted"),
            }
        })
    }

    fn end(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let left = std::mem::take(&mut *self.open_files());
            for file in left {
                self.abandon(file).await;
            }
        })
    }
}

fn told(error: StoreError) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_call_that_ends_leaves_finished_files_to_its_workspace() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let (workspace, run) = (WorkspaceId::fresh(), RunId::fresh());
        let call = FilesOfCall::new(store.clone(), workspace, run);
        let mut files = Vec::new();
        for _ in 0..2 {
            let Room::Had(file) = call.create("a.csv".into(), "text/csv".into()).await.unwrap() else {
                panic!("there is room");
            };
            assert_eq!(call.append(file, 0, vec![7; 3]).await.unwrap(), Room::Had(()));
            files.push(file);
        }
        call.finish(files[0], [1; 32]).await.unwrap();
        call.end().await;
        let later = FilesOfCall::new(store.clone(), workspace, RunId::fresh());
        let info = FileInfo { mime: "text/csv".into(), size_bytes: 3 };
        assert_eq!((later.open(files[0]).await, later.read(files[0], 0).await), (Ok(Some(info)), Ok(vec![7; 3])));
        let of_another = FilesOfCall::new(store.clone(), WorkspaceId::fresh(), run);
        assert_eq!(of_another.open(files[0]).await, Ok(None));
        assert_eq!(later.open(files[1]).await, Ok(None));
        assert!(!files::append(&store, files[1], 1, vec![7]).await.unwrap(), "nothing is left of it");
    }
}
