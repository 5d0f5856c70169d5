//! What the language means, by tables of expressions and their values.

mod catalogue;
mod errors;
mod language;
mod limits;
mod params;
mod properties;

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::{ExpressionError, Limits, Scope, Template};

/// What the tests' expressions can see.
fn context() -> Value {
    json!({
        "input": {
            "id": 7,
            "total": 120.5,
            "name": "Ada Lovelace",
            "note": null,
            "empty": "",
            "tags": ["new", "paid"],
            "lines": [
                { "sku": "a-1", "price": 10, "count": 2, "tax": { "rate": 19 } },
                { "sku": "b-2", "price": 2.5, "count": 4, "tax": { "rate": 7 } },
                { "sku": "c-3", "price": 0, "count": 1, "tax": null },
            ],
            "big": 9_007_199_254_740_993_i64,
            "huge": 18_446_744_073_709_551_615_u64,
            "odd key": { "a.b": 1 },
            "json": "{\"a\":[1,2]}",
            "emoji": "a😀b",
        },
        "steps": { "notify": { "status": 200, "body": { "ok": true } }, "order_in": [1, 2] },
        "trigger": { "kind": "webhook" },
        "run": { "id": "run_1" },
        "vars": { "region": "eu" },
        "item": { "n": 5 },
        "index": 3,
    })
}

const NOW_MS: i64 = 1_795_219_200_123;

fn evaluate_in(template: &str, context: &Value, limits: &Limits) -> Result<Value, ExpressionError> {
    let empty = Map::new();
    let scope = Scope {
        input: &context["input"],
        steps: context["steps"].as_object().unwrap_or(&empty),
        trigger: &context["trigger"],
        run: &context["run"],
        vars: &context["vars"],
        item: context.get("item"),
        index: context["index"].as_u64(),
        now_ms: NOW_MS,
        seed: 42,
    };
    Template::parse(template)?.evaluate(&scope, limits)
}

static CONTEXT: LazyLock<Value> = LazyLock::new(context);

fn evaluate(template: &str) -> Result<Value, ExpressionError> {
    evaluate_in(template, &CONTEXT, &Limits::default())
}

/// Small enough that thousands of cases take seconds.
const FEW: Limits = Limits { steps: 20_000, bytes: 1 << 20, depth: 64 };

/// Checks one expression, without its braces, against the JSON of its value.
fn check(expression: &str, wanted: &str) {
    check_template(&format!("{{{{ {expression} }}}}"), wanted);
}

fn check_template(template: &str, wanted: &str) {
    let wanted: Value = serde_json::from_str(wanted).unwrap_or_else(|error| panic!("{wanted}: {error}"));
    match evaluate(template) {
        Ok(value) => assert_eq!(value, wanted, "{template}"),
        Err(error) => panic!("{template}: {error} ({error:?})"),
    }
}

fn check_all(cases: &[(&str, &str)]) {
    for (expression, wanted) in cases {
        check(expression, wanted);
    }
}
