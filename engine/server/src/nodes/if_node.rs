//! `if`: two ways to go on.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Value, json};
use weft_core::node_type::{Category, NodeType, Port, Ports};
use weft_core::run::RunError;

use super::declare::{params, step, tags};
use super::{BuiltIn, Context, Outcome};

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

fn declaration() -> NodeType {
    NodeType {
        summary: "Go one way or the other".into(),
        tags: tags(&["condition", "branch", "decide", "then", "else"]),
        params: params(
            &["condition"],
            json!({
                "condition": {
                    "title": "Condition", "description": "What counts as true in JavaScript takes the port True.",
                    "x-ui": { "placeholder": "{{ input.total > 100 }}" }
                }
            }),
        ),
        ports: Ports::Fixed(vec![Port::new("true", "True"), Port::new("false", "False")]),
        docs: "Passes its input on by **True** or **False**. Steps that hang on the other port are skipped.".into(),
        ..step("if", "If", Category::Logic, "split")
    }
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let port = if is_true(&context.param("condition")?) { "true" } else { "false" };
    Ok(Outcome::Leave { port: Cow::Borrowed(port), output: Arc::clone(context.input) })
}

/// What counts as true in JavaScript; the text `false`, which a template can produce, does not.
pub(super) fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty() && text != "false",
        Value::Array(_) | Value::Object(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truth_is_javascripts_but_for_the_text_false() {
        for value in [json!(true), json!(1), json!(-0.5), json!("0"), json!([]), json!({})] {
            assert!(is_true(&value), "{value}");
        }
        for value in [json!(false), json!(0), json!(-0.0), json!(""), json!("false"), json!(null)] {
            assert!(!is_true(&value), "{value}");
        }
    }
}
