//! Every way in which three callers can meet in the writer.
//!
//! What differs from one meeting to the next is what each wants, whether that is at fault, who has gone away before the
//! answer, and who shares a transaction with whom. All of it is gone through.

use std::pin::Pin;

use futures::future::join_all;
use tempfile::TempDir;

use super::runs::{self, Status};
use super::{Store, StoreError, fixture, settings};
use crate::ids::{RunId, WorkflowId, WorkspaceId};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Want {
    Commit,
    /// Of a run that is there already.
    CommitTwice,
    Job,
    FailingJob,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Caller {
    want: Want,
    leaves: bool,
}

/// When the three send: together, or some after others were answered or while they are being written.
const MEETINGS: [[Moment; 3]; 5] = [
    [Moment::Together, Moment::Together, Moment::Together],
    [Moment::Together, Moment::Together, Moment::Afterwards],
    [Moment::Together, Moment::Afterwards, Moment::Together],
    [Moment::Together, Moment::Meanwhile, Moment::Together],
    [Moment::Together, Moment::Together, Moment::Meanwhile],
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Moment {
    /// With the one before.
    Together,
    /// Once those before were answered.
    Afterwards,
    /// Once the writer is at work on those before.
    Meanwhile,
}

type Call<'a> = Pin<Box<dyn Future<Output = Result<(), StoreError>> + 'a>>;

struct Office {
    store: Store,
    workspace: WorkspaceId,
    workflow: WorkflowId,
    taken: RunId,
    _folder: TempDir,
}

impl Office {
    async fn open() -> Office {
        let (folder, store, workspace) = fixture::open().await;
        let office = Office { store, workspace, workflow: WorkflowId::fresh(), taken: RunId::fresh(), _folder: folder };
        office.commit(office.taken).await.unwrap();
        office
    }

    async fn commit(&self, run: RunId) -> Result<(), StoreError> {
        self.store.commit(fixture::ended(run, self.workspace, self.workflow, Status::Succeeded, 1)).await
    }

    async fn set(&self, run: RunId, then: Result<(), StoreError>) -> Result<(), StoreError> {
        let name = run.to_string();
        let job = self.store.write(move |tx| {
            Box::pin(async move {
                settings::set(tx, &name, "1").await?;
                then
            })
        });
        job.await
    }

    fn call(&self, want: Want, run: RunId) -> Call<'_> {
        match want {
            Want::Commit => Box::pin(self.commit(run)),
            Want::CommitTwice => Box::pin(self.commit(self.taken)),
            Want::Job => Box::pin(self.set(run, Ok(()))),
            Want::FailingJob => Box::pin(self.set(run, Err(StoreError::Damaged("on purpose".into())))),
        }
    }

    async fn is_there(&self, want: Want, run: RunId) -> bool {
        match want {
            Want::Commit | Want::CommitTwice => runs::find(&self.store, self.workspace, run).await.unwrap().is_some(),
            Want::Job | Want::FailingJob => settings::get(&self.store, &run.to_string()).await.unwrap().is_some(),
        }
    }

    async fn meet(&self, callers: [Caller; 3], moments: [Moment; 3]) {
        let runs = [(); 3].map(|()| RunId::fresh());
        let mut told: [Option<Result<(), StoreError>>; 3] = [const { None }; 3];
        let mut open: Vec<(usize, Call<'_>)> = Vec::new();
        for (place, (caller, moment)) in callers.into_iter().zip(moments).enumerate() {
            match moment {
                Moment::Together => {}
                Moment::Meanwhile => tokio::task::yield_now().await,
                Moment::Afterwards => answer(&mut open, &mut told).await,
            }
            let mut call = self.call(caller.want, runs[place]);
            assert!(futures::poll!(&mut call).is_pending(), "it has been sent, and the writer has not had its turn");
            if !caller.leaves {
                open.push((place, call));
            }
        }
        answer(&mut open, &mut told).await;
        // Whoever writes after all others knows that the writer is done with them.
        self.set(RunId::fresh(), Ok(())).await.unwrap();
        for (place, caller) in callers.into_iter().enumerate() {
            let is_good = matches!(caller.want, Want::Commit | Want::Job);
            let told = told[place].as_ref();
            assert!(
                told.is_none_or(|told| told.is_ok() == is_good),
                "{callers:?} {moments:?}: {place} was told {told:?}"
            );
            assert_eq!(told.is_none(), caller.leaves, "{callers:?} {moments:?}: {place} was not answered");
            let is_there = self.is_there(caller.want, runs[place]).await;
            assert_eq!(is_there, is_good, "{callers:?} {moments:?}: {place}");
        }
    }
}

async fn answer(open: &mut Vec<(usize, Call<'_>)>, told: &mut [Option<Result<(), StoreError>>; 3]) {
    for (place, result) in join_all(open.drain(..).map(async |(place, call)| (place, call.await))).await {
        told[place] = Some(result);
    }
}

#[tokio::test]
async fn each_caller_is_told_what_became_of_its_write_and_of_no_other() {
    let office = Office::open().await;
    let wants = [Want::Commit, Want::CommitTwice, Want::Job, Want::FailingJob];
    let callers: Vec<Caller> =
        wants.into_iter().flat_map(|want| [false, true].map(|leaves| Caller { want, leaves })).collect();
    for &first in &callers {
        for &second in &callers {
            for &third in &callers {
                for moments in MEETINGS {
                    office.meet([first, second, third], moments).await;
                }
            }
        }
    }
}
