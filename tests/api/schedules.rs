//! Schedules: when they fire, what is in service, and that they do.

use std::time::Duration;

use futures::{StreamExt, stream};
use serde_json::{Value, json};
use weft::clock::now_ms;
use weft::ids::ScheduleId;
use weft::store::schedules::{self as stored, Settlement};
use weft::store::settings;
use weft_tests::document::document;
use weft_tests::events::Events;
use weft_tests::{Api, Server};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// How long a test waits for the ledger before it fails.
const PATIENCE: Duration = Duration::from_secs(120);

fn scheduled(cron: &str) -> Value {
    let nodes = json!([
        { "id": "clock", "type": "schedule", "params": { "cron": cron, "timezone": "Europe/Berlin" } },
        { "id": "note_it", "type": "set", "params": { "fields": { "at": "{{ input.fire_ms }}" } } }
    ]);
    document("Scheduled", nodes, "clock -> note_it")
}

async fn next_of(api: &Api, cron: &str, timezone: &str, from_ms: i64) -> Value {
    let body = json!({ "cron": cron, "timezone": timezone, "from_ms": from_ms, "count": 2 });
    api.post("/schedules/preview", body).await.expect(200)["next_ms"].clone()
}

#[tokio::test]
async fn a_preview_knows_time_zones_and_refuses_nonsense() {
    let server = Server::start().await;
    let api = server.api();
    // 2026-11-21T00:00:00Z; nine in Berlin is eight in UTC.
    let from_ms = 1_795_219_200_000;
    let hour = 3_600_000;
    assert_eq!(next_of(&api, "0 9 * * *", "UTC", from_ms).await, json!([from_ms + 9 * hour, from_ms + 33 * hour]));
    assert_eq!(
        next_of(&api, "0 9 * * *", "Europe/Berlin", from_ms).await,
        json!([from_ms + 8 * hour, from_ms + 32 * hour])
    );
    let check = async |body: Value, code: &str, field: &str| {
        let refused = api.post("/schedules/preview", body).await.refused(422, code);
        assert_eq!(refused["field"], field, "{refused:#}");
    };
    check(json!({ "cron": "0 25 * * *", "timezone": "UTC" }), "invalid_cron", "cron").await;
    check(json!({ "cron": "every day", "timezone": "UTC" }), "invalid_cron", "cron").await;
    check(json!({ "cron": "0 9 * * *", "timezone": "Mars/Olympus" }), "invalid_timezone", "timezone").await;
    check(json!({ "cron": "0 9 * * *", "timezone": "UTC", "count": 0 }), "invalid_body", "count").await;
    check(json!({ "cron": "0 9 * * *", "timezone": "UTC", "count": 101 }), "invalid_body", "count").await;
}

#[tokio::test]
async fn schedules_are_in_service_while_their_workflow_is_published() {
    let server = Server::start().await;
    let api = server.api();
    let id = api.create(scheduled("0 7 * * MON-FRI")).await;
    let listed = async || api.get("/schedules").await.expect(200)["items"].clone();
    assert_eq!(listed().await, json!([]));
    api.post(&format!("/workflows/{id}/publish"), json!({})).await.expect(200);
    let items = listed().await;
    let item = &items[0];
    assert_eq!((&item["workflow_id"], &item["node"], &item["missed"]), (&json!(id), &json!("clock"), &json!("last")));
    assert_eq!((&item["cron"], &item["timezone"]), (&json!("0 7 * * MON-FRI"), &json!("Europe/Berlin")));
    assert_eq!((item["next_ms"].as_array().unwrap().len(), &item["last_fired_ms"]), (5, &Value::Null));
    let rest = (&item["jitter_ms"], &item["missed_window_ms"], &item["overlap"]);
    assert_eq!(rest, (&json!(0), &Value::Null, &json!("allow")));
    let fires = format!("/schedules/{}/fires", item["id"].as_str().unwrap());
    assert_eq!(api.get(&fires).await.expect(200), json!({ "items": [], "next": null }));
    api.post(&format!("/workflows/{id}/unpublish"), json!({})).await.expect(204);
    assert_eq!(listed().await, json!([]));
    api.get(&fires).await.expect(200);
    api.get("/schedules/sched_0/fires").await.refused(404, "schedule_not_found");
    let unknown = ScheduleId::fresh();
    api.get(&format!("/schedules/{unknown}/fires")).await.refused(404, "schedule_not_found");
    server.anonymous().get(&fires).await.refused(401, "not_signed_in");
}

#[tokio::test]
async fn a_schedule_starts_runs() {
    let server = Server::start().await;
    let api = server.api();
    let id = api.create(scheduled("* * * * * *")).await;
    let mut runs = Events::of(api.stream(&format!("/workflows/{id}/events")).await);
    api.post(&format!("/workflows/{id}/publish"), json!({})).await.expect(200);
    let run = loop {
        let run = runs.next().await.unwrap().data;
        if run["status"] == "succeeded" {
            break run;
        }
    };
    let fire_ms = run["trigger"]["fire_ms"].as_i64().unwrap();
    assert_eq!(run["trigger"], json!({ "kind": "schedule", "node": "clock", "fire_ms": fire_ms }));
    assert_eq!(run["output"], json!({ "at": fire_ms }));
    assert!(api.get("/schedules").await.expect(200)["items"][0]["last_fired_ms"].as_i64().unwrap() >= fire_ms);
}

/// The id of the only schedule.
pub async fn only_schedule(api: &Api) -> String {
    let items = api.get("/schedules").await.expect(200)["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 1, "{items:#}");
    items[0]["id"].as_str().unwrap().to_owned()
}

/// The whole ledger of a schedule, oldest first, read in small pages.
pub async fn ledger(api: &Api, schedule: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = api.get(&format!("/schedules/{schedule}/fires?limit=7{cursor}")).await.expect(200);
        rows.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    rows.reverse();
    rows
}

/// The ledger once it is as wished.
pub async fn ledger_when(api: &Api, schedule: &str, is_as_wished: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let until = tokio::time::Instant::now() + PATIENCE;
    loop {
        let rows = ledger(api, schedule).await;
        if is_as_wished(&rows) {
            return rows;
        }
        assert!(tokio::time::Instant::now() < until, "the ledger does not get there: {rows:#?}");
        tokio::task::yield_now().await;
    }
}

/// Every moment from the first to the last is there once, each as a run that exists or as skipped; answers how many were.
pub async fn check_ledger(api: &Api, rows: &[Value], every_ms: i64) -> i64 {
    let mut skipped = 0;
    let mut next_ms = rows[0]["first_ms"].as_i64().unwrap();
    for row in rows {
        let (first_ms, fire_ms) = (row["first_ms"].as_i64().unwrap(), row["fire_ms"].as_i64().unwrap());
        let count = row["count"].as_i64().unwrap();
        assert_eq!((first_ms, fire_ms), (next_ms, first_ms + (count - 1) * every_ms), "{row:#}");
        next_ms = fire_ms + every_ms;
        match row["run_id"].as_str() {
            Some(run) => {
                let run = api.get(&format!("/runs/{run}")).await.expect(200);
                assert_eq!((&run["trigger"]["fire_ms"], count), (&json!(fire_ms), 1));
            }
            None => skipped += count,
        }
    }
    skipped
}

#[tokio::test]
async fn the_ledger_tells_what_every_moment_became_even_over_restarts() {
    let mut server = Server::start().await;
    let workflow = server.api().publish(scheduled("* * * * * *")).await;
    let schedule = only_schedule(&server.api()).await;
    for rows_before in [2, 4, 6] {
        ledger_when(&server.api(), &schedule, |rows| rows.len() >= rows_before).await;
        server = server.restart().await;
    }
    let api = server.api();
    ledger_when(&api, &schedule, |rows| rows.len() >= 8).await;
    api.post(&format!("/workflows/{workflow}/unpublish"), json!({})).await.expect(204);
    let rows = ledger(&api, &schedule).await;
    assert_eq!(check_ledger(&api, &rows, 1_000).await, 0, "a second's downtime is not missed");
    let newest = &rows[rows.len() - 1];
    assert_eq!((&newest["skipped_because"], &newest["skip_code"]), (&Value::Null, &Value::Null));
    assert!(newest["decided_ms"].as_i64() >= newest["fire_ms"].as_i64());
    let runs = api.get(&format!("/runs?workflow={workflow}&limit=200")).await.expect(200);
    assert_eq!(runs["items"].as_array().unwrap().len(), rows.len(), "one run for each moment");
    api.get(&format!("/schedules/{schedule}/fires?cursor=x")).await.refused(400, "bad_cursor");
}

/// A schedule that fires hourly, half an hour from now and half an hour ago.
fn hourly(params: Value) -> Value {
    let minute = (now_ms() / MINUTE_MS + 30) % 60;
    let mut params = params;
    params["cron"] = json!(format!("{minute} * * * *"));
    document("Hourly", json!([{ "id": "clock", "type": "schedule", "params": params }]), "")
}

/// Makes a schedule believe that nobody has looked at it for so long.
async fn put_back(server: &Server, schedule: &str, by_ms: i64) {
    let then_ms = now_ms() - by_ms;
    place(server, schedule, then_ms, then_ms).await;
}

/// Moves a schedule to another place in time.
async fn place(server: &Server, schedule: &str, cursor_ms: i64, next_ms: i64) {
    let id: ScheduleId = schedule.parse().unwrap();
    let found = stored::find(server.app().store(), id).await.unwrap().unwrap();
    let settlement = Settlement {
        schedule: id,
        from_ms: found.cursor_ms,
        cursor_ms,
        next_ms: Some(next_ms),
        decided_ms: now_ms(),
        entry: None,
    };
    let job = server.app().store().write(move |tx| Box::pin(async move { stored::settle(tx, &settlement).await }));
    job.await.unwrap();
}

#[tokio::test]
async fn what_was_missed_follows_the_policy_and_is_recorded() {
    let server = Server::start().await;
    let api = server.api();
    let check = async |params: Value, skipped: Value, runs: usize| {
        let workflow = api.publish(hourly(params)).await;
        let schedule = only_schedule(&api).await;
        put_back(&server, &schedule, 5 * HOUR_MS).await;
        let rows = ledger_when(&api, &schedule, |rows| {
            rows.iter().map(|row| row["count"].as_i64().unwrap()).sum::<i64>() == 5
        });
        let rows = rows.await;
        check_ledger(&api, &rows, HOUR_MS).await;
        let told = rows.iter().find(|row| row["run_id"].is_null());
        let told = told.map(|row| json!([row["skip_code"], row["count"], row["skipped_because"]]));
        assert_eq!(told.unwrap_or_default(), skipped);
        assert_eq!(rows.iter().filter(|row| row["run_id"].is_string()).count(), runs);
        api.post(&format!("/workflows/{workflow}/unpublish"), json!({})).await.expect(204);
    };
    let by_policy = |count| json!(["policy", count, "missed, and the schedule's policy does not make up for it"]);
    let too_old = |count| json!(["too_old", count, "missed, and too old to be made up for"]);
    check(json!({ "missed": "none" }), by_policy(5), 0).await;
    check(json!({ "missed": "last" }), by_policy(4), 1).await;
    check(json!({ "missed": "last", "missed_window_ms": 10 * MINUTE_MS }), too_old(5), 0).await;
    check(json!({ "missed": "all" }), Value::Null, 5).await;
    check(json!({ "missed": "all", "missed_window_ms": 2 * HOUR_MS }), too_old(3), 2).await;
    check(json!({ "missed": "last", "jitter_ms": 10 * MINUTE_MS }), by_policy(4), 1).await;
}

#[tokio::test]
async fn a_long_backlog_is_bounded_and_does_not_hold_up_others() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([
        { "id": "behind", "type": "schedule", "params": { "cron": "* * * * *", "missed": "all" } },
        { "id": "punctual", "type": "schedule", "params": { "cron": "* * * * * *", "missed": "all" } }
    ]);
    api.publish(document("Two clocks", nodes, "")).await;
    let items = api.get("/schedules").await.expect(200)["items"].clone();
    let id_of = |node: &str| {
        let item = items.as_array().unwrap().iter().find(|item| item["node"] == node).unwrap();
        item["id"].as_str().unwrap().to_owned()
    };
    let (behind, punctual) = (id_of("behind"), id_of("punctual"));
    put_back(&server, &behind, 5 * HOUR_MS).await;
    let rows = ledger_when(&api, &behind, |rows| rows.len() >= 101).await;
    assert_eq!(check_ledger(&api, &rows, MINUTE_MS).await, 200);
    assert_eq!((&rows[0]["skip_code"], &rows[0]["count"]), (&json!("too_many"), &json!(200)));
    let rows = ledger_when(&api, &punctual, |rows| rows.len() >= 3).await;
    assert_eq!(check_ledger(&api, &rows, 1_000).await, 0);
}

#[tokio::test]
async fn a_moment_whose_run_is_refused_stays_due() {
    let server = Server::start().await;
    let api = server.api();
    api.publish(scheduled("* * * * * *")).await;
    let schedule = only_schedule(&api).await;
    ledger_when(&api, &schedule, |rows| !rows.is_empty()).await;
    server.app().runner().shutdown().await;
    let rows_then = ledger(&api, &schedule).await.len();
    let stopped_ms = now_ms();
    let moments_pass = async {
        while now_ms() < stopped_ms + 3_000 {
            api.get("/schedules").await.expect(200);
        }
    };
    moments_pass.await;
    assert_eq!(ledger(&api, &schedule).await.len(), rows_then, "nothing is settled without a run");
    let server = server.restart().await;
    let api = server.api();
    let rows = ledger_when(&api, &schedule, |rows| rows.len() > rows_then + 3).await;
    assert_eq!(check_ledger(&api, &rows, 1_000).await, 0);
}

#[tokio::test]
async fn a_new_time_zone_database_has_every_schedule_looked_at() {
    let server = Server::start().await;
    server.api().publish(hourly(json!({}))).await;
    let schedule = only_schedule(&server.api()).await;
    // The time of half an hour ago is not known of: by the rules then in force it was to come tomorrow.
    let now_ms = now_ms();
    place(&server, &schedule, now_ms - HOUR_MS, now_ms + 24 * HOUR_MS).await;
    let server = server.restart().await;
    assert!(ledger(&server.api(), &schedule).await.is_empty());
    let old = server.app().store().write(|tx| Box::pin(settings::set(tx, "time_zones", "1999a")));
    old.await.unwrap();
    let server = server.restart().await;
    let rows = ledger_when(&server.api(), &schedule, |rows| !rows.is_empty()).await;
    assert_eq!((rows.len(), rows[0]["run_id"].is_string()), (1, true));
}

#[tokio::test]
async fn a_moment_that_overlaps_is_recorded_without_a_run() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([
        { "id": "clock", "type": "schedule", "params": { "cron": "* * * * * *", "missed": "all" } },
        { "id": "pause", "type": "wait", "params": { "ms": 1_500 } }
    ]);
    let mut overlapping = document("Slow", nodes, "clock -> pause");
    overlapping["settings"] = json!({ "overlap": "skip" });
    let workflow = api.publish(overlapping).await;
    let schedule = only_schedule(&api).await;
    let rows = ledger_when(&api, &schedule, |rows| rows.iter().filter(|row| row["run_id"].is_string()).count() >= 3);
    let rows = rows.await;
    let skipped = check_ledger(&api, &rows, 1_000).await;
    let overlaps = rows.iter().filter(|row| row["skip_code"] == "overlap").count();
    assert_eq!((skipped, overlaps >= 2), (overlaps as i64, true), "{rows:#?}");
    let runs = api.get(&format!("/runs?workflow={workflow}&limit=200")).await.expect(200);
    assert!(runs["items"].as_array().unwrap().iter().all(|run| run["status"] != "cancelled"));
    assert_eq!(api.get("/schedules").await.expect(200)["items"][0]["overlap"], "skip");
}

#[tokio::test]
async fn a_schedule_that_cannot_start_its_run_says_so_and_goes_on() {
    let server = Server::start().await;
    let api = server.api();
    let workflow = api.publish(scheduled("* * * * * *")).await;
    let schedule = only_schedule(&api).await;
    let id: weft::ids::WorkflowId = workflow.parse().unwrap();
    let workspace = stored::find(server.app().store(), schedule.parse().unwrap()).await.unwrap().unwrap().workspace;
    // A revision that is not there, as after a repair by hand.
    let found = stored::NewSchedule {
        node: "clock".into(),
        cron: "* * * * * *".into(),
        timezone: "Europe/Berlin".into(),
        missed: stored::Missed::Last,
        missed_window_ms: None,
        jitter_ms: 0,
        overlap: "allow".into(),
        next_ms: None,
    };
    let job = server
        .app()
        .store()
        .write(move |tx| Box::pin(async move { stored::replace(tx, workspace, id, 99, &[found], now_ms()).await }));
    job.await.unwrap();
    let rows = ledger_when(&api, &schedule, |rows| {
        rows.iter().filter(|row| row["skip_code"] == "could_not_start").count() >= 2
    });
    let rows = rows.await;
    check_ledger(&api, &rows, 1_000).await;
    assert_eq!(rows[rows.len() - 1]["skipped_because"], "the run could not start: this revision does not exist");
}

#[tokio::test]
async fn a_thousand_schedules_due_in_the_same_second_fire_once_each() {
    let server = Server::start().await;
    let api = &server.api();
    let workflows: Vec<String> =
        stream::iter(0..1_000).map(|_| api.publish(scheduled("*/5 * * * * *"))).buffer_unordered(16).collect().await;
    let mut ids = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = api.get(&format!("/schedules?limit=200{cursor}")).await.expect(200);
        ids.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(ids.len(), 1_000);
    ledger_when(api, &ids[999], |rows| rows.len() >= 2).await;
    let unpublish = |workflow: String| async move {
        api.post(&format!("/workflows/{workflow}/unpublish"), json!({})).await.expect(204);
    };
    stream::iter(workflows).for_each_concurrent(16, unpublish).await;
    let mut late_ms = Vec::new();
    for id in &ids {
        let rows = api.get(&format!("/schedules/{id}/fires?limit=200")).await.expect(200)["items"].clone();
        let rows = rows.as_array().unwrap();
        assert!(rows.len() >= 2);
        for pair in rows.windows(2) {
            assert_eq!(pair[0]["fire_ms"].as_i64().unwrap() - pair[1]["fire_ms"].as_i64().unwrap(), 5_000);
        }
        for row in rows {
            assert!(row["run_id"].is_string(), "{row:#}");
            late_ms.push(row["decided_ms"].as_i64().unwrap() - row["fire_ms"].as_i64().unwrap());
        }
    }
    late_ms.sort_unstable();
    // The figure to reach is a second, in a release build on a machine that does nothing else.
    let p99_ms = late_ms[late_ms.len() * 99 / 100];
    println!("lateness of {} starts: p50 {} ms, p99 {p99_ms} ms", late_ms.len(), late_ms[late_ms.len() / 2]);
    assert!((0..5_000).contains(&p99_ms), "{p99_ms}");
}
