//! Saving drafts, so that nobody overwrites what somebody else saved meanwhile.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use serde::Serialize;
use utoipa::ToSchema;
use weft_core::problem::Problem as DocumentProblem;

use super::body::DOCUMENT_BODY;
use super::caller::Caller;
use super::documents::document_of;
use super::json::{Json, JsonText};
use super::parameters::Path;
use super::problem::{Code, Problem, ProblemBody};
use super::schema::{CoreDocument, CoreProblem};
use super::workflows::{etag, etag_header};
use crate::accounts::Permission;
use crate::app::App;
use crate::ids::WorkflowId;
use crate::workflows::save_draft;

#[derive(Debug, Serialize, ToSchema)]
pub struct SavedDraft {
    /// Send it as `If-Match` with the next save.
    etag: String,
    /// What keeps the draft from being published, or is worth knowing. It is saved all the same.
    #[schema(value_type = Vec<CoreProblem>)]
    problems: Vec<DocumentProblem>,
}

/// Save the draft of a workflow
///
/// `If-Match` carries the ETag that was read; `*` overwrites whatever is there. The document's own `name` gives way to the
/// workflow's: renaming is a `PATCH`.
#[utoipa::path(put, path = "/workflows/{id}/draft", operation_id = "save_draft", tag = "workflows",
    params(("id" = String, Path), ("If-Match" = String, Header)), request_body = CoreDocument,
    responses((status = 200, body = SavedDraft), (status = "4XX", body = ProblemBody)))]
pub async fn save(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WorkflowId>,
    headers: HeaderMap,
    JsonText(body): JsonText<DOCUMENT_BODY>,
) -> Result<(HeaderMap, Json<SavedDraft>), Problem> {
    let workspace = caller.may(Permission::EditWorkflows)?;
    let version = expected_version(&headers)?;
    let document = document_of(&body, "")?;
    let draft = save_draft(&app, workspace, id, version, document).await?;
    Ok((etag_header(draft.version), Json(SavedDraft { etag: etag(draft.version), problems: draft.problems })))
}

/// The version `If-Match` names; nothing when it takes any.
fn expected_version(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(given) = headers.get(header::IF_MATCH) else {
        let detail = "Send `If-Match` with the ETag of the draft you changed, so that nobody's work is lost.";
        return Err(Problem::new(Code::PreconditionRequired, detail));
    };
    let tag = given.to_str().unwrap_or_default().trim();
    if tag == "*" {
        return Ok(None);
    }
    // Proxies that compress make tags weak; which version it was is all that matters here.
    let version = tag.trim_start_matches("W/").trim_matches('"').parse();
    // What is no version of ours can't be the one that is stored.
    Ok(Some(version.unwrap_or(-1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_match_names_a_version() {
        let check = |value: &'static str, expected| {
            let headers = HeaderMap::from_iter([(header::IF_MATCH, value.parse().unwrap())]);
            assert_eq!(expected_version(&headers).unwrap(), expected, "{value}");
        };
        check("\"7\"", Some(7));
        check("7", Some(7));
        check("W/\"7\"", Some(7));
        check("*", None);
        check("\"something else\"", Some(-1));
        assert_eq!(expected_version(&HeaderMap::new()).unwrap_err().code(), "precondition_required");
    }
}
