//! Plays the host in an author's tests, which run outside of the sandbox.
//!
//! ```
//! use serde_json::json;
//! use weft_plugin::testing::{self, Host};
//! use weft_plugin::{Error, http};
//!
//! fn name_of_account() -> Result<String, Error> {
//!     let me: serde_json::Value = http::get("https://api.example.com/me").auth("account").send()?.ok()?.json()?;
//!     Ok(me["name"].to_string())
//! }
//!
//! let host = Host::new();
//! host.http(|request| {
//!     assert_eq!((request.method.as_str(), request.auth.as_deref()), ("GET", Some("account")));
//!     Ok(testing::answer(200, json!({ "name": "Ada" })))
//! });
//! assert_eq!(name_of_account().unwrap(), "\"Ada\"");
//! assert_eq!(host.requests()[0].url, "https://api.example.com/me");
//! ```

pub(crate) mod blobs;
pub(crate) mod credentials;
pub(crate) mod http;
pub(crate) mod state;
pub(crate) mod world;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::http::{Failure, Response};
use crate::log::Level;
use world::World;

/// The host of one test: whatever the plugin asks of its host on this thread is answered by it, until it is dropped.
#[derive(Debug)]
pub struct Host(());

/// A request that the plugin sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub method: String,
    /// With its query.
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The slot of the credential that the host would have added.
    pub auth: Option<String>,
}

impl Host {
    /// A host that knows nothing yet, in the place of one that may be there.
    pub fn new() -> Host {
        world::put(World::default());
        Host(())
    }

    /// From now on requests are answered by this function. Without one they are refused.
    pub fn http(&self, answer: impl FnMut(&Sent) -> Result<Response, Failure> + 'static) {
        world::with(|world| world.responder = Some(Box::new(answer)));
    }

    /// The requests that were sent so far.
    pub fn requests(&self) -> Vec<Sent> {
        world::with(|world| world.requests.clone())
    }

    /// Binds a credential to a slot, with the values of its fields.
    pub fn credential(&self, slot: &str, fields: &[(&str, &str)]) {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        world::with(|world| world.credentials.insert(slot.to_owned(), fields));
    }

    /// What the plugin keeps under a key.
    pub fn state(&self, key: &str) -> Option<Value> {
        let json = world::with(|world| world.state.get(key).cloned())?;
        Some(serde_json::from_str(&json).expect("the SDK writes JSON"))
    }

    /// Lets a file be there, and tells its name.
    pub fn file(&self, mime: &str, content: &[u8]) -> crate::blobs::Blob {
        crate::blobs::Blob { id: world::with(|world| world.add_file(mime, content.to_vec())) }
    }

    /// The lines of the log so far.
    pub fn logs(&self) -> Vec<(Level, String)> {
        world::with(|world| world.logs.clone())
    }

    /// From now on the call is to end.
    pub fn cancel(&self) {
        world::with(|world| world.is_cancelled = true);
    }
}

impl Default for Host {
    fn default() -> Host {
        Host::new()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        world::put(World::default());
    }
}

impl Sent {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The body read as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).expect("the request's body is JSON of this type")
    }
}

/// An answer with a JSON body.
pub fn answer(status: u16, body: Value) -> Response {
    let headers = vec![("content-type".into(), "application/json".into())];
    Response { status, headers, body: body.to_string().into_bytes() }
}
