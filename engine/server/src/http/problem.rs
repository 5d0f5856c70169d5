//! What the API answers when it refuses: `application/problem+json` with a stable code. All codes are in this file.

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use weft_core::problem::Problem as DocumentProblem;

use super::schema::CoreProblem;
use crate::ids::{RunId, WorkflowId};

macro_rules! codes {
    ($($name:ident = $status:literal $code:literal $title:literal;)*) => {
        /// The stable identifier of a refusal.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $($name),* }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &[Code] = &[$(Code::$name),*];

            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $code),* }
            }

            pub fn status(self) -> StatusCode {
                let status = match self { $(Code::$name => $status),* };
                StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }

            /// The same words whatever happened; the detail tells the rest.
            pub fn title(self) -> &'static str {
                match self { $(Code::$name => $title),* }
            }
        }
    };
}

codes! {
    // The request as such.
    MalformedRequest = 400 "malformed_request" "The request is malformed";
    BadCursor = 400 "bad_cursor" "The cursor is not one this list gave out";
    BodyNotJson = 400 "body_not_json" "The body is not JSON";
    BodyTooDeep = 400 "body_too_deep" "The body is nested too deeply";
    RouteNotFound = 404 "route_not_found" "There is no such route";
    MethodNotAllowed = 405 "method_not_allowed" "The route does not take this method";
    RequestTimeout = 408 "request_timeout" "The body did not arrive in time";
    BodyTooLarge = 413 "body_too_large" "The body is too large";
    WrongContentType = 415 "wrong_content_type" "The content type is not the one this route takes";
    InvalidBody = 422 "invalid_body" "The body does not have the expected shape";

    // Who is asking.
    NotSignedIn = 401 "not_signed_in" "You are not signed in";
    WrongCredentials = 401 "wrong_credentials" "Email or password is wrong";
    CrossSiteRequest = 403 "cross_site_request" "The request came from another site";
    WrongSetupToken = 403 "wrong_setup_token" "The set-up link is not valid";
    AlreadySetUp = 409 "already_set_up" "This server is already set up";
    WeakPassword = 422 "weak_password" "The password is too weak";
    InvalidEmail = 422 "invalid_email" "This is not an email address";
    InvalidName = 422 "invalid_name" "The name is missing or too long";
    TooManyAttempts = 429 "too_many_attempts" "Too many attempts to sign in";

    // Workflows.
    WorkflowNotFound = 404 "workflow_not_found" "There is no such workflow";
    RevisionNotFound = 404 "revision_not_found" "There is no such revision";
    WorkflowNotPublished = 409 "workflow_not_published" "The workflow is not published";
    DraftChanged = 412 "draft_changed" "Somebody else changed the draft";
    PreconditionRequired = 428 "precondition_required" "The header If-Match is missing";
    InvalidDocument = 422 "invalid_document" "This is not a workflow document";
    DocumentHasProblems = 422 "document_has_problems" "The document has problems that keep it from running";

    // Runs.
    RunNotFound = 404 "run_not_found" "There is no such run";
    FileNotFound = 404 "file_not_found" "There is no such file";
    RunNotEnded = 409 "run_not_ended" "The run has not ended yet";
    NothingFailed = 409 "nothing_failed" "Nothing of the run failed";
    StepNotInterrupted = 409 "step_not_interrupted" "The step does not wait for a decision";
    ApprovalNotFound = 404 "approval_not_found" "There is no such question";
    ApprovalClosed = 409 "approval_closed" "The question needs no answer any more";
    InvalidAnswer = 422 "invalid_answer" "The answer does not fit the question";
    InvalidSignal = 422 "invalid_signal" "This cannot be the name of a signal";
    TooManySignals = 409 "too_many_signals" "The run keeps as many signals as it can";
    ResumeLinkNotFound = 404 "resume_link_not_found" "This link leads to no run";
    RunHasEnded = 409 "run_has_ended" "The run has already ended";
    NoSuchTrigger = 422 "no_such_trigger" "The run cannot start there";
    TooManyRuns = 503 "too_many_runs" "The server has as many runs as it can take";

    // Expressions and schedules.
    ExpressionFailed = 422 "expression_failed" "The expression failed";
    ScheduleNotFound = 404 "schedule_not_found" "There is no such schedule";
    InvalidCron = 422 "invalid_cron" "The cron line is not valid";
    InvalidTimezone = 422 "invalid_timezone" "There is no such time zone";

    // Credentials.
    CredentialNotFound = 404 "credential_not_found" "There is no such credential";
    CredentialNameTaken = 409 "credential_name_taken" "Another credential has this name";
    CredentialInUse = 409 "credential_in_use" "Workflows still use this credential";
    CredentialChanged = 409 "credential_changed" "Somebody else changed the credential";
    CredentialSealed = 409 "credential_sealed" "The credential does not open with this server's master key";
    InvalidCredential = 422 "invalid_credential" "The credential is not what the plugin asks for";
    // Plugins.
    PluginNotFound = 404 "plugin_not_found" "There is no such plugin version";
    PluginVersionExists = 409 "plugin_version_exists" "This version of the plugin exists already";
    PluginInUse = 409 "plugin_in_use" "Workflows still use this plugin version";
    PluginNeedsGrant = 409 "plugin_needs_grant" "Nobody has granted what the plugin asks for";
    InvalidGrant = 422 "invalid_grant" "The plugin does not ask for this";
    PluginIsBundled = 409 "plugin_is_bundled" "Bundled plugins cannot be removed";
    NotAComponent = 422 "not_a_component" "The file is not a WebAssembly component";
    UndeclaredImport = 422 "undeclared_import" "The component imports something plugins do not get";
    InvalidManifest = 422 "invalid_manifest" "The plugin's manifest is not valid";
    TooLarge = 422 "too_large" "The component is too large";
    CompileFailed = 422 "compile_failed" "The component could not be compiled";
    DescribeFailed = 422 "describe_failed" "The component could not describe itself";

    PluginRefused = 422 "plugin_refused" "The plugin refused";
    PluginFailed = 502 "plugin_failed" "The plugin failed";

    // Webhooks.
    RequestRejected = 401 "request_rejected" "The request is not genuine";
    NoSuchWebhook = 404 "no_such_webhook" "No published workflow answers here";
    RunSkipped = 409 "run_skipped" "The run was skipped";
    RunFailed = 500 "run_failed" "The run failed";
    RunCancelled = 500 "run_cancelled" "The run was cancelled";
    NoResponse = 500 "no_response" "The run ended without a response";

    // The server.
    Conflict = 409 "conflict" "Somebody else changed this at the same time";
    Internal = 500 "internal_error" "The server failed";
    Unavailable = 503 "unavailable" "The server cannot do this right now";
    ShuttingDown = 503 "shutting_down" "The server is shutting down";
}

/// A refusal. Boxed, because it travels as the error of every handler.
#[derive(Debug, Clone)]
pub struct Problem(Box<Refusal>);

#[derive(Debug, Clone)]
struct Refusal {
    body: ProblemBody,
    status: StatusCode,
    retry_after_s: Option<u64>,
}

/// The body of every error of the API.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Where the code is explained.
    r#type: String,
    title: &'static str,
    status: u16,
    /// Stable identifier to program against.
    code: &'static str,
    /// What happened, to which thing, and what to do.
    detail: String,
    /// What is wrong with the document.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<CoreProblem>)]
    problems: Vec<DocumentProblem>,
    /// The field of the request the problem is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// JSON pointer into the body of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    /// Where in a template an expression failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    span: Option<Span>,
    /// The workflows that still use what was to be removed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    workflows: Vec<WorkflowName>,
    /// The run it happened in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    run_id: Option<RunId>,
}

/// A part of a template, in UTF-16 units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// A workflow, told by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WorkflowName {
    #[schema(value_type = String)]
    pub id: WorkflowId,
    pub name: String,
}

impl Problem {
    pub fn new(code: Code, detail: impl Into<String>) -> Problem {
        let status = code.status();
        let body = ProblemBody {
            r#type: format!("{}/docs#{}", super::router::PREFIX, code.as_str()),
            title: code.title(),
            status: status.as_u16(),
            code: code.as_str(),
            detail: detail.into(),
            problems: Vec::new(),
            field: None,
            pointer: None,
            span: None,
            workflows: Vec::new(),
            run_id: None,
        };
        Problem(Box::new(Refusal { body, status, retry_after_s: None }))
    }

    /// A failure of ours: the log gets the reason, the caller does not.
    pub fn internal(error: impl std::fmt::Display) -> Problem {
        tracing::error!(%error, "a request failed");
        Problem::new(Code::Internal, "Something failed on our side. The server's log has the details.")
    }

    pub fn with_problems(mut self, problems: Vec<DocumentProblem>) -> Problem {
        self.0.body.problems = problems;
        self
    }

    pub fn at_field(mut self, field: impl Into<String>) -> Problem {
        self.0.body.field = Some(field.into());
        self
    }

    pub fn at_pointer(mut self, pointer: impl Into<String>) -> Problem {
        self.0.body.pointer = Some(pointer.into());
        self
    }

    pub fn at_span(mut self, start: usize, end: usize) -> Problem {
        self.0.body.span = Some(Span { start, end });
        self
    }

    pub fn with_workflows(mut self, workflows: Vec<WorkflowName>) -> Problem {
        self.0.body.workflows = workflows;
        self
    }

    pub fn in_run(mut self, run: RunId) -> Problem {
        self.0.body.run_id = Some(run);
        self
    }

    /// Tells when another try makes sense.
    pub fn retry_after(mut self, seconds: u64) -> Problem {
        self.0.retry_after_s = Some(seconds);
        self
    }

    pub fn code(&self) -> &'static str {
        self.0.body.code
    }

    pub fn detail(&self) -> &str {
        &self.0.body.detail
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Refusal { body, status, retry_after_s } = *self.0;
        let mut response = (status, axum::Json(body)).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_slugs() {
        for (position, code) in Code::ALL.iter().enumerate() {
            assert!(code.as_str().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{code:?}");
            assert!(Code::ALL[..position].iter().all(|other| other.as_str() != code.as_str()), "{code:?}");
            assert!(code.status().is_client_error() || code.status().is_server_error(), "{code:?}");
        }
    }

    #[tokio::test]
    async fn a_problem_is_a_problem_document() {
        let problem = Problem::new(Code::TooManyRuns, "Try later.").at_field("input").retry_after(3);
        let response = problem.into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
        assert_eq!(response.headers()[RETRY_AFTER], "3");
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            body,
            serde_json::json!({
                "type": "/api/v1/docs#too_many_runs", "title": "The server has as many runs as it can take", "status": 503,
                "code": "too_many_runs", "detail": "Try later.", "field": "input"
            })
        );
    }

    #[tokio::test]
    async fn a_failure_of_ours_keeps_its_reason_to_itself() {
        let response = Problem::internal("password is hunter2").into_response();
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        assert!(!String::from_utf8_lossy(&body).contains("hunter2"));
    }
}
