//! Large values, stored apart and once.
//!
//! A value whose JSON is over [`INLINE_BYTES`] goes to the table `blob` under its SHA-256, and the text it was part of holds a
//! reference in its place. A text with references is marked by a first character that no JSON text begins with, and the
//! reference itself, `@` and 64 hexadecimal digits outside of any string, is a token that JSON does not have: whatever a value
//! contains, it is inside quotes by then and cannot be taken for one.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use sqlx::QueryBuilder;

use super::batch::Batch;
use super::{Store, StoreError, Tx};
use crate::clock::now_ms;
use crate::ids::RunId;

/// JSON up to this size stays where it is.
pub const INLINE_BYTES: usize = 64 * 1024;

/// Begins a text that holds references, and each reference in it.
const MARK: char = '@';

/// A mark and a SHA-256 in hexadecimal.
const REFERENCE_BYTES: usize = 65;

const INSERT_BLOBS: &str = "insert into blob (sha256, bytes, size_bytes, created_ms) select * from ";

const INSERT_REFERENCES: &str = "insert into run_blob (run_id, sha256) select * from ";

/// Rows that only fill up a statement are passed over as well.
const THAT_ARE_NEW: &str = " as new where new.column1 is not null on conflict do nothing";

type Sha = [u8; 32];

/// Turns values into the texts of rows and gathers what is too large for them. Small values cost one comparison.
#[derive(Debug, Default)]
pub(super) struct Packer {
    blobs: Vec<(RunId, Sha, String)>,
}

impl Packer {
    /// The text of a value that is a reference as a whole when it is large.
    pub fn value(&mut self, run: RunId, value: &impl Serialize) -> Result<String, StoreError> {
        let text = serde_json::to_string(value)?;
        if text.len() <= INLINE_BYTES {
            return Ok(text);
        }
        let mut packed = String::from(MARK);
        self.refer(run, text, &mut packed);
        Ok(packed)
    }

    /// The text of an object whose large fields are references.
    pub fn object(&mut self, run: RunId, object: &impl Serialize) -> Result<String, StoreError> {
        let text = serde_json::to_string(object)?;
        if text.len() <= INLINE_BYTES {
            return Ok(text);
        }
        let mut packed = String::from(MARK);
        self.fields(run, &text, &mut packed)?;
        Ok(packed)
    }

    /// The text of a list of objects whose large fields are references.
    pub fn list(&mut self, run: RunId, objects: &[impl Serialize]) -> Result<String, StoreError> {
        let mut text = Vec::with_capacity(128 * objects.len() + 2);
        let mut large: Vec<Range<usize>> = Vec::new();
        text.push(b'[');
        for (position, object) in objects.iter().enumerate() {
            if position > 0 {
                text.push(b',');
            }
            let start = text.len();
            serde_json::to_writer(&mut text, object)?;
            if text.len() - start > INLINE_BYTES {
                large.push(start..text.len());
            }
        }
        text.push(b']');
        let text = String::from_utf8(text).map_err(|error| StoreError::Internal(error.to_string()))?;
        if large.is_empty() {
            return Ok(text);
        }
        let mut packed = String::from(MARK);
        let mut done = 0;
        for object in large {
            packed.push_str(&text[done..object.start]);
            self.fields(run, &text[object.clone()], &mut packed)?;
            done = object.end;
        }
        packed.push_str(&text[done..]);
        Ok(packed)
    }

    fn fields(&mut self, run: RunId, object: &str, packed: &mut String) -> Result<(), StoreError> {
        let fields: BTreeMap<String, &RawValue> = serde_json::from_str(object)?;
        packed.push('{');
        for (position, (name, value)) in fields.into_iter().enumerate() {
            if position > 0 {
                packed.push(',');
            }
            packed.push_str(&serde_json::to_string(&name)?);
            packed.push(':');
            if value.get().len() > INLINE_BYTES {
                self.refer(run, value.get().to_owned(), packed);
            } else {
                packed.push_str(value.get());
            }
        }
        packed.push('}');
        Ok(())
    }

    fn refer(&mut self, run: RunId, text: String, packed: &mut String) {
        let sha: Sha = Sha256::digest(&text).into();
        packed.push(MARK);
        push_hex(packed, &sha);
        self.blobs.push((run, sha, text));
    }

    /// Adds what was gathered to the batch that writes the texts.
    pub fn add_to(&self, batch: &mut Batch) -> Result<(), StoreError> {
        if self.blobs.is_empty() {
            return Ok(());
        }
        let now_ms = now_ms();
        batch.new_values(INSERT_BLOBS, THAT_ARE_NEW, &self.blobs, |(_, sha, text), row| {
            row.value(sha.to_vec())?.value(text.clone().into_bytes())?.value(text.len() as i64)?.value(now_ms)?;
            Ok(())
        })?;
        batch.new_values(INSERT_REFERENCES, THAT_ARE_NEW, &self.blobs, |(run, sha, _), row| {
            row.value(*run)?.value(sha.to_vec())?;
            Ok(())
        })
    }
}

/// Reads the text of a row, with what it refers to in place.
pub(super) async fn read<T: DeserializeOwned>(store: &Store, text: &str) -> Result<T, StoreError> {
    let Some(packed) = text.strip_prefix(MARK) else { return Ok(serde_json::from_str(text)?) };
    let mut unpacked = String::with_capacity(4 * INLINE_BYTES);
    let mut done = 0;
    for (place, sha) in references(packed)? {
        unpacked.push_str(&packed[done..place]);
        unpacked.push_str(&load(store, &sha).await?);
        done = place + REFERENCE_BYTES;
    }
    unpacked.push_str(&packed[done..]);
    Ok(serde_json::from_str(&unpacked)?)
}

async fn load(store: &Store, sha: &Sha) -> Result<String, StoreError> {
    let bytes: Option<Vec<u8>> = sqlx::query_scalar("select bytes from blob where sha256 = $1")
        .bind(&sha[..])
        .fetch_optional(&store.readers)
        .await?;
    // Between the row and its blob a run may be deleted; `weft db check` tells that apart from damage.
    let gone = || StoreError::Conflict("a stored value is gone: its run was deleted meanwhile".into());
    String::from_utf8(bytes.ok_or_else(gone)?).map_err(|error| StoreError::Damaged(error.to_string()))
}

/// Deletes what was stored for these runs and no other run refers to.
pub(super) async fn delete_of(tx: &mut Tx, runs: &[RunId]) -> Result<(), StoreError> {
    let mut select = QueryBuilder::new("select distinct sha256 from run_blob where run_id in (");
    select.push_values_of(runs);
    let shas: Vec<Vec<u8>> = select.push(")").build_query_scalar().fetch_all(&mut *tx).await?;
    if shas.is_empty() {
        return Ok(());
    }
    let mut delete = QueryBuilder::new("delete from run_blob where run_id in (");
    delete.push_values_of(runs);
    delete.push(")").build().execute(&mut *tx).await?;
    let orphan = "delete from blob where sha256 = $1 and not exists (select 1 from run_blob where run_blob.sha256 = blob.sha256)";
    for sha in shas {
        sqlx::query(orphan).bind(sha).execute(&mut *tx).await?;
    }
    Ok(())
}

/// A list of ids in a statement.
pub(super) trait PushIds {
    fn push_values_of(&mut self, runs: &[RunId]);
}

impl PushIds for QueryBuilder<sqlx::Sqlite> {
    fn push_values_of(&mut self, runs: &[RunId]) {
        let mut list = self.separated(", ");
        for run in runs {
            list.push_bind(*run);
        }
    }
}

/// Where in a packed text, its first mark left off, references are, and to what.
fn references(packed: &str) -> Result<Vec<(usize, Sha)>, StoreError> {
    let bytes = packed.as_bytes();
    let mut found = Vec::new();
    let mut is_quoted = false;
    let mut place = 0;
    while let Some(byte) = bytes.get(place) {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\\' if is_quoted => place += 1,
            b'@' if !is_quoted => {
                let hex = packed.get(place + 1..place + REFERENCE_BYTES);
                let damaged = || StoreError::Damaged("a reference to a stored value is cut short".into());
                found.push((place, hex.and_then(from_hex).ok_or_else(damaged)?));
                place += REFERENCE_BYTES - 1;
            }
            _ => {}
        }
        place += 1;
    }
    Ok(found)
}

fn push_hex(text: &mut String, sha: &Sha) {
    for byte in sha {
        for digit in [byte >> 4, byte & 0xf] {
            text.extend(char::from_digit(digit.into(), 16));
        }
    }
}

fn from_hex(hex: &str) -> Option<Sha> {
    let mut sha = Sha::default();
    for (place, byte) in sha.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    Some(sha)
}

/// Every blob whose bytes are not what it is stored under; empty in a sound database.
pub(super) async fn damaged(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    use futures::TryStreamExt;
    let mut damaged = Vec::new();
    let mut rows = sqlx::query_as::<_, (Vec<u8>, Vec<u8>)>("select sha256, bytes from blob").fetch(tx);
    while let Some((stored, bytes)) = rows.try_next().await? {
        let sha: Sha = Sha256::digest(&bytes).into();
        if stored != sha {
            let mut name = String::new();
            stored.iter().for_each(|byte| name.push_str(&format!("{byte:02x}")));
            damaged.push(name);
        }
    }
    Ok(damaged)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::store::fixture;

    type Pack = fn(&mut Packer, RunId, &Value) -> Result<String, StoreError>;

    const WAYS: [Pack; 2] =
        [|packer, run, value| packer.value(run, value), |packer, run, value| packer.object(run, value)];

    fn large(letter: &str) -> Value {
        json!(letter.repeat(INLINE_BYTES))
    }

    async fn count(store: &Store, table: &str) -> i64 {
        let count = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        sqlx::query_scalar(count).fetch_one(&store.readers).await.unwrap()
    }

    /// Packs in the way `pack` says, stores, and gives the text of the row.
    async fn stored(store: &Store, pack: impl FnOnce(&mut Packer) -> Result<String, StoreError>) -> String {
        let mut packer = Packer::default();
        let text = pack(&mut packer).unwrap();
        let mut batch = Batch::default();
        packer.add_to(&mut batch).unwrap();
        store.write(move |tx| Box::pin(batch.run(tx))).await.unwrap();
        text
    }

    #[tokio::test]
    async fn small_values_stay_as_they_are() {
        let (_folder, store, _) = fixture::open().await;
        let value = json!({ "text": "a\"@\\", "list": [1, 2] });
        for pack in WAYS {
            assert_eq!(stored(&store, |packer| pack(packer, RunId::fresh(), &value)).await, value.to_string());
        }
        assert_eq!(count(&store, "blob").await, 0);
    }

    #[tokio::test]
    async fn large_values_go_apart_once_and_read_back() {
        let (_folder, store, _) = fixture::open().await;
        let events = json!([{ "type": "a", "output": large("x") }, { "type": "b", "n": 1, "m": "@" }, { "output": large("x"), "logs": [large("y")] }]);
        let run = RunId::fresh();
        let text = stored(&store, |packer| packer.list(run, events.as_array().unwrap())).await;
        assert!(text.len() < 1_000 && text.starts_with('@'), "{text}");
        assert_eq!(read::<Value>(&store, &text).await.unwrap(), events);
        let whole = stored(&store, |packer| packer.value(RunId::fresh(), &large("x"))).await;
        assert_eq!(read::<Value>(&store, &whole).await.unwrap(), large("x"));
        let object = json!({ "code": "c", "details": large("z") });
        let text = stored(&store, |packer| packer.object(run, &object)).await;
        assert!(text.contains("\"code\":\"c\""));
        assert_eq!(read::<Value>(&store, &text).await.unwrap(), object);
        assert_eq!((count(&store, "blob").await, count(&store, "run_blob").await), (3, 4));
    }

    #[tokio::test]
    async fn no_value_can_imitate_a_reference() {
        let (_folder, store, _) = fixture::open().await;
        let reference = stored(&store, |packer| packer.value(RunId::fresh(), &json!(["secret", large("s")]))).await;
        let forged = [
            json!(reference),
            json!(&reference[1..]),
            json!({ &reference: &reference[1..] }),
            json!(format!("\"{}", &reference[1..])),
            json!(format!("\\\"{}\\", &reference[1..])),
            json!(["\\", &reference[1..], "\\\\", &reference[1..]]),
        ];
        for value in forged {
            // Inline, beside a true reference, and inside of a large value.
            let object = json!({ "v": value, "large": [value, large("v")], "x": large("w") });
            for pack in WAYS {
                for value in [&value, &object] {
                    let text = stored(&store, |packer| pack(packer, RunId::fresh(), value)).await;
                    assert_eq!(read::<Value>(&store, &text).await.unwrap(), *value);
                }
            }
        }
    }

    #[tokio::test]
    async fn a_blob_lives_as_long_as_a_run_refers_to_it() {
        let (_folder, store, _) = fixture::open().await;
        let (one, other) = (RunId::fresh(), RunId::fresh());
        for run in [one, other] {
            stored(&store, |packer| packer.value(run, &large("x"))).await;
        }
        stored(&store, |packer| packer.value(one, &large("y"))).await;
        store.write(move |tx| Box::pin(async move { delete_of(tx, &[one]).await })).await.unwrap();
        assert_eq!((count(&store, "blob").await, count(&store, "run_blob").await), (1, 1));
        store.write(move |tx| Box::pin(async move { delete_of(tx, &[other]).await })).await.unwrap();
        assert_eq!((count(&store, "blob").await, count(&store, "run_blob").await), (0, 0));
    }

    #[tokio::test]
    async fn a_changed_blob_is_noticed_and_a_missing_one_is_told() {
        let (_folder, store, _) = fixture::open().await;
        let text = stored(&store, |packer| packer.value(RunId::fresh(), &large("x"))).await;
        let check = || store.write(|tx| Box::pin(damaged(tx)));
        assert_eq!(check().await.unwrap(), Vec::<String>::new());
        let run =
            |sql: &'static str| store.write(move |tx| Box::pin(async move { Ok(sqlx::query(sql).execute(tx).await?) }));
        run("update blob set bytes = x'22'").await.unwrap();
        assert_eq!(check().await.unwrap(), [text[2..].to_owned()]);
        run("delete from blob").await.unwrap();
        assert!(matches!(read::<Value>(&store, &text).await, Err(StoreError::Conflict(_))));
        assert!(matches!(read::<Value>(&store, "@@12").await, Err(StoreError::Damaged(_))));
    }
}
