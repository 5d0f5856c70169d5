//! Setting up, signing in, and who may write.

use serde_json::{Value, json};
use weft_tests::{Answer, Api, Server};

const PASSWORD: &str = "a few words will do";

async fn set_up(server: &Server) -> Answer {
    let token = server.app().accounts().setup_token().unwrap();
    let owner = json!({ "token": token, "name": "Ada", "email": "ada@example.org", "password": PASSWORD });
    server.anonymous().post("/setup", owner).await
}

fn with_cookie_of(server: &Server, answer: &Answer) -> Api {
    let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default();
    server.anonymous().with_header("cookie", cookie)
}

#[tokio::test]
async fn the_first_account_is_made_with_the_printed_token_and_only_once() {
    let server = Server::start().await;
    let api = server.anonymous();
    assert_eq!(api.get("/setup").await.expect(200), json!({ "needed": true }));
    let token = server.app().accounts().setup_token().unwrap();
    let owner = |token: &str, email: &str, password: &str| json!({ "token": token, "name": "Ada", "email": email, "password": password });
    api.post("/setup", owner("guess", "ada@example.org", PASSWORD)).await.refused(403, "wrong_setup_token");
    let refused = api.post("/setup", owner(&token, "ada@example.org", "short")).await.refused(422, "weak_password");
    assert_eq!(refused["field"], "password");
    api.post("/setup", owner(&token, "nowhere", PASSWORD)).await.refused(422, "invalid_email");

    let made = set_up(&server).await;
    let me = made.expect(201);
    assert_eq!((&me["kind"], &me["name"], &me["email"]), (&json!("user"), &json!("Ada"), &json!("ada@example.org")));
    assert_eq!(with_cookie_of(&server, &made).get("/me").await.expect(200), me);
    assert_eq!(api.get("/setup").await.expect(200), json!({ "needed": false }));
    api.post("/setup", owner(&token, "eve@example.org", PASSWORD)).await.refused(409, "already_set_up");
}

#[tokio::test]
async fn signing_in_gives_a_session_and_signing_out_ends_it() {
    let server = Server::start().await;
    set_up(&server).await.expect(201);
    let api = server.anonymous();
    let sign_in = |password: &str| json!({ "email": "Ada@example.org", "password": password });
    let wrong = api.post("/session", sign_in("not the password")).await.refused(401, "wrong_credentials");
    let unknown = api.post("/session", json!({ "email": "eve@example.org", "password": PASSWORD })).await;
    assert_eq!(unknown.refused(401, "wrong_credentials")["detail"], wrong["detail"]);

    let signed_in = api.post("/session", sign_in(PASSWORD)).await;
    assert_eq!(signed_in.expect(200)["name"], "Ada");
    let cookie = signed_in.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let session = with_cookie_of(&server, &signed_in).with_header("content-type", "application/json");
    session.get("/me").await.expect(200);
    session.delete("/session").await.expect(204);
    session.get("/me").await.refused(401, "not_signed_in");
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let server = Server::start().await;
    let guess = json!({ "email": "ada@example.org", "password": "not the password" });
    for _ in 0..5 {
        server.anonymous().post("/session", guess.clone()).await.refused(401, "wrong_credentials");
    }
    // Waits begin at a second and double, so on a slow machine it takes a few more.
    let mut throttled = server.anonymous().post("/session", guess.clone()).await;
    for _ in 0..5 {
        if throttled.status == 429 {
            break;
        }
        throttled = server.anonymous().post("/session", guess.clone()).await;
    }
    throttled.refused(429, "too_many_attempts");
    assert_ne!(throttled.header("retry-after"), "");
}

#[tokio::test]
async fn only_our_own_pages_write_with_a_session() {
    let server = Server::start().await;
    let session = with_cookie_of(&server, &set_up(&server).await);
    let body = json!({ "name": "Mine" });
    let from = |site: &str| session.with_header("sec-fetch-site", site);
    from("same-origin").post("/workflows", body.clone()).await.expect(201);
    from("cross-site").post("/workflows", body.clone()).await.refused(403, "cross_site_request");
    let elsewhere = session.with_header("origin", "https://evil.example");
    elsewhere.post("/workflows", body.clone()).await.refused(403, "cross_site_request");
    let form = session.with_header("content-type", "text/plain");
    let sent = form.send_bytes(reqwest::Method::POST, "/api/v1/workflows", body.to_string().into_bytes()).await;
    sent.refused(415, "wrong_content_type");
    from("cross-site").get("/workflows").await.expect(200);
}

#[tokio::test]
async fn a_key_is_good_for_everything_and_a_wrong_one_for_nothing() {
    let server = Server::start().await;
    let me = server.api().get("/me").await.expect(200);
    assert_eq!((&me["kind"], &me["email"]), (&json!("key"), &Value::Null));
    assert!(me["workspace"]["id"].as_str().unwrap().starts_with("ws_"));
    server.anonymous().with_header("authorization", "Bearer wrong").get("/me").await.refused(401, "not_signed_in");
    server.anonymous().get("/me").await.refused(401, "not_signed_in");
    server.anonymous().with_header("cookie", "weft_session=made-up").get("/me").await.refused(401, "not_signed_in");
}
