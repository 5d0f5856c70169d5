//! The example workflows built into the binary.

use rust_embed::Embed;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::caller::Caller;
use super::json::Json;
use super::page::Page;
use super::problem::{Problem, ProblemBody};
use super::schema::CoreDocument;
use crate::accounts::Permission;

#[derive(Embed)]
#[folder = "../../workflows"]
struct Examples;

/// A workflow to begin with, with an input and what comes out of it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Example {
    id: String,
    name: String,
    summary: String,
    #[schema(value_type = CoreDocument)]
    document: Value,
    #[serde(default)]
    input: Value,
    #[serde(default)]
    output: Value,
}

/// List the example workflows
#[utoipa::path(get, path = "/examples", operation_id = "list_examples", tag = "documents",
    responses((status = 200, body = Page<Example>), (status = "4XX", body = ProblemBody)))]
pub async fn list(caller: Caller) -> Result<Json<Page<Example>>, Problem> {
    caller.may(Permission::ViewWorkflows)?;
    Ok(Json(Page::whole(all().map_err(Problem::internal)?)))
}

/// By file name, which is their order on the start page.
fn all() -> Result<Vec<Example>, serde_json::Error> {
    let mut names: Vec<_> = Examples::iter().filter(|name| name.ends_with(".json")).collect();
    names.sort();
    names.iter().filter_map(|name| Examples::get(name)).map(|file| serde_json::from_slice(&file.data)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_reads() {
        for example in all().unwrap() {
            let document = weft_core::check::parse_document(&example.document.to_string());
            assert!(document.is_ok(), "{}: {document:?}", example.id);
        }
    }
}
