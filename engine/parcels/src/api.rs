//! The service's routes.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{delete, get, post};
use axum::{Json, Router, middleware};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::parcels::{DEPOTS, Filter, Order};
use crate::{Service, access};

type Answer = (StatusCode, Json<Value>);

pub(crate) fn router(service: Service) -> Router {
    Router::new()
        .route("/me", get(me))
        .route("/parcels", get(list).post(create))
        .route("/parcels/{id}/deliver", post(deliver))
        .route("/depots", get(depots))
        .route("/hooks", post(subscribe))
        .route("/hooks/{id}", delete(unsubscribe))
        .layer(middleware::from_fn(access::guard))
        .route("/oauth/token", post(access::token))
        .with_state(service)
}

async fn me() -> Json<Value> {
    Json(json!({ "name": "Demo account" }))
}

async fn create(State(service): State<Service>, headers: HeaderMap, Json(order): Json<Value>) -> Answer {
    let order: Order = match serde_json::from_value(order) {
        Ok(order) => order,
        Err(error) => return refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid_parcel", &error.to_string()),
    };
    if !DEPOTS.iter().any(|(id, _)| *id == order.depot) {
        let message = format!("there is no depot '{}'", order.depot);
        return refused(StatusCode::UNPROCESSABLE_ENTITY, "unknown_depot", &message);
    }
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok());
    let parcel = service.data().parcels.create(order, key, now_ms());
    (StatusCode::CREATED, Json(json!(parcel)))
}

async fn list(State(service): State<Service>, Query(filter): Query<Filter>) -> Json<Value> {
    let (items, next) = service.data().parcels.page(&filter);
    Json(json!({ "items": items, "next": next.map(|next| next.to_string()) }))
}

/// Marks a parcel as delivered, and tells everybody who subscribed.
async fn deliver(State(service): State<Service>, Path(id): Path<String>) -> Answer {
    let (parcel, urls) = {
        let mut data = service.data();
        (data.parcels.deliver(&id, now_ms()), data.hooks.urls())
    };
    let Some(parcel) = parcel else {
        return refused(StatusCode::NOT_FOUND, "not_found", &format!("there is no parcel '{id}'"));
    };
    let mut told = Vec::new();
    for url in urls {
        let sent = service.0.sender.tell(&url, &parcel).await;
        told.push(json!({ "url": url, "error": sent.err().map(|error| error.to_string()) }));
    }
    (StatusCode::OK, Json(json!({ "parcel": parcel, "told": told })))
}

#[derive(Debug, Deserialize)]
struct Search {
    #[serde(default)]
    search: String,
}

async fn depots(Query(query): Query<Search>) -> Json<Value> {
    let search = query.search.to_lowercase();
    let found = DEPOTS.iter().filter(|(_, name)| name.to_lowercase().contains(&search));
    Json(json!({ "items": found.map(|(id, name)| json!({ "id": id, "name": name })).collect::<Vec<_>>() }))
}

#[derive(Debug, Deserialize)]
struct Hook {
    url: String,
}

async fn subscribe(State(service): State<Service>, Json(hook): Json<Hook>) -> Answer {
    match service.0.sender.challenge(&hook.url).await {
        Ok(()) => (StatusCode::CREATED, Json(json!({ "id": service.data().hooks.add(hook.url) }))),
        Err(error) => refused(StatusCode::UNPROCESSABLE_ENTITY, "challenge_failed", &error.to_string()),
    }
}

async fn unsubscribe(State(service): State<Service>, Path(id): Path<String>) -> StatusCode {
    match service.data().hooks.remove(&id) {
        true => StatusCode::NO_CONTENT,
        false => StatusCode::NOT_FOUND,
    }
}

fn refused(status: StatusCode, error: &str, message: &str) -> Answer {
    (status, Json(json!({ "error": error, "message": message })))
}

fn now_ms() -> u64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX)
}
