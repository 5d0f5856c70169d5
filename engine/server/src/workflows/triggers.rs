//! What starts a workflow, read from its document: the webhooks and schedules that publishing puts into service, and what
//! lists call them.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use weft_core::document::{Document, Node, Overlap};
use weft_core::node_type::{NodeTypes, Role};
use weft_core::schedule::Schedule;

use crate::ids::{WorkflowId, WorkspaceId};
use crate::plugin_host::manifest::TriggerKind;
use crate::plugins::Plugins;
use crate::store::plugin_triggers::{Asks, Kind, NewTrigger};
use crate::store::revisions::PluginLock;
use crate::store::schedules::{Missed, NewSchedule};
use crate::store::webhooks::Webhook;

/// The time zone of schedules that name none.
const DEFAULT_ZONE: &str = "UTC";

/// The method of webhooks that name none.
const DEFAULT_METHOD: &str = "POST";

/// A trigger as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TriggerLabel {
    pub node: String,
    #[serde(rename = "type")]
    pub node_type: String,
    /// What tells it from others of its type: a path, a cron line, or its name.
    pub label: String,
}

/// The triggers of a document in the order of its nodes.
pub fn labels(document: &Document, types: &NodeTypes) -> Vec<TriggerLabel> {
    let is_trigger = |node: &&Node| types.get(&node.node_type).is_some_and(|node_type| node_type.role == Role::Trigger);
    let label = |node: &Node| match node.node_type.as_str() {
        "webhook" => format!("{} /hooks/{}", method_of(node), path_of(node)),
        "schedule" => text(node, "cron").unwrap_or_default().to_owned(),
        _ => node.name.clone().unwrap_or_else(|| node.id.to_string()),
    };
    let labelled =
        |node: &Node| TriggerLabel { node: node.id.to_string(), node_type: node.node_type.clone(), label: label(node) };
    document.nodes.iter().filter(is_trigger).map(labelled).collect()
}

/// The webhooks of a revision, each with the place of its node in the document.
pub(super) fn webhooks(
    document: &Document,
    workspace: WorkspaceId,
    workflow: WorkflowId,
    revision: i64,
) -> Vec<(usize, Webhook)> {
    let webhook = |node: &Node| Webhook {
        path: path_of(node).to_owned(),
        method: method_of(node).to_owned(),
        workspace,
        workflow,
        revision,
        node: node.id.to_string(),
    };
    live_nodes(document, "webhook").map(|(place, node)| (place, webhook(node))).collect()
}

/// The schedules of a checked document, each with its first moment after `now_ms`.
pub(super) fn schedules(document: &Document, now_ms: i64) -> Vec<NewSchedule> {
    let schedule = |node: &Node| {
        let (cron, timezone) = (text(node, "cron")?, text(node, "timezone").unwrap_or(DEFAULT_ZONE));
        let times = Schedule::parse(cron, timezone).ok()?;
        Some(NewSchedule {
            node: node.id.to_string(),
            cron: cron.to_owned(),
            timezone: timezone.to_owned(),
            missed: missed_of(node),
            missed_window_ms: whole(node, "missed_window_ms"),
            jitter_ms: whole(node, "jitter_ms").unwrap_or(0),
            overlap: overlap_of(document).into(),
            next_ms: times.upcoming(now_ms, 1).first().copied(),
        })
    };
    live_nodes(document, "schedule").filter_map(|(_, node)| schedule(node)).collect()
}

/// The triggers of plugins in a checked document.
pub(super) fn plugin_triggers(document: &Document, plugins: &Plugins, lock: &PluginLock) -> Vec<NewTrigger> {
    let trigger = |node: &Node| {
        let (plugin, id) = node.node_type.split_once('/')?;
        let manifest = plugins.manifest_in_force(plugin)?;
        let trigger = manifest.trigger(id)?;
        Some(NewTrigger {
            node: node.id.to_string(),
            asks: Asks {
                plugin: plugin.to_owned(),
                sha256: lock.get(plugin)?.sha256.clone(),
                trigger: id.to_owned(),
                params: Value::Object(node.params.clone()),
                credential: node.credential.clone(),
            },
            kind: match trigger.kind {
                TriggerKind::Poll => Kind::Poll,
                TriggerKind::Webhook => Kind::Webhook,
            },
            every_ms: trigger.every_s.map(|seconds| i64::from(seconds) * 1_000),
            dedupe: trigger.dedupe.clone(),
            subscribes: trigger.kind == TriggerKind::Webhook && trigger.subscribe,
        })
    };
    document.nodes.iter().filter(|node| !node.disabled).filter_map(trigger).collect()
}

fn live_nodes<'a>(document: &'a Document, node_type: &'a str) -> impl Iterator<Item = (usize, &'a Node)> {
    document.nodes.iter().enumerate().filter(move |(_, node)| node.node_type == node_type && !node.disabled)
}

fn path_of(node: &Node) -> &str {
    text(node, "path").unwrap_or_default().trim_matches('/')
}

fn method_of(node: &Node) -> &str {
    text(node, "method").unwrap_or(DEFAULT_METHOD)
}

fn missed_of(node: &Node) -> Missed {
    match text(node, "missed") {
        Some("none") => Missed::None,
        Some("all") => Missed::All,
        _ => Missed::default(),
    }
}

/// What the workflow does about a run that is still going, in the words of its document.
fn overlap_of(document: &Document) -> &'static str {
    match document.settings.overlap {
        Overlap::Allow => "allow",
        Overlap::Queue => "queue",
        Overlap::Skip => "skip",
        Overlap::CancelRunning => "cancel_running",
    }
}

fn whole(node: &Node, param: &str) -> Option<i64> {
    node.params.get(param).and_then(Value::as_f64).map(|number| number as i64)
}

fn text<'a>(node: &'a Node, param: &str) -> Option<&'a str> {
    node.params.get(param).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Document {
        serde_json::from_value(json!({ "weft": 1, "name": "t", "nodes": [
            { "id": "orders", "type": "webhook", "params": { "path": "/orders", "method": "PUT" } },
            { "id": "off", "type": "webhook", "params": { "path": "off" }, "disabled": true },
            { "id": "nightly", "type": "schedule", "params": {
                "cron": "0 3 * * *", "missed": "all", "missed_window_ms": 3_600_000, "jitter_ms": 500 } },
            { "id": "by_hand", "type": "manual", "name": "Start here" },
            { "id": "set", "type": "set" }
        ] }))
        .unwrap()
    }

    #[test]
    fn triggers_are_told_by_what_differs() {
        let types = crate::nodes::built_in().into_iter().collect();
        let labels: Vec<_> = labels(&document(), &types).into_iter().map(|trigger| trigger.label).collect();
        assert_eq!(labels, ["PUT /hooks/orders", "POST /hooks/off", "0 3 * * *", "Start here"]);
    }

    #[test]
    fn only_enabled_triggers_go_into_service() {
        let webhooks = webhooks(&document(), WorkspaceId::fresh(), WorkflowId::fresh(), 1);
        assert_eq!(webhooks.len(), 1);
        assert_eq!((webhooks[0].1.path.as_str(), webhooks[0].1.method.as_str()), ("orders", "PUT"));
        let schedules = schedules(&document(), 0);
        let expected = NewSchedule {
            node: "nightly".into(),
            cron: "0 3 * * *".into(),
            timezone: "UTC".into(),
            missed: Missed::All,
            missed_window_ms: Some(3_600_000),
            jitter_ms: 500,
            overlap: "allow".into(),
            next_ms: Some(3 * 3_600_000),
        };
        assert_eq!(schedules, [expected]);
    }
}
