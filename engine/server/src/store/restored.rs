//! A restored database remembers being one until somebody confirms: it is behind the world, and going on at once would repeat
//! what had already happened after the backup was made.

use super::{Store, StoreError, Tx, schedules, settings};

/// The setting that holds when the database was restored.
const SETTING: &str = "restored";

/// When the database was restored, while nobody has confirmed.
pub async fn since_ms(store: &Store) -> Result<Option<i64>, StoreError> {
    let since = settings::get(store, SETTING).await?;
    let damaged = || StoreError::Damaged(format!("the setting `{SETTING}` is not a moment"));
    since.map(|since| since.parse().map_err(|_| damaged())).transpose()
}

pub(super) async fn begin(tx: &mut Tx, now_ms: i64) -> Result<(), StoreError> {
    settings::set(tx, SETTING, &now_ms.to_string()).await
}

/// Ends the restored mode. Schedules go on from now: what was due since the backup may have been fired by the server it is of.
/// Answers whether the database was waiting for it.
pub async fn confirm(tx: &mut Tx, now_ms: i64) -> Result<bool, StoreError> {
    let waited = sqlx::query("delete from setting where name = $1").bind(SETTING).execute(&mut *tx).await?;
    if waited.rows_affected() == 0 {
        return Ok(false);
    }
    // The scheduler then finds nothing due up to this moment, and computes the next.
    schedules::pass_over_due(tx, now_ms).await?;
    Ok(true)
}
