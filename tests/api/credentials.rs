//! Credentials: kept, used by steps, shown to nobody.

use reqwest::Method;
use serde_json::{Value, json};
use weft_tests::document::document;
use weft_tests::{Api, Outside, Server};

const SECRET: &str = "canary-5ecret-0f-the-b0t";

/// The hostile guest, which spends a credential, with the outside in the place of its host.
fn spender(outside: &Outside) -> Vec<u8> {
    const HOST: &str = "https://api.example.com";
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/hostile/hostile.wasm");
    let mut bytes = std::fs::read(path).unwrap();
    let port = outside.url().rsplit(':').next().unwrap().parse::<u16>().unwrap();
    let host = format!("http://127.0.0.1:{port:06}");
    assert_eq!(host.len(), HOST.len());
    let places: Vec<usize> = bytes
        .windows(HOST.len())
        .enumerate()
        .filter(|(_, found)| *found == HOST.as_bytes())
        .map(|(at, _)| at)
        .collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + HOST.len()].copy_from_slice(host.as_bytes());
    }
    bytes
}

async fn with_spender(server: &Server, outside: &Outside) -> Api {
    let wasm = server.api().with_header("content-type", "application/wasm");
    wasm.send_bytes(Method::POST, "/api/v1/plugins", spender(outside)).await.expect(201);
    server.api().post("/plugins/hostile/versions/1.0.0/grant", json!({})).await.expect(200);
    server.api()
}

fn bot(name: &str) -> Value {
    json!({
        "name": name, "title": "The bot", "plugin": "hostile", "slot": "bot",
        "fields": { "token": SECRET, "team": "T1", "key": "another canary key" }
    })
}

fn spends(outside: &Outside, credential: Option<&str>) -> Value {
    let params = json!({ "url": format!("{}/spend", outside.url()), "auth": "bot" });
    let mut step = json!({ "id": "spend", "type": "hostile/spend", "params": params });
    if let Some(credential) = credential {
        step["credential"] = json!(credential);
    }
    document("Spends", json!([{ "id": "start", "type": "manual" }, step]), "start -> spend")
}

#[tokio::test]
async fn a_step_speaks_with_its_credential_and_the_secret_is_nowhere_else() {
    let server = Server::start().await;
    let outside = Outside::start().await;
    let api = with_spender(&server, &outside).await;
    let made = api.post("/credentials", bot("bot_main")).await;
    let id = made.expect(201)["id"].as_str().unwrap().to_owned();
    assert_eq!(
        made.json()["fields"],
        json!({ "key": { "secret": true }, "team": { "secret": false, "value": "T1" }, "token": { "secret": true } })
    );
    let workflow = api.publish(spends(&outside, Some("bot_main"))).await;
    let run = api.run(&workflow, json!({})).await;
    assert_eq!(run["status"], "succeeded", "{run:#}");
    let asked = outside.ledger();
    assert_eq!(asked[0].headers["authorization"], format!("Bearer {SECRET}"));
    assert_eq!((&run["output"]["team"], &run["output"]["signs_with"]["key"]), (&json!("T1"), &json!(true)));

    let changed = json!({ "title": "A bot", "fields": { "token": "another-5ecret" } });
    assert_eq!(api.patch(&format!("/credentials/{id}"), changed).await.expect(200)["title"], "A bot");
    api.run(&workflow, json!({})).await;
    assert_eq!(outside.ledger()[1].headers["authorization"], "Bearer another-5ecret", "from the next call on");

    let run = run["id"].as_str().unwrap();
    for path in ["/credentials", &format!("/credentials/{id}"), &format!("/runs/{run}"), &format!("/runs/{run}/steps")]
    {
        let text = api.get(path).await.text;
        assert!(!text.contains(SECRET) && !text.contains("another canary key"), "{path}: {text}");
    }
    let data = server.stop().await;
    for file in
        std::fs::read_dir(data.path()).unwrap().filter_map(|file| Some(file.ok()?.path())).filter(|path| path.is_file())
    {
        let content = std::fs::read(&file).unwrap();
        let holds = |secret: &str| content.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!holds(SECRET) && !holds("another canary key"), "{} holds a secret", file.display());
    }
}

#[tokio::test]
async fn a_step_without_its_credential_is_not_published_and_one_that_is_gone_fails() {
    let server = Server::start().await;
    let outside = Outside::start().await;
    let api = with_spender(&server, &outside).await;
    let types = api.get("/node-types").await.expect(200);
    let spend = types["items"].as_array().unwrap().iter().find(|item| item["id"] == "hostile/spend").unwrap().clone();
    assert_eq!(spend["credential"], "bot");
    let workflow = api.create(spends(&outside, None)).await;
    let refused = api.post(&format!("/workflows/{workflow}/publish"), json!({})).await;
    let refused = refused.refused(422, "document_has_problems");
    assert!(refused["problems"].to_string().contains("credential_missing"), "{refused:#}");

    let unknown = api.publish(spends(&outside, Some("nobody"))).await;
    let error = api.run(&unknown, json!({})).await["error"].clone();
    assert_eq!((&error["kind"], &error["code"]), (&json!("auth"), &json!("credential_not_found")));
    assert!(outside.ledger().is_empty());

    let id = api.post("/credentials", bot("in_use")).await.expect(201)["id"].as_str().unwrap().to_owned();
    let user = api.publish(spends(&outside, Some("in_use"))).await;
    let refused = api.delete(&format!("/credentials/{id}")).await.refused(409, "credential_in_use");
    assert_eq!(refused["workflows"], json!([{ "id": user, "name": "Spends" }]));
    api.delete(&format!("/workflows/{user}")).await.expect(204);
    api.delete(&format!("/credentials/{id}")).await.expect(204);
    api.get(&format!("/credentials/{id}")).await.refused(404, "credential_not_found");
}

#[tokio::test]
async fn what_is_no_credential_is_refused_with_its_place() {
    let server = Server::start().await;
    let outside = Outside::start().await;
    let api = with_spender(&server, &outside).await;
    let slots = api.get("/credentials/slots").await.expect(200);
    assert_eq!((&slots["items"][0]["slot"], &slots["items"][0]["type"]), (&json!("bot"), &json!("custom")));
    api.post("/credentials", bot("taken")).await.expect(201);
    api.post("/credentials", bot("taken")).await.refused(409, "credential_name_taken");
    let refused = async |change: fn(&mut Value)| {
        let mut body = bot("other");
        change(&mut body);
        api.post("/credentials", body).await.refused(422, "invalid_credential")["pointer"].clone()
    };
    assert_eq!(refused(|body| body["name"] = json!("Not a name")).await, "/name");
    assert_eq!(refused(|body| body["title"] = json!(" ")).await, "/title");
    assert_eq!(refused(|body| body["plugin"] = json!("nobody")).await, "/plugin");
    assert_eq!(refused(|body| body["slot"] = json!("user")).await, "/slot");
    assert_eq!(refused(|body| body["fields"]["token"] = json!("")).await, "/fields/token");
    assert_eq!(refused(|body| body["fields"]["tokn"] = json!("x")).await, "/fields/tokn");
}
