//! What a plugin must not get by files.

use serde_json::{Value, json};

use crate::bindings::weft::plugin::blobs::{self, BlobError, Reader, Writer};

/// More than the host is asked to write at once.
const CHUNK_BYTES: usize = 300 << 10;

/// Does to files what the parameter `do` says, and tells how it went.
pub fn run(params: &Value) -> Value {
    let id = params["id"].as_str().unwrap_or_default();
    match params["do"].as_str().unwrap_or_default() {
        "write" => told(write(params["bytes"].as_u64().unwrap_or(0))),
        "read" => told(read(id)),
        "copy" => told(copy(id)),
        "names" => names(),
        "half" => {
            let begun = blobs::create("half.bin", "application/octet-stream").and_then(|writer| {
                writer.write(&vec![7; 3 << 20])?;
                Ok(writer)
            });
            json!(begun.is_ok())
        }
        "half_and_trap" => {
            let writer = blobs::create("half.bin", "application/octet-stream").unwrap();
            let _ = writer.write(&vec![7; 3 << 20]);
            crate::trap()
        }
        "handles" => hold(|| blobs::open(id)),
        "writers" => hold(|| blobs::create("many.bin", "application/octet-stream")),
        // SAFETY: none. That is the point: the sandbox must stop it.
        "forged" => json!(unsafe { Reader::from_handle(77) }.size()),
        "finish_twice" => {
            let writer = blobs::create("twice.bin", "application/octet-stream").unwrap();
            // SAFETY: as above.
            let again = unsafe { Writer::from_handle(writer.handle()) };
            let _ = Writer::finish(writer);
            told(Writer::finish(again).map(Value::from))
        }
        _ => Value::Null,
    }
}

/// Holds one handle after the other, without end.
fn hold<T>(get: impl Fn() -> Result<T, BlobError>) -> Value {
    let mut held = Vec::new();
    while let Ok(handle) = get() {
        held.push(handle);
    }
    json!(held.len())
}

fn write(bytes: u64) -> Result<Value, BlobError> {
    let writer = blobs::create("made.bin", "application/octet-stream")?;
    let mut left = usize::try_from(bytes).unwrap_or(usize::MAX);
    while left > 0 {
        let length = left.min(CHUNK_BYTES);
        writer.write(&vec![b'w'; length])?;
        left -= length;
    }
    Writer::finish(writer).map(|id| json!({ "$blob": id }))
}

fn read(id: &str) -> Result<Value, BlobError> {
    let reader = blobs::open(id)?;
    let (mut bytes, mut reads, mut longest) = (0, 0, 0);
    loop {
        let chunk = reader.read(u32::MAX)?;
        if chunk.is_empty() {
            break;
        }
        (bytes, reads, longest) = (bytes + chunk.len(), reads + 1, longest.max(chunk.len()));
    }
    Ok(json!({ "size": reader.size(), "mime": reader.mime(), "bytes": bytes, "reads": reads, "longest": longest }))
}

fn copy(id: &str) -> Result<Value, BlobError> {
    let (reader, writer) = (blobs::open(id)?, blobs::create("copy.bin", "application/octet-stream")?);
    loop {
        let chunk = reader.read(CHUNK_BYTES as u32)?;
        if chunk.is_empty() {
            return Writer::finish(writer).map(|id| json!({ "$blob": id }));
        }
        writer.write(&chunk)?;
    }
}

/// How many of these are taken for names and types.
fn names() -> Value {
    let (long, plain) = ("n".repeat(256), "text/plain");
    let names = ["", ".", "..", "../up", "a/b", "a\\b", "a\0b", "a\nb", &long];
    let names = names.iter().filter(|name| blobs::create(name, plain).is_ok()).count();
    let types = ["", "text", "/plain", "text/", "te xt/plain", "text/html\r\nx: y", "text/plain; a=\u{7f}", &long];
    let types = types.iter().filter(|mime| blobs::create("a.txt", mime).is_ok()).count();
    json!({ "names": names, "types": types, "good": blobs::create("Ümläut 1.txt", "text/plain; charset=utf-8").is_ok() })
}

fn told(result: Result<Value, BlobError>) -> Value {
    match result {
        Ok(value) => value,
        Err(BlobError::NotFound) => json!("not-found"),
        Err(BlobError::Quota) => json!("quota"),
        Err(BlobError::Io(why)) => json!(format!("io: {why}")),
    }
}
