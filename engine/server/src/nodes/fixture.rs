//! Runs one node by itself, for tests.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use weft_core::expression::{CompiledParams, Scope};
use weft_core::run::RunError;

use super::{BuiltIn, Context, Outcome};

/// What a node leaves with.
pub(super) fn output(node: &BuiltIn, params: Value, input: Value) -> Result<Value, RunError> {
    let params = CompiledParams::compile(&params).unwrap();
    let (input, null, steps, plain) = (Arc::new(input), Value::Null, Map::new(), Map::new());
    let scope = Scope {
        input: &input,
        steps: &steps,
        trigger: &null,
        run: &null,
        vars: &null,
        item: None,
        index: None,
        now_ms: 0,
        seed: 0,
    };
    let context = Context { params: &params, plain: &plain, scope, input: &input, has_several_sources: false };
    match (node.run)(&context)? {
        Outcome::Leave { output, .. } => Ok(Value::clone(&output)),
        other => panic!("the node asks for something else: {other:?}"),
    }
}

#[track_caller]
pub(super) fn check(node: &BuiltIn, params: Value, input: Value, expected: Value) {
    let told = json!({ "params": params, "input": input });
    assert_eq!(output(node, params, input), Ok(expected), "{told}");
}

/// The node fails at a parameter with a message that contains some words.
#[track_caller]
pub(super) fn refused(node: &BuiltIn, params: Value, input: Value, pointer: &str, words: &str) {
    let error = output(node, params, input).unwrap_err();
    assert_eq!(error.pointer.as_deref(), Some(pointer), "{}", error.message);
    assert!(error.message.contains(words), "{}", error.message);
}
