//! `webhook`: a run started by an HTTP request.

use serde_json::json;
use weft_core::node_type::NodeType;

use super::declare::{params, tags, trigger};
use super::{BuiltIn, Outcome};

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run: |context| Ok(Outcome::pass(context.input.clone())) };

fn declaration() -> NodeType {
    NodeType {
        summary: "Start when an HTTP request arrives".into(),
        tags: tags(&["http", "request", "endpoint", "url", "api", "callback", "event"]),
        params: params(
            &["path"],
            json!({
                "path": {
                    "type": "string", "title": "Path", "pattern": "^[A-Za-z0-9_~.-]+(/[A-Za-z0-9_~.-]+)*$",
                    "description": "The request goes to /hooks/ followed by this path.",
                    "x-ui": { "placeholder": "orders", "expression": false }
                },
                "method": {
                    "type": "string", "title": "Method", "enum": ["GET", "POST", "PUT", "PATCH", "DELETE"], "default": "POST",
                    "x-ui": { "expression": false }
                },
                "respond": {
                    "type": "string", "title": "Respond", "default": "at_once",
                    "oneOf": [
                        { "const": "at_once", "title": "At once, when the run is stored" },
                        { "const": "at_end", "title": "At the end, with the run's output" },
                        { "const": "by_node", "title": "By a Respond node" }
                    ],
                    "x-ui": { "expression": false }
                }
            }),
        ),
        docs: "Starts a run for each request to `/hooks/<path>`. The output is `{method, path, query, headers, body}`; `body` is \
               parsed when it is JSON.\n\nThe request is stored before it is answered: with **At once** the caller gets 202 and the \
               run's id, with **At the end** the run's output, with **By a Respond node** what that node says."
            .into(),
        ..trigger("webhook", "Webhook", "webhook")
    }
}
