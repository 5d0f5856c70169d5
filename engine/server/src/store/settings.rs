//! What the server remembers about itself, by name.

use super::{Store, StoreError, Tx};

pub async fn get(store: &Store, name: &str) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar("select value from setting where name = $1")
        .bind(name)
        .fetch_optional(&store.readers)
        .await?)
}

pub async fn set(tx: &mut Tx, name: &str, value: &str) -> Result<(), StoreError> {
    sqlx::query(
        "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(tx)
    .await?;
    Ok(())
}

/// Removes a setting and tells whether it was there.
pub async fn take(tx: &mut Tx, name: &str) -> Result<bool, StoreError> {
    Ok(sqlx::query("delete from setting where name = $1").bind(name).execute(tx).await?.rows_affected() == 1)
}
