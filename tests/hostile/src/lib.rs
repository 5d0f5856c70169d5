//! Actions that do what no action should: each is one test of the host. The bindings are used directly, because the SDK
//! would not let most of this through.

mod bindings {
    wit_bindgen::generate!({ path: "../../plugin-api/wit", world: "connector" });
}

mod files;
mod keeping;
mod triggers;

use std::hint::black_box;

use bindings::exports::weft::plugin::{actions, metadata};
use bindings::weft::plugin::types::{Call, Outcome, OutputItem, StepError};
use bindings::weft::plugin::{credentials, host, http};
use serde_json::json;

struct Hostile;

/// Tests write an address of their own over this.
const HOST: &str = "https://api.example.com";

const ACTIONS: [&str; 30] = [
    "loop",
    "fill",
    "allocate",
    "grow",
    "panic",
    "unreachable",
    "divide",
    "out_of_bounds",
    "recursion",
    "huge_item",
    "huge_page",
    "huge_answer",
    "many_items",
    "not_json",
    "nan",
    "surrogate",
    "deep_json",
    "wrong_shape",
    "log_flood",
    "log_huge",
    "log_ansi",
    "host_calls",
    "credential",
    "remember",
    "count",
    "count_then_trap",
    "count_then_fail",
    "keeping",
    "strange_source",
    "files",
];

impl metadata::Guest for Hostile {
    fn describe() -> String {
        let action = |id: &&str| {
            let output = if *id == "wrong_shape" { json!({ "type": "string" }) } else { json!({}) };
            let limits = if *id == "loop" { json!({ "cpuMs": 200 }) } else { json!({}) };
            json!({ "id": id, "title": id, "effects": "none", "idempotent": "natural", "output": output, "limits": limits })
        };
        let actions: Vec<_> = ACTIONS
            .iter()
            .map(action)
            .chain([
                json!({ "id": "request", "title": "r", "effects": "read", "idempotent": "natural" }),
                json!({ "id": "spend", "title": "s", "effects": "write", "idempotent": "key", "credential": "bot" }),
            ])
            .collect();
        let credentials = json!([{
            "slot": "bot", "type": "custom",
            "fields": { "token": {}, "team": { "secret": false }, "key": { "uses": ["hmac"] } },
            "inject": [{ "in": "header", "name": "authorization", "format": "Bearer {token}", "hosts": [HOST] }]
        }]);
        json!({
            "manifest": 1, "id": "hostile", "version": "1.0.0", "name": "Hostile", "hosts": [{ "pattern": HOST }],
            "credentials": credentials, "actions": actions,
            "triggers": [
                { "id": "found", "kind": "poll", "everyS": 10, "dedupe": "/id" },
                { "id": "knock", "kind": "webhook", "subscribe": true }
            ]
        })
        .to_string()
    }
}

/// Something a call could leave behind for the next one.
static mut REMEMBERED: u32 = 0;

impl actions::Guest for Hostile {
    fn run(call: Call) -> Result<Outcome, StepError> {
        match call.action.as_str() {
            "loop" => loop {
                black_box(0);
            },
            "fill" => {
                let mut block = vec![0_u8; 32 << 20];
                loop {
                    block.fill(black_box(7));
                }
            }
            "allocate" => {
                let mut blocks = Vec::new();
                loop {
                    blocks.push(black_box(vec![1_u8; 1 << 20]));
                }
            }
            "grow" => loop {
                black_box(grow(1));
            },
            "panic" => {
                host::log(host::Level::Info, "about to panic", None);
                panic!("on purpose")
            }
            "unreachable" => trap(),
            "divide" => answer((100 / black_box(0_i32).wrapping_add(black_box(0))).to_string()),
            "out_of_bounds" => answer(read(black_box(0xffff_0000)).to_string()),
            "recursion" => answer(deeper(black_box(0)).to_string()),
            "huge_item" => answer(format!("\"{}\"", "x".repeat(5 << 20))),
            "huge_page" => {
                let data = format!("\"{}\"", "x".repeat(3 << 20));
                items((0..3).map(|_| OutputItem { source: 0, data: data.clone() }).collect())
            }
            "huge_answer" => answer("x".repeat(40 << 20)),
            "many_items" => items((0..1_200_000).map(|_| OutputItem { source: 0, data: String::new() }).collect()),
            "not_json" => answer("{oops".into()),
            "nan" => answer("NaN".into()),
            "surrogate" => answer(r#""\ud800""#.into()),
            "deep_json" => answer(format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))),
            "wrong_shape" => answer("7".into()),
            "log_flood" => {
                for line in 0..20_000 {
                    host::log(host::Level::Info, &format!("line {line}"), None);
                }
                answer("null".into())
            }
            "log_huge" => {
                host::log(host::Level::Info, &"x".repeat(40 << 20), None);
                answer("null".into())
            }
            "log_ansi" => {
                host::log(host::Level::Info, "\u{1b}[2J\0gone", None);
                answer("null".into())
            }
            "host_calls" => loop {
                black_box(host::is_cancelled());
            },
            "credential" => answer(json!(credentials::placeholder("bot", "token").is_err()).to_string()),
            "remember" => answer(remember().to_string()),
            "count" | "count_then_trap" | "count_then_fail" => keeping::count(&call.action),
            "keeping" => answer(keeping::misuse().to_string()),
            "strange_source" => items(vec![OutputItem { source: 7, data: "null".into() }]),
            "files" => answer(files::run(&serde_json::from_str(&call.params).unwrap_or_default()).to_string()),
            "request" => answer(request(&call)),
            "spend" => answer(spend(&call)),
            _ => answer("null".into()),
        }
    }
}

/// Tries every door to one URL, and tells what it got.
fn request(call: &Call) -> String {
    let url = serde_json::from_str::<serde_json::Value>(&call.params).ok();
    let url = url.and_then(|params| Some(params.get("url")?.as_str()?.to_owned())).unwrap_or_default();
    let request = |auth: Option<String>| http::Request {
        method: "GET".into(),
        url: url.clone(),
        headers: vec![],
        body: None,
        auth,
        timeout_ms: Some(u32::MAX),
        max_redirects: 255,
    };
    let requests: Vec<_> = (0..40).map(|_| request(None)).collect();
    let answers = http::send_all(&requests);
    let all_refused = answers.iter().all(|answer| matches!(answer, Err(http::HttpError::Denied(_))));
    let with_credential = matches!(http::send(&request(Some("bot".into()))), Err(http::HttpError::Denied(_)));
    json!({ "answers": answers.len(), "all_refused": all_refused, "credential_refused": with_credential }).to_string()
}

/// Sends one request with a credential in it, in the way the parameters say, and tells all it could find out.
fn spend(call: &Call) -> String {
    let params: serde_json::Value = serde_json::from_str(&call.params).unwrap_or_default();
    let text = |name: &str| params[name].as_str().map(str::to_owned);
    let made = credentials::placeholder("bot", "token");
    let word = text("word").or_else(|| made.as_ref().ok().cloned()).unwrap_or_default();
    let place = text("place").unwrap_or_default();
    let url = text("url").unwrap_or_default();
    let request = http::Request {
        method: "POST".into(),
        url: if place == "query" { format!("{url}?token={word}") } else { url },
        headers: match place.as_str() {
            "header" => vec![("x-token".into(), format!("token {word}"))],
            "json" => vec![("content-type".into(), "application/json".into())],
            _ => vec![],
        },
        body: (place == "json").then(|| json!({ "token": word }).to_string().into_bytes()),
        auth: text("auth"),
        timeout_ms: None,
        max_redirects: 5,
    };
    let sent = http::send(&request);
    let hmac = |field: &str| credentials::hmac("bot", field, credentials::Hash::Sha256, b"message").is_ok();
    let told = match &sent {
        Ok(answer) => String::from_utf8_lossy(&answer.body).into_owned(),
        Err(error) => format!("{error:?}"),
    };
    host::log(host::Level::Info, &told, None);
    json!({
        "word": word, "told": told, "team": credentials::public_field("bot", "team").ok(),
        "token_is_told": credentials::public_field("bot", "token").is_ok(),
        "signs_with": { "token": hmac("token"), "key": hmac("key") },
        "found": text("backwards").is_some_and(|backwards| is_in_memory(backwards.as_bytes())),
    })
    .to_string()
}

/// Whether a text stands anywhere in the guest's memory. It is handed in backwards, so that looking for it does not put it there.
fn is_in_memory(backwards: &[u8]) -> bool {
    let size = memory_bytes();
    (0..size.saturating_sub(backwards.len()))
        .any(|start| backwards.iter().rev().enumerate().all(|(place, byte)| read(start + place) == *byte))
}

fn answer(data: String) -> Result<Outcome, StepError> {
    items(vec![OutputItem { source: 0, data }])
}

fn items(items: Vec<OutputItem>) -> Result<Outcome, StepError> {
    Ok(Outcome { items, failures: vec![], next: None, meta: None })
}

/// Keeps its numbers out of linear memory, so that it is the engine's stack that fills up.
#[inline(never)]
fn deeper(level: u64) -> u64 {
    if level == u64::MAX { 0 } else { deeper(level + 1).rotate_left(3) + level }
}

fn remember() -> u32 {
    // SAFETY: an instance runs on one thread.
    unsafe {
        REMEMBERED += 1;
        REMEMBERED
    }
}

#[cfg(target_arch = "wasm32")]
fn grow(pages: usize) -> usize {
    std::arch::wasm32::memory_grow::<0>(pages)
}

#[cfg(target_arch = "wasm32")]
fn memory_bytes() -> usize {
    std::arch::wasm32::memory_size::<0>() << 16
}

#[cfg(not(target_arch = "wasm32"))]
fn memory_bytes() -> usize {
    unimplemented!("this guest lives in the sandbox only")
}

#[cfg(target_arch = "wasm32")]
fn trap() -> ! {
    std::arch::wasm32::unreachable()
}

#[cfg(not(target_arch = "wasm32"))]
fn grow(_: usize) -> usize {
    unimplemented!("this guest lives in the sandbox only")
}

#[cfg(not(target_arch = "wasm32"))]
fn trap() -> ! {
    unimplemented!("this guest lives in the sandbox only")
}

fn read(address: usize) -> u8 {
    // SAFETY: none. That is the point: the sandbox must stop it.
    unsafe { std::ptr::read_volatile(address as *const u8) }
}

#[cfg(target_arch = "wasm32")]
bindings::export!(Hostile with_types_in bindings);
