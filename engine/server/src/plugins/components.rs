//! The bytes of components, for the host that compiles them.

use std::io;

use futures::future::BoxFuture;

use super::bundled;
use crate::plugin_host::Components;
use crate::store::plugins;
use crate::store::{Store, StoreError};

/// Those of this build, and those in the store.
#[derive(Debug)]
pub struct Kept(Store);

impl Kept {
    pub fn new(store: Store) -> Kept {
        Kept(store)
    }
}

impl Components for Kept {
    fn bytes<'a>(&'a self, sha256: &'a str) -> BoxFuture<'a, io::Result<Vec<u8>>> {
        Box::pin(async move {
            if let Some(bytes) = bundled::bytes(sha256) {
                return Ok(bytes);
            }
            let stored = plugins::component(&self.0, sha256).await.map_err(io::Error::other)?;
            stored.ok_or_else(|| io::Error::other(StoreError::Damaged(format!("component {sha256} is missing"))))
        })
    }
}
