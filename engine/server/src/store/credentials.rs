//! Credentials as stored: what is no secret in the open, the rest sealed.

use sqlx::FromRow;

use super::{Store, StoreError, Tx};
use crate::ids::{CredentialId, WorkspaceId};

const CREDENTIAL: &str = "select credential_id, name, title, plugin_id, slot, public, sealed, sealed_key, master_key_id, version, \
     created_ms, updated_ms from credential";

/// One credential.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Credential {
    #[sqlx(rename = "credential_id")]
    pub id: CredentialId,
    /// What documents call it.
    pub name: String,
    pub title: String,
    #[sqlx(rename = "plugin_id")]
    pub plugin: String,
    pub slot: String,
    /// The fields that are no secrets, as JSON text.
    pub public: String,
    pub sealed: Vec<u8>,
    pub sealed_key: Vec<u8>,
    pub master_key_id: String,
    pub version: i64,
    pub created_ms: i64,
    pub updated_ms: i64,
}

/// The credentials of a workspace, by name.
pub async fn list(store: &Store, workspace: WorkspaceId) -> Result<Vec<Credential>, StoreError> {
    let list = sqlx::AssertSqlSafe(format!("{CREDENTIAL} where workspace_id = $1 order by name"));
    Ok(sqlx::query_as(list).bind(workspace).fetch_all(&store.readers).await?)
}

pub async fn find(store: &Store, workspace: WorkspaceId, id: CredentialId) -> Result<Option<Credential>, StoreError> {
    let find = sqlx::AssertSqlSafe(format!("{CREDENTIAL} where workspace_id = $1 and credential_id = $2"));
    Ok(sqlx::query_as(find).bind(workspace).bind(id).fetch_optional(&store.readers).await?)
}

pub async fn find_by_name(store: &Store, workspace: WorkspaceId, name: &str) -> Result<Option<Credential>, StoreError> {
    let find = sqlx::AssertSqlSafe(format!("{CREDENTIAL} where workspace_id = $1 and name = $2"));
    Ok(sqlx::query_as(find).bind(workspace).bind(name).fetch_optional(&store.readers).await?)
}

/// Stores a new credential. A name that is taken is a conflict.
pub async fn insert(tx: &mut Tx, workspace: WorkspaceId, new: &Credential) -> Result<(), StoreError> {
    let insert = "insert into credential (credential_id, workspace_id, name, title, plugin_id, slot, public, sealed, sealed_key, \
                  master_key_id, version, created_ms, updated_ms) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    sqlx::query(insert)
        .bind(new.id)
        .bind(workspace)
        .bind(&new.name)
        .bind(&new.title)
        .bind(&new.plugin)
        .bind(&new.slot)
        .bind(&new.public)
        .bind(&new.sealed)
        .bind(&new.sealed_key)
        .bind(&new.master_key_id)
        .bind(new.version)
        .bind(new.created_ms)
        .bind(new.updated_ms)
        .execute(tx)
        .await?;
    Ok(())
}

/// Replaces the title and the fields, if nobody else did since `changed` was read: its version is one more than the stored
/// one. False when somebody did, or it is gone.
pub async fn update(tx: &mut Tx, workspace: WorkspaceId, changed: &Credential) -> Result<bool, StoreError> {
    let update = "update credential set title = $3, public = $4, sealed = $5, sealed_key = $6, master_key_id = $7, version = $8, \
                  updated_ms = $9 where workspace_id = $1 and credential_id = $2 and version = $8 - 1";
    let updated = sqlx::query(update)
        .bind(workspace)
        .bind(changed.id)
        .bind(&changed.title)
        .bind(&changed.public)
        .bind(&changed.sealed)
        .bind(&changed.sealed_key)
        .bind(&changed.master_key_id)
        .bind(changed.version)
        .bind(changed.updated_ms)
        .execute(tx)
        .await?;
    Ok(updated.rows_affected() == 1)
}

/// Answers false when there is none.
pub async fn delete(tx: &mut Tx, workspace: WorkspaceId, id: CredentialId) -> Result<bool, StoreError> {
    let delete = "delete from credential where workspace_id = $1 and credential_id = $2";
    Ok(sqlx::query(delete).bind(workspace).bind(id).execute(tx).await?.rows_affected() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture;

    fn credential(name: &str) -> Credential {
        Credential {
            id: CredentialId::fresh(),
            name: name.into(),
            title: "Slack".into(),
            plugin: "acme.slack".into(),
            slot: "bot".into(),
            public: "{}".into(),
            sealed: vec![1],
            sealed_key: vec![2],
            master_key_id: "k".into(),
            version: 1,
            created_ms: 1,
            updated_ms: 1,
        }
    }

    #[tokio::test]
    async fn a_credential_is_found_in_its_workspace_only() {
        let (_folder, store, workspace) = fixture::open().await;
        let one = credential("slack_main");
        let add = async |new: Credential| {
            store.write(move |tx| Box::pin(async move { insert(tx, workspace, &new).await })).await
        };
        add(one.clone()).await.unwrap();
        assert!(matches!(add(credential("slack_main")).await, Err(StoreError::Conflict(_))));
        assert_eq!(find_by_name(&store, workspace, "slack_main").await.unwrap().as_ref(), Some(&one));
        assert_eq!(find(&store, workspace, one.id).await.unwrap().as_ref(), Some(&one));
        assert_eq!(list(&store, workspace).await.unwrap(), std::slice::from_ref(&one));
        let other = WorkspaceId::fresh();
        assert_eq!(find_by_name(&store, other, "slack_main").await.unwrap(), None);
        assert_eq!(find(&store, other, one.id).await.unwrap(), None);
        let gone = store.write(move |tx| Box::pin(delete(tx, other, one.id))).await.unwrap();
        assert!(!gone && list(&store, workspace).await.unwrap().len() == 1);
        assert!(store.write(move |tx| Box::pin(delete(tx, workspace, one.id))).await.unwrap());
    }

    #[tokio::test]
    async fn of_two_changes_at_once_one_is_told() {
        let (_folder, store, workspace) = fixture::open().await;
        let one = credential("a");
        let new = one.clone();
        store.write(move |tx| Box::pin(async move { insert(tx, workspace, &new).await })).await.unwrap();
        let change = async |title: &str| {
            let changed = Credential { title: title.into(), version: 2, ..one.clone() };
            store.write(move |tx| Box::pin(async move { update(tx, workspace, &changed).await })).await.unwrap()
        };
        assert!(change("first").await && !change("second").await);
        assert_eq!(find(&store, workspace, one.id).await.unwrap().unwrap().title, "first");
    }
}
