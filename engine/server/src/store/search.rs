//! The full-text index of runs, filled behind the runs and searched newest first.
//!
//! Nothing of it is written when a run is: an indexer follows with a cursor. Every run up to the cursor is in the index or in
//! `run_unindexed`; both steps happen in the writer's transactions, so no run is ever in neither. What is not in the index yet
//! is [`unindexed`], and whoever searches looks at those runs themselves.
//!
//! A document's number follows from the run's id, so that the order of the index is the order of the list.

use serde_json::Value;
use sqlx::QueryBuilder;

use super::blobs::PushIds;
use super::retention::delete_from;
use super::runs::{Filter, Status, first_created_at, last_created_at};
use super::{Store, StoreError, Tx};
use crate::ids::{RunId, WorkflowId, WorkspaceId};

/// A run whose document's number is taken moves up by one. Servers count within a millisecond, so this is rare.
const BUMPS: i64 = 8;

/// What the index holds of a run that has ended.
#[derive(Debug, Clone)]
pub struct Document {
    pub run: RunId,
    pub workspace: WorkspaceId,
    pub workflow: WorkflowId,
    pub status: Status,
    pub error_code: Option<String>,
    /// Words as [`Phrase`] makes them.
    pub text: String,
}

/// What people look for: words in this order, the last of which may go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase(Vec<String>);

impl Phrase {
    /// The words of a text, in lower case; `None` when it has none.
    pub fn of(text: &str) -> Option<Phrase> {
        let words: Vec<String> = words(text).collect();
        (!words.is_empty()).then_some(Phrase(words))
    }

    /// Whether a text made of [`words`] holds the phrase.
    pub fn is_in(&self, text: &str) -> bool {
        let text: Vec<&str> = text.split(' ').collect();
        let Some((last, first)) = self.0.split_last() else { return false };
        text.windows(self.0.len()).any(|window| {
            let goes_on = |word: &&str| *word == last || (may_go_on(last) && word.starts_with(last.as_str()));
            window.last().is_some_and(goes_on) && window.iter().zip(first).all(|(word, wanted)| *word == wanted)
        })
    }

    /// As the index takes it. Words hold letters and digits only, so there is nothing to escape.
    fn query(&self) -> String {
        let star = if self.0.last().is_some_and(|last| may_go_on(last)) { " *" } else { "" };
        format!("(text : \"{}\"{star})", self.0.join(" "))
    }
}

/// A single letter begins too many words to be of use.
fn may_go_on(word: &str) -> bool {
    word.chars().nth(1).is_some()
}

/// The words of a text: runs of letters and digits, in lower case.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Takes the next runs behind the cursor into view and answers whether there may be more.
pub async fn advance(tx: &mut Tx, limit: u32) -> Result<bool, StoreError> {
    let next = "insert into run_unindexed (run_id) select run_id from run \
                where run_id > (select run_id from search_cursor) order by run_id limit $1 returning run_id";
    let next: Vec<RunId> = sqlx::query_scalar(next).bind(limit).fetch_all(&mut *tx).await?;
    if let Some(last) = next.iter().max() {
        sqlx::query("update search_cursor set run_id = $1").bind(last).execute(tx).await?;
    }
    Ok(next.len() as u32 == limit)
}

/// Whether there are runs behind the cursor.
pub async fn is_behind(store: &Store) -> Result<bool, StoreError> {
    let behind = "select exists (select 1 from run where run_id > (select run_id from search_cursor))";
    Ok(sqlx::query_scalar(behind).fetch_one(&store.readers).await?)
}

/// Whether a run began after this moment.
pub async fn has_since(store: &Store, at_ms: i64) -> Result<bool, StoreError> {
    let since = "select exists (select 1 from run where run_id > $1)";
    Ok(sqlx::query_scalar(since).bind(RunId::first_at(at_ms)).fetch_one(&store.readers).await?)
}

/// Runs that are to be indexed, among the `limit` newest below `before`; and where to look next, if there is more.
pub async fn to_index(
    store: &Store,
    before: Option<RunId>,
    limit: u32,
) -> Result<(Vec<(RunId, WorkspaceId)>, Option<RunId>), StoreError> {
    let next = "select run.run_id, run.workspace_id, run.status from \
                (select run_id from run_unindexed where $1 is null or run_id < $1 order by run_id desc limit $2) as unindexed \
                cross join run on run.run_id = unindexed.run_id order by run.run_id desc";
    let looked_at: Vec<(RunId, WorkspaceId, Status)> =
        sqlx::query_as(next).bind(before).bind(limit).fetch_all(&store.readers).await?;
    let more = if looked_at.len() as u32 == limit { looked_at.last().map(|(run, ..)| *run) } else { None };
    let ended =
        looked_at.into_iter().filter(|(_, _, status)| status.is_final()).map(|(run, workspace, _)| (run, workspace));
    Ok((ended.collect(), more))
}

/// Puts runs into the index.
pub async fn insert(tx: &mut Tx, documents: &[Document]) -> Result<(), StoreError> {
    for document in documents {
        // Deleted since it was read.
        let waits =
            sqlx::query("delete from run_unindexed where run_id = $1").bind(document.run).execute(&mut *tx).await?;
        if waits.rows_affected() == 0 {
            continue;
        }
        let number = free_number(tx, document.run).await?;
        sqlx::query("insert into run_indexed (document, run_id) values ($1, $2)")
            .bind(number)
            .bind(document.run)
            .execute(&mut *tx)
            .await?;
        sqlx::query("insert into run_text (rowid, text, tag) values ($1, $2, $3)")
            .bind(number)
            .bind(&document.text)
            .bind(tags(document))
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

async fn free_number(tx: &mut Tx, run: RunId) -> Result<i64, StoreError> {
    let first = number_of(run);
    let taken: Vec<i64> = sqlx::query_scalar("select document from run_indexed where document between $1 and $2")
        .bind(first)
        .bind(first + BUMPS)
        .fetch_all(tx)
        .await?;
    let full = || StoreError::Internal(format!("{run} finds no number in the search index"));
    (first..=first + BUMPS).find(|number| !taken.contains(number)).ok_or_else(full)
}

/// Takes runs out of the index, wherever they are in it.
pub async fn forget(tx: &mut Tx, runs: &[RunId]) -> Result<(), StoreError> {
    let mut delete =
        QueryBuilder::new("delete from run_text where rowid in (select document from run_indexed where run_id in (");
    delete.push_values_of(runs);
    delete.push("))").build().execute(&mut *tx).await?;
    delete_from(tx, "run_indexed", runs).await?;
    delete_from(tx, "run_unindexed", runs).await
}

/// Runs that the filter lets through, its search aside, and that the index does not know yet; newest first.
pub async fn unindexed(store: &Store, workspace: WorkspaceId, filter: &Filter) -> Result<Vec<RunId>, StoreError> {
    // In this order: a run that is taken into view in between is found twice rather than not at all.
    let behind =
        "select run.run_id from run where run.run_id > (select run_id from search_cursor) and run.workspace_id = ";
    let in_view = "select run.run_id from run_unindexed cross join run on run.run_id = run_unindexed.run_id \
                   where run.workspace_id = ";
    let mut newest = Vec::new();
    for (select, order) in [(behind, "run.run_id"), (in_view, "run_unindexed.run_id")] {
        let mut query = QueryBuilder::new(select);
        query.push_bind(workspace);
        filter.push_conditions(&mut query);
        if let Some(before) = filter.before {
            query.push(format!(" and {order} < ")).push_bind(before);
        }
        query.push(format!(" order by {order} desc limit ")).push_bind(filter.limit);
        newest.extend(query.build_query_scalar::<RunId>().fetch_all(&store.readers).await?);
    }
    newest.sort_unstable_by(|one, other| other.cmp(one));
    newest.dedup();
    newest.truncate(filter.limit as usize);
    Ok(newest)
}

/// Runs in the index that the filter lets through and that hold the phrase, or are of one of the workflows; newest first.
pub async fn indexed(
    store: &Store,
    workspace: WorkspaceId,
    filter: &Filter,
    phrase: Option<&Phrase>,
    workflows: &[WorkflowId],
) -> Result<Vec<RunId>, StoreError> {
    let mut wanted: Vec<String> = phrase.map(Phrase::query).into_iter().collect();
    wanted.extend(workflows.iter().map(|workflow| workflow_tag(*workflow)));
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut expression = format!("({}) AND {}", wanted.join(" OR "), workspace_tag(workspace));
    let filters =
        [filter.workflow.map(workflow_tag), filter.status.map(status_tag), filter.error_code.as_deref().map(error_tag)];
    for tag in filters.into_iter().flatten() {
        expression.push_str(" AND ");
        expression.push_str(&tag);
    }
    let lowest = filter.from_ms.map_or(0, |from_ms| number_of(first_created_at(from_ms)));
    let highest = [filter.to_ms.map(last_created_at), filter.before].into_iter().flatten().map(number_of).min();
    let mut query = QueryBuilder::new(
        "select run.run_id from run_text cross join run_indexed on run_indexed.document = run_text.rowid \
         cross join run on run.run_id = run_indexed.run_id where run_text match ",
    );
    query.push_bind(expression).push(" and run_text.rowid >= ").push_bind(lowest);
    query.push(" and run_text.rowid <= ").push_bind(highest.map_or(i64::MAX, |highest| highest + BUMPS));
    filter.push_conditions(&mut query);
    query.push(" order by run_text.rowid desc limit ").push_bind(filter.limit);
    Ok(query.build_query_scalar().fetch_all(&store.readers).await?)
}

/// Workflows with this text in their name.
pub async fn workflows_named(store: &Store, workspace: WorkspaceId, text: &str) -> Result<Vec<WorkflowId>, StoreError> {
    let named = "select workflow_id from workflow where workspace_id = $1 and instr(lower(name), $2) > 0 limit 100";
    Ok(sqlx::query_scalar(named).bind(workspace).bind(text.to_lowercase()).fetch_all(&store.readers).await?)
}

/// The number of a run's document: the low 43 bits of its milliseconds, then the low 20 bits of the counter within one.
fn number_of(run: RunId) -> i64 {
    let id = run.0.as_u128();
    let at_ms = (id >> 80) & ((1 << 43) - 1);
    ((at_ms << 20) | ((id >> 32) & 0xf_ffff)) as i64
}

fn tags(document: &Document) -> String {
    let mut tags = format!(
        "o{} w{} s{}",
        document.workspace.0.simple(),
        document.workflow.0.simple(),
        status_name(document.status)
    );
    if let Some(code) = &document.error_code {
        tags.push_str(" e");
        tags.push_str(&hex(code));
    }
    tags
}

fn workspace_tag(workspace: WorkspaceId) -> String {
    format!("(tag : \"o{}\")", workspace.0.simple())
}

fn workflow_tag(workflow: WorkflowId) -> String {
    format!("(tag : \"w{}\")", workflow.0.simple())
}

fn status_tag(status: Status) -> String {
    format!("(tag : \"s{}\")", status_name(status))
}

fn error_tag(code: &str) -> String {
    format!("(tag : \"e{}\")", hex(code))
}

/// A code may hold any character, and has to be one word.
fn hex(code: &str) -> String {
    code.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn status_name(status: Status) -> String {
    match serde_json::to_value(status) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use weft_core::run::{ErrorKind, RunError};

    use super::*;
    use crate::store::fixture::{self, ended};

    #[test]
    fn a_phrase_is_found_as_whole_words_of_which_the_last_may_go_on() {
        let check = |phrase: &str, text: &str, expected: bool| {
            let text = words(text).collect::<Vec<_>>().join(" ");
            assert_eq!(
                Phrase::of(phrase).is_some_and(|phrase| phrase.is_in(&text)),
                expected,
                "{phrase:?} in {text:?}"
            );
        };
        check("hello", "Hello, Ada!", true);
        check("HELLO ad", "Hello, Ada!", true);
        check("ello", "Hello, Ada!", false);
        check("hel ada", "Hello, Ada!", false);
        check("ada@example.org", "to: Ada@Example.org", true);
        check("a", "Ada", false);
        check("é", "é", true);
        check("café", "CAFÉS", true);
        check("", "x", false);
        check(" \"*^: ", "x", false);
    }

    async fn index(store: &Store, documents: Vec<Document>) {
        store
            .write(move |tx| {
                Box::pin(async move {
                    while advance(tx, 100).await? {}
                    insert(tx, &documents).await
                })
            })
            .await
            .unwrap();
    }

    fn document(run: RunId, workspace: WorkspaceId, workflow: WorkflowId, text: &str) -> Document {
        Document { run, workspace, workflow, status: Status::Succeeded, error_code: None, text: text.into() }
    }

    #[tokio::test]
    async fn a_run_is_unindexed_until_it_is_in_the_index() {
        let (_folder, store, workspace) = fixture::open().await;
        let workflow = WorkflowId::fresh();
        let (early, late, live) = (RunId::fresh(), RunId::fresh(), RunId::fresh());
        store.commit(ended(late, workspace, workflow, Status::Succeeded, 1)).await.unwrap();
        store.commit(ended(live, workspace, workflow, Status::Waiting, 1)).await.unwrap();
        let filter = Filter { limit: 10, ..Filter::default() };
        let waiting = async || unindexed(&store, workspace, &filter).await.unwrap();
        assert!(is_behind(&store).await.unwrap());
        assert_eq!(waiting().await, [live, late]);
        assert_eq!(to_index(&store, None, 10).await.unwrap(), (vec![], None));
        index(&store, Vec::new()).await;
        assert!(!is_behind(&store).await.unwrap());
        assert_eq!(waiting().await, [live, late]);
        assert_eq!(to_index(&store, None, 10).await.unwrap(), (vec![(late, workspace)], None));
        assert_eq!(to_index(&store, None, 1).await.unwrap(), (vec![], Some(live)));
        assert_eq!(to_index(&store, Some(live), 1).await.unwrap(), (vec![(late, workspace)], Some(late)));
        // Its id was made before the cursor passed, and it is stored after.
        store.commit(ended(early, workspace, workflow, Status::Succeeded, 1)).await.unwrap();
        assert!(!is_behind(&store).await.unwrap());
        assert_eq!(waiting().await, [live, late, early]);
        index(&store, vec![document(late, workspace, workflow, "late"), document(early, workspace, workflow, "early")])
            .await;
        assert_eq!(waiting().await, [live]);
    }

    #[tokio::test]
    async fn the_index_is_searched_newest_first_through_every_filter() {
        let (_folder, store, workspace) = fixture::open().await;
        let (one, other) = (WorkflowId::fresh(), WorkflowId::fresh());
        let runs: Vec<RunId> = (1..5).map(|second| RunId::first_at(1_000 * second)).collect();
        let mut documents = Vec::new();
        for (run, workflow, status, text, at_ms) in [
            (runs[0], one, Status::Succeeded, "ada lovelace", 1_000),
            (runs[1], one, Status::Failed, "ada byron", 2_000),
            (runs[2], other, Status::Succeeded, "bob", 3_000),
            (runs[3], other, Status::Succeeded, "adam", 4_000),
        ] {
            let mut commit = ended(run, workspace, workflow, status, at_ms);
            let error_code = (status == Status::Failed).then(|| "http/refused".to_owned());
            commit.tail.error = error_code.as_deref().map(|code| RunError::new(ErrorKind::Permanent, code, "m").into());
            store.commit(commit).await.unwrap();
            documents.push(Document { status, error_code, ..document(run, workspace, workflow, text) });
        }
        index(&store, documents).await;
        let find = async |text: &str, workflows: &[WorkflowId], filter: Filter| {
            let filter = Filter { limit: if filter.limit == 0 { 10 } else { filter.limit }, ..filter };
            indexed(&store, workspace, &filter, Phrase::of(text).as_ref(), workflows).await.unwrap()
        };
        let all = Filter::default;
        assert_eq!(find("ada", &[], all()).await, [runs[3], runs[1], runs[0]]);
        assert_eq!(find("ada l", &[], all()).await, []);
        assert_eq!(find("ada lo", &[], all()).await, [runs[0]]);
        assert_eq!(find("bob", &[one], all()).await, [runs[2], runs[1], runs[0]]);
        assert_eq!(find("--", &[], all()).await, []);
        assert_eq!(find("ada", &[], Filter { workflow: Some(one), ..all() }).await, [runs[1], runs[0]]);
        assert_eq!(find("ada", &[], Filter { status: Some(Status::Failed), ..all() }).await, [runs[1]]);
        assert_eq!(find("ada", &[], Filter { error_code: Some("http/refused".into()), ..all() }).await, [runs[1]]);
        assert_eq!(find("ada", &[], Filter { error_code: Some("http".into()), ..all() }).await, []);
        assert_eq!(find("ada", &[], Filter { limit: 2, ..all() }).await, [runs[3], runs[1]]);
        assert_eq!(find("ada", &[], Filter { before: Some(runs[1]), ..all() }).await, [runs[0]]);
        let in_time = Filter { from_ms: Some(2_000), to_ms: Some(4_000), ..all() };
        assert_eq!(find("ada", &[], Filter { to_ms: None, ..in_time.clone() }).await, [runs[3], runs[1]]);
        let (anything, ada) = (Filter { limit: 9, ..all() }, Phrase::of("ada"));
        let elsewhere = indexed(&store, WorkspaceId::fresh(), &anything, ada.as_ref(), &[]).await.unwrap();
        assert_eq!(elsewhere, []);
        store
            .write({
                let run = runs[3];
                move |tx| Box::pin(async move { forget(tx, &[run]).await })
            })
            .await
            .unwrap();
        assert_eq!(find("ada", &[], all()).await, [runs[1], runs[0]]);
    }

    #[test]
    fn numbers_follow_the_order_of_ids() {
        let runs: Vec<RunId> = (0..1_000).map(|_| RunId::fresh()).collect();
        assert!(runs.is_sorted() && runs.iter().map(|run| number_of(*run)).is_sorted());
        let distinct: BTreeSet<i64> = runs.iter().map(|run| number_of(*run)).collect();
        assert!(distinct.len() > 990, "{}", distinct.len());
        assert!(number_of(RunId::first_at(253_402_300_799_000)) > 0);
    }

    #[tokio::test]
    async fn runs_with_the_same_number_each_get_a_document() {
        let (_folder, store, workspace) = fixture::open().await;
        let workflow = WorkflowId::fresh();
        let first = RunId::first_at(5_000).0.as_u128();
        let runs = [RunId(uuid::Uuid::from_u128(first)), RunId(uuid::Uuid::from_u128(first + 1))];
        for run in runs {
            store.commit(ended(run, workspace, workflow, Status::Succeeded, 5_000)).await.unwrap();
        }
        index(&store, runs.map(|run| document(run, workspace, workflow, "same")).to_vec()).await;
        let filter = Filter { limit: 10, ..Filter::default() };
        let found = indexed(&store, workspace, &filter, Phrase::of("same").as_ref(), &[]).await.unwrap();
        assert_eq!(BTreeSet::from_iter(found), BTreeSet::from(runs));
    }
}
