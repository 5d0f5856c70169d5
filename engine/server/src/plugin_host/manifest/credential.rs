//! The credentials that a plugin's actions ask for.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A place for a credential, which actions name as their `credential`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Credential {
    #[schemars(regex(pattern = r"^[a-z][a-z0-9_]*$"), length(max = 64))]
    pub slot: String,
    #[serde(rename = "type")]
    pub kind: CredentialType,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = 80))]
    pub title: String,
    /// Help in Markdown: where one gets it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub docs: String,
    /// What is filled in, by name; what the type says when empty.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, Field>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oauth2: Option<OAuth2>,
    /// How requests that name the slot as their `auth` are changed on their way out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub inject: Vec<Inject>,
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CredentialType {
    ApiKey,
    Bearer,
    Basic,
    Oauth2,
    Jwt,
    Custom,
}

/// One field of a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// A secret never enters the plugin, and is never shown again once it is stored.
    #[serde(default = "yes")]
    pub secret: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = 80))]
    pub title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = 300))]
    pub description: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// What a secret is for. One that signs goes nowhere.
    #[serde(default = "sent")]
    pub uses: Vec<Use>,
    /// How a secret that signs tokens does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwt: Option<JwtRules>,
}

/// A use of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// By an `inject` rule.
    Inject,
    /// Where the plugin puts a placeholder for it.
    Placeholder,
    /// As the key of a keyed hash.
    Hmac,
    /// As the key that signs tokens.
    Jwt,
}

impl std::fmt::Display for Use {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Use::Inject => "inject",
            Use::Placeholder => "placeholder",
            Use::Hmac => "hmac",
            Use::Jwt => "jwt",
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JwtRules {
    pub alg: JwtAlgorithm,
    /// The id of the key, for the token's header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum JwtAlgorithm {
    HS256,
    RS256,
    ES256,
}

/// How access tokens are come by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OAuth2 {
    #[serde(default)]
    pub grant: Grant,
    #[serde(default)]
    pub authorize: String,
    /// Where tokens are fetched. `{field}` stands for the value of a field that is no secret.
    pub token: String,
    #[serde(default)]
    pub scopes: Vec<String>,
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Who agrees to it that tokens are given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// Somebody who signs in with a browser. Until that is offered, the token is pasted.
    #[default]
    AuthorizationCode,
    /// The program itself, by the fields `client_id` and `client_secret`. A token that is filled in goes first.
    ClientCredentials,
}

/// What is added to a request. `{field}` in a format stands for the value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "in", rename_all = "snake_case")]
pub enum Inject {
    Header {
        name: String,
        format: String,
        /// The hosts it may go to.
        hosts: Vec<String>,
    },
    Query {
        name: String,
        format: String,
        hosts: Vec<String>,
    },
    /// Basic authentication.
    Basic {
        username: String,
        password: String,
        hosts: Vec<String>,
    },
}

impl Credential {
    /// The fields to fill in: its own, or those of its type.
    pub fn fields(&self) -> BTreeMap<String, Field> {
        if !self.fields.is_empty() {
            return self.fields.clone();
        }
        let (open, secret): (&[&str], &[&str]) = match self.kind {
            CredentialType::ApiKey => (&[], &["key"]),
            CredentialType::Bearer => (&[], &["token"]),
            CredentialType::Basic => (&["username"], &["password"]),
            CredentialType::Oauth2 => (&[], &["access_token"]),
            CredentialType::Jwt => (&[], &["private_key"]),
            CredentialType::Custom => (&[], &["secret"]),
        };
        let field = |name: &&str, secret| {
            let (title, description) = (String::new(), String::new());
            ((*name).to_owned(), Field { secret, title, description, optional: false, uses: sent(), jwt: None })
        };
        open.iter().map(|name| field(name, false)).chain(secret.iter().map(|name| field(name, true))).collect()
    }
}

impl Inject {
    pub fn hosts(&self) -> &[String] {
        match self {
            Inject::Header { hosts, .. } | Inject::Query { hosts, .. } | Inject::Basic { hosts, .. } => hosts,
        }
    }

    /// The formats, each with its name.
    pub(super) fn formats(&self) -> Vec<(&'static str, &str)> {
        match self {
            Inject::Header { format, .. } | Inject::Query { format, .. } => vec![("format", format)],
            Inject::Basic { username, password, .. } => vec![("username", username), ("password", password)],
        }
    }
}

/// The fields that a format names.
pub(super) fn names_in(format: &str) -> impl Iterator<Item = &str> {
    format.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

fn sent() -> Vec<Use> {
    vec![Use::Inject, Use::Placeholder]
}

fn yes() -> bool {
    true
}
