//! A plugin's actions and triggers as node types of the designer.

use serde_json::{Value, json};
use weft_core::node_type::{Category, Effects, Idempotency, NodeType, Role};

use super::{Action, Icon, Manifest, Trigger, icon};

impl Manifest {
    /// One node type per trigger and per action that is not hidden, with the id `plugin/trigger` or `plugin/action`.
    pub fn node_types(&self) -> Vec<NodeType> {
        let triggers = self.triggers.iter().map(|trigger| self.type_of_trigger(trigger));
        let actions = self.actions.iter().filter(|action| !action.hidden).map(|action| self.type_of_action(action));
        triggers.chain(actions).collect()
    }

    fn icon_of(&self, own: Option<&Icon>) -> String {
        match own.or(self.icon.as_ref()) {
            Some(Icon::Named(name)) => name.clone(),
            Some(Icon::Svg { svg }) => icon::data_url(svg),
            None => "puzzle".into(),
        }
    }

    fn summary_of(&self, own: &str) -> String {
        if own.is_empty() { self.summary.clone() } else { own.to_owned() }
    }

    fn type_of_trigger(&self, trigger: &Trigger) -> NodeType {
        NodeType {
            id: format!("{}/{}", self.id, trigger.id),
            title: trigger.title(),
            summary: self.summary_of(&trigger.summary),
            category: Category::Triggers,
            icon: self.icon_of(trigger.icon.as_ref()),
            tags: trigger.tags.iter().cloned().chain([self.name.clone()]).collect(),
            role: Role::Trigger,
            params: without_expressions(trigger.input.clone()),
            ports: NodeType::one_port(),
            effects: Effects::None,
            idempotent: Idempotency::Natural,
            error_port: false,
            credential: trigger.credential.clone(),
            docs: trigger.docs.clone(),
        }
    }

    fn type_of_action(&self, action: &Action) -> NodeType {
        NodeType {
            id: format!("{}/{}", self.id, action.id),
            title: action.title.clone(),
            summary: self.summary_of(&action.summary),
            category: action.category.unwrap_or(self.category),
            icon: self.icon_of(action.icon.as_ref()),
            tags: action.tags.iter().cloned().chain([self.name.clone()]).collect(),
            role: Role::Step,
            params: action.input.clone(),
            ports: NodeType::one_port(),
            effects: action.effects,
            idempotent: action.idempotent,
            error_port: true,
            credential: action.credential.clone(),
            docs: action.docs.clone(),
        }
    }
}

/// A trigger is set up before anything runs, so there is nothing an expression could read.
fn without_expressions(mut schema: Value) -> Value {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for property in properties.into_iter().flat_map(|properties| properties.values_mut()) {
        if let Some(property) = property.as_object_mut() {
            let hints = property.entry("x-ui").or_insert_with(|| json!({}));
            if let Some(hints) = hints.as_object_mut() {
                hints.insert("expression".into(), Value::Bool(false));
            }
        }
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triggers_and_actions_become_node_types() {
        let manifest = Manifest::parse(&json!({
            "manifest": 1, "id": "acme.slack", "version": "1.0.0", "name": "Slack", "summary": "Talks to Slack",
            "icon": { "svg": "<svg></svg>" },
            "actions": [
                { "id": "post", "title": "Post", "effects": "write", "idempotent": "no", "tags": ["chat"], "category": "people" },
                { "id": "inner", "title": "Inner", "effects": "none", "idempotent": "natural", "hidden": true }
            ],
            "triggers": [{ "id": "new_message", "kind": "webhook", "input": {
                "type": "object", "properties": { "channel": { "type": "string", "x-ui": { "widget": "text" } } } } }]
        }));
        let types = manifest.unwrap().node_types();
        assert_eq!(types.len(), 2);
        let trigger = serde_json::to_value(&types[0]).unwrap();
        assert_eq!(
            (&trigger["id"], &trigger["title"], &trigger["role"], &trigger["category"]),
            (&json!("acme.slack/new_message"), &json!("new message"), &json!("trigger"), &json!("triggers"))
        );
        let hints = &trigger["params"]["properties"]["channel"]["x-ui"];
        assert_eq!(hints, &json!({ "widget": "text", "expression": false }));
        let json = serde_json::to_value(&types[1]).unwrap();
        assert_eq!(json["id"], "acme.slack/post");
        assert_eq!(json["icon"], "data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=");
        assert_eq!(json["category"], "people");
        assert_eq!(json["summary"], "Talks to Slack");
        assert_eq!(json["tags"], json!(["chat", "Slack"]));
        assert_eq!(
            (&json["effects"], &json["idempotent"], &json["error_port"]),
            (&json!("write"), &json!("no"), &json!(true))
        );
    }
}
