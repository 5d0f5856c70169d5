//! The workloads: what is drawn, what is sent, and what must come back.

use serde_json::{Map, Value, json};

/// A workflow under load.
#[derive(Debug, Clone)]
pub(crate) struct Workload {
    pub id: &'static str,
    pub title: &'static str,
    /// Requests a second that the project aims at.
    pub target_per_second: f64,
    /// The route of the reference server that does comparable work.
    pub reference: &'static str,
    pub document: Value,
    pub body: Value,
    pub answer: Answer,
}

/// What must come back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    Output(Value),
    /// The webhook is answered once the run is stored, before it ends.
    Accepted,
}

/// Items of a list that is worked through.
const ITEMS: u64 = 1_000;

impl Workload {
    pub(crate) fn hook(&self) -> String {
        hook_of(self.id)
    }
}

/// The workloads of the project's targets that are a rate; W6 is a burst of its own.
pub(crate) fn all() -> Vec<Workload> {
    vec![one_step(), ten_steps(), mapped_list(), looped_list(), javascript(), plugin(), accepted()]
}

fn one_step() -> Workload {
    let fields = json!({
        "n": "{{ input.body.n }}",
        "double": "{{ input.body.n * 2 }}",
        "name": "{{ input.body.name.toUpperCase() }}",
    });
    Workload {
        id: "W1",
        title: "one set step",
        target_per_second: 15_000.0,
        reference: "one_row",
        document: chain("W1", vec![node("shape", "set", json!({ "fields": fields }))]),
        body: body(),
        answer: Answer::Output(json!({ "n": 21, "double": 42, "name": "ADA" })),
    }
}

fn ten_steps() -> Workload {
    let first = json!({ "n": "{{ input.body.n + 1 }}", "name": "{{ input.body.name }}", "s1": "ok" });
    let mut steps = vec![node("step_1", "set", json!({ "fields": first }))];
    let mut answer = Map::from_iter([("n".to_owned(), json!(31)), ("name".to_owned(), json!("ada"))]);
    answer.insert("s1".into(), json!("ok"));
    for step in 2..=10 {
        let mut fields = Map::from_iter([("n".to_owned(), json!("{{ input.n + 1 }}"))]);
        fields.insert(format!("s{step}"), json!("ok"));
        steps.push(node(&format!("step_{step}"), "set", json!({ "fields": fields, "keep": true })));
        answer.insert(format!("s{step}"), json!("ok"));
    }
    Workload {
        id: "W2",
        title: "ten set steps in a row",
        target_per_second: 8_000.0,
        reference: "ten_rows",
        document: chain("W2", steps),
        body: body(),
        answer: Answer::Output(Value::Object(answer)),
    }
}

/// A thousand items through one node.
fn mapped_list() -> Workload {
    let fields = json!([
        { "to": "id", "value": "{{ item.id }}" },
        { "to": "v", "value": "{{ item.v * 2 }}" },
    ]);
    let params = json!({ "source": "{{ input.body.items }}", "fields": fields });
    Workload {
        id: "W3",
        title: "1,000 items, one step",
        target_per_second: 250.0,
        reference: "items",
        document: chain("W3", vec![node("double", "map", params), total()]),
        body: items(),
        answer: items_answer(),
    }
}

/// A thousand items, each with a step of its own in the journal.
fn looped_list() -> Workload {
    let mut document =
        chain("W3L", vec![node("each", "for_each", json!({ "list": "{{ input.body.items }}" })), total()]);
    let fields = json!({ "id": "{{ item.id }}", "v": "{{ item.v * 2 }}" });
    let mut inside = node("double", "set", json!({ "fields": fields }));
    inside["inside"] = json!("each");
    inside["at"] = json!([40, 80]);
    if let Some(nodes) = document["nodes"].as_array_mut() {
        nodes.push(inside);
    }
    Workload {
        id: "W3L",
        title: "1,000 items, a step each",
        target_per_second: 100.0,
        reference: "items",
        document,
        body: items(),
        answer: items_answer(),
    }
}

fn total() -> Value {
    let fields = json!({ "count": "{{ input.length }}", "sum": "{{ sum(input, \"v\") }}" });
    node("total", "set", json!({ "fields": fields }))
}

fn items() -> Value {
    let items: Vec<Value> = (0..ITEMS).map(|id| json!({ "id": id, "v": id % 97 })).collect();
    json!({ "items": items })
}

fn items_answer() -> Answer {
    let sum: u64 = (0..ITEMS).map(|id| id % 97 * 2).sum();
    Answer::Output(json!({ "count": ITEMS, "sum": sum }))
}

fn javascript() -> Workload {
    let source = "const { n, name } = input.body;\n\
        let h = 0;\n\
        for (let turn = 0; turn < 100; turn++) {\n\
        \x20 h = (h * 31 + name.charCodeAt(turn % name.length)) % 1000003;\n\
        }\n\
        return { n, double: n * 2, name: name.toUpperCase(), hash: h };";
    Workload {
        id: "W4",
        title: "one JavaScript step",
        target_per_second: 4_000.0,
        reference: "one_row",
        document: chain("W4", vec![node("script", "code", json!({ "language": "javascript", "source": source }))]),
        body: body(),
        answer: Answer::Output(json!({ "n": 21, "double": 42, "name": "ADA", "hash": hash("ada") })),
    }
}

fn plugin() -> Workload {
    let params = json!({ "text": "{{ input.body.name }}", "to": "upper" });
    Workload {
        id: "W5",
        title: "one plugin step",
        target_per_second: 10_000.0,
        reference: "one_row",
        document: chain("W5", vec![node("upper", "text/case", params)]),
        body: body(),
        answer: Answer::Output(json!("ADA")),
    }
}

/// Answered at once, after the durable write.
fn accepted() -> Workload {
    let mut document = chain("W7", vec![node("shape", "set", json!({ "fields": { "n": "{{ input.body.n }}" } }))]);
    document["nodes"][0]["params"]["respond"] = json!("at_once");
    Workload {
        id: "W7",
        title: "answered at once",
        target_per_second: 20_000.0,
        reference: "one_row",
        document,
        body: body(),
        answer: Answer::Accepted,
    }
}

/// What the script of W4 computes.
fn hash(name: &str) -> u64 {
    let bytes = name.as_bytes();
    (0..100).fold(0, |h, turn| (h * 31 + u64::from(bytes[turn % bytes.len()])) % 1_000_003)
}

fn body() -> Value {
    json!({ "n": 21, "name": "ada" })
}

/// The path of the webhook of a document made by [`chain`].
pub(crate) fn hook_of(id: &str) -> String {
    format!("bench_{}", id.to_lowercase())
}

pub(crate) fn node(id: &str, node_type: &str, params: Value) -> Value {
    json!({ "id": id, "type": node_type, "params": params })
}

/// A document in which a webhook starts the nodes one after the other and answers with the last one's output.
pub(crate) fn chain(id: &str, steps: Vec<Value>) -> Value {
    let hook = node("hook", "webhook", json!({ "path": hook_of(id), "method": "POST", "respond": "at_end" }));
    let mut nodes = vec![hook];
    nodes.extend(steps);
    for (index, node) in nodes.iter_mut().enumerate() {
        node["at"] = json!([80 + 256 * index, 128]);
    }
    let edges: Vec<Value> =
        nodes.windows(2).map(|pair| json!({ "from": pair[0]["id"], "to": pair[1]["id"] })).collect();
    json!({ "weft": 1, "name": format!("Bench {id}"), "nodes": nodes, "edges": edges })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_chains_from_the_webhook() {
        for workload in all() {
            let document = &workload.document;
            let (nodes, edges) = (document["nodes"].as_array().unwrap(), document["edges"].as_array().unwrap());
            assert_eq!(nodes[0]["params"]["path"], json!(workload.hook()));
            let outside = nodes.iter().filter(|node| node["inside"].is_null()).count();
            assert_eq!(edges.len(), outside - 1, "{}", workload.id);
        }
    }

    #[test]
    fn ten_steps_answer_with_every_field() {
        let Answer::Output(answer) = ten_steps().answer else { panic!("the caller waits for the end") };
        assert_eq!(answer["n"], json!(31));
        assert_eq!(answer.as_object().unwrap().len(), 12);
    }

    #[test]
    fn the_sum_of_the_items_is_the_agreed_one() {
        assert_eq!(items_answer(), Answer::Output(json!({ "count": 1000, "sum": 93990 })));
    }
}
