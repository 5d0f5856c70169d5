//! The connector without a sandbox: the SDK plays the host.

use serde_json::json;
use weft_plugin::testing::{self, Host};
use weft_plugin::{ErrorKind, http::Response};

use super::*;

const BODY: &str = r#"{"id":"parcel_1","status":"delivered"}"#;

fn host() -> Host {
    let host = Host::new();
    host.credential("account", &[("base_url", "https://parcels.example.com/"), ("webhook_secret", "key")]);
    host
}

/// The keyed hash of the body under "key".
fn signature(body: &str) -> String {
    let mac = credentials::hmac("account", "webhook_secret", Hash::Sha256, body.as_bytes()).unwrap();
    mac.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_parcel_is_sent_with_the_calls_key() {
    let host = host();
    host.http(|_| Ok(testing::answer(201, json!({ "id": "parcel_1", "status": "created" }))));
    let outcome = Parcels::run(Call::new("create_parcel", json!({ "recipient": "Ada", "depot": "north" }))).unwrap();
    assert_eq!(outcome.values()[0]["id"], "parcel_1");
    let sent = &host.requests()[0];
    assert_eq!((sent.method.as_str(), sent.url.as_str()), ("POST", "https://parcels.example.com/parcels"));
    assert_eq!((sent.header("idempotency-key"), sent.auth.as_deref()), (Some("test"), Some("account")));
}

#[test]
fn what_the_service_finds_wrong_is_told_at_the_field() {
    let host = host();
    host.http(|_| Ok(testing::answer(422, json!({ "error": "unknown_depot", "message": "there is no depot 'x'" }))));
    let error = Parcels::run(Call::new("create_parcel", json!({ "recipient": "Ada", "depot": "x" }))).unwrap_err();
    assert_eq!((error.kind(), error.pointer()), (ErrorKind::InvalidInput, Some("/depot")));
    host.http(|_| Ok(Response { status: 503, headers: vec![("retry-after".into(), "2".into())], body: vec![] }));
    let error = Parcels::run(Call::new("create_parcel", json!({ "recipient": "Ada", "depot": "x" }))).unwrap_err();
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::Retryable, Some(2_000)));
}

#[test]
fn parcels_are_listed_page_by_page() {
    let host = host();
    host.http(|request| {
        let is_second = request.url.contains("cursor=1");
        let next = if is_second { json!(null) } else { json!("1") };
        Ok(testing::answer(200, json!({ "items": [{ "id": if is_second { "b" } else { "a" } }], "next": next })))
    });
    let first = Parcels::run(Call::new("list_parcels", json!({ "page_size": 1 }))).unwrap();
    assert_eq!((first.values()[0]["id"].clone(), first.cursor()), (json!("a"), Some(json!("1"))));
    let last = Parcels::run(Call::new("list_parcels", json!({ "page_size": 1 })).with_cursor(json!("1"))).unwrap();
    assert_eq!((last.values()[0]["id"].clone(), last.cursor()), (json!("b"), None));
}

#[test]
fn the_first_poll_only_remembers_where_things_stand() {
    let host = host();
    host.http(|request| {
        let items = match request.url.ends_with("since=0") {
            true => json!([{ "id": "old", "status": "delivered", "delivered_at": 5 }]),
            false => json!([{ "id": "new", "status": "delivered", "delivered_at": 9 }]),
        };
        Ok(testing::answer(200, json!({ "items": items, "next": null })))
    });
    let first = Parcels::poll(Call::new("parcel_delivered", json!({}))).unwrap();
    assert_eq!((first.values().len(), first.cursor()), (0, Some(json!(5))));
    let second = Parcels::poll(Call::new("parcel_delivered", json!({})).with_cursor(json!(5))).unwrap();
    assert_eq!((second.values()[0]["id"].clone(), second.cursor()), (json!("new"), Some(json!(9))));
}

#[test]
fn only_what_is_signed_is_heard_and_only_once() {
    let _host = host();
    let inbound = |body: &str, signature: &str| {
        let request = Inbound::new("parcel_updated", json!({})).with_body(body);
        request.with_header("X-Parcels-Signature", signature).with_header("X-Parcels-Delivery", "delivery_1")
    };
    for wrong in ["", "00", "not hexadecimal", &signature(BODY)[..62]] {
        assert!(matches!(Parcels::handle(inbound(BODY, wrong)).unwrap(), Verdict::Reject(_)), "{wrong}");
    }
    let challenge = r#"{"challenge":"word"}"#;
    let Verdict::Answer(reply) = Parcels::handle(inbound(challenge, &signature(challenge))).unwrap() else {
        panic!("a challenge is answered")
    };
    assert_eq!(reply.body, challenge.as_bytes());
    let Verdict::Accept(outcome, _) = Parcels::handle(inbound(BODY, &signature(BODY))).unwrap() else {
        panic!("what is signed is accepted")
    };
    assert_eq!(outcome.values()[0]["id"], "parcel_1");
    assert_eq!(Parcels::handle(inbound(BODY, &signature(BODY))).unwrap(), Verdict::Answer(Reply::ok()));
}

#[test]
fn depots_are_searched_and_credentials_tried() {
    let host = host();
    host.http(|request| match request.url.as_str() {
        "https://parcels.example.com/depots?search=nor" => {
            Ok(testing::answer(200, json!({ "items": [{ "id": "north", "name": "Depot North" }] })))
        }
        _ => Ok(testing::answer(200, json!({ "name": "Ada" }))),
    });
    let choices = Parcels::options(Question::new("create_parcel", "depot", json!({})).with_search("nor")).unwrap();
    assert_eq!(choices.items, [Choice::new("north", "Depot North")]);
    assert_eq!(Parcels::test_credential("account").unwrap(), "Signed in as Ada.");
}

#[test]
fn subscriptions_are_made_and_ended() {
    let host = host();
    host.http(|request| match request.method.as_str() {
        "POST" => Ok(testing::answer(201, json!({ "id": "hook_1" }))),
        _ => Ok(Response { status: 404, headers: vec![], body: vec![] }),
    });
    let subscriber = || Subscriber::new("parcel_updated", json!({}));
    let subscription = Parcels::subscribe(subscriber(), "https://weft.example/triggers/x").unwrap();
    Parcels::unsubscribe(subscriber(), subscription).unwrap();
    assert_eq!(host.requests()[1].url, "https://parcels.example.com/hooks/hook_1");
}
