//! Parameters: values full of templates.

use serde_json::{Map, Value, json};

use super::super::{CompiledParams, Limits, Scope};

fn scope<'a>(input: &'a Value, steps: &'a Map<String, Value>) -> Scope<'a> {
    Scope {
        input,
        steps,
        trigger: &Value::Null,
        run: &Value::Null,
        vars: &Value::Null,
        item: None,
        index: None,
        now_ms: 0,
        seed: 1,
    }
}

#[test]
fn every_string_is_a_template() {
    let params = json!({
        "channel": "#orders",
        "count": 3,
        "text": "Order {{ input.id }}",
        "body": { "id": "{{ input.id }}", "list": ["{{ input.id + 1 }}", true] },
    });
    let compiled = CompiledParams::compile(&params).unwrap();
    let (input, steps) = (json!({ "id": 7 }), Map::new());
    let value = compiled.evaluate(&scope(&input, &steps), &Limits::default()).unwrap();
    assert_eq!(
        value,
        json!({ "channel": "#orders", "count": 3, "text": "Order 7", "body": { "id": 7, "list": [8, true] } })
    );
    assert!(!compiled.is_constant());
    assert!(compiled.get("channel").unwrap().is_constant());
    assert!(compiled.get("missing").is_none());
    assert_eq!(compiled.fields().map(|(name, _)| name).collect::<Vec<_>>(), ["channel", "count", "text", "body"]);
    let list = compiled.get("body").and_then(|body| body.get("list")).and_then(CompiledParams::items).unwrap();
    assert_eq!(list[0].evaluate(&scope(&input, &steps), &Limits::default()).unwrap(), 8);
    assert_eq!(compiled.evaluate_field("text", &scope(&input, &steps), &Limits::default()).unwrap(), "Order 7");
    assert_eq!(compiled.evaluate_field("missing", &scope(&input, &steps), &Limits::default()).unwrap(), Value::Null);
}

#[test]
fn all_errors_are_told_with_their_places() {
    let params = json!({ "a/b": ["ok", "{{ 1 + }}"], "c": { "d~e": "{{ foo }}" }, "f": "{{ input }}" });
    let errors = CompiledParams::compile(&params).unwrap_err();
    let found: Vec<_> = errors.iter().map(|(pointer, error)| (pointer.as_str(), error.code)).collect();
    assert_eq!(found, [("/a~1b/1", "syntax"), ("/c/d~0e", "unknown_name")]);
}

#[test]
fn an_error_while_evaluating_has_its_place() {
    let compiled = CompiledParams::compile(&json!({ "a": [1, { "b/c": "{{ input.x.y }}" }] })).unwrap();
    let steps = Map::new();
    let input = json!({});
    let (pointer, error) = compiled.evaluate(&scope(&input, &steps), &Limits::default()).unwrap_err();
    assert_eq!((pointer.as_str(), error.code), ("/a/1/b~1c", "null_access"));
    let (pointer, _) = compiled.evaluate_field("a", &scope(&input, &steps), &Limits::default()).unwrap_err();
    assert_eq!(pointer, "/a/1/b~1c");
}

#[test]
fn references_tell_which_string_they_are_in() {
    let compiled = CompiledParams::compile(&json!({ "a": ["x", "{{ steps.one.x + vars.y }}"] })).unwrap();
    let found: Vec<_> =
        compiled.references().into_iter().map(|(pointer, reference)| (pointer, reference.path)).collect();
    assert_eq!(found, [("/a/1".to_owned(), vec!["x".to_owned()]), ("/a/1".to_owned(), vec!["y".to_owned()])]);
}

#[test]
fn large_inputs_are_passed_on_once() {
    let input = json!({ "text": "x".repeat(20 << 20) });
    let steps = Map::new();
    let once = CompiledParams::compile(&json!({ "a": "{{ input }}", "b": "{{ input.text.length }}" })).unwrap();
    assert!(once.evaluate(&scope(&input, &steps), &Limits::default()).is_ok());
    let twice = CompiledParams::compile(&json!({ "a": "{{ input }}", "b": "{{ input }}" })).unwrap();
    let (pointer, error) = twice.evaluate(&scope(&input, &steps), &Limits::default()).unwrap_err();
    assert_eq!((pointer.as_str(), error.code), ("/b", "out_of_memory"));
}

#[test]
fn fields_get_different_random_numbers() {
    let compiled = CompiledParams::compile(&json!(["{{ uuid() }}", "{{ uuid() }}"])).unwrap();
    let steps = Map::new();
    let value = compiled.evaluate(&scope(&Value::Null, &steps), &Limits::default()).unwrap();
    assert_ne!(value[0], value[1]);
    assert_eq!(compiled.evaluate(&scope(&Value::Null, &steps), &Limits::default()).unwrap(), value);
}
