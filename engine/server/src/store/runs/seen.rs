//! Which keys `dedupe` nodes have seen.

use std::collections::HashSet;

use weft_core::run::Path;

use crate::ids::{RunId, WorkflowId};
use crate::store::{StoreError, Tx};

/// Keys that were forgotten with one question; keeps the table from growing without a task of its own.
const FORGOTTEN_AT_ONCE: u32 = 200;

/// A question about keys.
#[derive(Debug, Clone)]
pub struct FirstSeen {
    pub workflow: WorkflowId,
    /// Keys of one scope know nothing of those of another.
    pub scope: String,
    pub keys: Vec<[u8; 32]>,
    /// The step that asks. Asked again after a crash, it is told the same.
    pub run: RunId,
    pub path: Path,
    pub now_ms: i64,
    pub expires_ms: i64,
}

/// Notes the keys and tells of each whether this step is the first to see it.
pub async fn first_seen(tx: &mut Tx, asked: &FirstSeen) -> Result<Vec<bool>, StoreError> {
    let forget = "delete from seen where (workflow_id, scope, key_sha256) in \
                  (select workflow_id, scope, key_sha256 from seen where expires_ms <= $1 limit $2)";
    sqlx::query(forget).bind(asked.now_ms).bind(FORGOTTEN_AT_ONCE).execute(&mut *tx).await?;
    // What has expired and is not forgotten yet is taken over. What this step saw before is still its own.
    let note = "insert into seen (workflow_id, scope, key_sha256, run_id, path, expires_ms) values ($1, $2, $3, $4, $5, $6) \
                on conflict (workflow_id, scope, key_sha256) do update set run_id = excluded.run_id, path = excluded.path, \
                expires_ms = excluded.expires_ms \
                where seen.expires_ms <= $7 or (seen.run_id = excluded.run_id and seen.path = excluded.path)";
    let mut answers = Vec::with_capacity(asked.keys.len());
    let mut asked_before = HashSet::with_capacity(asked.keys.len());
    for key in &asked.keys {
        if !asked_before.insert(key) {
            answers.push(false);
            continue;
        }
        let noted = sqlx::query(note)
            .bind(asked.workflow)
            .bind(&asked.scope)
            .bind(&key[..])
            .bind(asked.run)
            .bind(&*asked.path.0)
            .bind(asked.expires_ms)
            .bind(asked.now_ms)
            .execute(&mut *tx)
            .await?;
        answers.push(noted.rows_affected() == 1);
    }
    Ok(answers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture;

    #[tokio::test]
    async fn a_key_is_new_once_within_its_window_and_always_to_who_saw_it_first() {
        let (_folder, store, workspace) = fixture::open().await;
        let workflow = fixture::workflow(&store, workspace, "w", 1).await;
        let (first, second) = (RunId::fresh(), RunId::fresh());
        let ask = async |run, keys: &[u8], now_ms| {
            let keys = keys.iter().map(|key| [*key; 32]).collect();
            let path = Path::from("dedupe");
            let asked = FirstSeen { workflow, scope: String::new(), keys, run, path, now_ms, expires_ms: now_ms + 100 };
            store.write(move |tx| Box::pin(async move { first_seen(tx, &asked).await })).await.unwrap()
        };
        assert_eq!(ask(first, &[1, 2, 1], 0).await, [true, true, false]);
        assert_eq!(ask(first, &[1, 2, 1], 10).await, [true, true, false], "asked again after a crash");
        assert_eq!(ask(second, &[2, 3], 20).await, [false, true]);
        assert_eq!(ask(second, &[1], 200).await, [true], "the window is over");
    }
}
