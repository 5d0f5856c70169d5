//! The outside at its worst: targets that hang, answers that explode, senders that drip.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::timeout;

use crate::client::Reply;
use crate::history::{self, Run};
use crate::lab::Lab;
use crate::load::Plan;
use crate::workflows;

/// What the answer of `/bomb` unpacks to, and what no server may take of it.
const BOMB_MIB: u64 = 256;

/// What hung targets, drips and a bomb together may cost.
const MOST_MIB: u64 = 512;

/// Within this time of a quiet workflow 99 of 100 triggers are answered, whatever the others do.
const NEIGHBOUR_MS: u64 = 2_000;

/// A sender of half a request is cut off by then.
const CUT_OFF: Duration = Duration::from_secs(60);

pub async fn run(lab: &mut Lab) -> Result<()> {
    let (hung, neighbours, drips) = lab.size.pick((100, 100, 50), (1_500, 500, 500));
    make_bomb(lab).await?;
    lab.start().await?;
    let client = lab.client()?;
    let hang_ms = lab.size.pick(6_000, 40_000);
    let hanging = client.publish(workflows::request("hang", &format!("{}/hang", lab.ledger.url), hang_ms)).await?;
    let bombed = client.publish(workflows::request("bomb", &format!("{}/bomb", lab.ledger.url), 20_000)).await?;
    lab.publish(workflows::pure("quiet", "at_end")).await?;
    lab.publish_effect("end", "at_end").await?;
    for _ in 0..hung {
        client.trigger("hang", &serde_json::json!({})).await;
    }
    client.trigger("bomb", &serde_json::json!({})).await;
    let mut senders = Vec::new();
    for number in 0..drips {
        senders.push(drip(&lab.weft.url(), number).await?);
    }
    lab.outcome.faults = hung + drips + 1;
    // The first computes only, the second has targets of its own, which are well.
    for (hook, first, count, rate) in [("quiet", 1, neighbours, 50), ("end", 1_000_001, neighbours / 10, 10)] {
        let plan = Plan { hooks: vec![hook], first, count, workers: 16, rate: Some(rate), ballast: 0 };
        let (told, _) = lab.load(plan)?.end().await;
        lab.check_told(&told);
        let p99_ms = told.within_ms(990);
        lab.note(format!("the neighbour `{hook}` was answered within {p99_ms} ms (99 %)"));
        if p99_ms > NEIGHBOUR_MS {
            lab.problem(format!("the neighbour `{hook}` of hung targets waited {p99_ms} ms"));
        }
    }
    let memory_mib = lab.weft.memory_mib()?;
    lab.note(format!("{memory_mib} MiB with hung targets and half requests"));
    if memory_mib > MOST_MIB {
        lab.problem(format!("{memory_mib} MiB of memory are in use"));
    }
    huge_header(lab).await?;
    // A workflow has about half of all calls at once; the rest hang after those.
    let patience = Duration::from_millis(hang_ms * (hung / 500 + 1) + 30_000);
    history::quiesce(&client, &[&hanging, &bombed], patience).await?;
    ended_with(lab, &hanging, &["request_timed_out", "step_timeout"], hung).await?;
    ended_with(lab, &bombed, &["answer_too_large"], 1).await?;
    if lab.size.pick(false, true) {
        cut_off(lab, senders).await?;
    }
    lab.check(1).await?;
    lab.stop_and_check_database().await
}

/// 256 MiB of zeros, packed.
async fn make_bomb(lab: &Lab) -> Result<()> {
    let path = lab.ledger.log.with_extension("bomb.gz");
    let pack = format!("head -c {} /dev/zero | gzip -1 > '{}'", BOMB_MIB << 20, path.display());
    Command::new("sh").args(["-c", &pack]).status().await.context("gzip")?;
    Ok(())
}

/// Begins a request and does not end it: half a header, or half a body.
async fn drip(url: &str, number: u64) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).await?;
    let begun: &[u8] = if number.is_multiple_of(2) {
        b"POST /hooks/quiet HTTP/1.1\r\nhost: weft\r\nx-slow: "
    } else {
        b"POST /hooks/quiet HTTP/1.1\r\nhost: weft\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"
    };
    stream.write_all(begun).await?;
    Ok(stream)
}

/// Who sends half a request gets an answer or an end, and does not hold the connection for ever.
async fn cut_off(lab: &mut Lab, senders: Vec<TcpStream>) -> Result<()> {
    let began = Instant::now();
    let mut held = 0;
    for mut sender in senders {
        let left = CUT_OFF.saturating_sub(began.elapsed()).max(Duration::from_millis(1));
        let read = async { while matches!(sender.read(&mut [0; 512]).await, Ok(1..)) {} };
        held += u64::from(timeout(left, read).await.is_err());
    }
    if held > 0 {
        lab.problem(format!("{held} connections with half a request are open after {} s", CUT_OFF.as_secs()));
    }
    Ok(())
}

async fn huge_header(lab: &mut Lab) -> Result<()> {
    let mut stream = TcpStream::connect(lab.weft.url().trim_start_matches("http://")).await?;
    let request = format!("GET /healthz HTTP/1.1\r\nhost: weft\r\nx-huge: {}\r\n\r\n", "x".repeat(1 << 20));
    // The server may hang up before it has read everything.
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = [0; 64];
    let count =
        timeout(Duration::from_secs(10), stream.read(&mut answer)).await.context("no answer to a huge header")?;
    let answer = String::from_utf8_lossy(&answer[..count.unwrap_or_default()]).into_owned();
    if !(answer.is_empty() || answer.starts_with("HTTP/1.1 431") || answer.starts_with("HTTP/1.1 400")) {
        lab.problem(format!("a header of 1 MiB was answered {answer}"));
    }
    match lab.client()?.trigger("quiet", &serde_json::json!({ "body": null })).await {
        Reply::Acked { .. } => Ok(()),
        other => {
            lab.problem(format!("after a huge header a trigger became {other:?}"));
            Ok(())
        }
    }
}

/// All runs of a workflow failed, with one of these codes.
async fn ended_with(lab: &mut Lab, workflow: &str, codes: &[&str], count: u64) -> Result<()> {
    let runs = history::runs(&lab.client()?, workflow).await?;
    let is_right = |run: &Run| {
        let code = run.error.as_ref().and_then(|error| error["code"].as_str());
        code.is_some_and(|code| codes.contains(&code))
    };
    let right = runs.iter().filter(|run| is_right(run)).count() as u64;
    lab.outcome.runs += right;
    if right != count || runs.len() as u64 != count {
        let other = runs.iter().find(|run| !is_right(run));
        lab.problem(format!("{right} of {count} runs ended with {codes:?}; another one: {other:?}"));
    }
    Ok(())
}
