//! Sessions: what a cookie's token stands for, and how long.

use super::Accounts;
use super::identity::{Identity, Kind, Role};
use super::token::{Token, sha256};
use crate::store::{StoreError, accounts};

/// A session ends when nobody used it for this long.
pub const IDLE_MS: i64 = 8 * 3_600_000;

/// A session ends after this long, used or not.
pub const ABSOLUTE_MS: i64 = 7 * 24 * 3_600_000;

/// Use is recorded no more often than this, so that reading costs no write.
const TOUCH_EVERY_MS: i64 = 60_000;

/// What to do with a session that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Fresh,
    /// Good, and its use is worth recording.
    Used,
    Over,
}

fn standing(last_used_ms: i64, expires_ms: i64, now_ms: i64) -> Standing {
    if now_ms >= expires_ms || now_ms - last_used_ms >= IDLE_MS {
        Standing::Over
    } else if now_ms - last_used_ms >= TOUCH_EVERY_MS {
        Standing::Used
    } else {
        Standing::Fresh
    }
}

impl Accounts {
    pub(super) async fn begin_session(&self, identity: &Identity, now_ms: i64) -> Result<Token, StoreError> {
        let account = identity.account.expect("only people begin sessions");
        let token = Token::fresh();
        let digest = sha256(token.as_str());
        let job = async move |tx: &mut crate::store::Tx| {
            accounts::insert_session(tx, &digest, account, now_ms, now_ms + ABSOLUTE_MS).await
        };
        self.store.write(move |tx| Box::pin(async move { job(tx).await })).await?;
        Ok(token)
    }

    /// Whom a session's token belongs to, while the session lasts.
    pub async fn by_session(&self, token: &str, now_ms: i64) -> Result<Option<Identity>, StoreError> {
        let digest = sha256(token);
        let Some(session) = accounts::find_session(&self.store, &digest).await? else { return Ok(None) };
        match standing(session.last_used_ms, session.expires_ms, now_ms) {
            Standing::Fresh => {}
            Standing::Used => {
                self.store
                    .write(move |tx| Box::pin(async move { accounts::touch_session(tx, &digest, now_ms).await }))
                    .await?;
            }
            Standing::Over => {
                self.store
                    .write(move |tx| Box::pin(async move { accounts::delete_session(tx, &digest).await }))
                    .await?;
                return Ok(None);
            }
        }
        Ok(Some(Identity {
            kind: Kind::User,
            account: Some(session.account),
            name: session.name,
            email: Some(session.email),
            role: Role::Owner,
            workspace: session.workspace,
            workspace_name: session.workspace_name,
        }))
    }

    pub async fn sign_out(&self, token: &str) -> Result<(), StoreError> {
        let digest = sha256(token);
        self.store.write(move |tx| Box::pin(async move { accounts::delete_session(tx, &digest).await })).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_by_idleness_or_age() {
        let check = |last_used_ms, now_ms, expected| assert_eq!(standing(last_used_ms, ABSOLUTE_MS, now_ms), expected);
        check(0, 0, Standing::Fresh);
        check(0, TOUCH_EVERY_MS, Standing::Used);
        check(0, IDLE_MS - 1, Standing::Used);
        check(0, IDLE_MS, Standing::Over);
        check(ABSOLUTE_MS - 1, ABSOLUTE_MS, Standing::Over);
    }
}
