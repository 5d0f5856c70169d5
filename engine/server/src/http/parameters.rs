//! Parameters from the path and the query, refused as problems.

use std::error::Error;

use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde::de::value::Error as ValueError;

use super::problem::{Code, Problem};

/// Parameters of the path. One that cannot be the id of anything names nothing, hence 404.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S, T> FromRequestParts<S> for Path<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Send,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Path(value)),
            Err(_) => Err(names_nothing(parts, state).await),
        }
    }
}

async fn names_nothing<S: Send + Sync>(parts: &mut Parts, state: &S) -> Problem {
    let given = match RawPathParams::from_request_parts(parts, state).await {
        Ok(params) => params.iter().map(|(_, value)| format!("`{value}`")).collect::<Vec<_>>().join(", "),
        Err(_) => "the path".to_owned(),
    };
    let path = parts.uri.path();
    let code = match path.strip_prefix(super::router::PREFIX).unwrap_or(path).split('/').nth(1) {
        Some("workflows") if path.contains("/revisions/") => Code::RevisionNotFound,
        Some("workflows") => Code::WorkflowNotFound,
        Some("runs") => Code::RunNotFound,
        Some("files") => Code::FileNotFound,
        Some("schedules") => Code::ScheduleNotFound,
        Some("plugins") => Code::PluginNotFound,
        Some("credentials") => Code::CredentialNotFound,
        _ => Code::RouteNotFound,
    };
    Problem::new(code, format!("Nothing here is called {given}."))
}

/// Parameters of the query.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S, T> FromRequestParts<S> for Query<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Query(value)),
            Err(rejection) => Err(malformed(&rejection)),
        }
    }
}

/// Names the parameter, which is all there is to a place in a query.
fn malformed(rejection: &QueryRejection) -> Problem {
    let causes = std::iter::successors(rejection.source(), |&cause| cause.source());
    let cause = causes.filter_map(|cause| cause.downcast_ref::<serde_path_to_error::Error<ValueError>>()).next();
    let Some(cause) = cause else {
        return Problem::new(Code::MalformedRequest, format!("{}.", rejection.body_text()));
    };
    let field = cause.path().to_string();
    let detail = format!("The query parameter `{field}` is not one this route takes: {}.", cause.inner());
    Problem::new(Code::MalformedRequest, detail).at_field(field)
}
