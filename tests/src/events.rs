//! Server-sent events, as they come.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::Value;

/// How long a test waits for an event before it fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub event: String,
    pub id: Option<String>,
    pub data: Value,
}

/// A stream of events.
#[derive(Debug)]
pub struct Events {
    response: reqwest::Response,
    text: String,
    ready: VecDeque<Event>,
}

impl Events {
    #[track_caller]
    pub fn of(response: reqwest::Response) -> Events {
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Events { response, text: String::new(), ready: VecDeque::new() }
    }

    /// The next event; `None` when the server ended the stream.
    pub async fn next(&mut self) -> Option<Event> {
        while self.ready.is_empty() {
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("an event comes in time");
            self.text
                .push_str(std::str::from_utf8(&chunk.expect("the stream does not break")?).expect("events are text"));
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                self.ready.extend(parse(event));
                self.text = rest.to_owned();
            }
        }
        self.ready.pop_front()
    }

    /// Everything until the server ends the stream.
    pub async fn rest(mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        events
    }
}

/// Comments are no events.
fn parse(text: &str) -> Option<Event> {
    let field =
        |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned));
    let data = serde_json::from_str(&field("data")?).expect("the data of events is JSON");
    Some(Event { event: field("event").unwrap_or_default(), id: field("id"), data })
}
