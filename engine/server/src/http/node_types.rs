//! What can be drawn: built-in nodes and the actions of enabled plugins.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use weft_core::node_type::NodeType;

use super::caller::Caller;
use super::json::Json;
use super::problem::{Problem, ProblemBody};
use super::schema::CoreNodeType;
use crate::accounts::Permission;
use crate::app::App;

#[derive(Debug, Serialize, ToSchema)]
pub struct NodeTypeList {
    #[schema(value_type = Vec<CoreNodeType>)]
    items: Vec<NodeType>,
}

/// List every node type with its parameters, ports and help
#[utoipa::path(get, path = "/node-types", operation_id = "list_node_types", tag = "documents",
    responses((status = 200, body = NodeTypeList), (status = "4XX", body = ProblemBody)))]
pub async fn list(State(app): State<App>, caller: Caller) -> Result<Json<NodeTypeList>, Problem> {
    caller.may(Permission::ViewWorkflows)?;
    Ok(Json(NodeTypeList { items: app.node_types().0.values().cloned().collect() }))
}
