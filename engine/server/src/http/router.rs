//! Every route of the server.

use axum::extract::Request;
use axum::middleware::{from_fn, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Extension, Router};
use tokio_util::sync::CancellationToken;
use tower::util::option_layer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problem::{Code, Problem};
use super::{
    Stopping, admin, approvals, assets, caller, credentials, docs, documents, drafts, dynamic, examples, expressions,
    files, headers, health, hooks, node_types, plugin_triggers, plugins, resume, revisions, run_bulk, run_control,
    run_events, runs, same_site, schedules, session, workflow_events, workflows,
};
use crate::app::App;

/// What the path of every API route begins with.
pub const PREFIX: &str = "/api/v1";

/// What the path of every webhook begins with.
pub const HOOKS: &str = "/hooks/";

/// What the address of every trigger of a plugin begins with.
pub const TRIGGERS: &str = "/triggers/";

#[derive(OpenApi)]
#[openapi(
    info(title = "Weft", description = "Visual workflow automation. Errors are `application/problem+json` with a stable `code`."),
    security(("session" = []), ("api_key" = [])),
    modifiers(&Authentication)
)]
struct Api;

struct Authentication;

impl utoipa::Modify for Authentication {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(caller::COOKIE_NAME)));
        components.add_security_scheme("session", cookie);
        let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        components.add_security_scheme("api_key", bearer);
    }
}

fn api() -> OpenApiRouter<App> {
    let routes = OpenApiRouter::new()
        .routes(routes!(session::setup_state, session::set_up))
        .routes(routes!(session::sign_in, session::sign_out))
        .routes(routes!(session::me))
        .routes(routes!(workflows::list, workflows::create))
        .routes(routes!(workflows::read, workflows::rename, workflows::delete))
        .routes(routes!(workflows::duplicate))
        .routes(routes!(drafts::save))
        .routes(routes!(workflows::publish))
        .routes(routes!(workflows::unpublish))
        .routes(routes!(revisions::list))
        .routes(routes!(revisions::read))
        .routes(routes!(workflow_events::follow))
        .routes(routes!(runs::start))
        .routes(routes!(runs::list))
        .routes(routes!(runs::read, run_bulk::delete))
        .routes(routes!(run_bulk::bulk))
        .routes(routes!(runs::steps))
        .routes(routes!(runs::document))
        .routes(routes!(files::download))
        .routes(routes!(run_events::follow))
        .routes(routes!(run_control::cancel))
        .routes(routes!(run_control::rerun))
        .routes(routes!(run_control::retry))
        .routes(routes!(run_control::signal))
        .routes(routes!(run_control::resolve))
        .routes(routes!(approvals::list))
        .routes(routes!(approvals::answer))
        .routes(routes!(approvals::read_public, approvals::answer_public))
        .routes(routes!(node_types::list))
        .routes(routes!(dynamic::options))
        .routes(routes!(dynamic::schema))
        .routes(routes!(dynamic::test_credential))
        .routes(routes!(plugin_triggers::list))
        .routes(routes!(plugin_triggers::sample))
        .routes(routes!(documents::check_document))
        .routes(routes!(documents::schema))
        .routes(routes!(examples::list))
        .routes(routes!(expressions::evaluate))
        .routes(routes!(schedules::list))
        .routes(routes!(schedules::fires))
        .routes(routes!(schedules::preview))
        .routes(routes!(plugins::list, plugins::upload))
        .routes(routes!(plugins::grant))
        .routes(routes!(plugins::enable))
        .routes(routes!(plugins::disable))
        .routes(routes!(plugins::remove))
        .routes(routes!(credentials::list, credentials::create))
        .routes(routes!(credentials::slots))
        .routes(routes!(credentials::read, credentials::change, credentials::remove))
        .routes(routes!(admin::state))
        .routes(routes!(admin::confirm_restored));
    OpenApiRouter::with_openapi(Api::openapi()).nest(PREFIX, routes)
}

/// The OpenAPI document of the API.
pub fn openapi() -> Document {
    api().into_openapi()
}

/// Everything the server answers to. Streams end when `stop` is cancelled.
pub fn router(app: App, stop: CancellationToken) -> Router {
    let (routes, document) = api().split_for_parts();
    let api = routes
        .merge(docs::routes(document))
        .route("/api", any(no_such_route))
        .route("/api/{*path}", any(no_such_route))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn(same_site::guard))
        .layer(map_response(headers::private));
    let designer = get(assets::file).fallback(method_not_allowed).layer(CompressionLayer::new());
    let pages = Router::new()
        .merge(api)
        .route(health::LIVE, get(health::live))
        .route(health::READY, get(health::ready))
        .fallback_service(designer.with_state(()))
        .layer(map_response(headers::secure))
        .layer(option_layer(by_tls(&app).then(headers::only_by_tls)));
    Router::new()
        // Apart from the rest: webhooks carry other people's content, and nothing may slow them down.
        .route("/hooks/{*path}", any(hooks::receive))
        .route("/triggers/{*path}", any(plugin_triggers::receive))
        .route("/resume/{token}/{name}", get(resume::receive).post(resume::receive).head(resume::look))
        .merge(pages)
        .layer(Extension(Stopping(stop)))
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(app)
}

/// Whether people reach this server by TLS.
pub fn by_tls(app: &App) -> bool {
    app.config().base_url.as_deref().is_some_and(|url| url.starts_with("https:"))
}

async fn no_such_route(request: Request) -> Problem {
    Problem::new(Code::RouteNotFound, format!("The API has no route `{}`. See {PREFIX}/docs.", request.uri().path()))
}

async fn method_not_allowed(request: Request) -> Response {
    Problem::new(Code::MethodNotAllowed, format!("`{}` does not take {}.", request.uri().path(), request.method()))
        .into_response()
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    Problem::internal("a handler panicked").into_response()
}
