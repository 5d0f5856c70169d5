//! Files that steps wrote, in pieces.

use sqlx::FromRow;

use super::{Store, StoreError, Tx};
use crate::clock::now_ms;
use crate::ids::{FileId, RunId, WorkspaceId};

/// Files of one run.
pub const MOST_FILES: u32 = 100;
/// All files of one run together.
pub const MOST_BYTES: u64 = 256 << 20;

/// Files to delete in one transaction, so that nobody waits long behind it.
const SWEEP: u32 = 20;

/// A finished file.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Stored {
    pub name: String,
    pub mime: String,
    pub size_bytes: i64,
}

/// A file that is begun.
#[derive(Debug, Clone)]
pub struct Begun {
    pub id: FileId,
    pub workspace: WorkspaceId,
    pub run: RunId,
    pub name: String,
    pub mime: String,
}

/// Begins a file. False when the run has as many as it may have. Refused while the disk is nearly full.
pub async fn begin(store: &Store, begun: Begun) -> Result<bool, StoreError> {
    store.disk.has_room()?;
    let begin = "insert into file (file_id, workspace_id, run_id, name, mime, created_ms) select $1, $2, $3, $4, $5, $6 \
                 where (select count(*) from file where run_id = $3) < $7";
    let job = store.write(move |tx| {
        Box::pin(async move {
            let begun = sqlx::query(begin)
                .bind(begun.id)
                .bind(begun.workspace)
                .bind(begun.run)
                .bind(begun.name)
                .bind(begun.mime)
                .bind(now_ms())
                .bind(MOST_FILES)
                .execute(tx)
                .await?;
            Ok(begun.rows_affected() == 1)
        })
    });
    job.await
}

/// Adds a piece to a file that is not finished. False when the files of its run would be too long together.
pub async fn append(store: &Store, file: FileId, number: u32, bytes: Vec<u8>) -> Result<bool, StoreError> {
    store.disk.has_room()?;
    let grow = "update file set size_bytes = size_bytes + $2 where file_id = $1 and sha256 is null and $2 + \
                (select sum(size_bytes) from file as of_run where of_run.run_id = file.run_id) <= $3";
    let insert = "insert into file_piece (file_id, number, bytes) values ($1, $2, $3)";
    let job = store.write(move |tx| {
        Box::pin(async move {
            let grown = sqlx::query(grow)
                .bind(file)
                .bind(bytes.len() as i64)
                .bind(MOST_BYTES.cast_signed())
                .execute(&mut *tx)
                .await?;
            if grown.rows_affected() == 0 {
                return Ok(false);
            }
            sqlx::query(insert).bind(file).bind(number).bind(bytes).execute(tx).await?;
            Ok(true)
        })
    });
    job.await
}

/// From now on the file can be opened. False when it is gone.
pub async fn finish(store: &Store, file: FileId, sha256: [u8; 32]) -> Result<bool, StoreError> {
    let finish = "update file set sha256 = $2 where file_id = $1 and sha256 is null";
    let job = store.write(move |tx| {
        Box::pin(async move {
            let finished = sqlx::query(finish).bind(file).bind(sha256.to_vec()).execute(tx).await?;
            Ok(finished.rows_affected() == 1)
        })
    });
    job.await
}

/// Deletes a file that is not finished.
pub async fn abandon(store: &Store, file: FileId) -> Result<(), StoreError> {
    let delete = "delete from file where file_id = $1 and sha256 is null";
    let job = store.write(move |tx| {
        Box::pin(async move {
            sqlx::query(delete).bind(file).execute(tx).await?;
            Ok(())
        })
    });
    job.await
}

/// A finished file of the workspace.
pub async fn find(store: &Store, workspace: WorkspaceId, file: FileId) -> Result<Option<Stored>, StoreError> {
    let find =
        "select name, mime, size_bytes from file where file_id = $1 and workspace_id = $2 and sha256 is not null";
    Ok(sqlx::query_as(find).bind(file).bind(workspace).fetch_optional(&store.readers).await?)
}

/// A piece of a file of the workspace, counted from 0.
pub async fn piece(
    store: &Store,
    workspace: WorkspaceId,
    file: FileId,
    number: u32,
) -> Result<Option<Vec<u8>>, StoreError> {
    let piece = "select file_piece.bytes from file_piece join file on file.file_id = file_piece.file_id \
                 where file.file_id = $1 and file.workspace_id = $2 and file.sha256 is not null and file_piece.number = $3";
    Ok(sqlx::query_scalar(piece).bind(file).bind(workspace).bind(number).fetch_optional(&store.readers).await?)
}

/// Deletes some of the files that were begun before a moment and are not finished, or whose run is not there, and answers
/// how many those were.
pub async fn sweep(store: &Store, before_ms: i64) -> Result<usize, StoreError> {
    let lost = "select file_id from file where created_ms < $1 and (sha256 is null or \
                not exists (select 1 from run where run.run_id = file.run_id)) limit $2";
    let lost: Vec<FileId> = sqlx::query_scalar(lost).bind(before_ms).bind(SWEEP).fetch_all(&store.readers).await?;
    if lost.is_empty() {
        return Ok(0);
    }
    let job = store.write(move |tx| Box::pin(async move { delete(tx, &lost).await.map(|()| lost.len()) }));
    job.await
}

async fn delete(tx: &mut Tx, files: &[FileId]) -> Result<(), StoreError> {
    for file in files {
        sqlx::query("delete from file where file_id = $1").bind(file).execute(&mut *tx).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::WorkflowId;
    use crate::store::fixture::{self, ended};
    use crate::store::retention;
    use crate::store::runs::Status;

    async fn begun(store: &Store, workspace: WorkspaceId, run: RunId) -> Option<FileId> {
        let id = FileId::secret();
        let new = Begun { id, workspace, run, name: "a.csv".into(), mime: "text/csv".into() };
        begin(store, new).await.unwrap().then_some(id)
    }

    async fn pieces(store: &Store) -> i64 {
        sqlx::query_scalar("select count(*) from file_piece").fetch_one(&store.readers).await.unwrap()
    }

    #[tokio::test]
    async fn a_file_is_there_once_it_is_finished_and_for_its_workspace() {
        let (_folder, store, workspace) = fixture::open().await;
        let file = begun(&store, workspace, RunId::fresh()).await.unwrap();
        for number in 0..2 {
            assert!(append(&store, file, number, vec![7; 3]).await.unwrap());
        }
        assert_eq!(find(&store, workspace, file).await.unwrap(), None);
        assert_eq!(piece(&store, workspace, file, 0).await.unwrap(), None);
        assert!(finish(&store, file, [1; 32]).await.unwrap());
        let stored = Stored { name: "a.csv".into(), mime: "text/csv".into(), size_bytes: 6 };
        assert_eq!(find(&store, workspace, file).await.unwrap(), Some(stored));
        assert_eq!(piece(&store, workspace, file, 1).await.unwrap(), Some(vec![7; 3]));
        let stranger = WorkspaceId::fresh();
        assert_eq!(find(&store, stranger, file).await.unwrap(), None);
        assert_eq!(piece(&store, stranger, file, 0).await.unwrap(), None);
        // Nothing changes a file that is finished.
        assert!(!append(&store, file, 2, vec![7]).await.unwrap() && !finish(&store, file, [2; 32]).await.unwrap());
        abandon(&store, file).await.unwrap();
        assert!(find(&store, workspace, file).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn a_run_has_so_many_files_of_such_a_length() {
        let (_folder, store, workspace) = fixture::open().await;
        let (run, other) = (RunId::fresh(), RunId::fresh());
        let file = begun(&store, workspace, run).await.unwrap();
        let almost = "update file set size_bytes = $1";
        let set = MOST_BYTES.cast_signed() - 2;
        store
            .write(move |tx| Box::pin(async move { Ok(sqlx::query(almost).bind(set).execute(tx).await.map(|_| ())?) }))
            .await
            .unwrap();
        assert!(append(&store, file, 0, vec![0; 2]).await.unwrap());
        assert!(!append(&store, file, 1, vec![0]).await.unwrap());
        let second = begun(&store, workspace, run).await.unwrap();
        assert!(!append(&store, second, 0, vec![0]).await.unwrap(), "what is not finished counts");
        for _ in 2..MOST_FILES {
            assert!(begun(&store, workspace, run).await.is_some());
        }
        assert_eq!(begun(&store, workspace, run).await, None);
        let of_other = begun(&store, workspace, other).await.unwrap();
        assert!(append(&store, of_other, 0, vec![0]).await.unwrap());
        abandon(&store, file).await.unwrap();
        assert!(append(&store, second, 0, vec![0]).await.unwrap(), "and what is given up does not");
    }

    #[tokio::test]
    async fn files_go_with_their_run_and_what_is_left_is_swept() {
        let (_folder, store, workspace) = fixture::open().await;
        let (run, lost) = (RunId::fresh(), RunId::fresh());
        store.commit(ended(run, workspace, WorkflowId::fresh(), Status::Succeeded, 1)).await.unwrap();
        let mut files = Vec::new();
        for (run, is_finished) in [(run, true), (run, false), (lost, true)] {
            let file = begun(&store, workspace, run).await.unwrap();
            append(&store, file, 0, vec![7]).await.unwrap();
            if is_finished {
                finish(&store, file, [1; 32]).await.unwrap();
            }
            files.push(file);
        }
        assert_eq!(sweep(&store, now_ms() - 60_000).await.unwrap(), 0, "they may still be wanted");
        assert_eq!(sweep(&store, now_ms() + 60_000).await.unwrap(), 2);
        assert!(find(&store, workspace, files[0]).await.unwrap().is_some());
        assert_eq!((find(&store, workspace, files[2]).await.unwrap(), pieces(&store).await), (None, 1));
        let delete =
            store.write(move |tx| Box::pin(async move { retention::delete_runs(tx, workspace, &[run]).await }));
        assert_eq!(delete.await.unwrap(), [run]);
        assert_eq!((find(&store, workspace, files[0]).await.unwrap(), pieces(&store).await), (None, 0));
    }
}
