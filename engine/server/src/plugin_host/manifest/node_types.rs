//! A plugin's actions as node types of the designer.

use weft_core::node_type::{NodeType, Role};

use super::{Action, Icon, Manifest, icon};

impl Manifest {
    /// One node type per action that is not hidden, with the id `plugin/action`.
    pub fn node_types(&self) -> Vec<NodeType> {
        self.actions.iter().filter(|action| !action.hidden).map(|action| self.node_type(action)).collect()
    }

    fn node_type(&self, action: &Action) -> NodeType {
        let icon = match action.icon.as_ref().or(self.icon.as_ref()) {
            Some(Icon::Named(name)) => name.clone(),
            Some(Icon::Svg { svg }) => icon::data_url(svg),
            None => "puzzle".into(),
        };
        NodeType {
            id: format!("{}/{}", self.id, action.id),
            title: action.title.clone(),
            summary: if action.summary.is_empty() { self.summary.clone() } else { action.summary.clone() },
            category: action.category.unwrap_or(self.category),
            icon,
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn actions_become_node_types() {
        let manifest = Manifest::parse(&json!({
            "manifest": 1, "id": "acme.slack", "version": "1.0.0", "name": "Slack", "summary": "Talks to Slack",
            "icon": { "svg": "<svg></svg>" },
            "actions": [
                { "id": "post", "title": "Post", "effects": "write", "idempotent": "no", "tags": ["chat"], "category": "people" },
                { "id": "inner", "title": "Inner", "effects": "none", "idempotent": "natural", "hidden": true }
            ]
        }));
        let types = manifest.unwrap().node_types();
        assert_eq!(types.len(), 1);
        let json = serde_json::to_value(&types[0]).unwrap();
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
