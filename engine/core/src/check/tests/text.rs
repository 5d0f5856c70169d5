//! From JSON to a document.

use crate::check::{document_schema, parse_document};

#[track_caller]
fn check(json: &str, code: &str, pointer: &str, message: &str) {
    let problem = parse_document(json).unwrap_err();
    assert_eq!((problem.code.as_str(), problem.pointer.as_str()), (code, pointer), "{problem:?}");
    assert!(problem.message.contains(message), "{problem:?}");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    check("{", "invalid_json", "", "line 1");
    check("[]", "invalid_document", "", "invalid");
    check("{}", "invalid_document", "", "missing field `weft`");
    check(r#"{"weft": "1", "name": ""}"#, "invalid_document", "/weft", "string \"1\"");
    check(r#"{"weft": 1, "name": "", "colour": 1}"#, "invalid_document", "/colour", "unknown field `colour`");
    check(r#"{"weft": 1, "name": "", "nodes": {}}"#, "invalid_document", "/nodes", "map");
    check(
        r#"{"weft": 1, "name": "", "nodes": [{"id": "a", "type": "b"}, {"id": "a"}]}"#,
        "invalid_document",
        "/nodes/1",
        "missing field `type`",
    );
    check(
        r#"{"weft": 1, "name": "", "nodes": [{"id": 1, "type": "b"}]}"#,
        "invalid_document",
        "/nodes/0/id",
        "integer `1`",
    );
    check(
        r#"{"weft": 1, "name": "", "nodes": [{"id": "a", "type": "b", "at": [1]}]}"#,
        "invalid_document",
        "/nodes/0/at",
        "length 1",
    );
    check(
        r#"{"weft": 1, "name": "", "nodes": [{"id": "a", "type": "b", "a/b": 1}]}"#,
        "invalid_document",
        "/nodes/0/a~1b",
        "unknown field",
    );
    let retry =
        |retry: &str| format!(r#"{{"weft": 1, "name": "", "nodes": [{{"id": "a", "type": "b", "retry": {retry}}}]}}"#);
    check(&retry(r#"{"attempts": -1}"#), "invalid_document", "/nodes/0/retry/attempts", "-1");
    check(&retry(r#"{"attempts": 1, "backoff": "slow"}"#), "invalid_document", "/nodes/0/retry/backoff", "slow");
    check(&retry("{}"), "invalid_document", "/nodes/0/retry", "missing field `attempts`");
    check(r#"{"weft": 1, "name": "", "edges": [{"from": "a"}]}"#, "invalid_document", "/edges/0", "missing field `to`");
    check(
        r#"{"weft": 1, "name": "", "settings": {"concurrency": "x"}}"#,
        "invalid_document",
        "/settings/concurrency",
        "string",
    );
    let node =
        parse_document(r#"{"weft": 1, "name": "", "nodes": [{"id": "a", "type": "b", "x": 1}]}"#).unwrap_err().node;
    assert_eq!(node, Some("a".into()));
}

#[test]
fn deep_documents_are_refused() {
    let nested = |depth: usize| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        format!(
            r#"{{"weft": 1, "name": "[[\"[[", "nodes": [{{"id": "a", "type": "b", "params": {{"x": {open}{close}}}}}]}}"#
        )
    };
    assert!(parse_document(&nested(60)).is_ok());
    check(&nested(61), "too_deep", "", "64 levels");
    check(&"[".repeat(1_000_000), "too_deep", "", "64 levels");
}

#[test]
fn a_document_survives_the_way_to_json_and_back() {
    let json = r#"{"weft":1,"name":"N","nodes":[{"id":"a","type":"b","params":{"z":1,"a":[null]},"at":[1.0,2.5]}],"edges":[],"settings":{}}"#;
    assert_eq!(serde_json::to_string(&parse_document(json).unwrap()).unwrap(), json);
}

#[test]
fn the_schema_is_published() {
    insta::assert_json_snapshot!(document_schema());
}
