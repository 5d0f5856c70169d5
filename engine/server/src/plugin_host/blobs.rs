//! The import `blobs`: files that plugins read and write piece by piece.
//!
//! A guest holds a file by a handle; the host holds one piece of it, which counts as memory of the call. A file has no name
//! before it is finished: what was written until then can be read by nobody, and goes when its writer is dropped.

use std::sync::Arc;

use futures::future::BoxFuture;
use sha2::{Digest, Sha256};
use wasmtime::component::Resource;

use super::bindings::weft::plugin::blobs::{BlobError, Host, HostReader, HostWriter};
use super::context::Context;
use crate::ids::FileId;

/// The length of every piece of a file but the last.
pub const PIECE_BYTES: usize = 1 << 20;
/// The longest file.
pub const MAX_FILE_BYTES: u64 = 64 << 20;
const MAX_NAME_BYTES: usize = 255;
const MAX_MIME_BYTES: usize = 127;

/// What is known of a file without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    pub mime: String,
    pub size_bytes: u64,
}

/// Whether there was room for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room<T = ()> {
    Had(T),
    /// The files of the run are too many, or too long together.
    Full,
}

/// Where files are kept. Its errors are texts for people.
pub trait FileStore: std::fmt::Debug + Send + Sync {
    /// A finished file, if the caller may know of it.
    fn open(&self, file: FileId) -> BoxFuture<'_, Result<Option<FileInfo>, String>>;
    /// A piece of a file, counted from 0.
    fn read(&self, file: FileId, piece: u32) -> BoxFuture<'_, Result<Vec<u8>, String>>;
    /// Begins a file.
    fn create(&self, name: String, mime: String) -> BoxFuture<'_, Result<Room<FileId>, String>>;
    /// Adds the next piece to a file that is not finished.
    fn append(&self, file: FileId, piece: u32, bytes: Vec<u8>) -> BoxFuture<'_, Result<Room, String>>;
    /// From now on the file can be opened.
    fn finish(&self, file: FileId, sha256: [u8; 32]) -> BoxFuture<'_, Result<(), String>>;
    /// Forgets a file that will not be finished.
    fn abandon(&self, file: FileId) -> BoxFuture<'_, ()>;
    /// The call is over: forgets what it began and did not finish.
    fn end(&self) -> BoxFuture<'_, ()>;
}

/// The files a call may work with. By default there are none, and there is no room for any.
#[derive(Debug, Clone, Default)]
pub struct Files(Option<Arc<dyn FileStore>>);

impl Files {
    pub fn new(store: Arc<dyn FileStore>) -> Files {
        Files(Some(store))
    }

    /// What a call that crashed or ran out of time began is gone afterwards.
    pub async fn end(&self) {
        if let Some(store) = &self.0 {
            store.end().await;
        }
    }
}

/// A file that a guest reads.
#[derive(Debug)]
pub struct Reader {
    store: Arc<dyn FileStore>,
    file: FileId,
    info: FileInfo,
    position: u64,
    /// The piece that was read last, with its number.
    piece: Option<(u32, Vec<u8>)>,
}

/// A file that a guest writes.
#[derive(Debug)]
pub struct Writer {
    store: Arc<dyn FileStore>,
    file: FileId,
    digest: Sha256,
    pieces: u32,
    size_bytes: u64,
    /// What does not fill a piece yet.
    pending: Vec<u8>,
    is_broken: bool,
}

impl Reader {
    /// What it holds at most.
    fn room(&self) -> usize {
        usize::try_from(self.info.size_bytes).unwrap_or(PIECE_BYTES).min(PIECE_BYTES)
    }

    async fn read(&mut self, max: usize) -> Result<Vec<u8>, String> {
        if max == 0 || self.position >= self.info.size_bytes {
            return Ok(Vec::new());
        }
        let number = u32::try_from(self.position / PIECE_BYTES as u64).unwrap_or(u32::MAX);
        let offset = (self.position % PIECE_BYTES as u64) as usize;
        if self.piece.as_ref().is_none_or(|(held, _)| *held != number) {
            self.piece = None;
            self.piece = Some((number, self.store.read(self.file, number).await?));
        }
        let rest = self.piece.as_ref().and_then(|(_, bytes)| bytes.get(offset..)).unwrap_or_default();
        if rest.is_empty() {
            return Err("a part of the file is missing".into());
        }
        let read = rest[..rest.len().min(max)].to_vec();
        self.position += read.len() as u64;
        Ok(read)
    }
}

impl Writer {
    fn new(store: Arc<dyn FileStore>, file: FileId) -> Writer {
        Writer { store, file, digest: Sha256::new(), pieces: 0, size_bytes: 0, pending: Vec::new(), is_broken: false }
    }

    /// Stores the next piece. After a failure the file cannot be finished any more.
    async fn store(&mut self, piece: Vec<u8>) -> Result<(), BlobError> {
        self.digest.update(&piece);
        let stored = self.store.append(self.file, self.pieces, piece).await;
        self.pieces += 1;
        self.is_broken = !matches!(stored, Ok(Room::Had(())));
        match stored {
            Ok(Room::Had(())) => Ok(()),
            Ok(Room::Full) => Err(BlobError::Quota),
            Err(why) => Err(BlobError::Io(why)),
        }
    }

    async fn write(&mut self, chunk: &[u8]) -> Result<(), BlobError> {
        if self.is_broken {
            return Err(BlobError::Io("what was written before could not be stored".into()));
        }
        if self.size_bytes + chunk.len() as u64 > MAX_FILE_BYTES {
            return Err(BlobError::Quota);
        }
        self.size_bytes += chunk.len() as u64;
        let mut rest = chunk;
        while self.pending.len() + rest.len() >= PIECE_BYTES {
            let (filling, after) = rest.split_at(PIECE_BYTES - self.pending.len());
            self.pending.extend_from_slice(filling);
            rest = after;
            let piece = std::mem::take(&mut self.pending);
            self.store(piece).await?;
        }
        self.pending.extend_from_slice(rest);
        Ok(())
    }

    async fn finish(&mut self) -> Result<String, BlobError> {
        // Says so when an earlier piece is missing.
        self.write(&[]).await?;
        if !self.pending.is_empty() {
            let piece = std::mem::take(&mut self.pending);
            self.store(piece).await?;
        }
        let sha256 = std::mem::take(&mut self.digest).finalize().into();
        self.store.finish(self.file, sha256).await.map_err(BlobError::Io)?;
        Ok(self.file.to_string())
    }
}

/// A plain file name: no folders, nothing that cannot be printed.
fn is_name(name: &str) -> bool {
    let is_plain = |letter: char| !letter.is_control() && !matches!(letter, '/' | '\\');
    !name.is_empty() && name.len() <= MAX_NAME_BYTES && name.chars().all(is_plain) && !matches!(name, "." | "..")
}

/// `type/subtype`, with or without parameters.
fn is_mime(mime: &str) -> bool {
    let (essence, parameters) = mime.split_once(';').unwrap_or((mime, ""));
    let is_token = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte))
    };
    mime.len() <= MAX_MIME_BYTES
        && essence.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
        && parameters.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

impl Host for Context {
    async fn open(&mut self, id: String) -> wasmtime::Result<Result<Resource<Reader>, BlobError>> {
        self.count_host_call()?;
        let (Some(store), Ok(file)) = (self.files.0.clone(), id.parse::<FileId>()) else {
            return Ok(Err(BlobError::NotFound));
        };
        self.memory.lend();
        let found = store.open(file).await;
        self.memory.take_back();
        let info = match found {
            Ok(Some(info)) => info,
            Ok(None) => return Ok(Err(BlobError::NotFound)),
            Err(why) => return Ok(Err(BlobError::Io(why))),
        };
        let reader = Reader { store, file, info, position: 0, piece: None };
        self.memory.hold(reader.room())?;
        Ok(Ok(self.table.push(reader)?))
    }

    async fn create(&mut self, name: String, mime: String) -> wasmtime::Result<Result<Resource<Writer>, BlobError>> {
        self.count_host_call()?;
        if !is_name(&name) {
            let why =
                format!("a file's name has up to {MAX_NAME_BYTES} bytes, no '/', no '\\' and no control characters");
            return Ok(Err(BlobError::Io(why)));
        }
        if !is_mime(&mime) {
            return Ok(Err(BlobError::Io("a file's type is written like text/csv".into())));
        }
        let Some(store) = self.files.0.clone() else { return Ok(Err(BlobError::Quota)) };
        self.memory.hold(PIECE_BYTES)?;
        self.memory.lend();
        let begun = store.create(name, mime).await;
        self.memory.take_back();
        let refusal = match begun {
            Ok(Room::Had(file)) => return Ok(Ok(self.table.push(Writer::new(store, file))?)),
            Ok(Room::Full) => BlobError::Quota,
            Err(why) => BlobError::Io(why),
        };
        self.memory.release(PIECE_BYTES);
        Ok(Err(refusal))
    }
}

impl HostReader for Context {
    async fn size(&mut self, reader: Resource<Reader>) -> wasmtime::Result<u64> {
        self.count_host_call()?;
        Ok(self.table.get(&reader)?.info.size_bytes)
    }

    async fn mime(&mut self, reader: Resource<Reader>) -> wasmtime::Result<String> {
        self.count_host_call()?;
        Ok(self.table.get(&reader)?.info.mime.clone())
    }

    /// Up to `max` bytes, and less at the end of a piece. Nothing is left when it answers nothing.
    async fn read(&mut self, reader: Resource<Reader>, max: u32) -> wasmtime::Result<Result<Vec<u8>, BlobError>> {
        self.count_host_call()?;
        let reader = self.table.get_mut(&reader)?;
        self.memory.lend();
        let read = reader.read(max as usize).await;
        self.memory.take_back();
        Ok(read.map_err(BlobError::Io))
    }

    async fn drop(&mut self, reader: Resource<Reader>) -> wasmtime::Result<()> {
        let reader = self.table.delete(reader)?;
        self.memory.release(reader.room());
        Ok(())
    }
}

impl HostWriter for Context {
    async fn write(&mut self, writer: Resource<Writer>, chunk: Vec<u8>) -> wasmtime::Result<Result<(), BlobError>> {
        self.count_host_call()?;
        let writer = self.table.get_mut(&writer)?;
        self.memory.lend();
        let written = writer.write(&chunk).await;
        self.memory.take_back();
        Ok(written)
    }

    async fn finish(&mut self, writer: Resource<Writer>) -> wasmtime::Result<Result<String, BlobError>> {
        self.count_host_call()?;
        let mut writer = self.table.delete(writer)?;
        self.memory.lend();
        let finished = writer.finish().await;
        if finished.is_err() {
            writer.store.abandon(writer.file).await;
        }
        self.memory.take_back();
        self.memory.release(PIECE_BYTES);
        Ok(finished)
    }

    async fn drop(&mut self, writer: Resource<Writer>) -> wasmtime::Result<()> {
        let writer = self.table.delete(writer)?;
        writer.store.abandon(writer.file).await;
        self.memory.release(PIECE_BYTES);
        Ok(())
    }
}
