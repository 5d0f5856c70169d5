//! The triggers of plugins in revisions in service: how far each was polled, and what services were told of it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::FromRow;
use sqlx::types::Json;
use weft_core::run::RunError;

use super::batch::Batch;
use super::plugin_state::{self, Change};
use super::runs::{self, Commit};
use super::{Store, StoreError, Tx};
use crate::ids::{PluginTriggerId, WorkflowId, WorkspaceId};
use crate::links::fresh_token;

/// How a trigger learns of news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
#[schema(as = PluginTriggerKind)]
pub enum Kind {
    /// By asking, again and again.
    Poll,
    /// By requests from outside.
    Webhook,
}

/// What a trigger node of a new revision says.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTrigger {
    pub node: String,
    pub asks: Asks,
    pub kind: Kind,
    /// The pause between two polls.
    pub every_ms: Option<i64>,
    /// JSON pointer to what items are known by.
    pub dedupe: Option<String>,
    /// Whether the plugin tells the service where to send its requests.
    pub subscribes: bool,
}

/// Whom a trigger asks, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asks {
    pub plugin: String,
    pub sha256: String,
    /// The id of the trigger in the plugin's manifest.
    pub trigger: String,
    pub params: Value,
    /// The name of a credential.
    pub credential: Option<String>,
}

/// What a service was told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subscription {
    /// By whom, and so by whom it is taken back.
    pub asks: Asks,
    pub url: String,
    /// What the plugin needs to take it back.
    pub receipt: Value,
}

/// A trigger as stored.
#[derive(Debug, Clone, FromRow)]
pub struct PluginTrigger {
    #[sqlx(rename = "trigger_id")]
    pub id: PluginTriggerId,
    #[sqlx(rename = "workspace_id")]
    pub workspace: WorkspaceId,
    #[sqlx(rename = "workflow_id")]
    pub workflow: WorkflowId,
    pub revision: i64,
    pub node: String,
    plugin_id: String,
    sha256: String,
    trigger_name: String,
    pub kind: Kind,
    params: Json<Value>,
    credential: Option<String>,
    pub every_ms: Option<i64>,
    pub dedupe: Option<String>,
    pub subscribes: bool,
    pub token: String,
    pub cursor: Option<Json<Value>>,
    pub subscriptions: Json<Vec<Subscription>>,
    pub moved: i64,
    pub next_ms: Option<i64>,
    pub last_ms: Option<i64>,
    pub failures: i64,
    pub failing_since_ms: Option<i64>,
    pub error: Option<Json<RunError>>,
    pub retired_ms: Option<i64>,
}

impl PluginTrigger {
    pub fn plugin(&self) -> &str {
        &self.plugin_id
    }

    /// The id of the trigger in the plugin's manifest.
    pub fn name(&self) -> &str {
        &self.trigger_name
    }

    pub fn asks(&self) -> Asks {
        Asks {
            plugin: self.plugin_id.clone(),
            sha256: self.sha256.clone(),
            trigger: self.trigger_name.clone(),
            params: self.params.0.clone(),
            credential: self.credential.clone(),
        }
    }
}

/// What became of a visit to a trigger.
#[derive(Debug, Clone)]
pub struct Settlement {
    pub trigger: PluginTriggerId,
    /// The trigger's `moved` when this was decided. If it is another by now, nothing is written.
    pub from: i64,
    pub cursor: Option<Value>,
    pub subscriptions: Vec<Subscription>,
    pub next_ms: Option<i64>,
    pub at_ms: i64,
    /// Why it failed, if it did.
    pub error: Option<RunError>,
}

#[derive(Serialize)]
struct SettledRow {
    trigger_id: uuid::fmt::Simple,
    from: i64,
    cursor: Option<String>,
    subscriptions: String,
    next_ms: Option<i64>,
    at_ms: i64,
    error: Option<String>,
}

const SETTLE: &str = "update plugin_trigger set moved = moved + 1, cursor = new.value->>'cursor', \
     subscriptions = new.value->>'subscriptions', next_ms = new.value->>'next_ms', last_ms = new.value->>'at_ms', \
     error = new.value->>'error', \
     failures = case when new.value->>'error' is null then 0 else failures + 1 end, \
     failing_since_ms = case when new.value->>'error' is null then null else coalesce(failing_since_ms, new.value->>'at_ms') end \
     from jsonb_each(?) as new where plugin_trigger.trigger_id = unhex(new.value->>'trigger_id') \
     and plugin_trigger.moved = new.value->>'from'";

/// Triggers to be seen to, the longest overdue first.
pub async fn due(store: &Store, now_ms: i64, limit: u32) -> Result<Vec<PluginTriggerId>, StoreError> {
    let due = "select trigger_id from plugin_trigger where next_ms <= $1 order by next_ms limit $2";
    Ok(sqlx::query_scalar(due).bind(now_ms).bind(limit).fetch_all(&store.readers).await?)
}

/// When the first trigger is due that is not due yet.
pub async fn next_due(store: &Store, now_ms: i64) -> Result<Option<i64>, StoreError> {
    let next = "select min(next_ms) from plugin_trigger where next_ms > $1";
    Ok(sqlx::query_scalar(next).bind(now_ms).fetch_one(&store.readers).await?)
}

pub async fn find(store: &Store, id: PluginTriggerId) -> Result<Option<PluginTrigger>, StoreError> {
    let find = "select * from plugin_trigger where trigger_id = $1";
    Ok(sqlx::query_as(find).bind(id).fetch_optional(&store.readers).await?)
}

/// The triggers of a workflow in service.
pub async fn of_workflow(
    store: &Store,
    workspace: WorkspaceId,
    workflow: WorkflowId,
) -> Result<Vec<PluginTrigger>, StoreError> {
    let of_workflow = "select * from plugin_trigger where workspace_id = $1 and workflow_id = $2 and retired_ms is null \
                       order by node";
    Ok(sqlx::query_as(of_workflow).bind(workspace).bind(workflow).fetch_all(&store.readers).await?)
}

/// The triggers in service that requests are sent to.
pub async fn webhooks(store: &Store) -> Result<Vec<PluginTrigger>, StoreError> {
    let webhooks = "select * from plugin_trigger where kind = 'webhook' and retired_ms is null";
    Ok(sqlx::query_as(webhooks).fetch_all(&store.readers).await?)
}

/// The workflows whose triggers services still know by this component. A workflow that is deleted has lost its name.
pub async fn known_by(store: &Store, sha256: &str) -> Result<Vec<(WorkflowId, Option<String>)>, StoreError> {
    let known = "select distinct plugin_trigger.workflow_id, workflow.name from plugin_trigger \
                 join json_each(plugin_trigger.subscriptions) as told \
                 left join workflow on workflow.workflow_id = plugin_trigger.workflow_id \
                 where told.value->>'$.asks.sha256' = $1";
    Ok(sqlx::query_as(known).bind(sha256).fetch_all(&store.readers).await?)
}

/// Has every trigger looked at whose service knows its address, because that may be another one now.
pub async fn look_at_subscribed(tx: &mut Tx, now_ms: i64) -> Result<(), StoreError> {
    let look = "update plugin_trigger set next_ms = coalesce(next_ms, $1) where subscribes and retired_ms is null";
    sqlx::query(look).bind(now_ms).execute(tx).await?;
    Ok(())
}

/// Makes `triggers` all that the workflow has in service. One that asks the same as before goes on from where it was.
pub async fn replace(
    tx: &mut Tx,
    workspace: WorkspaceId,
    workflow: WorkflowId,
    revision: i64,
    triggers: &[NewTrigger],
    now_ms: i64,
) -> Result<(), StoreError> {
    let before = "select * from plugin_trigger where workflow_id = $1";
    let before: Vec<PluginTrigger> = sqlx::query_as(before).bind(workflow).fetch_all(&mut *tx).await?;
    for gone in before.iter().filter(|old| triggers.iter().all(|new| new.node != old.node)) {
        retire(tx, gone, now_ms).await?;
    }
    for new in triggers {
        match before.iter().find(|old| old.node == new.node) {
            Some(old) => update(tx, old, revision, new, now_ms).await?,
            None => insert(tx, workspace, workflow, revision, new, now_ms).await?,
        }
    }
    Ok(())
}

/// Takes the triggers of a workflow that is deleted out of service. Those that services know of stay until they are told.
pub async fn forget(tx: &mut Tx, workspace: WorkspaceId, workflow: WorkflowId, now_ms: i64) -> Result<(), StoreError> {
    let known = "update plugin_trigger set retired_ms = coalesce(retired_ms, $3), next_ms = $3, moved = moved + 1, failures = 0 \
                 where workspace_id = $1 and workflow_id = $2 and subscriptions <> '[]'";
    sqlx::query(known).bind(workspace).bind(workflow).bind(now_ms).execute(&mut *tx).await?;
    let unknown = "delete from plugin_trigger where workspace_id = $1 and workflow_id = $2 and subscriptions = '[]'";
    sqlx::query(unknown).bind(workspace).bind(workflow).execute(&mut *tx).await?;
    Ok(())
}

async fn retire(tx: &mut Tx, gone: &PluginTrigger, now_ms: i64) -> Result<(), StoreError> {
    let retire = "update plugin_trigger set retired_ms = $2, moved = moved + 1, failures = 0, failing_since_ms = null, \
                  error = null, next_ms = case subscriptions when '[]' then null else $2 end \
                  where trigger_id = $1 and retired_ms is null";
    sqlx::query(retire).bind(gone.id).bind(now_ms).execute(tx).await?;
    Ok(())
}

async fn update(
    tx: &mut Tx,
    old: &PluginTrigger,
    revision: i64,
    new: &NewTrigger,
    now_ms: i64,
) -> Result<(), StoreError> {
    let before = old.asks();
    // Another account or other filters make other news; a newer version of the plugin reads its own cursor.
    let goes_on = before.plugin == new.asks.plugin
        && before.trigger == new.asks.trigger
        && before.params == new.asks.params
        && before.credential == new.asks.credential;
    let update = "update plugin_trigger set revision = $2, plugin_id = $3, sha256 = $4, trigger_name = $5, kind = $6, \
                  params = $7, credential = $8, every_ms = $9, dedupe = $10, subscribes = $11, cursor = $12, \
                  moved = moved + 1, next_ms = $13, failures = 0, failing_since_ms = null, error = null, retired_ms = null \
                  where trigger_id = $1";
    sqlx::query(update)
        .bind(old.id)
        .bind(revision)
        .bind(&new.asks.plugin)
        .bind(&new.asks.sha256)
        .bind(&new.asks.trigger)
        .bind(new.kind)
        .bind(Json(&new.asks.params))
        .bind(&new.asks.credential)
        .bind(new.every_ms)
        .bind(&new.dedupe)
        .bind(new.subscribes)
        .bind(old.cursor.as_ref().filter(|_| goes_on))
        .bind(first_look(new, !old.subscriptions.is_empty(), now_ms))
        .execute(tx)
        .await?;
    Ok(())
}

async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    workflow: WorkflowId,
    revision: i64,
    new: &NewTrigger,
    now_ms: i64,
) -> Result<(), StoreError> {
    let insert = "insert into plugin_trigger (trigger_id, workspace_id, workflow_id, revision, node, plugin_id, sha256, \
                  trigger_name, kind, params, credential, every_ms, dedupe, subscribes, token, next_ms) \
                  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    sqlx::query(insert)
        .bind(PluginTriggerId::fresh())
        .bind(workspace)
        .bind(workflow)
        .bind(revision)
        .bind(&new.node)
        .bind(&new.asks.plugin)
        .bind(&new.asks.sha256)
        .bind(&new.asks.trigger)
        .bind(new.kind)
        .bind(Json(&new.asks.params))
        .bind(&new.asks.credential)
        .bind(new.every_ms)
        .bind(&new.dedupe)
        .bind(new.subscribes)
        .bind(fresh_token())
        .bind(first_look(new, false, now_ms))
        .execute(tx)
        .await?;
    Ok(())
}

/// When a trigger that goes into service is to be seen to: at once, unless there is nothing to do for it.
fn first_look(new: &NewTrigger, is_known: bool, now_ms: i64) -> Option<i64> {
    (new.kind == Kind::Poll || new.subscribes || is_known).then_some(now_ms)
}

/// Writes what a visit came to. If the trigger was changed meanwhile, that is a conflict.
pub async fn settle(tx: &mut Tx, settlement: &Settlement) -> Result<(), StoreError> {
    store_found(tx, &[], &[], Some(settlement)).await
}

/// Deletes a trigger that is out of service and that no service knows of, if its workflow is gone.
pub async fn delete_orphan(tx: &mut Tx, id: PluginTriggerId) -> Result<(), StoreError> {
    let delete = "delete from plugin_trigger where trigger_id = $1 and subscriptions = '[]' and retired_ms is not null \
                  and not exists (select 1 from workflow where workflow.workflow_id = plugin_trigger.workflow_id)";
    sqlx::query(delete).bind(id).execute(tx).await?;
    Ok(())
}

/// Stores the runs of what a trigger found, as queued, with what its plugin keeps and how far it got: all or nothing.
pub async fn store_found(
    tx: &mut Tx,
    runs: &[Commit],
    kept: &[Change],
    settlement: Option<&Settlement>,
) -> Result<(), StoreError> {
    let mut batch = Batch::default();
    if let Some(settlement) = settlement {
        batch.for_each(SETTLE, &[settled_row(settlement)?])?;
    }
    runs::add_commits(&mut batch, runs.iter())?;
    plugin_state::add_changes(&mut batch, kept.iter())?;
    batch.run(tx).await
}

fn settled_row(settlement: &Settlement) -> Result<SettledRow, StoreError> {
    let Settlement { trigger, from, cursor, subscriptions, next_ms, at_ms, error } = settlement;
    Ok(SettledRow {
        trigger_id: trigger.0.simple(),
        from: *from,
        cursor: cursor.as_ref().map(Value::to_string),
        subscriptions: serde_json::to_string(subscriptions)?,
        next_ms: *next_ms,
        at_ms: *at_ms,
        error: error.as_ref().map(serde_json::to_string).transpose()?,
    })
}
