//! Where errors of the parts below become problems. They know nothing of HTTP; this is the one place that knows both.

use weft_core::run::{ErrorKind, RunError};

use super::problem::{Code, Problem, WorkflowName};
use crate::accounts::{SetupError, SignInError};
use crate::credentials::CredentialError;
use crate::plugin_host::UploadError;
use crate::plugins::{InUse, PluginError};
use crate::runner::{self, RepeatError, SendError};
use crate::store::StoreError;
use crate::triggers::HookError;
use crate::workflows::{SampleError, SaveError, StartError, WorkflowError};

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        match error {
            StoreError::Conflict(_) => {
                Problem::new(Code::Conflict, "Somebody else was faster. Read it again and repeat what you did.")
            }
            StoreError::Unavailable(_) => {
                tracing::warn!(%error, "a request met an unavailable database");
                Problem::new(
                    Code::Unavailable,
                    "The database cannot be reached or is full. The server's log has the details.",
                )
                .retry_after(1)
            }
            StoreError::InUse(_) | StoreError::Damaged(_) | StoreError::Internal(_) => Problem::internal(error),
        }
    }
}

impl From<WorkflowError> for Problem {
    fn from(error: WorkflowError) -> Problem {
        match error {
            WorkflowError::NotFound => Problem::new(Code::WorkflowNotFound, sentence(error)),
            WorkflowError::Name => Problem::new(Code::InvalidName, sentence(error)).at_field("name"),
            WorkflowError::HasProblems(ref problems) => {
                let problems = problems.clone();
                Problem::new(Code::DocumentHasProblems, sentence(error)).with_problems(problems)
            }
            WorkflowError::Runner(error) => error.into(),
            WorkflowError::Store(error) => error.into(),
        }
    }
}

impl From<SaveError> for Problem {
    fn from(error: SaveError) -> Problem {
        match error {
            SaveError::NotFound => Problem::new(Code::WorkflowNotFound, sentence(error)),
            SaveError::Changed => Problem::new(Code::DraftChanged, sentence(error)),
            SaveError::Store(error) => error.into(),
        }
    }
}

impl From<StartError> for Problem {
    fn from(error: StartError) -> Problem {
        match error {
            StartError::NotPublished => Problem::new(Code::WorkflowNotPublished, sentence(error)),
            StartError::NoSuchRun => Problem::new(Code::RunNotFound, sentence(error)),
            StartError::Workflow(error) => error.into(),
            StartError::Runner(error) => error.into(),
            StartError::Store(error) => error.into(),
        }
    }
}

impl From<runner::StartError> for Problem {
    fn from(error: runner::StartError) -> Problem {
        match error {
            runner::StartError::NoSuchRevision => Problem::new(Code::RevisionNotFound, sentence(error)),
            runner::StartError::BrokenRevision(ref problems) => {
                let problems = problems.clone();
                Problem::new(Code::DocumentHasProblems, sentence(error)).with_problems(problems)
            }
            runner::StartError::BadTrigger(_) => Problem::new(Code::NoSuchTrigger, sentence(error)),
            runner::StartError::Skipped => Problem::new(Code::Conflict, sentence(error)),
            runner::StartError::Overloaded { retry_after_s } => {
                Problem::new(Code::TooManyRuns, sentence(error)).retry_after(retry_after_s.into())
            }
            runner::StartError::ShuttingDown => {
                Problem::new(Code::ShuttingDown, "Try again in a moment.").retry_after(5)
            }
            runner::StartError::Store(error) => error.into(),
        }
    }
}

/// The error of a plugin that was asked something outside of a run.
impl From<RunError> for Problem {
    fn from(error: RunError) -> Problem {
        let code = match error.kind {
            ErrorKind::Permanent | ErrorKind::Auth | ErrorKind::InvalidInput => Code::PluginRefused,
            _ => Code::PluginFailed,
        };
        let problem = Problem::new(code, sentence(format!("{} ({})", error.message, error.code)));
        match error.pointer {
            Some(pointer) => problem.at_pointer(pointer),
            None => problem,
        }
    }
}

impl From<HookError> for Problem {
    fn from(error: HookError) -> Problem {
        match error {
            HookError::Unknown => Problem::new(Code::NoSuchWebhook, sentence(error)),
            HookError::Plugin(error) => error.into(),
            HookError::Start(error) => error.into(),
        }
    }
}

impl From<SampleError> for Problem {
    fn from(error: SampleError) -> Problem {
        match error {
            SampleError::NotPolled(_) => Problem::new(Code::NoSuchTrigger, sentence(error)).at_field("node"),
            SampleError::Workflow(error) => error.into(),
            SampleError::Plugin(error) => error.into(),
        }
    }
}

impl From<SendError> for Problem {
    fn from(error: SendError) -> Problem {
        match error {
            SendError::NotFound => Problem::new(Code::RunNotFound, sentence(error)),
            SendError::TooLate => Problem::new(Code::ApprovalClosed, sentence(error)),
            SendError::AlreadyEnded => Problem::new(Code::RunHasEnded, sentence(error)),
            SendError::Full => Problem::new(Code::TooManySignals, sentence(error)),
            SendError::Start(error) => error.into(),
        }
    }
}

impl From<RepeatError> for Problem {
    fn from(error: RepeatError) -> Problem {
        match error {
            RepeatError::NotFound => Problem::new(Code::RunNotFound, sentence(error)),
            RepeatError::NotEnded => Problem::new(Code::RunNotEnded, sentence(error)),
            RepeatError::NothingFailed => Problem::new(Code::NothingFailed, sentence(error)),
            RepeatError::NoSuchNode(_) => Problem::new(Code::NoSuchTrigger, sentence(error)).at_field("from"),
            RepeatError::Start(error) => error.into(),
        }
    }
}

impl From<SetupError> for Problem {
    fn from(error: SetupError) -> Problem {
        let field = |code, field: &str, error: SetupError| Problem::new(code, sentence(error)).at_field(field);
        match error {
            SetupError::Done => Problem::new(Code::AlreadySetUp, sentence(error)),
            SetupError::WrongToken => field(Code::WrongSetupToken, "token", error),
            SetupError::Name => field(Code::InvalidName, "name", error),
            SetupError::Email => field(Code::InvalidEmail, "email", error),
            SetupError::Password(_) => field(Code::WeakPassword, "password", error),
            SetupError::Store(error) => error.into(),
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Problem {
        match error {
            SignInError::Wrong => Problem::new(Code::WrongCredentials, sentence(error)),
            SignInError::Throttled { retry_after_s } => {
                Problem::new(Code::TooManyAttempts, sentence(error)).retry_after(retry_after_s)
            }
            SignInError::Store(error) => error.into(),
        }
    }
}

impl From<PluginError> for Problem {
    fn from(error: PluginError) -> Problem {
        match error {
            PluginError::NotFound => Problem::new(Code::PluginNotFound, sentence(error)),
            PluginError::Exists { .. } => Problem::new(Code::PluginVersionExists, sentence(error)),
            PluginError::NeedsGrant => Problem::new(Code::PluginNeedsGrant, sentence(error)),
            PluginError::NotAskedFor(_) => {
                Problem::new(Code::InvalidGrant, sentence(error)).at_field("hosts").at_pointer("/hosts")
            }
            PluginError::Bundled => Problem::new(Code::PluginIsBundled, sentence(error)),
            PluginError::InUse(ref users) => {
                let workflows = names_of(users);
                Problem::new(Code::PluginInUse, sentence(error)).with_workflows(workflows)
            }
            PluginError::Upload(error) => error.into(),
            PluginError::Store(error) => error.into(),
        }
    }
}

impl From<CredentialError> for Problem {
    fn from(error: CredentialError) -> Problem {
        let told = sentence(&error);
        match error {
            CredentialError::NotFound => Problem::new(Code::CredentialNotFound, told),
            CredentialError::NameTaken(_) => {
                Problem::new(Code::CredentialNameTaken, told).at_field("name").at_pointer("/name")
            }
            CredentialError::Invalid { pointer, .. } => {
                let field = pointer.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned();
                Problem::new(Code::InvalidCredential, told).at_field(field).at_pointer(pointer)
            }
            CredentialError::Changed => Problem::new(Code::CredentialChanged, told),
            CredentialError::InUse(users) => Problem::new(Code::CredentialInUse, told).with_workflows(names_of(&users)),
            CredentialError::Sealed(error) => {
                tracing::error!(%error, "a credential does not open");
                Problem::new(Code::CredentialSealed, told)
            }
            CredentialError::Store(error) => error.into(),
        }
    }
}

fn names_of(users: &[InUse]) -> Vec<WorkflowName> {
    users.iter().map(|user| WorkflowName { id: user.id, name: user.name.clone() }).collect()
}

impl From<UploadError> for Problem {
    fn from(error: UploadError) -> Problem {
        let code = match &error {
            UploadError::NotAComponent(_) => Code::NotAComponent,
            UploadError::TooLarge { .. } => Code::TooLarge,
            UploadError::UndeclaredImport(_) => Code::UndeclaredImport,
            UploadError::CompileFailed(_) => Code::CompileFailed,
            UploadError::DescribeFailed(_) => Code::DescribeFailed,
            UploadError::InvalidManifest(_) => Code::InvalidManifest,
            UploadError::Host(error) => return Problem::internal(error),
        };
        let problems = error.problems().to_vec();
        Problem::new(code, sentence(error)).with_problems(problems)
    }
}

/// An error's words as a sentence of their own.
fn sentence(error: impl std::fmt::Display) -> String {
    let text = error.to_string();
    let mut characters = text.chars();
    let upper =
        characters.next().map(|first| first.to_uppercase().chain(characters).collect::<String>()).unwrap_or_default();
    if upper.ends_with(['.', '!', '?']) { upper } else { format!("{upper}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(problem: impl Into<Problem>, code: &str, detail: &str) {
        let problem = problem.into();
        assert_eq!((problem.code(), problem.detail()), (code, detail));
    }

    #[test]
    fn errors_become_problems_with_their_codes() {
        check(SaveError::NotFound, "workflow_not_found", "There is no such workflow in this workspace.");
        check(
            StartError::Workflow(WorkflowError::NotFound),
            "workflow_not_found",
            "There is no such workflow in this workspace.",
        );
        check(runner::StartError::BadTrigger("no node `x`".into()), "no_such_trigger", "No node `x`.");
        check(SendError::AlreadyEnded, "run_has_ended", "The run has already ended.");
        check(SignInError::Wrong, "wrong_credentials", "No account has this email and password.");
        check(
            PluginError::InUse(Vec::new()),
            "plugin_in_use",
            "Workflows still use this version: publish them without it, or unpublish them, first.",
        );
        check(
            UploadError::NotAComponent("bad magic".into()),
            "not_a_component",
            "This is not a WebAssembly component: bad magic.",
        );
    }

    #[test]
    fn what_the_database_says_stays_inside() {
        check(
            StoreError::Internal("near \"selct\": syntax error".into()),
            "internal_error",
            "Something failed on our side. The server's log has the details.",
        );
        check(
            StoreError::Unavailable("disk full".into()),
            "unavailable",
            "The database cannot be reached or is full. The server's log has the details.",
        );
    }
}
