//! Versions of plugins, their frozen manifests, and the bytes of their components.

use sqlx::FromRow;

use super::{Store, StoreError, Tx};

const VERSION: &str =
    "select plugin_id, version, sha256, size_bytes, manifest, state, granted, bundled, uploaded_ms from plugin_version";

/// Whether a version may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case")]
pub enum State {
    /// Uploaded; nobody has agreed to what it asks for.
    NeedsGrant,
    Enabled,
    Disabled,
}

/// One version of a plugin as stored.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Version {
    #[sqlx(rename = "plugin_id")]
    pub plugin: String,
    pub version: String,
    /// In hexadecimal; names the component.
    pub sha256: String,
    pub size_bytes: i64,
    /// What the component said about itself when it was uploaded, as JSON text.
    pub manifest: String,
    pub state: State,
    /// What was agreed to, as JSON text.
    pub granted: Option<String>,
    pub bundled: bool,
    pub uploaded_ms: i64,
}

/// Every version of every plugin, by plugin, the latest upload first.
pub async fn all(store: &Store) -> Result<Vec<Version>, StoreError> {
    let all = sqlx::AssertSqlSafe(format!("{VERSION} order by plugin_id, uploaded_ms desc, version desc"));
    Ok(sqlx::query_as(all).fetch_all(&store.readers).await?)
}

pub async fn find(store: &Store, plugin: &str, version: &str) -> Result<Option<Version>, StoreError> {
    let find = sqlx::AssertSqlSafe(format!("{VERSION} where plugin_id = $1 and version = $2"));
    Ok(sqlx::query_as(find).bind(plugin).bind(version).fetch_optional(&store.readers).await?)
}

/// A version made of the component with this digest, if there are several one that may run.
pub async fn of_component(store: &Store, sha256: &str) -> Result<Option<Version>, StoreError> {
    let find = sqlx::AssertSqlSafe(format!("{VERSION} where sha256 = $1 order by state = 'enabled' desc limit 1"));
    Ok(sqlx::query_as(find).bind(sha256).fetch_optional(&store.readers).await?)
}

/// The component with this digest.
pub async fn component(store: &Store, sha256: &str) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(sqlx::query_scalar("select bytes from component where sha256 = $1")
        .bind(sha256)
        .fetch_optional(&store.readers)
        .await?)
}

/// Stores a version with its component. One that is there already is a conflict.
pub async fn insert(tx: &mut Tx, version: &Version, bytes: &[u8]) -> Result<(), StoreError> {
    sqlx::query("insert into component (sha256, bytes) values ($1, $2) on conflict (sha256) do nothing")
        .bind(&version.sha256)
        .bind(bytes)
        .execute(&mut *tx)
        .await?;
    let insert = "insert into plugin_version (plugin_id, version, sha256, size_bytes, manifest, state, granted, bundled, uploaded_ms) \
                  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    sqlx::query(insert)
        .bind(&version.plugin)
        .bind(&version.version)
        .bind(&version.sha256)
        .bind(version.size_bytes)
        .bind(&version.manifest)
        .bind(version.state)
        .bind(&version.granted)
        .bind(version.bundled)
        .bind(version.uploaded_ms)
        .execute(tx)
        .await?;
    Ok(())
}

/// Enables a version with what was agreed to. Answers false when there is no such version.
pub async fn grant(tx: &mut Tx, plugin: &str, version: &str, granted: &str) -> Result<bool, StoreError> {
    let grant = "update plugin_version set state = 'enabled', granted = $3 where plugin_id = $1 and version = $2";
    let updated = sqlx::query(grant).bind(plugin).bind(version).bind(granted).execute(tx).await?;
    Ok(updated.rows_affected() > 0)
}

/// Answers false when there is no such version.
pub async fn set_state(tx: &mut Tx, plugin: &str, version: &str, state: State) -> Result<bool, StoreError> {
    let updated = sqlx::query("update plugin_version set state = $3 where plugin_id = $1 and version = $2")
        .bind(plugin)
        .bind(version)
        .bind(state)
        .execute(tx)
        .await?;
    Ok(updated.rows_affected() > 0)
}

/// Removes a version, and its component when no other version is made of it.
pub async fn delete(tx: &mut Tx, version: &Version) -> Result<(), StoreError> {
    sqlx::query("delete from plugin_version where plugin_id = $1 and version = $2")
        .bind(&version.plugin)
        .bind(&version.version)
        .execute(&mut *tx)
        .await?;
    let orphan =
        "delete from component where sha256 = $1 and not exists (select 1 from plugin_version where sha256 = $1)";
    sqlx::query(orphan).bind(&version.sha256).execute(tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture;

    fn version(name: &str, sha256: &str) -> Version {
        Version {
            plugin: "text".into(),
            version: name.into(),
            sha256: sha256.into(),
            size_bytes: 3,
            manifest: "{}".into(),
            state: State::NeedsGrant,
            granted: None,
            bundled: false,
            uploaded_ms: 1,
        }
    }

    #[tokio::test]
    async fn versions_share_components_and_leave_none_behind() {
        let (_folder, store, _) = fixture::open().await;
        let add = async |version: Version| {
            store.write(move |tx| Box::pin(async move { insert(tx, &version, b"abc").await })).await
        };
        add(version("1.0.0", "same")).await.unwrap();
        add(version("2.0.0", "same")).await.unwrap();
        assert!(matches!(add(version("2.0.0", "other")).await, Err(StoreError::Conflict(_))));
        assert_eq!(component(&store, "other").await.unwrap(), None);
        let remove = async |name: &'static str| {
            store.write(move |tx| Box::pin(async move { delete(tx, &version(name, "same")).await })).await.unwrap();
        };
        remove("1.0.0").await;
        assert_eq!(component(&store, "same").await.unwrap().as_deref(), Some(&b"abc"[..]));
        remove("2.0.0").await;
        assert_eq!(component(&store, "same").await.unwrap(), None);
        assert_eq!(all(&store).await.unwrap(), []);
    }

    #[tokio::test]
    async fn a_version_changes_its_state() {
        let (_folder, store, _) = fixture::open().await;
        store.write(|tx| Box::pin(async move { insert(tx, &version("1.0.0", "x"), b"abc").await })).await.unwrap();
        let set = async |name: &'static str| {
            store.write(move |tx| Box::pin(set_state(tx, "text", name, State::Enabled))).await.unwrap()
        };
        assert!(set("1.0.0").await && !set("9.9.9").await);
        let granted = store.write(|tx| Box::pin(grant(tx, "text", "1.0.0", "{}"))).await.unwrap();
        assert_eq!(find(&store, "text", "1.0.0").await.unwrap().unwrap().granted.as_deref(), granted.then_some("{}"));
        assert_eq!(find(&store, "text", "1.0.0").await.unwrap().unwrap().state, State::Enabled);
        assert_eq!(find(&store, "text", "9.9.9").await.unwrap(), None);
    }
}
