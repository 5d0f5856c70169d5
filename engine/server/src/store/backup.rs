//! Copies of the database: made while a server runs, and put in the place of a database.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::{DATABASE, StoreError, Tx, restored};

/// Files that belong to a database.
const OF_DATABASE: [&str; 3] = ["weft.db", "weft.db-wal", "weft.db-shm"];

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{} exists already; choose another name, or remove it", .0.display())]
    Exists(PathBuf),
    #[error("{} holds no database; name the data directory with --data-dir", .0.display())]
    NoDatabase(PathBuf),
    #[error("{} holds a database already; --force moves it aside", .0.display())]
    NotEmpty(PathBuf),
    #[error("{} cannot be restored: {reason}", file.display())]
    Unsound { file: PathBuf, reason: String },
    #[error("{}: {error}", path.display())]
    Io { path: PathBuf, error: io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> BackupError {
        BackupError::Store(error.into())
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> BackupError + '_ {
    |error| BackupError::Io { path: path.to_owned(), error }
}

/// Writes a copy of the database of a data directory, as of this moment, to a new file. A server may be at work on it.
pub async fn backup(directory: &Path, file: &Path) -> Result<(), BackupError> {
    let database = directory.join(DATABASE);
    if !database.exists() {
        return Err(BackupError::NoDatabase(directory.to_owned()));
    }
    if file.exists() {
        return Err(BackupError::Exists(file.to_owned()));
    }
    let partial = beside(file, "partial");
    remove_if_there(&partial)?;
    let mut connection = options(&database)?.read_only(true).connect().await?;
    let copied = sqlx::query("vacuum into $1").bind(partial.to_string_lossy()).execute(&mut connection).await;
    connection.close().await?;
    if let Err(error) = copied {
        remove_if_there(&partial)?;
        return Err(error.into());
    }
    File::open(&partial).and_then(|copy| copy.sync_all()).map_err(at(&partial))?;
    // Fails when somebody made the file meanwhile, which a plain rename would not.
    fs::hard_link(&partial, file).map_err(at(file))?;
    remove_if_there(&partial)?;
    sync_directory_of(file)
}

/// Puts a backup in the place of the database of a data directory, in restored mode. With `force` a database that is there is
/// moved aside, and it is answered where to.
pub async fn restore(
    file: &Path,
    directory: &Path,
    existing: Existing,
    now_ms: i64,
) -> Result<Option<PathBuf>, BackupError> {
    fs::create_dir_all(directory).map_err(at(directory))?;
    let lock = super::lock(directory)?;
    let database = directory.join(DATABASE);
    if existing == Existing::Refuse && database.exists() {
        return Err(BackupError::NotEmpty(directory.to_owned()));
    }
    let copy = directory.join("weft.db.restoring");
    remove_if_there(&copy)?;
    fs::copy(file, &copy).map_err(at(file))?;
    if let Err(error) = prepare(&copy, file, now_ms).await {
        remove_if_there(&copy)?;
        return Err(error);
    }
    File::open(&copy).and_then(|copy| copy.sync_all()).map_err(at(&copy))?;
    let aside = if database.exists() { Some(move_aside(directory, now_ms)?) } else { None };
    fs::rename(&copy, &database).map_err(at(&database))?;
    sync_directory_of(&database)?;
    drop(lock);
    Ok(aside)
}

/// What becomes of a database that is in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    Refuse,
    MoveAside,
}

/// Confirms a restored database from outside of the server; a server that runs on it notices. Answers whether the database
/// was waiting for it.
pub async fn confirm(directory: &Path, now_ms: i64) -> Result<bool, BackupError> {
    let database = directory.join(DATABASE);
    if !database.exists() {
        return Err(BackupError::NoDatabase(directory.to_owned()));
    }
    let mut connection = options(&database)?.connect().await?;
    let mut tx = connection.begin_with("begin immediate").await?;
    let waited = restored::confirm(&mut tx, now_ms).await?;
    tx.commit().await?;
    connection.close().await?;
    Ok(waited)
}

/// Looks whether a copy is a whole database of ours, and marks it as restored.
async fn prepare(copy: &Path, file: &Path, now_ms: i64) -> Result<(), BackupError> {
    let unsound = |reason: String| BackupError::Unsound { file: file.to_owned(), reason };
    let mut connection = options(copy)?.connect().await.map_err(|error| unsound(error.to_string()))?;
    let found = look_at(&mut connection).await.unwrap_or_else(|error| Some(error.to_string()));
    if let Some(reason) = found {
        return Err(unsound(reason));
    }
    restored::begin(&mut connection, now_ms).await?;
    connection.close().await?;
    Ok(())
}

/// Why a database cannot be used, if it can't.
async fn look_at(tx: &mut Tx) -> Result<Option<String>, StoreError> {
    let problems = match integrity(tx).await {
        Ok(problems) => problems,
        Err(error) => return Ok(Some(format!("it cannot be read as a database: {error}"))),
    };
    if let Some(problem) = problems.first() {
        return Ok(Some(format!("it is damaged: {problem}")));
    }
    let is_ours = "select exists (select 1 from sqlite_schema where name = '_sqlx_migrations')";
    if !sqlx::query_scalar::<_, bool>(is_ours).fetch_one(&mut *tx).await? {
        return Ok(Some("it is not a database of Weft".into()));
    }
    let known = super::MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default();
    let newest: Option<i64> = sqlx::query_scalar("select max(version) from _sqlx_migrations").fetch_one(tx).await?;
    Ok(match newest {
        None => Some("it is empty".into()),
        Some(newest) if newest > known => Some("it was written by a newer version of Weft; update first".into()),
        Some(_) => None,
    })
}

/// What SQLite finds wrong with a file; empty when it is sound.
pub(super) async fn integrity(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let told: Vec<String> = sqlx::query_scalar("pragma integrity_check").fetch_all(tx).await?;
    Ok(told.into_iter().filter(|line| line != "ok").collect())
}

fn move_aside(directory: &Path, now_ms: i64) -> Result<PathBuf, BackupError> {
    let aside = directory.join(format!("before-restore-{now_ms}"));
    fs::create_dir(&aside).map_err(at(&aside))?;
    for name in OF_DATABASE {
        let path = directory.join(name);
        if path.exists() {
            fs::rename(&path, aside.join(name)).map_err(at(&path))?;
        }
    }
    Ok(aside)
}

fn options(database: &Path) -> Result<SqliteConnectOptions, BackupError> {
    let options = SqliteConnectOptions::from_str("sqlite:")?;
    Ok(options.filename(database).busy_timeout(super::BUSY_TIMEOUT).foreign_keys(true))
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

fn remove_if_there(path: &Path) -> Result<(), BackupError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(path)(error)),
        _ => Ok(()),
    }
}

/// A file is only sure to be there under its name once its directory is on disk.
fn sync_directory_of(file: &Path) -> Result<(), BackupError> {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent).and_then(|parent| parent.sync_all()).map_err(at(parent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{RunId, ScheduleId, WorkflowId};
    use crate::store::fixture::{self, ended};
    use crate::store::runs::Status;
    use crate::store::{Store, runs, settings};

    #[tokio::test]
    async fn a_backup_is_taken_while_the_server_holds_the_directory_and_restores_elsewhere() {
        let (folder, store, workspace) = fixture::open().await;
        let run = RunId::fresh();
        store.commit(ended(run, workspace, WorkflowId::fresh(), Status::Succeeded, 1)).await.unwrap();
        let (backups, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let file = backups.path().join("copy.db");
        backup(folder.path(), &file).await.unwrap();
        assert_eq!(fs::read_dir(backups.path()).unwrap().count(), 1, "nothing but the backup is left");
        assert!(matches!(backup(folder.path(), &file).await, Err(BackupError::Exists(_))));
        assert!(matches!(backup(backups.path(), &backups.path().join("x")).await, Err(BackupError::NoDatabase(_))));

        let directory = elsewhere.path().join("data");
        assert_eq!(restore(&file, &directory, Existing::Refuse, 7).await.unwrap(), None);
        assert!(matches!(restore(&file, &directory, Existing::Refuse, 7).await, Err(BackupError::NotEmpty(_))));
        let restored = Store::open(&directory).await.unwrap();
        assert!(runs::find(&restored, workspace, run).await.unwrap().is_some());
        assert_eq!(restored::since_ms(&restored).await.unwrap(), Some(7));
        let in_use = restore(&file, &directory, Existing::MoveAside, 8).await;
        assert!(matches!(in_use, Err(BackupError::Store(StoreError::InUse(_)))), "{in_use:?}");
        assert!(confirm(&directory, 9).await.unwrap() && !confirm(&directory, 9).await.unwrap());
        assert_eq!(restored::since_ms(&restored).await.unwrap(), None);
        restored.close().await;
        let aside = restore(&file, &directory, Existing::MoveAside, 10).await.unwrap().unwrap();
        assert!(aside.join("weft.db").exists());
    }

    #[tokio::test]
    async fn what_is_not_a_sound_database_of_ours_is_refused_and_harms_nothing() {
        let (folder, store, _) = fixture::open().await;
        store.write(|tx| Box::pin(settings::set(tx, "kept", "1"))).await.unwrap();
        store.close().await;
        let backups = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = backups.path().join(name);
            fs::write(&path, bytes).unwrap();
            path
        };
        let mut torn = fs::read(folder.path().join("weft.db")).unwrap();
        torn.truncate(torn.len() / 2);
        let newer = backups.path().join("newer.db");
        backup(folder.path(), &newer).await.unwrap();
        let mut connection = options(&newer).unwrap().connect().await.unwrap();
        sqlx::query("update _sqlx_migrations set version = 99999 where version = 1")
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        let foreign = backups.path().join("foreign.db");
        let mut connection = options(&foreign).unwrap().create_if_missing(true).connect().await.unwrap();
        sqlx::query("create table t (a)").execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        for (wrong, reason) in [
            (file("text", b"hello, this is no database at all"), "cannot be read as a database"),
            (file("empty", b""), "not a database of Weft"),
            (foreign, "not a database of Weft"),
            (file("torn", &torn), "malformed"),
            (newer, "newer version of Weft"),
        ] {
            let refused = restore(&wrong, folder.path(), Existing::MoveAside, 1).await.unwrap_err();
            assert!(matches!(refused, BackupError::Unsound { .. }), "{refused:?}");
            assert!(refused.to_string().contains(reason), "{}: {refused}", wrong.display());
        }
        let store = Store::open(folder.path()).await.unwrap();
        assert_eq!(settings::get(&store, "kept").await.unwrap().as_deref(), Some("1"));
        assert_eq!(restored::since_ms(&store).await.unwrap(), None);
    }

    #[tokio::test]
    async fn confirming_moves_schedules_past_what_was_due() {
        let (_folder, store, workspace) = fixture::open().await;
        let workflow = fixture::workflow(&store, workspace, "w", 1).await;
        assert!(!store.write(|tx| Box::pin(restored::confirm(tx, 900))).await.unwrap());
        store
            .write(move |tx| {
                Box::pin(async move {
                    restored::begin(tx, 1).await?;
                    for (node, next_ms) in [("due", 60_000), ("later", 1_000_000)] {
                        let insert = "insert into schedule (schedule_id, workspace_id, workflow_id, revision, node, cron, timezone, \
                                      missed, cursor_ms, next_ms) values ($1, $2, $3, 1, $4, '* * * * *', 'UTC', 'all', 400, $5)";
                        sqlx::query(insert)
                            .bind(ScheduleId::fresh())
                            .bind(workspace)
                            .bind(workflow)
                            .bind(node)
                            .bind(next_ms)
                            .execute(&mut *tx)
                            .await?;
                    }
                    Ok(())
                })
            })
            .await
            .unwrap();
        assert!(store.write(|tx| Box::pin(restored::confirm(tx, 180_000))).await.unwrap());
        let schedules: Vec<(String, i64, i64)> =
            sqlx::query_as("select node, cursor_ms, next_ms from schedule order by node")
                .fetch_all(&store.readers)
                .await
                .unwrap();
        assert_eq!(schedules, [("due".into(), 180_000, 180_000), ("later".into(), 400, 1_000_000)]);
        let ledger: Vec<(i64, i64, i64, String)> =
            sqlx::query_as("select first_ms, fire_ms, count, skipped_because from fire")
                .fetch_all(&store.readers)
                .await
                .unwrap();
        assert_eq!(ledger, [(60_000, 180_000, 3, "restored".into())]);
    }
}
