//! What history does not show, by revision. Kept apart from the revisions, because runs outlive their workflow.

use sqlx::{FromRow, QueryBuilder};
use weft_core::document::Document;
use weft_core::mask::Masks;

use super::blobs::PushIds;
use super::{Store, StoreError, Tx};
use crate::ids::{RunId, WorkflowId};

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

/// The revisions with masks among the runs that share values with `root`.
pub async fn of_family(store: &Store, root: RunId) -> Result<Vec<(WorkflowId, i64)>, StoreError> {
    let family = "select distinct workflow_id, number from family_mask where root_run_id = $1";
    Ok(sqlx::query_as(family).bind(root).fetch_all(&store.readers).await?)
}

/// A run with marked values among those that share values.
#[derive(Debug, FromRow)]
pub struct Marked {
    #[sqlx(rename = "run_id")]
    pub run: RunId,
    #[sqlx(rename = "workflow_id")]
    pub workflow: WorkflowId,
    pub revision: i64,
}

/// The runs with marked values among those that share values with `root`; `None` when one of them is gone, or there are more
/// than `most`.
pub async fn marked_in_family(store: &Store, root: RunId, most: u32) -> Result<Option<Vec<Marked>>, StoreError> {
    let ever = "select coalesce(sum(family_mask.runs), 0) from family_mask join revision_mask \
                on revision_mask.workflow_id = family_mask.workflow_id and revision_mask.number = family_mask.number \
                where family_mask.root_run_id = $1 and revision_mask.masks ->> '$.marks' is not null";
    let ever: i64 = sqlx::query_scalar(ever).bind(root).fetch_one(&store.readers).await?;
    if ever > i64::from(most) {
        return Ok(None);
    }
    let marked = "select run.run_id, run.workflow_id, run.revision from run join revision_mask \
                  on revision_mask.workflow_id = run.workflow_id and revision_mask.number = run.revision \
                  where (run.run_id = $1 or run.root_run_id = $1) and revision_mask.masks ->> '$.marks' is not null";
    let marked: Vec<Marked> = sqlx::query_as(marked).bind(root).fetch_all(&store.readers).await?;
    // One that was stored in between is one too many, which does no harm.
    Ok((marked.len() as i64 >= ever).then_some(marked))
}

/// Forgets what the families of deleted runs do not show, where none of their runs is left.
pub(super) async fn forget_families(tx: &mut Tx, roots: &[RunId]) -> Result<(), StoreError> {
    let mut forget = QueryBuilder::new("delete from family_mask where root_run_id in (");
    forget.push_values_of(roots);
    forget.push(
        ") and not exists (select 1 from run where run.run_id = family_mask.root_run_id) \
         and not exists (select 1 from run where run.root_run_id = family_mask.root_run_id)",
    );
    forget.build().execute(tx).await?;
    Ok(())
}
