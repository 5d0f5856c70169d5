//! `switch`: one of several ways to go on.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Value, json};
use weft_core::node_type::{Category, NodeType, Port, Ports};
use weft_core::run::RunError;

use super::declare::{params, step, tags};
use super::if_node::is_true;
use super::{BuiltIn, Context, Outcome};

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

fn declaration() -> NodeType {
    NodeType {
        summary: "Choose one of several ways".into(),
        tags: tags(&["case", "route", "branch", "match"]),
        params: params(
            &["cases"],
            json!({
                "value": {
                    "title": "Value", "description": "Compared with each case; leave empty to give each case a condition.",
                    "x-ui": { "placeholder": "{{ input.status }}" }
                },
                "cases": {
                    "type": "array", "title": "Cases",
                    "items": {
                        "type": "object", "required": ["port"],
                        "properties": {
                            "port": { "type": "string", "title": "Port", "pattern": "^[a-z][a-z0-9_]{0,63}$", "x-ui": { "expression": false } },
                            "equals": { "title": "Equals" },
                            "when": { "title": "Or when", "description": "A condition, used when no value is set." }
                        },
                        "additionalProperties": false
                    },
                    "x-ui": { "widget": "list" }
                }
            }),
        ),
        ports: Ports::FromParam { list: "cases".into(), field: "port".into(), default: Port::new("default", "Default") },
        docs: "Passes its input on by the port of the first case that fits, or by **Default**. With a **Value** a case fits when it \
               equals it, type included; without, when its condition is true."
            .into(),
        ..step("switch", "Switch", Category::Logic, "route")
    }
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let value = match context.params.get("value") {
        Some(_) => Some(context.param("value")?),
        None => None,
    };
    let cases = context.params.get("cases").and_then(|cases| cases.items()).unwrap_or_default();
    for (number, case) in cases.iter().enumerate() {
        let field = |name: &str| match case.get(name) {
            Some(field) => context.evaluate(field, &context.scope, &format!("/cases/{number}/{name}")),
            None => Ok(Value::Null),
        };
        let fits = match &value {
            Some(value) => *value == field("equals")?,
            None => is_true(&field("when")?),
        };
        if fits && let Value::String(port) = field("port")? {
            return Ok(Outcome::Leave { port: Cow::Owned(port), output: Arc::clone(context.input) });
        }
    }
    Ok(Outcome::Leave { port: Cow::Borrowed("default"), output: Arc::clone(context.input) })
}
