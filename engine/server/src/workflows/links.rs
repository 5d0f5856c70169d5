//! The problems of a document, with those of the workflows it names: they are to be there, and in service.

use serde_json::Value;
use weft_core::check::check;
use weft_core::document::Document;
use weft_core::expression::Template;
use weft_core::problem::Problem;

use crate::app::App;
use crate::ids::{WorkflowId, WorkspaceId};
use crate::store::{StoreError, workflows};

/// Parameters that name a workflow, with the node type they belong to.
const PARAMETERS: [(&str, &str); 2] = [("call_workflow", "workflow"), ("approval", "notify_workflow")];

/// Everything wrong with a document of a workflow; `own` is that workflow, when it is stored.
pub async fn problems(
    app: &App,
    workspace: WorkspaceId,
    own: Option<WorkflowId>,
    document: &Document,
) -> Result<Vec<Problem>, StoreError> {
    let mut problems = check(document, &app.node_types());
    let wrong: Vec<String> = problems.iter().map(|problem| problem.pointer.clone()).collect();
    for problem in unpublished(app, workspace, own, document).await? {
        if !wrong.contains(&problem.pointer) {
            problems.push(problem);
        }
    }
    Ok(problems)
}

/// A warning for each setting that names a workflow which would not start. It may still be made or published.
async fn unpublished(
    app: &App,
    workspace: WorkspaceId,
    own: Option<WorkflowId>,
    document: &Document,
) -> Result<Vec<Problem>, StoreError> {
    let mut warnings = Vec::new();
    if let Some(name) = &document.settings.on_error_workflow
        && let Some(why) = why_not(app, workspace, own, name).await?
    {
        warnings.push(warning("/settings/on_error_workflow".into(), "on_error_workflow", name, why));
    }
    for (place, node) in document.nodes.iter().enumerate() {
        for (node_type, parameter) in PARAMETERS {
            let Some(Value::String(name)) = node.params.get(parameter).filter(|_| node.node_type == node_type) else {
                continue;
            };
            let is_known = !name.trim().is_empty() && !Template::has_expression(name);
            if is_known && let Some(why) = why_not(app, workspace, own, name).await? {
                let pointer = format!("/nodes/{place}/params/{parameter}");
                warnings.push(warning(pointer, parameter, name, why).at(&node.id));
            }
        }
    }
    Ok(warnings)
}

/// Why a workflow would not start. The workflow itself is about to be published.
async fn why_not(
    app: &App,
    workspace: WorkspaceId,
    own: Option<WorkflowId>,
    name: &str,
) -> Result<Option<&'static str>, StoreError> {
    let Ok(id) = name.trim().parse::<WorkflowId>() else { return Ok(Some("does not exist")) };
    if own == Some(id) {
        return Ok(None);
    }
    Ok(match workflows::find(app.store(), workspace, id).await? {
        None => Some("does not exist"),
        Some(workflow) if workflow.published_revision.is_none() => Some("is not published"),
        Some(_) => None,
    })
}

fn warning(pointer: String, setting: &str, name: &str, why: &str) -> Problem {
    let message =
        format!("`{setting}` names the workflow `{name}`, which {why}; until it is published, it does not start.");
    Problem::warning(pointer, "workflow_not_published", message)
}
