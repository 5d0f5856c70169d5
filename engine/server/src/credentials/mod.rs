//! The credentials of workspaces: what plugins speak for somebody with. Secrets are sealed, opened for one call at a time,
//! and told to nobody.

pub mod master_key;
mod oauth;
mod seal;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use secrecy::{ExposeSecret, SecretString};
use weft_core::document::Document;
use weft_core::run::{ErrorKind, RunError};
use zeroize::Zeroizing;

use crate::clock::now_ms;
use crate::ids::{CredentialId, WorkspaceId};
use crate::plugin_host::guard::GuardedClient;
use crate::plugin_host::manifest::{Credential as Rules, Grant, Manifest};
use crate::plugin_host::{Bound, FieldValue, HostPattern};
use crate::plugins::{InUse, Plugins};
use crate::store::credentials::{self as stored, Credential};
use crate::store::{Store, StoreError, workflows};

use oauth::{SignIn, Tokens};

pub use seal::{About, MasterKey, SealError, Sealed};

/// The longest value of a field, in bytes: a private key has a few thousand.
const LONGEST_VALUE: usize = 64 * 1024;
/// The field that holds what services are shown.
const ACCESS_TOKEN: &str = "access_token";
const LONGEST_NAME: usize = 64;
const LONGEST_TITLE: usize = 80;

/// Keeps credentials. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Credentials(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    plugins: Plugins,
    master: MasterKey,
    tokens: Tokens,
}

/// Values by the names of fields.
pub type Values = BTreeMap<String, SecretString>;

/// A credential to be made.
#[derive(Debug)]
pub struct New {
    pub name: String,
    pub title: String,
    pub plugin: String,
    pub slot: String,
    pub fields: Values,
}

/// A credential as people may see it.
#[derive(Debug)]
pub struct Shown {
    pub stored: Credential,
    pub fields: BTreeMap<String, ShownField>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShownField {
    Public(String),
    /// It is set, and is not shown.
    Secret,
}

/// Why a credential was not kept, changed or removed.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    #[error("there is no such credential")]
    NotFound,
    #[error("another credential is called `{0}`; choose another name")]
    NameTaken(String),
    #[error("{message}")]
    Invalid { pointer: String, message: String },
    #[error("somebody else changed it at the same time: read it again")]
    Changed,
    #[error("workflows use this credential: give their steps another one first")]
    InUse(Vec<InUse>),
    #[error("its secrets do not open: {0}")]
    Sealed(#[from] SealError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Credentials {
    /// `client` fetches access tokens.
    pub fn new(store: Store, plugins: Plugins, master: MasterKey, client: GuardedClient) -> Credentials {
        Credentials(Arc::new(Inner { store, plugins, master, tokens: Tokens::new(client) }))
    }

    /// The credentials of a workspace, by name.
    pub async fn list(&self, workspace: WorkspaceId) -> Result<Vec<Shown>, CredentialError> {
        let list = stored::list(&self.0.store, workspace).await?;
        list.into_iter().map(|credential| self.shown(workspace, credential)).collect()
    }

    pub async fn find(&self, workspace: WorkspaceId, id: CredentialId) -> Result<Shown, CredentialError> {
        let found = stored::find(&self.0.store, workspace, id).await?.ok_or(CredentialError::NotFound)?;
        self.shown(workspace, found)
    }

    pub async fn create(&self, workspace: WorkspaceId, new: New) -> Result<Shown, CredentialError> {
        check_name(&new.name)?;
        check_title(&new.title)?;
        let rules = self.rules(&new.plugin, &new.slot)?;
        let (public, secret) = sorted(&rules, new.fields)?;
        let now_ms = now_ms();
        let (id, version) = (CredentialId::fresh(), 1);
        let sealed = self.seal(About { workspace, credential: id, version }, &secret);
        let credential = Credential {
            id,
            name: new.name.clone(),
            title: new.title,
            plugin: new.plugin,
            slot: new.slot,
            public: json_of(&public),
            sealed: sealed.content,
            sealed_key: sealed.key,
            master_key_id: sealed.master_key_id,
            version,
            created_ms: now_ms,
            updated_ms: now_ms,
        };
        let insert = credential.clone();
        let job = self.0.store.write(move |tx| Box::pin(async move { stored::insert(tx, workspace, &insert).await }));
        job.await.map_err(|error| match error {
            StoreError::Conflict(_) => CredentialError::NameTaken(new.name),
            other => other.into(),
        })?;
        self.shown(workspace, credential)
    }

    /// Changes the title and the fields that are given; the others stay as they are.
    pub async fn change(
        &self,
        workspace: WorkspaceId,
        id: CredentialId,
        title: Option<String>,
        fields: Values,
    ) -> Result<Shown, CredentialError> {
        let found = stored::find(&self.0.store, workspace, id).await?.ok_or(CredentialError::NotFound)?;
        title.as_deref().map_or(Ok(()), check_title)?;
        let rules = self.rules(&found.plugin, &found.slot)?;
        let mut values = self.open_secrets(workspace, &found)?;
        values.extend(public_of(&found)?.into_iter().map(|(name, value)| (name, value.into())));
        values.extend(fields);
        let (public, secret) = sorted(&rules, values)?;
        let version = found.version + 1;
        let sealed = self.seal(About { workspace, credential: id, version }, &secret);
        let changed = Credential {
            title: title.unwrap_or(found.title),
            public: json_of(&public),
            sealed: sealed.content,
            sealed_key: sealed.key,
            master_key_id: sealed.master_key_id,
            version,
            updated_ms: now_ms(),
            ..found
        };
        let update = changed.clone();
        let job = self.0.store.write(move |tx| Box::pin(async move { stored::update(tx, workspace, &update).await }));
        match job.await? {
            true => self.shown(workspace, changed),
            false => Err(CredentialError::Changed),
        }
    }

    /// Removes a credential that no draft and no published revision names.
    pub async fn remove(&self, workspace: WorkspaceId, id: CredentialId) -> Result<(), CredentialError> {
        let found = stored::find(&self.0.store, workspace, id).await?.ok_or(CredentialError::NotFound)?;
        let users = self.users(workspace, &found.name).await?;
        if !users.is_empty() {
            return Err(CredentialError::InUse(users));
        }
        let job = self.0.store.write(move |tx| Box::pin(stored::delete(tx, workspace, id)));
        job.await?.then_some(()).ok_or(CredentialError::NotFound)
    }

    async fn users(&self, workspace: WorkspaceId, name: &str) -> Result<Vec<InUse>, StoreError> {
        let names_it = |document: &str| {
            serde_json::from_str::<Document>(document)
                .is_ok_and(|document| document.nodes.iter().any(|node| node.credential.as_deref() == Some(name)))
        };
        let found = workflows::mentioning(&self.0.store, workspace, name).await?;
        let users = found
            .into_iter()
            .filter(|found| names_it(&found.draft) || found.published.as_deref().is_some_and(names_it));
        Ok(users.map(|found| InUse { id: found.id, name: found.name }).collect())
    }

    fn rules(&self, plugin: &str, slot: &str) -> Result<Rules, CredentialError> {
        let manifest = self.0.plugins.manifest_in_force(plugin).ok_or_else(|| CredentialError::Invalid {
            pointer: "/plugin".into(),
            message: format!("there is no plugin `{plugin}` that is enabled"),
        })?;
        manifest.credential(slot).cloned().ok_or_else(|| CredentialError::Invalid {
            pointer: "/slot".into(),
            message: format!("the plugin `{plugin}` has no slot `{slot}` for a credential"),
        })
    }

    fn seal(&self, about: About, secret: &BTreeMap<String, SecretString>) -> Sealed {
        let exposed: BTreeMap<&str, &str> =
            secret.iter().map(|(name, value)| (name.as_str(), value.expose_secret())).collect();
        let json = Zeroizing::new(serde_json::to_vec(&exposed).expect("texts are JSON"));
        self.0.master.seal(about, &json)
    }

    fn open_secrets(&self, workspace: WorkspaceId, credential: &Credential) -> Result<Values, CredentialError> {
        let sealed = Sealed {
            content: credential.sealed.clone(),
            key: credential.sealed_key.clone(),
            master_key_id: credential.master_key_id.clone(),
        };
        let about = About { workspace, credential: credential.id, version: credential.version };
        let json = self.0.master.open(about, &sealed)?;
        let values: BTreeMap<String, String> = serde_json::from_slice(&json).map_err(StoreError::from)?;
        Ok(values.into_iter().map(|(name, value)| (name, value.into())).collect())
    }

    fn shown(&self, workspace: WorkspaceId, stored: Credential) -> Result<Shown, CredentialError> {
        let secrets = self.open_secrets(workspace, &stored)?.into_keys().map(|name| (name, ShownField::Secret));
        let public = public_of(&stored)?.into_iter().map(|(name, value)| (name, ShownField::Public(value)));
        Ok(Shown { fields: secrets.chain(public).collect(), stored })
    }

    async fn bind(
        &self,
        workspace: WorkspaceId,
        name: &str,
        plugin: &str,
        manifest: &Manifest,
        slot: &str,
        grants: &[HostPattern],
    ) -> Result<Bound, RunError> {
        let refused = |code: &str, message: String| RunError::new(ErrorKind::Auth, code, message);
        let found = stored::find_by_name(&self.0.store, workspace, name)
            .await
            .map_err(|error| RunError::new(ErrorKind::Retryable, "store_failed", error.to_string()))?;
        let found = found.ok_or_else(|| {
            refused(
                "credential_not_found",
                format!("there is no credential `{name}`: choose one in the step's settings"),
            )
        })?;
        if (found.plugin.as_str(), found.slot.as_str()) != (plugin, slot) {
            let message = format!(
                "the credential `{name}` is for `{}` of `{}`, and the step needs one for `{slot}` of `{plugin}`",
                found.slot, found.plugin
            );
            return Err(refused("credential_wrong_type", message));
        }
        let Some(rules) = manifest.credential(slot).cloned() else {
            let message = format!("the plugin `{plugin}` has no slot `{slot}` for a credential");
            return Err(refused("credential_wrong_type", message));
        };
        let secrets = self.open_secrets(workspace, &found);
        let secrets =
            secrets.map_err(|error| refused("credential_sealed", format!("the credential `{name}`: {error}")))?;
        let public = public_of(&found).map_err(|error| refused("credential_sealed", error.to_string()))?;
        let mut fields: BTreeMap<String, FieldValue> = BTreeMap::new();
        fields.extend(secrets.into_iter().map(|(name, value)| (name, FieldValue::Secret(value))));
        fields.extend(public.into_iter().map(|(name, value)| (name, FieldValue::Public(value))));
        let missing = rules.fields().into_iter().find(|(field, rules)| !rules.optional && !fields.contains_key(field));
        if let Some((missing, _)) = missing {
            let message =
                format!("the credential `{name}` lacks the field `{missing}`: fill it in on the Credentials page");
            return Err(refused("credential_incomplete", message));
        }
        if let Some(token) = self.signed_in(&found, &rules, &fields, grants).await? {
            fields.insert(ACCESS_TOKEN.to_owned(), FieldValue::Secret(token));
        }
        Ok(Bound { hosts: manifest.hosts_of(&rules), rules, fields })
    }

    /// An access token, for a credential whose program signs in by itself and for which none was filled in.
    async fn signed_in(
        &self,
        credential: &Credential,
        rules: &Rules,
        fields: &BTreeMap<String, FieldValue>,
        grants: &[HostPattern],
    ) -> Result<Option<SecretString>, RunError> {
        let oauth2 = rules.oauth2.as_ref().filter(|oauth2| oauth2.grant == Grant::ClientCredentials);
        let Some(oauth2) = oauth2.filter(|_| !fields.contains_key(ACCESS_TOKEN)) else { return Ok(None) };
        let (client_id, client_secret) = match (fields.get("client_id"), fields.get("client_secret")) {
            (Some(FieldValue::Public(id)), Some(FieldValue::Secret(secret))) => (id.as_str(), secret),
            (Some(FieldValue::Secret(id)), Some(FieldValue::Secret(secret))) => (id.expose_secret(), secret),
            _ => {
                let message = format!(
                    "the credential `{}` has neither an access token nor a client ID and secret to fetch one with: fill them \
                     in on the Credentials page",
                    credential.name
                );
                return Err(RunError::new(ErrorKind::Auth, "credential_incomplete", message));
            }
        };
        let mut url = oauth2.token.clone();
        for (name, value) in fields {
            if let FieldValue::Public(value) = value {
                url = url.replace(&format!("{{{name}}}"), value.trim_end_matches('/'));
            }
        }
        let sign_in = SignIn { url, client_id, client_secret, scopes: &oauth2.scopes, hosts: grants };
        self.0.tokens.of(credential.id, credential.version, sign_in).await.map(Some)
    }
}

impl crate::runner::Credentials for Credentials {
    fn open<'a>(
        &'a self,
        workspace: WorkspaceId,
        name: &'a str,
        plugin: &'a str,
        manifest: &'a Manifest,
        slot: &'a str,
        grants: &'a [HostPattern],
    ) -> BoxFuture<'a, Result<Bound, RunError>> {
        Box::pin(self.bind(workspace, name, plugin, manifest, slot, grants))
    }
}

fn public_of(credential: &Credential) -> Result<BTreeMap<String, String>, StoreError> {
    Ok(serde_json::from_str(&credential.public)?)
}

fn json_of(public: &BTreeMap<String, String>) -> String {
    serde_json::to_string(public).expect("texts are JSON")
}

/// The values sorted into those that may be shown and secrets, if they are what the manifest asks for.
fn sorted(rules: &Rules, values: Values) -> Result<(BTreeMap<String, String>, Values), CredentialError> {
    let invalid =
        |name: &str, message: String| CredentialError::Invalid { pointer: format!("/fields/{name}"), message };
    let fields = rules.fields();
    let (mut public, mut secret) = (BTreeMap::new(), BTreeMap::new());
    for (name, value) in values {
        let Some(field) = fields.get(&name) else {
            let known = fields.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            return Err(invalid(&name, format!("there is no field `{name}`; there are {known}")));
        };
        let length = value.expose_secret().len();
        if length > LONGEST_VALUE {
            return Err(invalid(&name, format!("the value has {length} bytes; {LONGEST_VALUE} are allowed")));
        }
        match (length, field.secret) {
            (0, _) => {}
            (_, true) => drop(secret.insert(name, value)),
            (_, false) => drop(public.insert(name, value.expose_secret().to_owned())),
        }
    }
    let is_there = |name: &String| public.contains_key(name) || secret.contains_key(name);
    match fields.iter().find(|(name, field)| !field.optional && !is_there(name)) {
        Some((name, _)) => Err(invalid(name, format!("`{name}` must be filled in"))),
        None => Ok((public, secret)),
    }
}

fn check_name(name: &str) -> Result<(), CredentialError> {
    let mut bytes = name.bytes();
    let is_fit = bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && name.len() <= LONGEST_NAME;
    is_fit.then_some(()).ok_or_else(|| CredentialError::Invalid {
        pointer: "/name".into(),
        message: "a name is a letter and then letters, digits and `_`, all small, such as `slack_main`".into(),
    })
}

fn check_title(title: &str) -> Result<(), CredentialError> {
    let is_fit = !title.trim().is_empty() && title.chars().count() <= LONGEST_TITLE;
    is_fit.then_some(()).ok_or_else(|| CredentialError::Invalid {
        pointer: "/title".into(),
        message: format!("a title has 1 to {LONGEST_TITLE} characters"),
    })
}
