//! `weft plugin`: what authors of plugins do on their own machine.

use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::Command;
use weft_parcels::{ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, Service, WEBHOOK_SECRET};
use weft_tests::events::Events;
use weft_tests::server::KEY;
use weft_tests::{Server, document};

use weft_tests::server::weft;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Runs `weft plugin …` in a folder.
async fn plugin(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(weft());
    command.arg("plugin").args(arguments).current_dir(folder);
    command.env_remove("WEFT_API_KEY").env("CARGO_TARGET_DIR", root().join("target/plugins"));
    command.output().await.unwrap()
}

#[track_caller]
fn succeeded(output: &Output) -> String {
    let (told, complained) = texts(output);
    assert!(output.status.success(), "{told}\n{complained}");
    told
}

#[track_caller]
fn failed(output: &Output) -> String {
    let (told, complained) = texts(output);
    assert_eq!(output.status.code(), Some(1), "{told}\n{complained}");
    format!("{told}{complained}")
}

fn texts(output: &Output) -> (String, String) {
    (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// A project with the example connector, built, for a service on this port. Its cases are still about the other address.
fn example(port: u16) -> TempDir {
    const HOST: &[u8] = b"https://parcels.example.com";
    let here = format!("http://127.0.0.1:{port:010}");
    let mut component = std::fs::read(root().join("target/examples/parcels.wasm")).unwrap();
    let places: Vec<usize> =
        (0..component.len() - HOST.len()).filter(|at| component[*at..].starts_with(HOST)).collect();
    assert!(!places.is_empty() && here.len() == HOST.len());
    for at in places.into_iter().filter(|_| port != 0) {
        component[at..at + HOST.len()].copy_from_slice(here.as_bytes());
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("dist")).unwrap();
    std::fs::create_dir(folder.path().join("tests")).unwrap();
    std::fs::write(folder.path().join("dist/parcels.wasm"), component).unwrap();
    std::fs::copy(root().join("plugins/examples/rust/weft.toml"), folder.path().join("weft.toml")).unwrap();
    folder
}

/// The same with its own cases.
fn example_with_cases() -> TempDir {
    let folder = example(0);
    for case in std::fs::read_dir(root().join("plugins/examples/rust/tests")).unwrap() {
        let case = case.unwrap();
        std::fs::copy(case.path(), folder.path().join("tests").join(case.file_name())).unwrap();
    }
    folder
}

fn change(file: &Path, change: impl FnOnce(&mut Value)) {
    let mut case: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    change(&mut case);
    std::fs::write(file, case.to_string()).unwrap();
}

/// The example's service, and the fields of a credential for it.
async fn parcels() -> (u16, [String; 3]) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(Service::new().serve(listener));
    let field = |name: &str, value: &str| format!("--credential=account.{name}={value}");
    (
        port,
        [
            field("base_url", &format!("http://127.0.0.1:{port}")),
            field("client_id", "demo"),
            field("access_token", ACCESS_TOKEN),
        ],
    )
}

#[tokio::test]
async fn a_new_plugin_in_rust_is_built_and_its_cases_hold() {
    let folder = tempfile::tempdir().unwrap();
    let told = succeeded(&plugin(folder.path(), &["new", "my_plugin", "--id", "acme.mine"]).await);
    assert!(told.contains("A plugin in Rust") && told.contains("cd my_plugin"), "{told}");
    let project = folder.path().join("my_plugin");
    // What is built beside it already need not be built again.
    std::fs::copy(root().join("plugins/Cargo.lock"), project.join("Cargo.lock")).unwrap();
    let tried = plugin(&project, &["test"]).await;
    if texts(&tried).1.contains("wasm32-unknown-unknown is missing") {
        eprintln!("not tried: this machine compiles plugins with a toolchain that authors do not have");
        return;
    }
    let told = succeeded(&tried);
    assert!(told.contains("ok     greet.json") && told.contains("2 passed, 0 failed"), "{told}");
    let told = succeeded(&plugin(&project, &["check", "--no-build", "--json"]).await);
    let report: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&report["ok"], &report["id"]), (&json!(true), &json!("acme.mine")));
    assert_eq!(report["hosts"], json!(["GET https://api.example.com"]));
    let again = failed(&plugin(folder.path(), &["new", "my_plugin"]).await);
    assert!(again.contains("is there already"), "{again}");
}

#[tokio::test]
async fn what_an_upload_would_refuse_is_told_without_a_server() {
    let folder = example(0);
    let told = succeeded(&plugin(folder.path(), &["check", "--no-build"]).await);
    for part in ["example.parcels", "offers the action create_parcel", "asks to reach", "asks a credential: Account"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let manifest = succeeded(&plugin(folder.path(), &["check", "--no-build", "--manifest"]).await);
    assert_eq!(serde_json::from_str::<Value>(&manifest).unwrap()["id"], "example.parcels");

    std::fs::write(folder.path().join("core.wasm"), b"\0asm\x01\0\0\0").unwrap();
    let told = failed(&plugin(folder.path(), &["check", "core.wasm"]).await);
    assert!(told.contains("it is a core module; encode it as a component first"), "{told}");
    let told = failed(&plugin(folder.path(), &["check", "core.wasm", "--json"]).await);
    assert_eq!(serde_json::from_str::<Value>(&told).unwrap()["ok"], false);
    let told = failed(&plugin(folder.path(), &["check", "nowhere"]).await);
    assert!(told.contains("there is no weft.toml in nowhere"), "{told}");
}

#[tokio::test]
async fn cases_are_tried_offline_and_say_what_is_wrong() {
    let folder = example_with_cases();
    let told = succeeded(&plugin(folder.path(), &["test", "--no-build"]).await);
    assert!(told.contains("15 passed, 0 failed"), "{told}");
    assert!(succeeded(&plugin(folder.path(), &["test", "--no-build", "busy"]).await).contains("1 passed"));

    let cases = folder.path().join("tests");
    change(&cases.join("list_parcels.json"), |case| case["expect"]["items"][0]["status"] = json!("delivered"));
    let told = failed(&plugin(folder.path(), &["test", "--no-build", "list_parcels.json"]).await);
    assert!(told.contains("there are no cases"), "{told}");
    let told = failed(&plugin(folder.path(), &["test", "--no-build", "list_parcels"]).await);
    assert!(told.contains("`items` differs at /0/status") && told.contains("expected \"delivered\""), "{told}");
    assert!(told.contains("found    \"created\"") && told.contains("1 passed, 1 failed"), "{told}");
    succeeded(&plugin(folder.path(), &["test", "--no-build", "--update"]).await);
    succeeded(&plugin(folder.path(), &["test", "--no-build"]).await);

    change(&cases.join("busy.json"), |case| case["params"] = json!({ "page_size": 3 }));
    let told = failed(&plugin(folder.path(), &["test", "--no-build", "busy"]).await);
    assert!(told.contains("limit=3") && told.contains("was not sent, although"), "{told}");
    change(&cases.join("busy.json"), |case| case["credential"]["account"]["base_url"] = json!("https://evil.example"));
    let told = failed(&plugin(folder.path(), &["test", "--no-build", "busy"]).await);
    assert!(told.contains("the plugin's manifest does not list GET https://evil.example"), "{told}");
    change(&cases.join("busy.json"), |case| case["expekt"] = json!({}));
    let told = failed(&plugin(folder.path(), &["test", "--no-build", "busy"]).await);
    assert!(told.contains("busy.json") && told.contains("expekt"), "{told}");
    std::fs::write(cases.join("busy.json"), r#"{"name": "n", "acton": "list_parcels", "expect": {}}"#).unwrap();
    let told = failed(&plugin(folder.path(), &["test", "--no-build", "busy"]).await);
    assert!(told.contains("busy.json: it asks nothing: give it `action`"), "{told}");
}

#[tokio::test]
async fn an_action_is_run_over_the_network_only_when_asked_and_recorded_without_secrets() {
    let (port, credential) = parcels().await;
    let folder = example(port);
    let run = async |arguments: &[&str]| {
        let credential = credential.iter().map(String::as_str);
        let all: Vec<&str> = ["run"].into_iter().chain(arguments.iter().copied()).chain(credential).collect();
        plugin(folder.path(), &all).await
    };
    let order = r#"{"recipient":"Ada","depot":"north"}"#;
    let told = failed(&run(&["create_parcel", "--no-build", "--params", order]).await);
    assert!(told.contains("add --network"), "{told}");

    let record = ["create_parcel", "--no-build", "--params", order, "--network", "--record", "tests/create.json"];
    let parcel: Value = serde_json::from_str(&succeeded(&run(&record).await)).unwrap();
    assert_eq!((&parcel["id"], &parcel["recipient"]), (&json!("parcel_1"), &json!("Ada")));
    let listed = succeeded(&run(&["list_parcels", "--no-build", "--network"]).await);
    assert_eq!(serde_json::from_str::<Value>(&listed).unwrap(), parcel, "the key sent one parcel");

    let file = folder.path().join("tests/create.json");
    let case = std::fs::read_to_string(&file).unwrap();
    assert!(!case.contains(ACCESS_TOKEN) && case.contains("Bearer {{account.access_token}}"), "{case}");
    change(&file, |case| case["expect"]["items"][0]["id"] = json!("another"));
    let mut again = vec!["test", "--no-build", "--record"];
    again.extend(credential.iter().map(String::as_str));
    succeeded(&plugin(folder.path(), &again).await);
    let told = succeeded(&plugin(folder.path(), &["test", "--no-build"]).await);
    assert!(told.contains("1 passed"), "{told}");
    assert!(!std::fs::read_to_string(&file).unwrap().contains(ACCESS_TOKEN));

    let polled = run(&["parcel_delivered", "--no-build", "--network"]).await;
    assert_eq!(succeeded(&polled), "", "the first poll only remembers where things stand");
    assert!(texts(&polled).1.contains("It goes on with --cursor '0'"));
    let told = failed(&run(&["create", "--no-build"]).await);
    assert!(told.contains("the plugin has no action `create`; it has create_parcel, list_parcels"), "{told}");
}

#[tokio::test]
async fn a_plugin_is_pushed_and_granted() {
    let server = Server::start().await;
    let folder = example(0);
    let url = server.url();
    let push = async |more: &[&str]| {
        let all: Vec<&str> = ["push", "--no-build", "--server", &url].into_iter().chain(more.iter().copied()).collect();
        plugin(folder.path(), &all).await
    };
    let nowhere = plugin(folder.path(), &["push", "--no-build", "--server", "http://127.0.0.1:1", "--key", KEY]).await;
    assert!(failed(&nowhere).contains("the server at http://127.0.0.1:1 was not reached: Connection refused"));
    let told = failed(&push(&["--key", "not the key"]).await);
    assert!(told.contains("not_signed_in"), "{told}");
    let told = succeeded(&push(&["--key", KEY, "--grant", "--yes"]).await);
    assert!(told.contains("asks to reach") && told.contains("It was granted"), "{told}");
    let plugins = server.api().get("/plugins").await.expect(200);
    let pushed = plugins["items"].as_array().unwrap().iter().find(|plugin| plugin["id"] == "example.parcels").unwrap();
    assert_eq!(pushed["versions"][0]["state"], "enabled");
    let told = failed(&push(&["--key", KEY]).await);
    assert!(told.contains("Version 1.0.0 of example.parcels is here already"), "{told}");
}

#[tokio::test]
async fn a_person_pushes_with_email_and_password_and_somebody_else_reviews() {
    let server = Server::start().await;
    let token = server.app().accounts().setup_token().unwrap();
    let owner = json!({ "token": token, "name": "Ada", "email": "ada@example.org", "password": "a few words will do" });
    server.anonymous().post("/setup", owner).await.expect(201);
    let folder = example(0);
    let mut command = Command::new(weft());
    command.args(["plugin", "push", "--no-build", "--server", &server.url(), "--email", "ada@example.org"]);
    command.current_dir(folder.path()).env("WEFT_PASSWORD", "a few words will do").env_remove("WEFT_API_KEY");
    let told = succeeded(&command.output().await.unwrap());
    assert!(told.contains(&format!("{}/plugins", server.url())), "{told}");
    let told = failed(&command.env("WEFT_PASSWORD", "wrong").output().await.unwrap());
    assert!(told.contains("No account has this email and password"), "{told}");
}

#[tokio::test]
async fn the_example_connector_works_from_upload_to_run() {
    let service = Service::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(service.clone().serve(listener));
    let server = Server::start().await;
    let (folder, api) = (example(port), server.api());
    succeeded(
        &plugin(folder.path(), &["push", "--no-build", "--server", &server.url(), "--key", KEY, "--grant", "--yes"])
            .await,
    );
    let account = json!({
        "name": "parcels", "title": "Parcels", "plugin": "example.parcels", "slot": "account",
        "fields": { "base_url": format!("http://127.0.0.1:{port}"), "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
            "webhook_secret": WEBHOOK_SECRET }
    });
    let account = api.post("/credentials", account).await.expect(201)["id"].as_str().unwrap().to_owned();
    let report = api.post(&format!("/credentials/{account}/test"), json!({})).await.expect(200);
    assert_eq!(report["works"], true, "{report:#}");
    let depots =
        json!({ "type": "example.parcels/create_parcel", "field": "depot", "credential": "parcels", "search": "nor" });
    let depots = api.post("/node-types/options", depots).await.expect(200);
    assert_eq!(depots["items"][0]["value"], "north", "{depots:#}");
    let send = |id: &str, recipient: &str| {
        let params = json!({ "recipient": recipient, "depot": "north" });
        json!({ "id": id, "type": "example.parcels/create_parcel", "credential": "parcels", "params": params })
    };
    let list = json!({ "id": "list", "type": "example.parcels/list_parcels", "credential": "parcels", "params": { "page_size": 1 } });
    let nodes = json!([{ "id": "start", "type": "manual" }, send("one", "Ada"), send("two", "Grace"), list]);
    let workflow = api.publish(document("Parcels", nodes, "start -> one, one -> two, two -> list")).await;
    let run = api.run(&workflow, json!({})).await;
    assert_eq!(run["status"], "succeeded", "{run:#}");
    let recipients: Vec<&str> =
        run["output"].as_array().unwrap().iter().filter_map(|parcel| parcel["recipient"].as_str()).collect();
    assert_eq!(recipients, ["Ada", "Grace"], "both pages");

    // One workflow asks what has arrived, another is told of every change.
    let starts = |name: &str, trigger: &str| {
        let node = json!({ "id": "found", "type": format!("example.parcels/{trigger}"), "credential": "parcels" });
        document(
            name,
            json!([node, { "id": "pass", "type": "set", "params": { "fields": { "id": "{{ input.id }}" } } }]),
            "found -> pass",
        )
    };
    let told = api.publish(starts("Told", "parcel_updated")).await;
    let mut told_runs = Events::of(api.stream(&format!("/workflows/{told}/events")).await);
    while service.subscribers().is_empty() {
        tokio::task::yield_now().await;
    }
    let parcel = run["output"][0]["id"].as_str().unwrap();
    let delivered = format!("http://127.0.0.1:{port}/parcels/{parcel}/deliver");
    let deliver = reqwest::Client::new().post(delivered).bearer_auth(ACCESS_TOKEN);
    assert!(deliver.send().await.unwrap().status().is_success());
    let found = ended(&mut told_runs).await;
    assert_eq!((&found["trigger"]["kind"], &found["input"]["id"]), (&json!("webhook"), &json!(parcel)), "{found:#}");
    let address = service.subscribers().remove(0);
    let forged = reqwest::Client::new().post(address).header("x-parcels-signature", "00").body("{}");
    assert_eq!(forged.send().await.unwrap().status(), 401);
    api.post(&format!("/workflows/{told}/unpublish"), json!({})).await.expect(204);
    while !service.subscribers().is_empty() {
        tokio::task::yield_now().await;
    }
}

/// The next run of a workflow that has ended.
async fn ended(events: &mut Events) -> Value {
    loop {
        let event = events.next().await.expect("runs come");
        if event.data["status"] == "succeeded" {
            return event.data;
        }
    }
}
