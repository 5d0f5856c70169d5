//! Guests that misbehave while they run: each gets its clear error, and the host goes on.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{answer, bundled, call, call_in, load};
use crate::plugin_host::{Call, CallError, CallResult, ErrorKind, Frame, HostPattern};

async fn hostile(action: &str) -> CallResult {
    let plugin = load("target/hostile/hostile.wasm").await;
    call(&plugin, Call::new(action, json!({}))).await
}

/// The error of an action, after which the host must still answer others.
async fn error(action: &str) -> CallError {
    let error = hostile(action).await.result.expect_err(action);
    let text = bundled("text").await;
    assert_eq!(answer(&text, "trim", json!({ "text": " ok " })).await, Ok(json!("ok")), "after {action}");
    error
}

#[tokio::test]
async fn crashes_are_told_as_such() {
    for action in ["panic", "unreachable", "divide", "out_of_bounds"] {
        let error = error(action).await;
        assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Plugin, "trap"), "{action}: {error}");
        assert!(error.message.starts_with("the plugin crashed"), "{action}: {error}");
    }
    assert_eq!(hostile("panic").await.logs[0].message, "about to panic");
}

#[tokio::test]
async fn limits_are_named_with_what_moves_them() {
    let cases = [
        ("loop", "cpu_limit", "limits.cpuMs"),
        ("allocate", "memory_limit", "limits.memoryMiB"),
        ("grow", "memory_limit", "more than the 67108864"),
        ("recursion", "stack_limit", "its stack of"),
        ("huge_item", "output_limit", "an item of 5242882 bytes, 1048578 more than the 4194304 allowed"),
        ("huge_page", "output_limit", "3 items of together"),
        ("huge_answer", "output_limit", "handed over more than"),
        ("many_items", "output_limit", "handed over more than"),
        ("deep_json", "output_depth", "100 levels"),
        ("log_huge", "output_limit", "handed over more than"),
        ("host_calls", "host_call_limit", "100000"),
    ];
    for (action, code, told) in cases {
        let error = error(action).await;
        assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Limit, code), "{action}: {error}");
        assert!(error.message.contains(told), "{action}: {error}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_the_plugins_fault() {
    for (action, code) in [
        ("strange_source", "output_source"),
        ("not_json", "output_not_json"),
        ("nan", "output_not_json"),
        ("surrogate", "output_not_json"),
        ("wrong_shape", "output_schema"),
    ] {
        let error = error(action).await;
        assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Plugin, code), "{action}: {error}");
    }
}

#[tokio::test]
async fn the_log_is_kept_within_bounds() {
    let flooded = hostile("log_flood").await;
    assert!(flooded.result.is_ok());
    assert_eq!(flooded.logs.len(), 1_001);
    assert!(flooded.logs[1_000].message.starts_with("19000 more lines"), "{:?}", flooded.logs[1_000]);
    assert_eq!(hostile("log_ansi").await.logs[0].message, "\\u{1b}[2J\\u{0}gone");
}

#[tokio::test]
async fn nothing_is_left_of_a_call() {
    for _ in 0..3 {
        assert_eq!(hostile("remember").await.result.unwrap().items, [json!(1)]);
    }
}

#[tokio::test]
async fn a_wall_clock_limit_stops_a_loop_that_gives_way() {
    let plugin = load("target/hostile/hostile.wasm").await;
    let began = Instant::now();
    let frame = Frame { timeout: Duration::from_millis(80), ..Frame::default() };
    let error = call_in(&plugin, Call::new("fill", json!({})), frame).await.result.unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Timeout, "timed_out"));
    assert!(error.message.contains("80 ms") && began.elapsed() < Duration::from_secs(2), "{error}");
}

#[tokio::test]
async fn cancelling_stops_a_loop_soon() {
    let plugin = load("target/hostile/hostile.wasm").await;
    let cancel = CancellationToken::new();
    let running = call_in(&plugin, Call::new("fill", json!({})), Frame { cancel: cancel.clone(), ..Frame::default() });
    let stop = async {
        tokio::time::sleep(Duration::from_millis(30)).await;
        cancel.cancel();
        Instant::now()
    };
    let (ended, cancelled_at) = tokio::join!(running, stop);
    assert_eq!(ended.result.unwrap_err().kind, ErrorKind::Cancelled);
    assert!(cancelled_at.elapsed() < Duration::from_secs(1), "{:?}", cancelled_at.elapsed());
}

#[tokio::test]
async fn many_at_once_leave_room_for_others() {
    let plugin = load("target/hostile/hostile.wasm").await;
    let text = bundled("text").await;
    let mut crowd = tokio::task::JoinSet::new();
    for turn in 0..12 {
        let (plugin, action) = (plugin.clone(), if turn % 2 == 0 { "loop" } else { "allocate" });
        crowd.spawn(async move { call(&plugin, Call::new(action, json!({}))).await.result });
    }
    assert_eq!(answer(&text, "trim", json!({ "text": " ok " })).await, Ok(json!("ok")));
    while let Some(result) = crowd.join_next().await {
        assert_eq!(result.unwrap().unwrap_err().kind, ErrorKind::Limit);
    }
}

#[tokio::test]
async fn a_large_call_does_not_keep_others_out_for_long() {
    let plugin = load("target/hostile/hostile.wasm").await;
    let small = plugin.typical_memory();
    let large = call(&plugin, Call::new("allocate", json!({}))).await;
    assert!(large.memory_peak_bytes > 16 * small && plugin.typical_memory() > small);
    for _ in 0..32 {
        call(&plugin, Call::new("remember", json!({}))).await.result.unwrap();
    }
    assert!(plugin.typical_memory() <= small, "{} bytes are still set aside", plugin.typical_memory());
}

#[tokio::test]
async fn doors_that_were_not_granted_stay_shut() {
    let plugin = load("target/hostile/hostile.wasm").await;
    // Neither what the manifest asks for without a grant, nor a grant for what it did not ask.
    for (url, grants) in
        [("https://api.example.com/", vec![]), ("https://other.example.com/", vec![HostPattern::any()])]
    {
        let frame = Frame { grants: grants.into(), ..Frame::default() };
        let answer =
            call_in(&plugin, Call::new("request", json!({ "url": url })), frame).await.result.unwrap().items.remove(0);
        assert_eq!(answer, json!({ "answers": 40, "all_refused": true, "credential_refused": true }), "{url}");
    }
    assert_eq!(hostile("credential").await.result.unwrap().items, [json!(true)]);
}

#[tokio::test]
async fn a_dropped_call_ends_and_the_rest_goes_on() {
    let plugin = load("target/hostile/hostile.wasm").await;
    for _ in 0..50 {
        let abandoned = call(&plugin, Call::new("fill", json!({})));
        assert!(tokio::time::timeout(Duration::from_millis(1), abandoned).await.is_err());
    }
    assert!(hostile("remember").await.result.is_ok());
}
