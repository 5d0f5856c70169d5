//! Workspaces, the people in them, and their sessions.

use sqlx::FromRow;

use super::{Store, StoreError, Tx};
use crate::ids::{AccountId, WorkspaceId};

/// A tenant as stored.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Workspace {
    #[sqlx(rename = "workspace_id")]
    pub id: WorkspaceId,
    pub name: String,
}

/// A person as stored.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Account {
    #[sqlx(rename = "account_id")]
    pub id: AccountId,
    #[sqlx(rename = "workspace_id")]
    pub workspace: WorkspaceId,
    /// In lower case, so that one person is one account.
    pub email: String,
    pub name: String,
    pub password_hash: String,
}

/// A session with whom it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Session {
    #[sqlx(rename = "account_id")]
    pub account: AccountId,
    #[sqlx(rename = "workspace_id")]
    pub workspace: WorkspaceId,
    pub workspace_name: String,
    pub email: String,
    pub name: String,
    pub last_used_ms: i64,
    pub expires_ms: i64,
}

/// The first workspace; made when there is none.
pub async fn first_workspace(tx: &mut Tx, name: &str, now_ms: i64) -> Result<Workspace, StoreError> {
    let first = "select workspace_id, name from workspace order by workspace_id limit 1";
    if let Some(workspace) = sqlx::query_as(first).fetch_optional(&mut *tx).await? {
        return Ok(workspace);
    }
    let workspace = Workspace { id: WorkspaceId::fresh(), name: name.to_owned() };
    sqlx::query("insert into workspace (workspace_id, name, created_ms) values ($1, $2, $3)")
        .bind(workspace.id)
        .bind(&workspace.name)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(workspace)
}

/// Whether anybody can sign in.
pub async fn exist(store: &Store) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("select exists (select 1 from account)").fetch_one(&store.readers).await?)
}

/// Stores the very first account; false when there is one already.
pub async fn insert_first(tx: &mut Tx, account: &Account, now_ms: i64) -> Result<bool, StoreError> {
    let insert = "insert into account (account_id, workspace_id, email, name, password_hash, created_ms) \
                  select $1, $2, $3, $4, $5, $6 where not exists (select 1 from account)";
    let inserted = sqlx::query(insert)
        .bind(account.id)
        .bind(account.workspace)
        .bind(&account.email)
        .bind(&account.name)
        .bind(&account.password_hash)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(inserted.rows_affected() > 0)
}

pub async fn find_by_email(store: &Store, email: &str) -> Result<Option<Account>, StoreError> {
    let find = "select account_id, workspace_id, email, name, password_hash from account where email = $1";
    Ok(sqlx::query_as(find).bind(email).fetch_optional(&store.readers).await?)
}

pub async fn insert_session(
    tx: &mut Tx,
    token_sha256: &[u8; 32],
    account: AccountId,
    now_ms: i64,
    expires_ms: i64,
) -> Result<(), StoreError> {
    let insert = "insert into session (token_sha256, account_id, created_ms, last_used_ms, expires_ms) values ($1, $2, $3, $3, $4)";
    sqlx::query(insert).bind(&token_sha256[..]).bind(account).bind(now_ms).bind(expires_ms).execute(tx).await?;
    Ok(())
}

pub async fn find_session(store: &Store, token_sha256: &[u8; 32]) -> Result<Option<Session>, StoreError> {
    let find = "select session.account_id, account.workspace_id, workspace.name as workspace_name, account.email, account.name, \
                session.last_used_ms, session.expires_ms from session \
                join account on account.account_id = session.account_id \
                join workspace on workspace.workspace_id = account.workspace_id where session.token_sha256 = $1";
    Ok(sqlx::query_as(find).bind(&token_sha256[..]).fetch_optional(&store.readers).await?)
}

pub async fn touch_session(tx: &mut Tx, token_sha256: &[u8; 32], now_ms: i64) -> Result<(), StoreError> {
    sqlx::query("update session set last_used_ms = $2 where token_sha256 = $1")
        .bind(&token_sha256[..])
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(())
}

pub async fn delete_session(tx: &mut Tx, token_sha256: &[u8; 32]) -> Result<(), StoreError> {
    sqlx::query("delete from session where token_sha256 = $1").bind(&token_sha256[..]).execute(tx).await?;
    Ok(())
}

/// Forgets sessions nobody can use any more.
pub async fn delete_expired_sessions(tx: &mut Tx, now_ms: i64, idle_since_ms: i64) -> Result<(), StoreError> {
    sqlx::query("delete from session where expires_ms <= $1 or last_used_ms <= $2")
        .bind(now_ms)
        .bind(idle_since_ms)
        .execute(tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture;

    fn account(workspace: WorkspaceId, email: &str) -> Account {
        Account {
            id: AccountId::fresh(),
            workspace,
            email: email.into(),
            name: "Ada".into(),
            password_hash: "hash".into(),
        }
    }

    #[tokio::test]
    async fn there_is_one_first_workspace_and_one_first_account() {
        let (_folder, store, workspace) = fixture::open().await;
        let again = store.write(|tx| Box::pin(first_workspace(tx, "Other", 9))).await.unwrap();
        assert_eq!((again.id, again.name.as_str()), (workspace, "Tests"));
        assert!(!exist(&store).await.unwrap());
        let add = async |email: &'static str| {
            let account = account(workspace, email);
            store.write(move |tx| Box::pin(async move { insert_first(tx, &account, 1).await })).await.unwrap()
        };
        assert!(add("ada@example.org").await);
        assert!(!add("eve@example.org").await);
        assert!(exist(&store).await.unwrap());
        assert_eq!(find_by_email(&store, "ada@example.org").await.unwrap().unwrap().name, "Ada");
        assert_eq!(find_by_email(&store, "eve@example.org").await.unwrap(), None);
    }

    #[tokio::test]
    async fn sessions_come_and_go() {
        let (_folder, store, workspace) = fixture::open().await;
        let ada = account(workspace, "ada@example.org");
        let id = ada.id;
        let job = store.write(move |tx| {
            Box::pin(async move {
                insert_first(tx, &ada, 1).await?;
                for (token, now_ms) in [([1; 32], 10), ([2; 32], 20), ([3; 32], 30)] {
                    insert_session(tx, &token, id, now_ms, 1_000).await?;
                }
                touch_session(tx, &[1; 32], 40).await?;
                delete_session(tx, &[3; 32]).await
            })
        });
        job.await.unwrap();
        let found = find_session(&store, &[1; 32]).await.unwrap().unwrap();
        assert_eq!((found.account, found.workspace, found.last_used_ms, found.expires_ms), (id, workspace, 40, 1_000));
        assert_eq!(find_session(&store, &[3; 32]).await.unwrap(), None);
        store.write(|tx| Box::pin(delete_expired_sessions(tx, 50, 20))).await.unwrap();
        assert!(find_session(&store, &[1; 32]).await.unwrap().is_some());
        assert_eq!(find_session(&store, &[2; 32]).await.unwrap(), None, "it was idle for too long");
        store.write(|tx| Box::pin(delete_expired_sessions(tx, 1_000, 0))).await.unwrap();
        assert_eq!(find_session(&store, &[1; 32]).await.unwrap(), None);
    }
}
