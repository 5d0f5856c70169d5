//! Requests through the sandbox, to a server made by the test.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{bundled, call_in, everywhere};
use crate::plugin_host::guard::{AddressRule, GuardedClient, Policy, Refusal, Request, Room};
use crate::plugin_host::{Call, CallError, ErrorKind, Frame, HostPattern};

/// Answers each connection's one request with what `answer` makes of it; returns the server's origin.
pub(super) async fn serve(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let request = read_request(&mut stream).await;
                let _ = stream.write_all(&answer(&request)).await;
            });
        }
    });
    origin
}

async fn read_request(stream: &mut tokio::net::TcpStream) -> String {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
            if body.len() >= length {
                return text;
            }
        }
        match stream.read(&mut chunk).await {
            Ok(read) if read > 0 => request.extend_from_slice(&chunk[..read]),
            _ => return text,
        }
    }
}

pub(super) fn http(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
        .into_bytes()
}

async fn request(params: Value) -> Result<Value, CallError> {
    let plugin = bundled("http").await;
    let given = Call { idempotency_key: "key-1".into(), ..Call::new("request", params) };
    call_in(&plugin, given, everywhere()).await.result.map(|mut outcome| outcome.items.remove(0))
}

#[tokio::test]
async fn objects_are_sent_and_answers_parsed_as_json() {
    let origin =
        serve(|request| http("200 OK", "content-type: application/json\r\n", &json!({ "got": request }).to_string()))
            .await;
    let params = json!({ "method": "POST", "url": format!("{origin}/orders"), "query": { "q": "a b", "tag": ["x", "y"] },
        "headers": { "X-One": "1", "Host": "evil.example", "Content-Length": "0" }, "body": { "n": 1 } });
    let answer = request(params).await.unwrap();
    assert_eq!(answer["status"], 200);
    let got = answer["body"]["got"].as_str().unwrap();
    assert!(got.starts_with("POST /orders?q=a%20b&tag=x&tag=y HTTP/1.1\r\n"), "{got}");
    assert!(got.ends_with("{\"n\":1}") && got.contains("x-one: 1") && got.contains("idempotency-key: key-1"), "{got}");
    assert!(!got.contains("evil") && got.contains("content-length: 7"), "{got}");
}

#[tokio::test]
async fn refusing_answers_are_errors() {
    let origin = serve(|request| match request {
        r if r.starts_with("GET /429") => http("429 Too Many", "retry-after: 7\r\n", "slow down"),
        r if r.starts_with("GET /503") => http("503 No", "", ""),
        _ => http("404 Not Found", "content-type: application/json\r\n", "{\"why\":1}"),
    })
    .await;
    let error = request(json!({ "url": format!("{origin}/404?token=secret") })).await.unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Permanent, "http_404"));
    assert_eq!(error.details, Some(json!({ "status": 404, "body": "{\"why\":1}" })));
    assert!(!error.message.contains("secret"), "{}", error.message);
    let error = request(json!({ "url": format!("{origin}/429") })).await.unwrap_err();
    assert_eq!((error.kind, error.retry_after_ms), (ErrorKind::RateLimited, Some(7_000)));
    assert_eq!(request(json!({ "url": format!("{origin}/503") })).await.unwrap_err().kind, ErrorKind::Retryable);
    let accepted = request(json!({ "url": format!("{origin}/404"), "accept_status": ["4xx"] })).await.unwrap();
    assert_eq!((&accepted["status"], &accepted["body"]), (&json!(404), &json!({ "why": 1 })));
}

#[tokio::test]
async fn hosts_must_be_granted() {
    let plugin = bundled("http").await;
    let origin = serve(|_| http("200 OK", "", "")).await;
    let with = async |grants: Vec<HostPattern>| {
        call_in(
            &plugin,
            Call::new("request", json!({ "url": origin.clone() })),
            Frame { grants: grants.into(), ..Frame::default() },
        )
        .await
        .result
    };
    let error = with(vec![]).await.unwrap_err();
    assert_eq!(error.code, "request_denied");
    assert!(error.message.contains("was not granted"), "{}", error.message);
    assert!(with(vec!["https://api.example.com".parse().unwrap()]).await.is_err());
    assert!(with(vec![origin.parse().unwrap()]).await.is_ok());
}

#[tokio::test]
async fn a_request_is_told_in_the_log_without_its_query() {
    let plugin = bundled("http").await;
    let origin = serve(|_| http("204 No Content", "", "")).await;
    let params = json!({ "url": format!("{origin}/a?token=secret") });
    let logs = call_in(&plugin, Call::new("request", params), everywhere()).await.logs;
    assert!(
        logs[0].message.starts_with(&format!("GET {origin}/a answered 204")) && !logs[0].message.contains("secret"),
        "{logs:?}"
    );
}

#[tokio::test]
async fn cancelling_ends_a_request() {
    let plugin = bundled("http").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let params = json!({ "url": format!("http://{}", listener.local_addr().unwrap()) });
    let cancel = CancellationToken::new();
    let silent = async {
        let _open = listener.accept().await.unwrap();
        cancel.cancel();
        std::future::pending::<()>().await
    };
    let began = Instant::now();
    let frame = Frame { cancel: cancel.clone(), ..everywhere() };
    let ended = tokio::select! { ended = call_in(&plugin, Call::new("request", params), frame) => ended, () = silent => unreachable!() };
    assert_eq!(ended.result.unwrap_err().kind, ErrorKind::Cancelled);
    assert!(began.elapsed() < Duration::from_secs(2));
}

// The guard itself.

fn get(url: &str) -> Request {
    Request {
        method: "GET".into(),
        url: url.into(),
        headers: vec![],
        body: None,
        timeout: Duration::from_secs(5),
        max_redirects: 5,
    }
}

/// Lets the guard alone decide.
struct Anywhere;

impl Policy for Anywhere {
    fn covers(&self, _: &str, _: &reqwest::Url) -> Result<(), String> {
        Ok(())
    }
}

struct Only(HostPattern);

impl Policy for Only {
    fn covers(&self, method: &str, url: &reqwest::Url) -> Result<(), String> {
        self.0.covers(method, url).then_some(()).ok_or_else(|| "not granted".to_owned())
    }
}

async fn send(client: &GuardedClient, request: Request) -> Result<String, Refusal> {
    let answer = client.send(request, &Room::new(1 << 20), Anywhere).await?;
    Ok(format!("{} {}", answer.status, String::from_utf8_lossy(&answer.body)))
}

#[tokio::test]
async fn no_spelling_of_a_private_address_is_connected_to() {
    let client = GuardedClient::new(AddressRule::default()).unwrap();
    let spellings = [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://0.0.0.0/",
        "http://0/",
        "http://①②⑦.⓪.⓪.①/",
        "http://127。0。0。1/",
        "http://127.0.0.1./",
        "http://169.254.169.254/latest/meta-data",
        "http://[fd00:ec2::254]/",
        "http://10.1.2.3:8080/",
        "http://168.63.129.16/",
        "http://100.100.100.200/",
        "http://[fe80::1]/",
        "http://[5f00::1]/",
        "http://[3fff::1]/",
        "http://localhost/",
        "http://localhost./",
        "http://sub.localhost/",
    ];
    for url in spellings {
        match send(&client, get(url)).await {
            Err(Refusal::Denied(why)) => assert!(why.contains("address"), "{url}: {why}"),
            // A name that this machine does not resolve was not connected to either.
            Err(Refusal::Dns(_)) if url.contains("localhost") => {}
            other => panic!("{url}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn odd_urls_and_methods_are_refused() {
    let client = GuardedClient::new(AddressRule::default()).unwrap();
    for url in [
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com",
        "http://user@example.com/",
        "https://a:b@example.com/",
        "http://example.com:0/",
        "http://",
        "/relative",
        "http://exa mple.com/",
        "http://example.com:99999/",
    ] {
        assert!(matches!(send(&client, get(url)).await, Err(Refusal::Denied(_))), "{url}");
    }
    for method in ["CONNECT", "TRACE", "GET / HTTP/1.1\r\nhost: x", ""] {
        let request = Request { method: method.into(), ..get("http://example.com/") };
        assert!(matches!(send(&client, request).await, Err(Refusal::Denied(_))), "{method}");
    }
    let long = format!("http://example.com/{}", "a".repeat(70_000));
    assert!(matches!(send(&client, get(&long)).await, Err(Refusal::Denied(_))));
}

#[tokio::test]
async fn redirects_are_checked_and_lose_credentials() {
    let client = GuardedClient::new(AddressRule::new(vec!["127.0.0.1/32".parse().unwrap()])).unwrap();
    let target = serve(|request| {
        http(
            "200 OK",
            "",
            &format!("auth={} accept={}", request.contains("authorization"), request.contains("accept: x")),
        )
    })
    .await;
    let origin = serve(move |request| {
        let location = match request.split(' ').nth(1).unwrap() {
            "/loop" => "/loop".to_owned(),
            "/private" => "http://127.0.0.2/".to_owned(),
            "/scheme" => "file:///etc/passwd".to_owned(),
            "/user" => "http://a:b@127.0.0.1/".to_owned(),
            _ => target.clone(),
        };
        http("302 Found", &format!("location: {location}\r\n"), "")
    })
    .await;
    let headers = vec![("Authorization".to_owned(), "Bearer x".to_owned()), ("Accept".to_owned(), "x".to_owned())];
    let request = Request { headers, ..get(&format!("{origin}/away")) };
    assert_eq!(send(&client, request).await, Ok("200 auth=false accept=true".into()));
    assert!(
        matches!(send(&client, get(&format!("{origin}/loop"))).await, Err(Refusal::Protocol(why)) if why.contains("5 redirects"))
    );
    for path in ["/private", "/scheme", "/user"] {
        assert!(matches!(send(&client, get(&format!("{origin}{path}"))).await, Err(Refusal::Denied(_))), "{path}");
    }
    let unfollowed = Request { max_redirects: 0, ..get(&format!("{origin}/away")) };
    assert_eq!(send(&client, unfollowed).await, Ok("302 ".into()));
}

#[tokio::test]
async fn each_hop_is_held_against_the_hosts() {
    let client = GuardedClient::new(AddressRule::new(vec!["127.0.0.1/32".parse().unwrap()])).unwrap();
    let target = serve(|_| http("200 OK", "", "reached")).await;
    let origin = serve(move |_| http("307 Away", &format!("location: {target}\r\n"), "")).await;
    let allowed: HostPattern = origin.parse().unwrap();
    let answer = client.send(get(&origin), &Room::new(1 << 20), Only(allowed)).await;
    assert_eq!(answer.unwrap_err(), Refusal::Denied("not granted".into()));
}

#[tokio::test]
async fn large_and_slow_answers_are_cut_off() {
    let client = GuardedClient::new(AddressRule::new(vec!["127.0.0.1/32".parse().unwrap()])).unwrap();
    let origin = serve(|request| match request {
        r if r.starts_with("GET /declared") => http("200 OK", "", &"x".repeat(2 << 20)),
        _ => [b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".as_slice(), &vec![b'x'; 2 << 20]].concat(),
    })
    .await;
    for path in ["/declared", "/endless"] {
        assert_eq!(send(&client, get(&format!("{origin}{path}"))).await, Err(Refusal::TooLarge(1 << 20)), "{path}");
    }
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let request = Request { timeout: Duration::from_millis(50), ..get(&url) };
    assert_eq!(send(&client, request).await, Err(Refusal::Timeout));
    let closed = format!("http://{}", { silent.local_addr().unwrap() });
    drop(silent);
    assert!(matches!(send(&client, get(&closed)).await, Err(Refusal::Connect(_))));
}

#[tokio::test]
async fn a_compressed_bomb_counts_by_what_it_becomes() {
    let client = GuardedClient::new(AddressRule::new(vec!["127.0.0.1/32".parse().unwrap()])).unwrap();
    // 4 MiB of zeros, as brotli writes them.
    let bomb = [0x9b, 0xff, 0xff, 0x3f, 0xf8, 0x27, 0x00, 0xe2, 0xb1, 0x40, 0x20, 0xf7, 0xfe, 0x07];
    let origin = serve(move |_| {
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            bomb.len()
        );
        [head.as_bytes(), &bomb].concat()
    })
    .await;
    assert_eq!(send(&client, get(&origin)).await, Err(Refusal::TooLarge(1 << 20)));
}
