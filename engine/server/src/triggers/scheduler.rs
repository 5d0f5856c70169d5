//! Fires schedules. A moment is marked as fired in the transaction that stores its run, so it can neither be lost nor fire twice.
//!
//! The scheduler looks for what is due and visits each schedule it finds ([`visit`]), many at the same time and one moment a
//! visit, in turn. So a long backlog, a run that is slow to start or one that is refused holds up its own schedule only.

mod visit;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{self, JoinError, JoinSet};
use tokio::time::Instant;
use weft_core::schedule::TIME_ZONES;

use super::Inner;
use crate::clock::now_ms;
use crate::ids::ScheduleId;
use crate::store::{Store, StoreError, schedules, settings};
use visit::{Held, Left, Visit, visit};

/// Schedules read from the database at once.
const PAGE: u32 = 1_000;

/// Schedules visited at the same time. Many due in the same second share the writer's transactions; each visit is small, and
/// one whose run computes for long before its first write takes up one place until then.
const VISITS: usize = 256;

/// The wall clock may be set and machines sleep; the schedules are looked at again at least this often.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Moments that are closer together than this share a look.
const SHORTEST_PAUSE: Duration = Duration::from_millis(5);

/// When a refused run is tried again.
const REFUSED_PAUSE: Duration = Duration::from_secs(1);

/// The setting that holds the release of the time zone database the stored times were computed with.
const TIME_ZONES_SETTING: &str = "time_zones";

pub(super) struct Scheduler {
    inner: Arc<Inner>,
    /// Whose turn is next. Bounded by the number of schedules: each is here, being visited, or held, once.
    turns: VecDeque<Visit>,
    /// Waiting for their turn or being visited.
    busy: HashSet<ScheduleId>,
    /// Which schedule each visit under way is to.
    visited: HashMap<task::Id, ScheduleId>,
    /// Not to be visited before a moment, because their runs were refused.
    held: HashMap<ScheduleId, (Held, Instant)>,
    look_at: Instant,
}

impl Scheduler {
    pub(super) fn new(inner: Arc<Inner>) -> Scheduler {
        let (turns, busy, visited, held) = Default::default();
        Scheduler { inner, turns, busy, visited, held, look_at: Instant::now() }
    }

    /// Fires what is due until the server stops.
    pub(super) async fn watch(mut self) {
        let inner = Arc::clone(&self.inner);
        if let Err(error) = follow_time_zones(&inner.store).await {
            tracing::warn!(%error, "times computed with another time zone database could not be refreshed");
        }
        // Tasks of their own, because they hold database connections, which a look waits for.
        let mut visits = JoinSet::new();
        loop {
            while visits.len() < VISITS
                && let Some(next) = self.turns.pop_front()
            {
                let id = next.id;
                self.visited.insert(visits.spawn(visit(Arc::clone(&inner), next)).id(), id);
            }
            tokio::select! {
                () = inner.stop.cancelled() => break,
                () = inner.schedules_changed.notified() => self.look().await,
                () = tokio::time::sleep_until(self.look_at) => self.look().await,
                Some(ended) = visits.join_next_with_id() => self.take_back(ended),
            }
        }
        // A visit that is cut off has either stored its run with the moment, or neither.
        visits.shutdown().await;
    }

    /// Gives a turn to every schedule that is due, and decides when to look again.
    async fn look(&mut self) {
        let now_ms = now_ms();
        self.look_at = Instant::now() + LONGEST_PAUSE;
        match self.give_turns(now_ms).await {
            Ok(next_ms) => self.look_when(next_ms),
            Err(error) => tracing::warn!(%error, "schedules could not be read"),
        }
    }

    async fn give_turns(&mut self, now_ms: i64) -> Result<Option<i64>, StoreError> {
        let mut due = HashSet::new();
        let mut after = None;
        loop {
            let page = schedules::due(&self.inner.store, now_ms, after, PAGE).await?;
            due.extend(page.iter().map(|(_, id)| *id));
            for (_, id) in &page {
                self.give_turn(*id);
            }
            after = page.last().copied();
            if page.len() < PAGE as usize {
                break;
            }
        }
        // The others were changed or taken out of service meanwhile.
        self.held.retain(|id, _| due.contains(id));
        schedules::next_due(&self.inner.store, now_ms).await
    }

    fn give_turn(&mut self, id: ScheduleId) {
        let rests = self.held.get(&id).is_some_and(|(_, until)| *until > Instant::now());
        if !rests && self.busy.insert(id) {
            let held = self.held.remove(&id).map(|(held, _)| held).unwrap_or_default();
            self.turns.push_back(Visit { id, held });
        }
    }

    fn take_back(&mut self, ended: Result<(task::Id, Left), JoinError>) {
        let (task, left) = ended.unwrap_or_else(|error| {
            tracing::error!(%error, "a visit to a schedule failed and is tried again");
            (error.id(), Left::Refused(Held::default()))
        });
        let id = self.visited.remove(&task).expect("every visit is noted when it begins");
        match left {
            Left::More(held) => {
                self.turns.push_back(Visit { id, held });
                return;
            }
            Left::Nothing { next_ms } => self.look_when(next_ms),
            Left::Refused(held) => {
                let until = Instant::now() + REFUSED_PAUSE;
                self.held.insert(id, (held, until));
                self.look_at = self.look_at.min(until);
            }
        }
        self.busy.remove(&id);
    }

    /// Looks again when something is due, if not before.
    fn look_when(&mut self, due_ms: Option<i64>) {
        let Some(due_ms) = due_ms else { return };
        let pause = Duration::from_millis((due_ms - now_ms()).max(0).cast_unsigned());
        self.look_at = self.look_at.min(Instant::now() + pause.max(SHORTEST_PAUSE));
    }
}

/// Governments change time zones: with another database of them, stored times to look at a schedule may be too late.
async fn follow_time_zones(store: &Store) -> Result<(), StoreError> {
    if settings::get(store, TIME_ZONES_SETTING).await?.as_deref() == Some(TIME_ZONES) {
        return Ok(());
    }
    let now_ms = now_ms();
    let job = store.write(move |tx| {
        Box::pin(async move {
            schedules::look_at_all(tx, now_ms).await?;
            settings::set(tx, TIME_ZONES_SETTING, TIME_ZONES).await
        })
    });
    job.await
}
