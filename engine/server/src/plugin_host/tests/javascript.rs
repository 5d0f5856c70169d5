//! The engine of code nodes.

use serde_json::{Value, json};

use super::{answer, bundled, call, call_in};
use crate::plugin_host::{Call, CallError, ErrorKind, Frame, LogLevel};

async fn run(source: &str) -> Result<Value, CallError> {
    let params = json!({ "source": source, "input": { "n": 21, "name": "ada" }, "item": "i", "index": 3, "steps": { "a": [1, 2] }, "trigger": null });
    answer(&bundled("javascript").await, "run", params).await
}

async fn error(source: &str) -> CallError {
    run(source).await.unwrap_err()
}

#[tokio::test]
async fn what_the_code_returns_is_the_output() {
    let cases = [
        (
            "return { n: input.n, double: input.n * 2, name: input.name.toUpperCase() }",
            json!({ "n": 21, "double": 42, "name": "ADA" }),
        ),
        ("return [item, index, steps.a.length, trigger]", json!(["i", 3, 2, null])),
        (
            "const item = 1; let index = 2\nfunction run() { return item + index }\nreturn run() // ends in a comment",
            json!(3),
        ),
        ("", Value::Null),
        ("return undefined", Value::Null),
        (
            "return { at: new Date(0), big: 2n ** 64n, gone: undefined }",
            json!({ "at": "1970-01-01T00:00:00.000Z", "big": "18446744073709551616" }),
        ),
        ("return typeof Date.now() + typeof Math.random()", json!("numbernumber")),
        (
            "return [typeof fetch, typeof process, typeof require, typeof wit, typeof __cqjs]",
            json!(vec!["undefined"; 5]),
        ),
    ];
    for (source, expected) in cases {
        assert_eq!(run(source).await, Ok(expected), "{source}");
    }
}

#[tokio::test]
async fn a_syntax_error_has_its_place() {
    let error = error("let a = 1\n let b = ) ").await;
    assert_eq!(
        (error.kind, error.code.as_str(), error.pointer.as_deref()),
        (ErrorKind::InvalidInput, "syntax_error", Some("/source"))
    );
    let details = error.details.unwrap();
    assert_eq!((&details["line"], &details["column"]), (&json!(2), &json!(10)), "{}", error.message);
}

#[tokio::test]
async fn a_thrown_error_has_its_place() {
    let thrown = error("return input.missing.deep").await;
    assert_eq!((thrown.kind, thrown.code.as_str()), (ErrorKind::Permanent, "script_failed"));
    assert!(
        thrown.message.starts_with("TypeError: ") && thrown.message.contains("line 1, column 8"),
        "{}",
        thrown.message
    );
    let thrown = error("function check(x) {\n  throw new RangeError('too ' + x)\n}\ncheck('big')").await;
    assert!(thrown.message.starts_with("RangeError: too big (line 2, column "), "{}", thrown.message);
    assert_eq!(error("throw { code: 7 }").await.message, "the code threw {\"code\":7}");
    assert!(error("undeclared = 1").await.message.starts_with("ReferenceError"));
    assert!(error("return { get x() { throw new Error('from a getter') } }").await.message.contains("from a getter"));
}

#[tokio::test]
async fn a_result_that_is_no_data_is_refused_by_name() {
    for (source, expected) in [
        ("return { a: [() => 1] }", "the result.a[0] is a function"),
        ("const a = {}; a.self = a; return a", "the result.self contains itself"),
        ("return 0 / 0", "the result is NaN"),
        ("return new Map()", "Object.fromEntries"),
    ] {
        let error = error(source).await;
        assert_eq!(error.code, "result_not_json");
        assert!(error.message.contains(expected), "{}", error.message);
    }
    assert_eq!(error("return (async () => 1)()").await.code, "returned_promise");
    assert!(error("return await 1").await.message.contains("await is not available"));
}

#[tokio::test]
async fn every_call_is_fresh_and_repeats_the_same_numbers() {
    assert_eq!(
        run("globalThis.seen = (globalThis.seen ?? 0) + 1; Array.prototype.map = null; return seen").await,
        Ok(json!(1))
    );
    assert_eq!(run("return [globalThis.seen ?? 0, [1].map((n) => n)]").await, Ok(json!([0, [1]])));
    let javascript = bundled("javascript").await;
    let draw = async |key: &str| {
        let params = json!({ "source": "return Math.random()" });
        let drawn =
            call(&javascript, Call { idempotency_key: key.into(), ..Call::new("run", params) }).await.result.unwrap();
        drawn.items[0].as_f64().unwrap()
    };
    let (first, again, other) = (draw("step-1").await, draw("step-1").await, draw("step-2").await);
    assert!(first == again && first != other && (0.0..1.0).contains(&first));
}

#[tokio::test]
async fn lines_go_to_the_log() {
    let javascript = bundled("javascript").await;
    let params = json!({ "source": "log('n is', input.n, { a: [1] }); console.warn('careful')", "input": { "n": 1 } });
    let lines = call(&javascript, Call::new("run", params)).await.logs;
    let lines: Vec<_> = lines.iter().map(|line| (line.level, line.message.as_str())).collect();
    assert_eq!(lines, [(LogLevel::Info, "n is 1 {\"a\":[1]}"), (LogLevel::Warn, "careful")]);
}

#[tokio::test]
async fn runaway_code_is_stopped() {
    let javascript = bundled("javascript").await;
    let params = json!({ "source": "for (;;) {}" });
    let timeout = std::time::Duration::from_millis(100);
    let error =
        call_in(&javascript, Call::new("run", params), Frame { timeout, ..Frame::default() }).await.result.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Timeout);
    let hungry = self::error("const all = []; for (;;) all.push(new Array(10000).fill(1))").await;
    assert_eq!((hungry.kind, hungry.code.as_str()), (ErrorKind::Limit, "memory_limit"));
    let deep = self::error("const down = (n) => down(n + 1) + 1; return down(0)").await;
    assert!(deep.message.contains("stack"), "{deep:?}");
}
