//! Documents as such: their schema, and checking one without saving it.

use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use weft_core::check::{document_schema, parse_document};
use weft_core::document::Document;
use weft_core::problem::Problem as DocumentProblem;

use super::body::{self, DOCUMENT_BODY};
use super::caller::Caller;
use super::json::{Json, JsonText};
use super::problem::{Code, Problem, ProblemBody};
use super::schema::{CoreDocument, CoreProblem};
use crate::accounts::Permission;
use crate::app::App;
use crate::workflows;

#[derive(Debug, Serialize, ToSchema)]
pub struct CheckedDocument {
    #[schema(value_type = Vec<CoreProblem>)]
    problems: Vec<DocumentProblem>,
}

/// Check a document and learn everything that is wrong with it
#[utoipa::path(post, path = "/documents/check", operation_id = "check_document", tag = "documents", request_body = CoreDocument,
    responses((status = 200, body = CheckedDocument), (status = "4XX", body = ProblemBody)))]
pub async fn check_document(
    State(app): State<App>,
    caller: Caller,
    JsonText(body): JsonText<DOCUMENT_BODY>,
) -> Result<Json<CheckedDocument>, Problem> {
    let workspace = caller.may(Permission::ViewWorkflows)?;
    let document = document_of(&body, "")?;
    Ok(Json(CheckedDocument { problems: workflows::problems(&app, workspace, None, &document).await? }))
}

/// The JSON Schema of workflow documents
#[utoipa::path(get, path = "/schemas/document", operation_id = "read_document_schema", tag = "documents", security(()), responses((status = 200, body = Value)))]
pub async fn schema() -> Json<Value> {
    Json(document_schema())
}

/// Reads a document. What is none at all is refused; `at` is where it stands in the request's body.
pub fn document_of(json: &str, at: &str) -> Result<Document, Problem> {
    body::check_depth(json.as_bytes())?;
    parse_document(json).map_err(|problem| match problem.code.as_str() {
        "invalid_json" => Problem::new(Code::BodyNotJson, problem.message),
        _ => {
            let pointer = format!("{at}{}", problem.pointer);
            Problem::new(Code::InvalidDocument, problem.message.clone())
                .at_pointer(pointer)
                .with_problems(vec![problem])
        }
    })
}
