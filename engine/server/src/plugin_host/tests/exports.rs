//! What else than actions a plugin can be asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::{HOST, everywhere, load};
use crate::plugin_host::{
    Call, CallError, Called, ErrorKind, Export, Frame, Handle, IdHash, Inbound, Options, Poll, Reply, SchemaOf, Seen,
    State, StateStore, Subscribe, TestCredential, Turn, Unsubscribe, Verdict,
};

async fn ask<E: Export>(export: E) -> Called<E::Answer> {
    let plugin = load("target/hostile/hostile.wasm").await;
    HOST.call(&plugin, export, everywhere()).await
}

fn knock(body: Value) -> Handle {
    let inbound = Inbound {
        method: "PUT".into(),
        path_suffix: "a/b".into(),
        query: vec![],
        headers: vec![],
        body: body.to_string().into_bytes(),
        received_ms: 1,
    };
    Handle { trigger: "knock".into(), params: Arc::new(json!({})), inbound }
}

async fn handled(body: Value) -> Result<Verdict, CallError> {
    ask(knock(body)).await.result
}

#[tokio::test]
async fn a_poll_goes_on_from_its_cursor() {
    let call = Call { cursor: Some(json!(4)), ..Call::new("found", json!({ "items": [{ "id": 1 }, { "id": 2 }] })) };
    let found = ask(Poll(call)).await.result.unwrap();
    assert_eq!((found.items, found.next), (vec![json!({ "id": 1 }), json!({ "id": 2 })], Some(json!(5))));
    let unknown = ask(Poll(Call::new("count", json!({})))).await.result.unwrap_err();
    assert_eq!(unknown.code, "unknown_trigger");
}

#[tokio::test]
async fn a_request_is_taken_answered_or_turned_away() {
    let Verdict::Accept(outcome, reply) = handled(json!({ "do": "accept", "items": [1, 2] })).await.unwrap() else {
        panic!("it is accepted");
    };
    assert_eq!((outcome.items, reply.status, reply.body), (vec![json!(1), json!(2)], 202, b"\"taken\"".to_vec()));
    let plain = Reply { status: 200, headers: vec![], body: br#"{"method":"PUT","suffix":"a/b"}"#.to_vec() };
    assert_eq!(handled(json!({})).await.unwrap(), Verdict::Answer(plain));
    assert_eq!(handled(json!({ "do": "reject" })).await.unwrap(), Verdict::Reject("not genuine".into()));
    assert_eq!(handled(json!({ "do": "fail" })).await.unwrap_err().code, "failed");
    assert_eq!(handled(json!({ "do": "teapot" })).await.unwrap_err().code, "reply");
    let endless = handled(json!({ "do": "loop" })).await.unwrap_err();
    assert_eq!((endless.kind, endless.code.as_str()), (ErrorKind::Limit, "cpu_limit"));
    assert!(endless.message.contains("1000 ms"), "{endless}");
}

#[tokio::test]
async fn whoever_handles_a_webhook_has_no_network() {
    let url = "https://api.example.com/";
    let Verdict::Answer(reply) = handled(json!({ "do": "network", "url": url })).await.unwrap() else {
        panic!("it answers");
    };
    let told = String::from_utf8(reply.body).unwrap();
    assert!(told.contains("Denied") && told.contains("has no network"), "{told}");
}

#[tokio::test]
async fn a_subscription_is_handed_back_to_its_plugin() {
    let (trigger, params) = ("knock".to_owned(), Arc::new(json!({})));
    let url = "https://weft.example.com/triggers/1".to_owned();
    let subscribe = Subscribe { trigger: trigger.clone(), params: params.clone(), url: url.clone() };
    let subscription = ask(subscribe).await.result.unwrap();
    assert_eq!(subscription, json!({ "url": url }));
    let ended = Unsubscribe { trigger: trigger.clone(), params: params.clone(), subscription };
    ask(ended).await.result.unwrap();
    let strange = Unsubscribe { trigger, params, subscription: json!(7) };
    assert_eq!(ask(strange).await.result.unwrap_err().code, "failed");
}

#[tokio::test]
async fn the_designer_is_given_choices_and_schemas() {
    let options = |field: &str| Options {
        of: "count".into(),
        field: field.into(),
        params: Arc::new(json!({})),
        search: Some("ab".into()),
        cursor: None,
    };
    let choices = ask(options("one")).await.result.unwrap();
    assert_eq!((&choices.items[0].value, choices.items[0].hint.as_deref()), (&json!(1), Some("ab")));
    assert_eq!((choices.items[0].label.chars().count(), choices.next), (201, Some(json!(2))));
    assert_eq!(ask(options("many")).await.result.unwrap_err().code, "too_many_choices");
    assert_eq!(ask(options("loop")).await.result.unwrap_err().code, "cpu_limit");
    let schema = |field: &str| SchemaOf { of: "count".into(), field: Some(field.into()), params: Arc::new(json!({})) };
    assert_eq!(ask(schema("good")).await.result, Ok(json!({ "type": "string" })));
    assert_eq!(ask(schema("bad")).await.result.unwrap_err().code, "invalid_schema");
    assert_eq!(ask(TestCredential { slot: "bot".into() }).await.result.as_deref(), Ok("bot works"));
    assert_eq!(ask(TestCredential { slot: "other".into() }).await.result.unwrap_err().code, "unknown_slot");
}

#[tokio::test]
async fn what_a_failed_call_kept_is_gone() {
    let plugin = load("target/hostile/hostile.wasm").await;
    let kept = async |action: &str| {
        let frame = Frame { state: State::new(Arc::new(Nothing)), ..Frame::default() };
        let ended = HOST.call(&plugin, Call::new(action, json!({})), frame).await;
        (ended.result.map(|outcome| outcome.items), ended.state.into_changes().map(|(changes, _)| changes.values))
    };
    let (answer, changes) = kept("count").await;
    assert_eq!(answer, Ok(vec![json!(1)]));
    assert_eq!(changes, Some(BTreeMap::from([("n".to_owned(), Some("1".to_owned()))])));
    for (action, code) in [("count_then_trap", "trap"), ("count_then_fail", "failed")] {
        let (answer, changes) = kept(action).await;
        assert_eq!((answer.unwrap_err().code.as_str(), changes), (code, None));
    }
}

#[tokio::test]
async fn a_plugin_cannot_keep_what_it_likes() {
    let answer = ask(Call::new("keeping", json!({}))).await.result.unwrap().items.remove(0);
    let expected = json!({
        "bad_keys": true, "large_value": true, "keys": 1_000, "million_ids": true, "first": [true, false]
    });
    assert_eq!(answer, expected);
}

/// A place where nothing is kept yet.
#[derive(Debug)]
struct Nothing;

impl StateStore for Nothing {
    fn turn(&self) -> BoxFuture<'_, Turn> {
        Box::pin(async { Turn::new(Arc::new(tokio::sync::Mutex::new(())).lock_owned().await) })
    }

    fn load(&self) -> BoxFuture<'_, Result<BTreeMap<String, String>, String>> {
        Box::pin(async { Ok(BTreeMap::new()) })
    }

    fn seen(&self, ids: Vec<IdHash>, _: i64) -> BoxFuture<'_, Result<Seen, String>> {
        Box::pin(async move { Ok(Seen { known: vec![false; ids.len()], remembered: 0 }) })
    }
}
