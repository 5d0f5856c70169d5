//! Where the bytes of components come from.

use std::fmt;
use std::io;

use futures::future::BoxFuture;

/// Keeps components. Asked only when one has to be compiled.
pub trait Components: fmt::Debug + Send + Sync {
    /// The bytes with this digest.
    fn bytes<'a>(&'a self, sha256: &'a str) -> BoxFuture<'a, io::Result<Vec<u8>>>;
}
