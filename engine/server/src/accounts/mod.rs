//! Who may do what: the set-up of the first account, signing in, sessions, and the bootstrap key.

mod identity;
mod password;
mod session;
mod throttle;
mod token;

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard};

use crate::ids::{AccountId, WorkspaceId};
use crate::store::{Store, StoreError, accounts};

pub use identity::{Identity, Kind, Permission, Role};
pub use password::Weakness;
pub use session::{ABSOLUTE_MS, IDLE_MS};
pub use token::Token;

use password::Hasher;
use throttle::{ACCOUNT, ADDRESS, Throttle};
use token::Secret;

/// The name of the workspace a fresh data directory begins with.
const FIRST_WORKSPACE: &str = "Workspace";

const LONGEST_NAME: usize = 100;
const LONGEST_EMAIL: usize = 254;

/// How the server knows people and keys.
#[derive(Debug)]
pub struct Accounts {
    store: Store,
    workspace: accounts::Workspace,
    hasher: Hasher,
    throttle: Mutex<Throttle>,
    bootstrap_key: Option<Secret>,
    /// What the set-up link carries, until the first account exists. Made anew at each start.
    setup_token: Mutex<Option<Token>>,
}

/// What the first account is made of.
#[derive(Debug)]
pub struct NewOwner {
    pub name: String,
    pub email: String,
    pub password: String,
}

/// Why the set-up was refused.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("somebody has set this server up already; sign in instead")]
    Done,
    #[error("the token is not the one the server printed at its start; restart it to get a new link")]
    WrongToken,
    #[error("give a name of at most {LONGEST_NAME} characters")]
    Name,
    #[error("give an email address such as `me@example.org`")]
    Email,
    #[error(transparent)]
    Password(#[from] Weakness),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why somebody was not let in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The same words for a wrong password and an unknown address.
    #[error("no account has this email and password")]
    Wrong,
    #[error("too many failed attempts; try again in {retry_after_s} s")]
    Throttled { retry_after_s: u64 },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Accounts {
    pub async fn open(store: Store, bootstrap_key: Option<&str>, now_ms: i64) -> Result<Accounts, StoreError> {
        let workspace = store.write(move |tx| Box::pin(accounts::first_workspace(tx, FIRST_WORKSPACE, now_ms))).await?;
        let idle_since_ms = now_ms - IDLE_MS;
        store.write(move |tx| Box::pin(accounts::delete_expired_sessions(tx, now_ms, idle_since_ms))).await?;
        let setup_token = (!accounts::exist(&store).await?).then(Token::fresh);
        Ok(Accounts {
            store,
            workspace,
            hasher: Hasher::new(),
            throttle: Mutex::default(),
            bootstrap_key: bootstrap_key.filter(|key| !key.is_empty()).map(Secret::of),
            setup_token: Mutex::new(setup_token),
        })
    }

    /// The token of the set-up link, while nobody has an account.
    pub fn setup_token(&self) -> Option<String> {
        self.waiting_token().as_ref().map(|token| token.as_str().to_owned())
    }

    /// Makes the first account and signs it in.
    pub async fn set_up(&self, token: &str, owner: NewOwner, now_ms: i64) -> Result<(Identity, Token), SetupError> {
        match self.waiting_token().as_ref() {
            None => return Err(SetupError::Done),
            Some(expected) if !expected.matches(token) => return Err(SetupError::WrongToken),
            Some(_) => {}
        }
        let owner = checked(owner)?;
        let password_hash = self.hasher.hash(owner.password).await;
        let account = accounts::Account {
            id: AccountId::fresh(),
            workspace: self.workspace.id,
            email: owner.email,
            name: owner.name,
            password_hash,
        };
        let identity = self.identity_of(&account);
        let inserted = self.store.write(move |tx| Box::pin(insert_first(tx, account, now_ms))).await?;
        if !inserted {
            return Err(SetupError::Done);
        }
        *self.waiting_token() = None;
        let token = self.begin_session(&identity, now_ms).await?;
        Ok((identity, token))
    }

    /// Lets somebody in. Takes as long for an unknown address as for a wrong password.
    pub async fn sign_in(
        &self,
        email: &str,
        password: String,
        address: Option<IpAddr>,
        now_ms: i64,
    ) -> Result<(Identity, Token), SignInError> {
        let email = email.trim().to_lowercase();
        let keys = throttle_keys(&email, address);
        self.throttle().begin(&keys, now_ms).map_err(|retry_after_s| SignInError::Throttled { retry_after_s })?;
        let account = accounts::find_by_email(&self.store, &email).await?;
        let right = self.hasher.verify(password, account.as_ref().map(|account| account.password_hash.clone())).await;
        let account = account.filter(|_| right).ok_or(SignInError::Wrong)?;
        self.throttle().succeeded(&keys);
        let identity = self.identity_of(&account);
        let token = self.begin_session(&identity, now_ms).await?;
        Ok((identity, token))
    }

    /// Whom an API key belongs to.
    pub fn by_key(&self, key: &str) -> Option<Identity> {
        self.bootstrap_key.as_ref().filter(|expected| expected.matches(key))?;
        Some(Identity {
            kind: Kind::Key,
            account: None,
            name: "Bootstrap key".into(),
            email: None,
            role: Role::Owner,
            workspace: self.workspace.id,
            workspace_name: self.workspace.name.clone(),
        })
    }

    fn identity_of(&self, account: &accounts::Account) -> Identity {
        Identity {
            kind: Kind::User,
            account: Some(account.id),
            name: account.name.clone(),
            email: Some(account.email.clone()),
            role: Role::Owner,
            workspace: account.workspace,
            workspace_name: self.workspace.name.clone(),
        }
    }

    pub fn first_workspace(&self) -> WorkspaceId {
        self.workspace.id
    }

    fn throttle(&self) -> MutexGuard<'_, Throttle> {
        self.throttle.lock().expect("no code panics while it holds this lock")
    }

    fn waiting_token(&self) -> MutexGuard<'_, Option<Token>> {
        self.setup_token.lock().expect("no code panics while it holds this lock")
    }
}

async fn insert_first(tx: &mut crate::store::Tx, account: accounts::Account, now_ms: i64) -> Result<bool, StoreError> {
    accounts::insert_first(tx, &account, now_ms).await
}

fn throttle_keys(email: &str, address: Option<IpAddr>) -> Vec<(String, throttle::Policy)> {
    let account = (format!("account {email}"), ACCOUNT);
    let address = address.map(|address| (format!("address {address}"), ADDRESS));
    std::iter::once(account).chain(address).collect()
}

fn checked(owner: NewOwner) -> Result<NewOwner, SetupError> {
    let name = owner.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(SetupError::Name);
    }
    let email = owner.email.trim().to_lowercase();
    let looks_right =
        email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'));
    if !looks_right || email.len() > LONGEST_EMAIL || email.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(SetupError::Email);
    }
    password::check(&owner.password, &email, name)?;
    Ok(NewOwner { name: name.to_owned(), email, password: owner.password })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "correct horse battery";

    fn owner(email: &str, password: &str) -> NewOwner {
        NewOwner { name: "Ada".into(), email: email.into(), password: password.into() }
    }

    async fn accounts(directory: &std::path::Path) -> Accounts {
        Accounts::open(Store::open(directory).await.unwrap(), Some("a-key"), 0).await.unwrap()
    }

    #[tokio::test]
    async fn the_set_up_link_works_once() {
        let directory = tempfile::tempdir().unwrap();
        let accounts = accounts(directory.path()).await;
        let token = accounts.setup_token().unwrap();
        let refused = accounts.set_up("wrong", owner("ada@example.org", PASSWORD), 0).await;
        assert!(matches!(refused, Err(SetupError::WrongToken)));
        let (identity, session) = accounts.set_up(&token, owner(" Ada@Example.org ", PASSWORD), 0).await.unwrap();
        assert_eq!(identity.email.as_deref(), Some("ada@example.org"));
        assert_eq!(accounts.by_session(session.as_str(), 0).await.unwrap().map(|found| found.name), Some("Ada".into()));
        assert_eq!(accounts.setup_token(), None);
        let again = accounts.set_up(&token, owner("eve@example.org", PASSWORD), 0).await;
        assert!(matches!(again, Err(SetupError::Done)));
    }

    #[tokio::test]
    async fn what_makes_no_account_is_refused_before_anything_is_stored() {
        let directory = tempfile::tempdir().unwrap();
        let accounts = accounts(directory.path()).await;
        let token = accounts.setup_token().unwrap();
        for (email, password) in [("ada", PASSWORD), ("a@b@c", PASSWORD), ("ada@example.org", "short"), ("@", PASSWORD)]
        {
            assert!(accounts.set_up(&token, owner(email, password), 0).await.is_err(), "{email}");
        }
        assert!(accounts.setup_token().is_some());
    }

    #[tokio::test]
    async fn signing_in_needs_the_password_and_patience_after_failures() {
        let directory = tempfile::tempdir().unwrap();
        let accounts = accounts(directory.path()).await;
        let token = accounts.setup_token().unwrap();
        accounts.set_up(&token, owner("ada@example.org", PASSWORD), 0).await.unwrap();
        assert!(accounts.sign_in("ADA@example.org", PASSWORD.into(), None, 0).await.is_ok());
        for _ in 0..ACCOUNT.free {
            let refused = accounts.sign_in("ada@example.org", "wrong wrong wrong".into(), None, 0).await;
            assert!(matches!(refused, Err(SignInError::Wrong)));
        }
        let throttled = accounts.sign_in("ada@example.org", PASSWORD.into(), None, 0).await;
        assert!(matches!(throttled, Err(SignInError::Throttled { retry_after_s: 1 })), "{throttled:?}");
        assert!(accounts.sign_in("ada@example.org", PASSWORD.into(), None, 1_001).await.is_ok());
    }

    #[tokio::test]
    async fn a_key_is_the_key_or_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let accounts = accounts(directory.path()).await;
        assert_eq!(accounts.by_key("a-key").map(|identity| identity.kind), Some(Kind::Key));
        assert!(accounts.by_key("a-kez").is_none());
        assert!(accounts.by_key("").is_none());
    }
}
