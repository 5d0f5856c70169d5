//! Files, for guests that mean no good.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use futures::FutureExt;
use futures::future::BoxFuture;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{HOST, load};
use crate::ids::FileId;
use crate::plugin_host::{
    Call, CallResult, ErrorKind, FileInfo, FileStore, Files, Frame, MAX_FILE_BYTES, PIECE_BYTES, Room,
};

/// Files in memory, of which there may be so many bytes.
#[derive(Debug, Clone)]
struct Drawer {
    files: Arc<Mutex<BTreeMap<FileId, Kept>>>,
    room: usize,
}

#[derive(Debug, Default)]
struct Kept {
    mime: String,
    pieces: Vec<Vec<u8>>,
    sha256: Option<[u8; 32]>,
}

impl Drawer {
    fn new(room: usize) -> Drawer {
        Drawer { files: Arc::default(), room }
    }

    fn files(&self) -> MutexGuard<'_, BTreeMap<FileId, Kept>> {
        self.files.lock().unwrap()
    }

    /// Puts a finished file here.
    fn put(&self, bytes: usize) -> FileId {
        let file = FileId::secret();
        let content: Vec<u8> = (0..bytes).map(|place| (place / 7) as u8).collect();
        let pieces = content.chunks(PIECE_BYTES).map(<[u8]>::to_vec).collect();
        let kept = Kept { mime: "text/csv".into(), pieces, sha256: Some(Sha256::digest(&content).into()) };
        self.files().insert(file, kept);
        file
    }

    /// Lets the hostile guest do something.
    async fn call(&self, params: Value) -> CallResult {
        let plugin = load("target/hostile/hostile.wasm").await;
        let frame = Frame { files: Files::new(Arc::new(self.clone())), ..Frame::default() };
        HOST.call(&plugin, Call::new("files", params), frame).await
    }

    async fn does(&self, params: Value) -> Value {
        self.call(params).await.result.unwrap().items.remove(0)
    }
}

impl FileStore for Drawer {
    fn open(&self, file: FileId) -> BoxFuture<'_, Result<Option<FileInfo>, String>> {
        let info = self
            .files()
            .get(&file)
            .filter(|kept| kept.sha256.is_some())
            .map(|kept| FileInfo { mime: kept.mime.clone(), size_bytes: kept.pieces.concat().len() as u64 });
        async { Ok(info) }.boxed()
    }

    fn read(&self, file: FileId, piece: u32) -> BoxFuture<'_, Result<Vec<u8>, String>> {
        let bytes = self.files()[&file].pieces.get(piece as usize).cloned();
        async { bytes.ok_or_else(|| "gone".to_owned()) }.boxed()
    }

    fn create(&self, _: String, mime: String) -> BoxFuture<'_, Result<Room<FileId>, String>> {
        let file = FileId::secret();
        self.files().insert(file, Kept { mime, ..Kept::default() });
        async move { Ok(Room::Had(file)) }.boxed()
    }

    fn append(&self, file: FileId, piece: u32, bytes: Vec<u8>) -> BoxFuture<'_, Result<Room, String>> {
        let mut files = self.files();
        let kept: usize = files.values().flat_map(|kept| &kept.pieces).map(Vec::len).sum();
        let is_full = kept + bytes.len() > self.room;
        let pieces = &mut files.get_mut(&file).unwrap().pieces;
        assert!(pieces.len() == piece as usize && bytes.len() <= PIECE_BYTES);
        if !is_full {
            pieces.push(bytes);
        }
        async move { Ok(if is_full { Room::Full } else { Room::Had(()) }) }.boxed()
    }

    fn finish(&self, file: FileId, sha256: [u8; 32]) -> BoxFuture<'_, Result<(), String>> {
        self.files().get_mut(&file).unwrap().sha256 = Some(sha256);
        async { Ok(()) }.boxed()
    }

    fn abandon(&self, file: FileId) -> BoxFuture<'_, ()> {
        self.files().remove(&file);
        async {}.boxed()
    }

    fn end(&self) -> BoxFuture<'_, ()> {
        self.files().retain(|_, kept| kept.sha256.is_some());
        async {}.boxed()
    }
}

fn id_in(answer: &Value) -> FileId {
    answer["$blob"].as_str().and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("{answer} is no file"))
}

#[tokio::test]
async fn a_long_file_is_copied_with_little_held() {
    let drawer = Drawer::new(64 << 20);
    let original = drawer.put((20 << 20) + 77);
    let ended = drawer.call(json!({ "do": "copy", "id": original.to_string() })).await;
    assert!(ended.memory_peak_bytes < 8 << 20, "{}", ended.memory_peak_bytes);
    let copy = id_in(&ended.result.unwrap().items[0]);
    let files = drawer.files();
    assert!(files[&original].pieces == files[&copy].pieces, "the same pieces");
    assert_eq!(files[&original].sha256, files[&copy].sha256);
}

#[tokio::test]
async fn a_file_is_read_in_pieces() {
    let drawer = Drawer::new(64 << 20);
    let id = drawer.put((2 << 20) + 5).to_string();
    let expected = json!({ "size": 2_097_157, "mime": "text/csv", "bytes": 2_097_157, "reads": 3, "longest": 1 << 20 });
    assert_eq!(drawer.does(json!({ "do": "read", "id": id })).await, expected);
    let empty = id_in(&drawer.does(json!({ "do": "write", "bytes": 0 })).await).to_string();
    let read = drawer.does(json!({ "do": "read", "id": empty })).await;
    assert_eq!((&read["size"], &read["reads"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn what_is_not_there_cannot_be_opened() {
    let drawer = Drawer::new(64 << 20);
    let strangers = [FileId::secret().to_string(), "../../etc/passwd".into(), String::new(), "file_".repeat(1 << 18)];
    for id in strangers {
        assert_eq!(drawer.does(json!({ "do": "read", "id": id })).await, json!("not-found"));
    }
}

#[tokio::test]
async fn a_call_without_files_has_no_room_for_any() {
    let plugin = load("target/hostile/hostile.wasm").await;
    let id = Drawer::new(0).put(1).to_string();
    for (does, told) in [("read", "not-found"), ("write", "quota")] {
        let call = Call::new("files", json!({ "do": does, "id": id }));
        let ended = HOST.call(&plugin, call, Frame::default()).await;
        assert_eq!(ended.result.unwrap().items, [json!(told)]);
    }
}

#[tokio::test]
async fn there_is_an_end_to_what_is_written() {
    let drawer = Drawer::new(usize::MAX);
    let bytes = MAX_FILE_BYTES;
    assert_eq!(drawer.does(json!({ "do": "write", "bytes": bytes + 1 })).await, json!("quota"));
    assert!(drawer.files().is_empty(), "nothing is left of it");
    id_in(&drawer.does(json!({ "do": "write", "bytes": bytes })).await);
    let full = Drawer::new(5 << 20);
    assert_eq!(full.does(json!({ "do": "write", "bytes": 9 << 20 })).await, json!("quota"));
    assert!(full.files().is_empty());
}

#[tokio::test]
async fn a_file_that_is_dropped_half_way_is_none() {
    let drawer = Drawer::new(64 << 20);
    assert_eq!(drawer.does(json!({ "do": "half" })).await, json!(true));
    assert!(drawer.files().is_empty());
    let crashed = drawer.call(json!({ "do": "half_and_trap" })).await.result.unwrap_err();
    assert_eq!(crashed.code, "trap");
    let left = *drawer.files().keys().next().unwrap();
    assert_eq!(drawer.does(json!({ "do": "read", "id": left.to_string() })).await, json!("not-found"));
}

#[tokio::test]
async fn handles_without_end_come_to_one() {
    let drawer = Drawer::new(64 << 20);
    let id = drawer.put(3).to_string();
    let error = drawer.call(json!({ "do": "handles", "id": id })).await.result.unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Limit, "handle_limit"), "{error}");
    assert!(error.message.contains("1024 handles"), "{error}");
    let error = drawer.call(json!({ "do": "writers" })).await.result.unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Limit, "memory_limit"), "{error}");
    let large = drawer.put(2 << 20).to_string();
    let error = drawer.call(json!({ "do": "handles", "id": large })).await.result.unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Limit, "memory_limit"), "{error}");
}

#[tokio::test]
async fn handles_that_nobody_gave_are_worth_nothing() {
    let drawer = Drawer::new(64 << 20);
    for does in ["forged", "finish_twice"] {
        let error = drawer.call(json!({ "do": does })).await.result.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Plugin, "{does}: {error}");
        assert!(error.message.contains("handle"), "{does}: {error}");
    }
}

#[tokio::test]
async fn names_and_types_are_plain() {
    let answer = Drawer::new(64 << 20).does(json!({ "do": "names" })).await;
    assert_eq!(answer, json!({ "names": 0, "types": 0, "good": true }));
}
