//! Files, for the length of a test.

use super::world::{self, File};
use crate::blobs::Failure;

#[derive(Debug)]
pub(crate) struct Reader {
    file: File,
    position: usize,
}

#[derive(Debug)]
pub(crate) struct Writer(File);

pub(crate) fn open(id: &str) -> Result<Reader, Failure> {
    let file = world::with(|world| world.files.get(id).cloned()).ok_or(Failure::NotFound)?;
    Ok(Reader { file, position: 0 })
}

pub(crate) fn create(_name: &str, mime: &str) -> Result<Writer, Failure> {
    Ok(Writer(File { mime: mime.to_owned(), content: Vec::new() }))
}

impl Reader {
    pub(crate) fn size(&self) -> u64 {
        self.file.content.len() as u64
    }

    pub(crate) fn mime(&self) -> String {
        self.file.mime.clone()
    }

    pub(crate) fn read(&mut self, max: u32) -> Result<Vec<u8>, Failure> {
        let rest = &self.file.content[self.position..];
        let chunk = rest[..rest.len().min(max as usize)].to_vec();
        self.position += chunk.len();
        Ok(chunk)
    }
}

impl Writer {
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.0.content.extend_from_slice(bytes);
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<String, Failure> {
        Ok(world::with(|world| world.add_file(&self.0.mime, self.0.content)))
    }
}
