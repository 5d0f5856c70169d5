//! Runs that a run starts: those it calls, those that tell somebody of a question, and the one that hears of its failure.
//! They are stored in the flush that makes their cause part of the journal, and begin when it is their turn.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Value, json};
use weft_core::document::OUT;
use weft_core::run::{Answer, Answerer, ErrorKind, Event, Expiry, Finish, Park, Path, RunError, Start, WaitsFor};

use super::call::{PendingCall, STORE_AWAY, Work, store_failed};
use super::drive::{ASK_AGAIN, Drive};
use super::flush::Stopped;
use super::launch::slot_key;
use super::queue::{Limits, Queued};
use super::{Inner, Program, StartError};
use crate::clock::now_ms;
use crate::ids::{RunId, WorkflowId, WorkspaceId};
use crate::links::Links;
use crate::nodes::{Question, Subrun};
use crate::store::StoreError;
use crate::store::runs::{ApprovalChange, Child, Head, Message, NewApproval, Parent, Trigger, TriggerKind};

/// How many runs may start one another.
const DEEPEST: u32 = 16;

/// What a run passes on to the runs it starts.
#[derive(Debug, Clone)]
pub(super) struct Family {
    pub run: RunId,
    pub workspace: WorkspaceId,
    pub depth: u32,
    /// The first of the runs that share values with it.
    pub root: RunId,
}

impl Family {
    fn of(run: RunId, head: &Head) -> Family {
        Family { run, workspace: head.workspace, depth: head.depth, root: head.root.unwrap_or(run) }
    }
}

/// What a workflow is told that tells somebody of a question.
#[derive(Debug, Clone)]
pub(super) struct Notice {
    pub workflow: String,
    pub input: Value,
}

impl Notice {
    /// The first notice of a question.
    pub(super) fn first(question: &Question, token: &str, links: &Links) -> Notice {
        let workflow = question.notify_workflow.clone().unwrap_or_default();
        Notice::new(workflow, &question.form, token, question.park.until_ms, false, links)
    }

    fn new(
        workflow: String,
        form: &Value,
        token: &str,
        expires_ms: Option<i64>,
        is_reminder: bool,
        links: &Links,
    ) -> Notice {
        let input = json!({ "approval": {
            "title": form["title"], "text": form["text"], "assignee": form["assignee"], "url": links.approval_url(token),
            "expires_at_ms": expires_ms, "reminder": is_reminder,
        } });
        Notice { workflow, input }
    }
}

impl Inner {
    /// Whether an answer says only that the store is away for the moment, which is no failure of a step: after a pause it is
    /// to be asked again.
    pub(super) async fn is_to_be_asked_again<T>(&self, answer: &Result<T, RunError>) -> bool {
        let is_away = answer.as_ref().is_err_and(|error| error.code == STORE_AWAY);
        is_away && self.stop.run_until_cancelled(tokio::time::sleep(ASK_AGAIN)).await.is_some()
    }

    /// A run of the published revision of a workflow, ready to be stored.
    pub(super) async fn child(
        self: &Arc<Inner>,
        family: &Family,
        path: &Path,
        workflow: &str,
        kind: TriggerKind,
        input: Arc<Value>,
    ) -> Result<(Child, Queued), RunError> {
        loop {
            let answer = self.try_child(family, path, workflow, kind, Arc::clone(&input)).await;
            if !self.is_to_be_asked_again(&answer).await {
                return answer;
            }
        }
    }

    async fn try_child(
        self: &Arc<Inner>,
        family: &Family,
        path: &Path,
        workflow: &str,
        kind: TriggerKind,
        input: Arc<Value>,
    ) -> Result<(Child, Queued), RunError> {
        let unfit = |code: &str, message: String| RunError {
            pointer: Some("/workflow".into()),
            ..RunError::new(ErrorKind::InvalidInput, code, message)
        };
        if family.depth >= DEEPEST {
            let message = format!(
                "runs have started one another {DEEPEST} deep, as deep as they may: see whether they go round in circles"
            );
            return Err(RunError::new(ErrorKind::Limit, "too_deep", message));
        }
        let id: WorkflowId = workflow
            .parse()
            .map_err(|_| unfit("no_such_workflow", format!("`{workflow}` is not the id of a workflow")))?;
        let published =
            self.records.published(family.workspace, id).await.map_err(|error| store_failed(&error))?.ok_or_else(
                || unfit("workflow_not_published", format!("there is no workflow `{workflow}` that is published")),
            )?;
        let program = self.programs.get(family.workspace, id, published).await.map_err(unstartable)?;
        self.learn(id, program.limits).await.map_err(|error| store_failed(&error))?;
        let now_ms = now_ms();
        let preferred = if kind == TriggerKind::Error { "error_trigger" } else { "manual" };
        let node = program.entry(preferred);
        let head = Head {
            workspace: family.workspace,
            workflow: id,
            revision: published,
            trigger: Trigger { kind, node: node.clone(), fire_ms: None },
            slot_key: slot_key(&program, &input, now_ms)?,
            input,
            created_ms: now_ms,
            parent: Some(Parent { run: family.run, path: path.clone() }),
            depth: family.depth + 1,
            retry_of: None,
            origin: None,
            root: Some(family.root),
        };
        let run = RunId::fresh();
        let queued = Queued {
            run,
            workspace: family.workspace,
            workflow: id,
            key: head.slot_key.clone(),
            limits: program.limits,
        };
        let start = Event::RunStarted { start: Start { trigger: node, ..Start::default() }, at_ms: now_ms };
        Ok((Child { run, head: Arc::new(head), start }, queued))
    }

    /// Sees to it that the live runs of a workflow with limits are known.
    pub(super) async fn learn(&self, workflow: WorkflowId, limits: Limits) -> Result<(), StoreError> {
        if !limits.is_none() && !self.queue.knows(workflow) {
            self.queue.begin_to_learn(workflow);
            self.queue.learn(workflow, self.records.waiting_of(workflow).await?);
        }
        Ok(())
    }
}

fn unstartable(error: StartError) -> RunError {
    match error {
        StartError::Store(error) => store_failed(&error),
        other => RunError::new(ErrorKind::InvalidInput, "workflow_cannot_run", other.to_string()),
    }
}

impl Drive {
    pub(super) fn family(&self) -> Family {
        Family::of(self.run, &self.head)
    }

    /// A step has a run to start: it waits for it or goes on.
    pub(super) fn started(&mut self, path: Path, child: (Child, Queued), subrun: Subrun) {
        let at_ms = now_ms();
        let run = child.0.run.to_string();
        let output = Arc::new(json!({ "run_id": run }));
        let taken = match subrun.waits {
            false => {
                let port = OUT.into();
                self.emit(Event::StepSucceeded { path, port, output, at_ms, logs: Vec::new() })
            }
            true => {
                let park = Park {
                    until_ms: subrun.timeout_ms.map(|timeout_ms| at_ms.saturating_add_unsigned(timeout_ms)),
                    expiry: Expiry::Fail { limit: "timeout_ms".into() },
                    waits_for: Some(WaitsFor::Run { run }),
                    remind_every_ms: None,
                };
                let park = self.bounded(&path, park, at_ms);
                self.emit(Event::Parked { path, park, output, at_ms })
            }
        };
        if taken {
            self.children.push(child);
        }
    }

    /// Lets those go who were `engaged` before an event and are not any more: runs are asked to end, questions are closed.
    pub(super) fn let_go(&mut self, engaged: Vec<(Path, WaitsFor)>) {
        let still: HashSet<Path> = self.state.engaged().into_iter().map(|(path, _)| path).collect();
        for (path, waits_for) in engaged.into_iter().filter(|(path, _)| !still.contains(path)) {
            match waits_for {
                WaitsFor::Run { run } => self.tells.extend(run.parse().ok().map(|run| (run, Message::Cancel))),
                WaitsFor::Approval { .. } => self.approvals.push(ApprovalChange::Close { path, at_ms: now_ms() }),
                WaitsFor::Signal { .. } => {}
            }
        }
    }

    pub(super) fn open_approval(
        &mut self,
        path: Path,
        form: Arc<Value>,
        token: String,
        opened_ms: i64,
        expires_ms: Option<i64>,
    ) {
        let (workspace, workflow) = (self.workspace, self.program.workflow);
        let approval = NewApproval { token, workspace, workflow, path, form, opened_ms, expires_ms };
        self.approvals.push(ApprovalChange::Open(Box::new(approval)));
    }

    /// Tells somebody again of the question at `path`.
    pub(super) fn remind(&mut self, path: Path) {
        let Some(WaitsFor::Approval { form, token, notify: Some(workflow) }) = self.state.waits_for(&path) else {
            self.emit(Event::Reminded { path, at_ms: now_ms() });
            return;
        };
        let until_ms = self.state.until_ms(&path);
        let notice = Notice::new(workflow.clone(), form, token, until_ms, true, &self.inner.links);
        self.reminding.push(path.clone());
        self.make(PendingCall { path, attempt: 1, work: Work::Remind(Box::new(notice)) });
    }

    pub(super) fn reminded(&mut self, path: Path) {
        self.reminding.retain(|other| *other != path);
        self.emit(Event::Reminded { path, at_ms: now_ms() });
    }
}

/// What the run that waits for this one is told.
pub(super) fn tells(head: &Head, run: RunId, workflow_name: &str, finish: &Finish) -> Option<(RunId, Message)> {
    let parent = head.parent.as_ref()?;
    let failed = |kind: ErrorKind, message: String, details: Value| {
        let error = RunError { details: Some(details), ..RunError::new(kind, "called_workflow_failed", message) };
        Answer::Fail { error: Arc::new(error) }
    };
    let answer = match finish {
        Finish::Succeeded(output) => Answer::Leave { port: OUT.into(), output: Arc::clone(output) },
        Finish::Failed(error) => failed(
            error.kind,
            format!("the run of `{workflow_name}` failed: {}", error.message),
            json!({ "run_id": run, "error": **error }),
        ),
        Finish::Cancelled => {
            let message = format!("the run of `{workflow_name}` was cancelled");
            failed(ErrorKind::Permanent, message, json!({ "run_id": run }))
        }
    };
    let from = Answerer::Run { run: run.to_string() };
    Some((parent.run, Message::Answer { path: parent.path.clone(), from, answer }))
}

impl Inner {
    /// The run of the error workflow, when a failed run has one. Stopped when the store is away and the server stops.
    pub(super) async fn error_run(
        self: &Arc<Inner>,
        program: &Program,
        run: RunId,
        head: &Head,
        started_ms: Option<i64>,
        error: &RunError,
    ) -> Result<Option<(Child, Queued)>, Stopped> {
        let is_test = program.revision < 0;
        let workflow = match &program.document.settings.on_error_workflow {
            Some(workflow) if !is_test && head.trigger.kind != TriggerKind::Error => workflow,
            _ => return Ok(None),
        };
        let input = json!({
            "workflow": { "id": program.workflow, "name": program.document.name },
            "run": {
                "id": run, "revision": program.revision, "trigger": head.trigger, "input": *head.input,
                "created_at_ms": head.created_ms, "started_at_ms": started_ms,
            },
            "error": error,
        });
        let family = Family::of(run, head);
        let path = error.path.clone().unwrap_or_else(|| Path::from(""));
        match self.child(&family, &path, workflow, TriggerKind::Error, Arc::new(input)).await {
            Ok(child) => Ok(Some(child)),
            Err(error) if error.code == STORE_AWAY => Err(Stopped),
            Err(error) => {
                tracing::warn!(run.id = %run, error = error.message, "the error workflow could not be started");
                Ok(None)
            }
        }
    }
}
