//! Schedules in service, and trying one out.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use weft_core::schedule::{Field, Schedule, ScheduleError};

use super::caller::Caller;
use super::json::Json;
use super::page::{Page, PageQuery};
use super::parameters::{Path, Query};
use super::problem::{Code, Problem, ProblemBody};
use crate::accounts::Permission;
use crate::app::App;
use crate::clock::now_ms;
use crate::ids::{RunId, ScheduleId, WorkflowId};
use crate::store::schedules::{self as stored, Missed, SkippedBecause};

/// Moments a list tells of each schedule.
const UPCOMING: usize = 5;

const DEFAULT_COUNT: usize = 5;
const LARGEST_COUNT: usize = 100;

/// A schedule in service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Schedule)]
pub struct ScheduleView {
    #[schema(value_type = String)]
    id: ScheduleId,
    #[schema(value_type = String)]
    workflow_id: WorkflowId,
    workflow_name: String,
    node: String,
    cron: String,
    timezone: String,
    missed: Missed,
    /// How old a missed moment may be to be made up for; a day for `last` and without limit for `all` when absent.
    #[schema(required)]
    missed_window_ms: Option<i64>,
    /// Each start is moved by less than this.
    jitter_ms: i64,
    /// What the workflow does about a run that is still going.
    overlap: String,
    /// The next five moments.
    next_ms: Vec<i64>,
    #[schema(required)]
    last_fired_ms: Option<i64>,
}

/// What a moment of a schedule became, or several moments that were skipped for the same reason.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fire)]
pub struct FireView {
    /// The moment; of several the last.
    fire_ms: i64,
    /// The first of them.
    first_ms: i64,
    /// How many moments this is about.
    count: i64,
    /// The run it became. Runs that are deleted later keep their place here.
    #[schema(required, value_type = Option<String>)]
    run_id: Option<RunId>,
    /// Why there is no run, in words.
    #[schema(required)]
    skipped_because: Option<String>,
    /// The same as a stable code.
    #[schema(required)]
    skip_code: Option<SkippedBecause>,
    /// When this was decided; how long after `fire_ms` a run was started.
    #[schema(required)]
    decided_ms: Option<i64>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewSchedule {
    /// Five fields, or six with seconds in front.
    cron: String,
    /// An IANA name such as `Europe/Berlin`; `UTC` when absent.
    #[serde(default = "utc")]
    timezone: String,
    /// Now when absent.
    #[serde(default)]
    from_ms: Option<i64>,
    /// 1 to 100; 5 when absent.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100)]
    count: Option<usize>,
}

fn utc() -> String {
    "UTC".into()
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Upcoming {
    next_ms: Vec<i64>,
}

/// List the schedules in service with their next moments
#[utoipa::path(get, path = "/schedules", operation_id = "list_schedules", tag = "schedules", params(PageQuery),
    responses((status = 200, body = Page<ScheduleView>), (status = "4XX", body = ProblemBody)))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<ScheduleView>>, Problem> {
    let workspace = caller.may(Permission::ViewWorkflows)?;
    let limit = page.limit()?;
    let found = stored::list(app.store(), workspace, page.cursor()?, limit + 1).await?;
    let now_ms = now_ms();
    let items = found.into_iter().map(|schedule| ScheduleView::of(schedule, now_ms)).collect();
    Ok(Json(Page::of(items, limit, |schedule: &ScheduleView| schedule.id.to_string())))
}

/// List what the moments of a schedule became, the newest first
#[utoipa::path(get, path = "/schedules/{id}/fires", operation_id = "list_fires", tag = "schedules",
    params(("id" = String, Path, description = "A schedule"), PageQuery),
    responses((status = 200, body = Page<FireView>), (status = "4XX", body = ProblemBody)))]
pub async fn fires(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ScheduleId>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<FireView>>, Problem> {
    let workspace = caller.may(Permission::ViewWorkflows)?;
    let limit = page.limit()?;
    if !stored::exists(app.store(), workspace, id).await? {
        return Err(Problem::new(Code::ScheduleNotFound, format!("There is no schedule `{id}`.")));
    }
    let found = stored::fires(app.store(), id, page.cursor()?, limit + 1).await?;
    let items = found.into_iter().map(FireView::of).collect();
    Ok(Json(Page::of(items, limit, |fire: &FireView| fire.fire_ms.to_string())))
}

/// Compute when a cron line fires
#[utoipa::path(post, path = "/schedules/preview", operation_id = "preview_schedule", tag = "schedules", request_body = PreviewSchedule,
    responses((status = 200, body = Upcoming), (status = "4XX", body = ProblemBody)))]
pub async fn preview(caller: Caller, Json(body): Json<PreviewSchedule>) -> Result<Json<Upcoming>, Problem> {
    caller.may(Permission::ViewWorkflows)?;
    let count = count(body.count)?;
    let schedule = Schedule::parse(&body.cron, &body.timezone).map_err(refused)?;
    Ok(Json(Upcoming { next_ms: schedule.upcoming(body.from_ms.unwrap_or_else(now_ms), count) }))
}

fn count(given: Option<usize>) -> Result<usize, Problem> {
    match given {
        None => Ok(DEFAULT_COUNT),
        Some(count @ 1..=LARGEST_COUNT) => Ok(count),
        Some(_) => {
            let detail = format!("`count` must be between 1 and {LARGEST_COUNT}.");
            Err(Problem::new(Code::InvalidBody, detail).at_field("count").at_pointer("/count"))
        }
    }
}

fn refused(error: ScheduleError) -> Problem {
    let (code, field) = match error.field {
        Field::Cron => (Code::InvalidCron, "cron"),
        Field::Timezone => (Code::InvalidTimezone, "timezone"),
    };
    Problem::new(code, error.message).at_field(field)
}

impl ScheduleView {
    fn of(schedule: stored::Schedule, now_ms: i64) -> ScheduleView {
        let times = Schedule::parse(&schedule.cron, &schedule.timezone);
        ScheduleView {
            id: schedule.id,
            workflow_id: schedule.workflow,
            workflow_name: schedule.workflow_name,
            node: schedule.node,
            next_ms: times.map(|times| times.upcoming(now_ms, UPCOMING)).unwrap_or_default(),
            cron: schedule.cron,
            timezone: schedule.timezone,
            missed: schedule.missed,
            missed_window_ms: schedule.missed_window_ms,
            jitter_ms: schedule.jitter_ms,
            overlap: schedule.overlap,
            last_fired_ms: schedule.last_fired_ms,
        }
    }
}

impl FireView {
    fn of(fire: stored::Fire) -> FireView {
        FireView {
            fire_ms: fire.fire_ms,
            first_ms: fire.first_ms,
            count: fire.count,
            run_id: fire.run,
            skipped_because: fire.skipped_because.map(|because| in_words(because, fire.detail)),
            skip_code: fire.skipped_because,
            decided_ms: fire.decided_ms,
        }
    }
}

fn in_words(because: SkippedBecause, detail: Option<String>) -> String {
    let words = match because {
        SkippedBecause::Policy => "missed, and the schedule's policy does not make up for it",
        SkippedBecause::TooOld => "missed, and too old to be made up for",
        SkippedBecause::TooMany => "missed, and not among the newest 100",
        SkippedBecause::Restored => "due before the restored database was confirmed",
        SkippedBecause::Overlap => "a run of the workflow was still going",
        SkippedBecause::CouldNotStart => "the run could not start",
        SkippedBecause::CouldNotCompute => "its times cannot be computed any more; publish the workflow again",
    };
    detail.map_or(words.to_owned(), |detail| format!("{words}: {detail}"))
}
