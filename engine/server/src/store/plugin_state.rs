//! What plugins keep from call to call.

use std::collections::BTreeMap;

use serde::Serialize;

use super::batch::Batch;
use super::{Store, StoreError};
use crate::clock::now_ms;
use crate::ids::WorkflowId;

/// Ids that are forgotten with one change, so that the table does not grow without a task of its own.
const FORGET: &str = "delete from plugin_seen where (workflow_id, node, plugin_id, id_sha256) in \
     (select workflow_id, node, plugin_id, id_sha256 from plugin_seen, jsonb_each(?) as asked \
     where expires_ms <= asked.value->>'now_ms' limit 1000)";

/// A workflow may be deleted while one of its runs ends.
const SET: &str = "insert into plugin_state (workflow_id, node, plugin_id, key, value, updated_ms) \
     select workflow.workflow_id, new.value->>'node', new.value->>'plugin', new.value->>'key', new.value->>'value', \
     new.value->>'at_ms' from jsonb_each(?) as new join workflow on workflow.workflow_id = unhex(new.value->>'workflow') \
     where true on conflict (workflow_id, node, plugin_id, key) \
     do update set value = excluded.value, updated_ms = excluded.updated_ms";

const DELETE: &str = "delete from plugin_state where (workflow_id, node, plugin_id, key) in \
     (select unhex(value->>'workflow'), value->>'node', value->>'plugin', value->>'key' from jsonb_each(?))";

const NOTE: &str = "insert into plugin_seen (workflow_id, node, plugin_id, id_sha256, expires_ms) \
     select workflow.workflow_id, new.value->>'node', new.value->>'plugin', unhex(new.value->>'id'), \
     new.value->>'expires_ms' from jsonb_each(?) as new \
     join workflow on workflow.workflow_id = unhex(new.value->>'workflow') \
     where true on conflict (workflow_id, node, plugin_id, id_sha256) do update set expires_ms = excluded.expires_ms";

/// Whose state it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    pub workflow: WorkflowId,
    pub node: String,
    pub plugin: String,
}

/// What calls for one node changed.
#[derive(Debug, Clone)]
pub struct Change {
    pub place: Place,
    /// Values as JSON by their keys; `None` deletes.
    pub values: BTreeMap<String, Option<String>>,
    /// Digests of ids that were seen, with the moment at which they may be forgotten.
    pub seen: BTreeMap<[u8; 32], i64>,
}

#[derive(Serialize)]
struct ValueRow<'a> {
    workflow: uuid::fmt::Simple,
    node: &'a str,
    plugin: &'a str,
    key: &'a str,
    value: Option<&'a str>,
    at_ms: i64,
}

#[derive(Serialize)]
struct SeenRow<'a> {
    workflow: uuid::fmt::Simple,
    node: &'a str,
    plugin: &'a str,
    id: String,
    expires_ms: i64,
}

#[derive(Serialize)]
struct Now {
    now_ms: i64,
}

/// Adds what changes write.
pub fn add_changes<'c>(batch: &mut Batch, changes: impl Iterator<Item = &'c Change> + Clone) -> Result<(), StoreError> {
    let at_ms = now_ms();
    let values = changes.clone().flat_map(|Change { place, values, .. }| {
        values.iter().map(move |(key, value)| ValueRow {
            workflow: place.workflow.0.simple(),
            node: &place.node,
            plugin: &place.plugin,
            key,
            value: value.as_deref(),
            at_ms,
        })
    });
    let (set, deleted): (Vec<_>, Vec<_>) = values.partition(|row| row.value.is_some());
    let seen: Vec<_> = changes
        .flat_map(|Change { place, seen, .. }| {
            seen.iter().map(move |(id, expires_ms)| SeenRow {
                workflow: place.workflow.0.simple(),
                node: &place.node,
                plugin: &place.plugin,
                id: crate::links::hex(id),
                expires_ms: *expires_ms,
            })
        })
        .collect();
    batch.with(SET, &set)?;
    batch.with(DELETE, &deleted)?;
    if !seen.is_empty() {
        batch.with(FORGET, &[Now { now_ms: at_ms }])?;
    }
    batch.with(NOTE, &seen)
}

/// Every key of a place with its value.
pub async fn load(store: &Store, place: &Place) -> Result<BTreeMap<String, String>, StoreError> {
    let load = "select key, value from plugin_state where workflow_id = $1 and node = $2 and plugin_id = $3";
    let rows: Vec<(String, String)> = sqlx::query_as(load)
        .bind(place.workflow)
        .bind(&place.node)
        .bind(&place.plugin)
        .fetch_all(&store.readers)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Which of these ids were seen and are not to be forgotten yet.
pub async fn seen(store: &Store, place: &Place, ids: &[[u8; 32]], now_ms: i64) -> Result<Vec<bool>, StoreError> {
    let known = "select asked.key from jsonb_each($1) as asked join plugin_seen on plugin_seen.workflow_id = $2 \
                 and plugin_seen.node = $3 and plugin_seen.plugin_id = $4 and plugin_seen.id_sha256 = unhex(asked.value) \
                 where plugin_seen.expires_ms > $5";
    let asked: Vec<String> = ids.iter().map(|id| crate::links::hex(id)).collect();
    let places: Vec<(i64,)> = sqlx::query_as(known)
        .bind(serde_json::to_string(&asked)?)
        .bind(place.workflow)
        .bind(&place.node)
        .bind(&place.plugin)
        .bind(now_ms)
        .fetch_all(&store.readers)
        .await?;
    let mut answers = vec![false; ids.len()];
    for (at,) in places {
        if let Some(answer) = usize::try_from(at).ok().and_then(|at| answers.get_mut(at)) {
            *answer = true;
        }
    }
    Ok(answers)
}

/// How many ids are remembered for a place.
pub async fn remembered(store: &Store, place: &Place) -> Result<u64, StoreError> {
    let count = "select count(*) from plugin_seen where workflow_id = $1 and node = $2 and plugin_id = $3";
    let count: i64 = sqlx::query_scalar(count)
        .bind(place.workflow)
        .bind(&place.node)
        .bind(&place.plugin)
        .fetch_one(&store.readers)
        .await?;
    Ok(count.unsigned_abs())
}
