//! The binary itself: what it prints, and that it survives being killed.

use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use weft_tests::document::{document, webhook};
use weft_tests::server::weft;
use weft_tests::{Api, fresh_data_dir};

use crate::schedules::{check_ledger, ledger, ledger_when, only_schedule};

const KEY: &str = "the-key-of-the-binary";

pub(crate) struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// What it said until it was ready.
    said: String,
    url: String,
}

impl Process {
    pub(crate) async fn start(data: &Path) -> Process {
        Process::start_with(data, &[]).await
    }

    /// A server with more in its environment.
    pub(crate) async fn start_with(data: &Path, environment: &[(&str, &str)]) -> Process {
        let mut child = Command::new(weft())
            .envs(environment.iter().copied())
            .env("WEFT_DATA_DIR", data)
            .env("WEFT_LISTEN", "127.0.0.1:0")
            .env("WEFT_BOOTSTRAP_KEY", KEY)
            // The outside world of the tests is on this machine.
            .env("WEFT_ALLOW_PRIVATE", "127.0.0.0/8")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = String::new();
        let url = loop {
            let line = lines.next_line().await.unwrap().expect("the server says where it listens");
            said.push_str(&line);
            if let Some(start) = line.find("http://") {
                let address = line[start..].trim_start_matches("http://");
                break format!("http://{}", address.split(['/', ' ']).next().unwrap());
            }
        };
        Process { child, lines, said, url }
    }

    pub(crate) fn api(&self) -> Api {
        Api::new(&self.url).with_header("authorization", &format!("Bearer {KEY}"))
    }

    /// Waits until the server has ended by itself.
    pub(crate) async fn died(mut self) {
        self.child.wait().await.unwrap();
    }

    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
        drop(self.lines);
    }
}

#[tokio::test]
async fn a_killed_server_comes_back_with_everything() {
    let data = fresh_data_dir().await;
    let server = Process::start(data.path()).await;
    let api = server.api();
    let hook = api.publish(webhook("kept", "at_end")).await;
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "pause", "type": "wait", "params": { "ms": 2_000 } },
        { "id": "after", "type": "set", "params": { "fields": { "name": "{{ steps.start.name }}" } } }
    ]);
    let pause = api.publish(document("Pause", nodes, "start -> pause, pause -> after")).await;
    let clock = json!([{ "id": "clock", "type": "schedule", "params": { "cron": "0 3 * * *" } }]);
    api.publish(document("Nightly", clock, "")).await;
    let done = api.run(&hook, json!({ "body": { "number": 4 } })).await;
    let live = api.post(&format!("/workflows/{pause}/runs"), json!({ "input": { "name": "Ada" } })).await.expect(201);
    let schedules = api.get("/schedules").await.expect(200);
    server.kill().await;

    let server = Process::start(data.path()).await;
    let api = server.api();
    let id = |run: &Value| run["id"].as_str().unwrap().to_owned();
    assert_eq!(api.get(&format!("/runs/{}", id(&done))).await.expect(200), done);
    assert_eq!(api.get("/schedules").await.expect(200), schedules);
    let ended = api.ended(&id(&live)).await;
    assert_eq!((&ended["status"], &ended["output"]), (&json!("succeeded"), &json!({ "name": "Ada" })));
    let call = Api::new(&server.url).with_header("content-type", "application/json");
    let answer = call.send_bytes(reqwest::Method::POST, "/hooks/kept", b"{\"number\": 5}".to_vec()).await;
    assert_eq!(answer.expect(200), json!({ "double": 10 }));
}

#[tokio::test]
async fn a_server_killed_again_and_again_fires_every_moment_once() {
    let data = fresh_data_dir().await;
    let mut server = Process::start(data.path()).await;
    let nodes = json!([
        { "id": "clock", "type": "schedule", "params": { "cron": "* * * * * *" } },
        { "id": "pause", "type": "wait", "params": { "ms": 300 } }
    ]);
    let workflow = server.api().publish(document("Seconds", nodes, "clock -> pause")).await;
    let schedule = only_schedule(&server.api()).await;
    for kills in 1..=4 {
        // Right after the first write of a moment, which is when the most is at stake.
        ledger_when(&server.api(), &schedule, |rows| rows.len() >= kills * 2).await;
        server.kill().await;
        server = Process::start(data.path()).await;
    }
    let api = server.api();
    ledger_when(&api, &schedule, |rows| rows.len() >= 10).await;
    api.post(&format!("/workflows/{workflow}/unpublish"), json!({})).await.expect(204);
    let rows = ledger(&api, &schedule).await;
    assert_eq!(check_ledger(&api, &rows, 1_000).await, 0);
    let runs = api.get(&format!("/runs?workflow={workflow}&limit=200")).await.expect(200);
    assert_eq!(runs["items"].as_array().unwrap().len(), rows.len(), "one run for each moment");
}

#[tokio::test]
async fn a_fresh_server_prints_a_link_that_sets_it_up() {
    let data = fresh_data_dir().await;
    let server = Process::start(data.path()).await;
    let (_, token) = server.said.split_once("/setup#token=").expect("the link is printed");
    let owner =
        json!({ "token": token.trim(), "name": "Ada", "email": "ada@example.org", "password": "a few words will do" });
    Api::new(&server.url).post("/setup", owner).await.expect(201);
    server.kill().await;
    let server = Process::start(data.path()).await;
    assert!(!server.said.contains("token"), "{}", server.said);
}

#[tokio::test]
async fn it_prints_the_openapi_document_it_serves() {
    let printed = Command::new(weft()).arg("openapi").output().await.unwrap();
    let printed: Value = serde_json::from_slice(&printed.stdout).unwrap();
    let data = fresh_data_dir().await;
    let server = Process::start(data.path()).await;
    assert_eq!(server.api().get("/openapi.json").await.expect(200), printed);
}
