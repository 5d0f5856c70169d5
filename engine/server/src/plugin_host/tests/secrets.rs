//! Secrets reach the hosts they are meant for, and neither the guest nor anybody who reads what it left.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::http::{http, serve};
use super::{SHELF, component, everywhere, host};
use crate::plugin_host::{Bound, Call, CallResult, FieldValue, Frame, Manifest};

const SECRET: &str = "s3cr\"et/+token-canary";

/// What arrived at a server that repeats what it was asked.
type Arrived = Arc<Mutex<Vec<String>>>;

async fn echo() -> (String, Arrived) {
    let arrived = Arrived::default();
    let noted = Arc::clone(&arrived);
    let origin = serve(move |request| {
        noted.lock().unwrap().push(request.to_owned());
        http("200 OK", "", request)
    });
    (origin.await, arrived)
}

/// Lets the hostile guest spend a credential that is bound to `hosts[0]`; all of `hosts` are granted.
async fn spend(hosts: &[&str], params: Value) -> CallResult {
    let manifest = json!({
        "manifest": 1, "id": "hostile", "version": "1.0.0", "name": "Hostile",
        "hosts": hosts.iter().map(|host| json!({ "pattern": host })).collect::<Vec<_>>(),
        "credentials": [{
            "slot": "bot", "type": "custom",
            "fields": { "token": {}, "team": { "secret": false }, "key": { "uses": ["hmac"] } },
            "inject": [{ "in": "header", "name": "authorization", "format": "Bearer {token}", "hosts": [hosts[0]] }]
        }],
        "actions": [{ "id": "spend", "title": "s", "effects": "write", "idempotent": "key", "credential": "bot" }]
    });
    let manifest = Manifest::parse(&manifest).unwrap();
    let rules = manifest.credentials[0].clone();
    let fields = BTreeMap::from([
        ("token".to_owned(), FieldValue::Secret(SECRET.into())),
        ("key".to_owned(), FieldValue::Secret("hmac key".into())),
        ("team".to_owned(), FieldValue::Public("T1".into())),
    ]);
    let bound = Bound { hosts: manifest.hosts_of(&rules), rules, fields };
    let bytes = component("target/hostile/hostile.wasm");
    let host = host();
    let manifest = serde_json::to_string(&manifest).unwrap();
    let plugin = host.load(&SHELF.put(&bytes), &manifest).await.unwrap();
    let backwards: String = SECRET.chars().rev().collect();
    let mut params = params;
    params["backwards"] = backwards.into();
    let slots = Arc::new(BTreeMap::from([("bot".to_owned(), bound)]));
    host.call(&plugin, Call::new("spend", params), Frame { slots, ..everywhere() }).await
}

/// What the guest told, once it is sure that it told no secret.
fn told(result: CallResult) -> Value {
    let everything = format!("{:?} {:?}", result.result, result.logs);
    for spelling in [SECRET, "s3cr", "canary"] {
        assert!(!everything.contains(spelling), "{spelling}: {everything}");
    }
    let told = result.result.unwrap().items.remove(0);
    assert_eq!(told["found"], json!(false), "the secret is in the guest's memory");
    told
}

#[tokio::test]
async fn a_credential_is_put_on_at_the_border_and_taken_out_of_the_answer() {
    let (origin, arrived) = echo().await;
    let told = told(spend(&[&origin], json!({ "url": origin, "auth": "bot" })).await);
    assert!(arrived.lock().unwrap()[0].contains(&format!("authorization: Bearer {SECRET}")));
    assert!(told["told"].as_str().unwrap().contains("authorization: Bearer •••"), "{told:#}");
    assert_eq!((&told["team"], &told["token_is_told"]), (&json!("T1"), &json!(false)));
    assert_eq!(told["signs_with"], json!({ "token": false, "key": true }), "what is sent is no key");
}

#[tokio::test]
async fn a_placeholder_becomes_the_secret_wherever_it_stands() {
    let (origin, arrived) = echo().await;
    for (place, expected) in [
        ("header", format!("x-token: token {SECRET}")),
        ("query", "?token=s3cr%22et%2F%2Btoken%2Dcanary".to_owned()),
        ("json", r#"{"token":"s3cr\"et/+token-canary"}"#.to_owned()),
    ] {
        told(spend(&[&origin], json!({ "url": origin, "place": place })).await);
        let request = arrived.lock().unwrap().pop().unwrap();
        assert!(request.contains(&expected), "{place}: {request}");
    }
}

#[tokio::test]
async fn secrets_go_to_the_hosts_of_their_credential_only() {
    let ((origin, _), (other, arrived)) = (echo().await, echo().await);
    let hosts: &[&str] = &[&origin, &other];
    for place in ["header", "query", "json"] {
        let told = told(spend(hosts, json!({ "url": other, "place": place })).await);
        assert!(told["told"].as_str().unwrap().contains("may go to"), "{told:#}");
    }
    let told_of_auth = told(spend(hosts, json!({ "url": other, "auth": "bot" })).await);
    assert!(told_of_auth["told"].as_str().unwrap().contains("may go to"), "{told_of_auth:#}");
    let unknown = told(spend(hosts, json!({ "url": origin, "auth": "user" })).await);
    assert!(unknown["told"].as_str().unwrap().contains("no credential is bound"), "{unknown:#}");
    let first = told(spend(hosts, json!({ "url": origin })).await);
    let earlier = json!({ "url": origin, "place": "header", "word": first["word"] });
    let told_of_earlier = told(spend(hosts, earlier).await);
    assert!(told_of_earlier["told"].as_str().unwrap().contains("not made in this call"), "{told_of_earlier:#}");
    assert!(arrived.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_redirect_takes_no_secret_along() {
    let (other, arrived) = echo().await;
    let target = other.clone();
    let origin = serve(move |_| http("307 Away", &format!("location: {target}\r\n"), "")).await;
    told(spend(&[&origin, &other], json!({ "url": origin, "auth": "bot" })).await);
    let request = arrived.lock().unwrap().pop().unwrap();
    assert!(!request.contains("authorization"), "{request}");

    let home = serve(|request| match request {
        away if away.starts_with("POST /start") => http("307 On", "location: /end\r\n", ""),
        end => http("200 OK", "", end),
    })
    .await;
    let told = told(spend(&[&home], json!({ "url": format!("{home}/start"), "auth": "bot" })).await);
    assert!(told["told"].as_str().unwrap().contains("authorization: Bearer •••"), "{told:#}");
}
