//! What holds for every document.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::node_types::types;
use crate::check::check;
use crate::document::{Document, Edge, Node, Settings};
use crate::document_edit::rename;
use crate::graph::Graph;
use crate::problem::Severity;

fn small_id() -> impl Strategy<Value = String> {
    proptest::sample::select(&["a", "b", "c", "d", "start", "loop", "X!"]).prop_map(str::to_owned)
}

fn node_type() -> impl Strategy<Value = String> {
    let known: Vec<String> = types().0.into_keys().chain(["nope".to_owned(), "no/pe".to_owned()]).collect();
    proptest::sample::select(known)
}

fn text() -> impl Strategy<Value = String> {
    static TEXTS: &[&str] = &[
        "",
        "a",
        "default",
        "{{ steps.a }}",
        "{{ item + index }}",
        "{{ input.a }}",
        "{{ ( }}",
        "{{",
        "}}",
        "0 0 * * *",
        "UTC",
        "/x",
        "by_node",
    ];
    prop_oneof![proptest::sample::select(TEXTS).prop_map(str::to_owned), "[{} a-z.é😀]{0,12}"]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::vec((param_name(), inner), 0..3)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn param_name() -> impl Strategy<Value = String> {
    static NAMES: &[&str] = &[
        "condition",
        "cases",
        "port",
        "list",
        "fields",
        "path",
        "method",
        "respond",
        "cron",
        "timezone",
        "ms",
        "until",
        "value",
        "to",
        "a/~",
    ];
    proptest::sample::select(NAMES).prop_map(str::to_owned)
}

fn any_node() -> impl Strategy<Value = Node> {
    let params = proptest::collection::vec((param_name(), value()), 0..4);
    (
        small_id(),
        node_type(),
        params,
        proptest::option::of(small_id()),
        any::<bool>(),
        proptest::option::of(any::<u64>()),
    )
        .prop_map(|(id, node_type, params, inside, disabled, timeout_ms)| Node {
            inside: inside.as_deref().map(Into::into),
            disabled,
            timeout_ms,
            ..plain_node(&id, &node_type, params.into_iter().collect())
        })
}

fn plain_node(id: &str, node_type: &str, params: Map<String, Value>) -> Node {
    Node { id: id.into(), node_type: node_type.into(), params, ..Node::default() }
}

fn any_document() -> impl Strategy<Value = Document> {
    let port = proptest::option::of(proptest::sample::select(&["out", "true", "error", "default", "a"]));
    let edge = (small_id(), port, small_id());
    (any::<u32>(), text(), proptest::collection::vec(any_node(), 0..8), proptest::collection::vec(edge, 0..10))
        .prop_map(|(weft, name, nodes, edges)| Document {
            weft: weft % 3,
            name,
            description: String::new(),
            nodes,
            edges: edges
                .into_iter()
                .map(|(from, port, to)| Edge {
                    from: from.as_str().into(),
                    port: port.map(Into::into),
                    to: to.as_str().into(),
                })
                .collect(),
            settings: Settings::default(),
        })
}

/// What a node of a right document is: a step that reads an earlier one, a branch, or a loop with a body.
#[derive(Debug, Clone)]
enum Part {
    Step { after: usize },
    Branch { after: usize },
    Loop { after: usize, body: usize },
}

fn right_document() -> impl Strategy<Value = Document> {
    let part = prop_oneof![
        any::<usize>().prop_map(|after| Part::Step { after }),
        any::<usize>().prop_map(|after| Part::Branch { after }),
        (any::<usize>(), 1..4_usize).prop_map(|(after, body)| Part::Loop { after, body }),
    ];
    proptest::collection::vec(part, 0..12).prop_map(|parts| {
        let mut nodes = vec![plain_node("n0", "webhook", object(json!({ "path": "orders", "respond": "at_end" })))];
        let mut edges: Vec<Edge> = Vec::new();
        let mut connect = |from: usize, nodes: &[Node], to: &str| {
            let before = &nodes[from];
            let port = (before.node_type == "if")
                .then(|| if edges.len().is_multiple_of(2) { "true".into() } else { "false".into() });
            edges.push(Edge { from: before.id.clone(), port, to: to.into() });
        };
        let mut outside = vec![0];
        for (part, number) in parts.iter().zip(1..) {
            let id = format!("n{number}");
            let (Part::Step { after } | Part::Branch { after } | Part::Loop { after, .. }) = part;
            let after = outside[after % outside.len()];
            let read = format!("{{{{ steps.{}.value + input.total }}}}", nodes[after].id);
            connect(after, &nodes, &id);
            outside.push(nodes.len());
            match part {
                Part::Step { .. } => nodes.push(plain_node(&id, "set", object(json!({ "fields": { "x": read } })))),
                Part::Branch { .. } => nodes.push(plain_node(&id, "if", object(json!({ "condition": read })))),
                Part::Loop { body, .. } => {
                    nodes.push(plain_node(&id, "for_each", object(json!({ "list": read }))));
                    let inside = Some(id.as_str().into());
                    for step in 0..*body {
                        let read = format!("{{{{ item.x + index + steps.n0.body.{id} }}}}");
                        let node = plain_node(&format!("{id}_{step}"), "if", object(json!({ "condition": read })));
                        nodes.push(Node { inside: inside.clone(), ..node });
                    }
                }
            }
        }
        Document {
            weft: 1,
            name: "Right".into(),
            description: String::new(),
            nodes,
            edges,
            settings: Settings::default(),
        }
    })
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_document_can_be_checked(document in any_document()) {
        let types = types();
        let problems = check(&document, &types);
        let is_right = problems.iter().all(|problem| problem.severity == Severity::Warning);
        if is_right {
            prop_assert!(Graph::of(&document, &types).is_ok(), "a document without errors has a graph");
        }
        if let Some(node) = document.nodes.first() {
            let _ = rename(&document, node.id.as_str(), "renamed");
        }
    }

    #[test]
    fn right_documents_have_no_problems(document in right_document()) {
        let types = types();
        prop_assert_eq!(check(&document, &types), vec![]);
        prop_assert!(Graph::of(&document, &types).is_ok());
    }

    #[test]
    fn renaming_keeps_a_document_right(document in right_document(), pick in any::<prop::sample::Index>()) {
        let from = pick.get(&document.nodes).id.clone();
        let renamed = rename(&document, from.as_str(), "renamed").unwrap();
        prop_assert_eq!(check(&renamed, &types()), vec![]);
        prop_assert_eq!(rename(&renamed, "renamed", from.as_str()).unwrap(), document);
    }
}
