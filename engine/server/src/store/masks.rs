//! What history does not show, by revision. Kept apart from the revisions, because runs outlive their workflow.

use weft_core::document::Document;
use weft_core::mask::Masks;

use super::{Store, StoreError, Tx};
use crate::ids::WorkflowId;

/// Keeps what a new revision's document asks for.
pub(super) async fn keep(tx: &mut Tx, workflow: WorkflowId, number: i64, document: &str) -> Result<(), StoreError> {
    // What is not a document can't run either, so there is nothing to mask.
    let masks = serde_json::from_str::<Document>(document).map(|document| Masks::of(&document)).unwrap_or_default();
    if !masks.is_empty() {
        sqlx::query("insert into revision_mask (workflow_id, number, masks) values ($1, $2, $3)")
            .bind(workflow)
            .bind(number)
            .bind(serde_json::to_string(&masks)?)
            .execute(tx)
            .await?;
    }
    Ok(())
}

pub async fn find(store: &Store, workflow: WorkflowId, number: i64) -> Result<Masks, StoreError> {
    let masks: Option<String> =
        sqlx::query_scalar("select masks from revision_mask where workflow_id = $1 and number = $2")
            .bind(workflow)
            .bind(number)
            .fetch_optional(&store.readers)
            .await?;
    Ok(masks.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default())
}
