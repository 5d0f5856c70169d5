//! Files, read and written piece by piece. Between steps they travel as `{"$blob": "file_…"}`, the type [`Blob`].
//!
//! ```
//! use std::io::{Read, Write};
//! use weft_plugin::blobs::{self, Blob};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let host = weft_plugin::testing::Host::new();
//! let mut file = blobs::create("labels.csv", "text/csv")?;
//! file.write_all(b"id,recipient\n")?;
//! let blob: Blob = file.finish()?;
//!
//! let mut text = String::new();
//! blobs::open(&blob)?.read_to_string(&mut text)?;
//! assert_eq!(text, "id,recipient\n");
//! # Ok(()) }
//! ```

use std::io;

use serde::{Deserialize, Serialize};

use crate::Error;

/// A file of this run or an earlier one, as parameters and items name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blob {
    #[serde(rename = "$blob")]
    pub id: String,
}

/// Why a file cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    NotFound,
    /// The file, or all files of the run, are longer than is allowed.
    Quota,
    Io(String),
}

/// Opens a file.
pub fn open(blob: &Blob) -> Result<Reader, Failure> {
    host::open(&blob.id).map(Reader)
}

/// Begins a file. It exists once it is [finished](Writer::finish).
pub fn create(name: &str, mime: &str) -> Result<Writer, Failure> {
    host::create(name, mime).map(Writer)
}

/// A file that is read. [`std::io::Read`] reads on from where it was.
#[derive(Debug)]
pub struct Reader(host::Reader);

impl Reader {
    /// How long the file is, in bytes.
    pub fn size(&self) -> u64 {
        self.0.size()
    }

    /// What it is, such as `image/png`.
    pub fn mime(&self) -> String {
        self.0.mime()
    }
}

impl io::Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let chunk = self.0.read(u32::try_from(buffer.len()).unwrap_or(u32::MAX))?;
        let length = chunk.len().min(buffer.len());
        buffer[..length].copy_from_slice(&chunk[..length]);
        Ok(length)
    }
}

/// A file that is written with [`std::io::Write`].
#[derive(Debug)]
pub struct Writer(host::Writer);

impl Writer {
    /// Ends the file, and tells by what it is named from now on.
    pub fn finish(self) -> Result<Blob, Failure> {
        Ok(Blob { id: self.0.finish()? })
    }
}

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::NotFound => f.write_str("there is no such file"),
            Failure::Quota => f.write_str("the file, or all files of the run, are longer than is allowed"),
            Failure::Io(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Failure {}

impl From<Failure> for io::Error {
    fn from(failure: Failure) -> io::Error {
        io::Error::other(failure)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Error {
        let message = failure.to_string();
        match failure {
            Failure::NotFound => Error::permanent("file_not_found", message),
            Failure::Quota => Error::permanent("file_quota", message),
            Failure::Io(_) => Error::retryable("file_failed", message),
        }
    }
}

#[cfg(target_arch = "wasm32")]
mod host {
    use super::Failure;
    use crate::bindings::weft::plugin::blobs as wire;

    #[derive(Debug)]
    pub(super) struct Reader(wire::Reader);

    #[derive(Debug)]
    pub(super) struct Writer(wire::Writer);

    fn told(error: wire::BlobError) -> Failure {
        match error {
            wire::BlobError::NotFound => Failure::NotFound,
            wire::BlobError::Quota => Failure::Quota,
            wire::BlobError::Io(why) => Failure::Io(why),
        }
    }

    pub(super) fn open(id: &str) -> Result<Reader, Failure> {
        wire::open(id).map(Reader).map_err(told)
    }

    pub(super) fn create(name: &str, mime: &str) -> Result<Writer, Failure> {
        wire::create(name, mime).map(Writer).map_err(told)
    }

    impl Reader {
        pub(super) fn size(&self) -> u64 {
            self.0.size()
        }

        pub(super) fn mime(&self) -> String {
            self.0.mime()
        }

        pub(super) fn read(&mut self, max: u32) -> Result<Vec<u8>, Failure> {
            self.0.read(max).map_err(told)
        }
    }

    impl Writer {
        pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
            self.0.write(bytes).map_err(told)
        }

        pub(super) fn finish(self) -> Result<String, Failure> {
            wire::Writer::finish(self.0).map_err(told)
        }
    }
}

/// Outside the sandbox, in an author's tests, files are kept by the test's [`Host`](crate::testing::Host).
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::blobs as host;
