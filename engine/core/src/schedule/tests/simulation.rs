//! A server in simulated time: clocks that jump, restarts between any two writes, runs that are refused.
//!
//! What must hold: the moments that fired and those recorded as skipped are together exactly the moments there were, and none
//! of them is there twice.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::oracle::{DAY_MS, Day, HOUR_MS, MINUTE_MS, Named, moment_near_a_change, named, utc_ms};
use super::schedule;
use crate::schedule::{Backlog, Missed, ON_TIME_MS, Policy, Schedule, SkipReason, Skipped};

/// What the database has: it refuses what was decided from another cursor, and a moment that is there already.
#[derive(Debug)]
struct Ledger {
    cursor_ms: i64,
    next_ms: Option<i64>,
    fired: BTreeSet<i64>,
    skipped: Vec<Skipped>,
}

impl Ledger {
    fn skip(&mut self, skipped: Option<Skipped>, cursor_ms: i64, next_ms: Option<i64>) {
        assert!(cursor_ms >= self.cursor_ms, "the cursor never moves back");
        self.skipped.extend(skipped);
        (self.cursor_ms, self.next_ms) = (cursor_ms, next_ms);
    }

    fn fire(&mut self, fire_ms: i64, next_ms: Option<i64>) {
        assert!(fire_ms > self.cursor_ms, "nothing fires at or before a moment that is settled");
        assert!(self.fired.insert(fire_ms), "nothing fires twice");
        (self.cursor_ms, self.next_ms) = (fire_ms, next_ms);
    }
}

/// A server that sees to one schedule, as the scheduler does.
struct World {
    schedule: Schedule,
    policy: Policy,
    ledger: Ledger,
    backlog: Backlog,
    /// Writes until the process is killed.
    writes_left: Option<u32>,
    refuses_runs: bool,
    /// The moment, its start and the clock when it fired.
    starts: Vec<(i64, i64)>,
}

impl World {
    fn new(cron: &str, zone: &str, policy: Policy, now_ms: i64) -> World {
        let schedule = schedule(cron, zone);
        let next_ms = schedule.next_after(now_ms);
        World {
            schedule,
            policy,
            ledger: Ledger { cursor_ms: now_ms, next_ms, fired: BTreeSet::new(), skipped: Vec::new() },
            backlog: Backlog::default(),
            writes_left: None,
            refuses_runs: false,
            starts: Vec::new(),
        }
    }

    /// Looks at the clock and fires what is due.
    fn tick(&mut self, now_ms: i64) {
        while self.ledger.next_ms.is_some_and(|next_ms| next_ms <= now_ms) {
            if self.visit(now_ms).is_none() {
                return;
            }
        }
    }

    /// One moment. `None` when the process died or the run was refused.
    fn visit(&mut self, now_ms: i64) -> Option<()> {
        let look = self.backlog.look(&self.schedule, &self.policy, self.ledger.cursor_ms, now_ms);
        let first = self.backlog.first();
        if look.skipped.is_some() || first.is_none() {
            self.write()?;
            self.ledger.skip(look.skipped, look.cursor_ms, look.next_ms);
        }
        if let Some(fire_ms) = first {
            let next_ms = self.backlog.next_start(&self.schedule, &self.policy);
            if self.refuses_runs {
                return None;
            }
            self.write()?;
            self.ledger.fire(fire_ms, next_ms);
            self.starts.push((fire_ms, now_ms));
        }
        Some(())
    }

    /// Before each write the process may be killed, which forgets everything but the ledger.
    fn write(&mut self) -> Option<()> {
        if self.writes_left == Some(0) {
            (self.backlog, self.writes_left) = (Backlog::default(), None);
            return None;
        }
        self.writes_left = self.writes_left.map(|left| left - 1);
        Some(())
    }

    /// The law, up to where the ledger has got.
    #[track_caller]
    fn check(&self, named: &Named, zone: &str, from_ms: i64) {
        let expected = named.times(zone, from_ms, self.ledger.cursor_ms);
        let mut settled: Vec<i64> = self.ledger.fired.iter().copied().collect();
        for skipped in &self.ledger.skipped {
            let these = expected.iter().filter(|at_ms| (skipped.first_ms..=skipped.last_ms).contains(at_ms));
            let before = settled.len();
            settled.extend(these);
            assert_eq!((settled.len() - before) as u64, skipped.count, "{skipped:?}");
            assert!(expected.contains(&skipped.first_ms) && expected.contains(&skipped.last_ms), "{skipped:?}");
        }
        settled.sort_unstable();
        assert_eq!(settled, expected);
    }
}

#[derive(Debug, Clone)]
enum Step {
    /// The server runs for so many seconds.
    Run(u16),
    Down(u32),
    Jump(i64),
    /// The clock is put back ten minutes each minute, for so many minutes, and is then right again.
    Backwards(u8),
    RefuseRuns(u16),
    /// The process is killed before the write after so many others, and starts again.
    KillAfter(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (1u16..7_200).prop_map(Step::Run),
        2 => (1u32..100_000).prop_map(Step::Down),
        2 => proptest::sample::select(vec![HOUR_MS, -HOUR_MS, DAY_MS, -DAY_MS, 1_000, -1_000, 90_000]).prop_map(Step::Jump),
        1 => (1u8..20).prop_map(Step::Backwards),
        2 => (1u16..1_000).prop_map(Step::RefuseRuns),
        2 => (0u8..4).prop_map(Step::KillAfter),
    ]
}

/// A clock that somebody sets, and what it shows.
struct Clock {
    now_ms: i64,
}

impl Clock {
    fn run(&mut self, world: &mut World, seconds: u32) {
        for _ in 0..seconds {
            self.now_ms += 1_000;
            world.tick(self.now_ms);
        }
    }

    fn take(&mut self, world: &mut World, step: Step) {
        match step {
            Step::Run(seconds) => self.run(world, u32::from(seconds)),
            Step::Down(seconds) => {
                world.backlog = Backlog::default();
                self.now_ms += i64::from(seconds) * 1_000;
            }
            Step::Jump(by_ms) => self.now_ms += by_ms,
            Step::Backwards(minutes) => {
                for _ in 0..minutes {
                    self.run(world, 60);
                    self.now_ms -= 10 * MINUTE_MS;
                }
                self.now_ms += i64::from(minutes) * 10 * MINUTE_MS;
            }
            Step::RefuseRuns(seconds) => {
                world.refuses_runs = true;
                self.run(world, u32::from(seconds));
                world.refuses_runs = false;
            }
            Step::KillAfter(writes) => world.writes_left = Some(u32::from(writes)),
        }
    }
}

fn policy() -> impl Strategy<Value = Policy> {
    let missed = proptest::sample::select(vec![Missed::None, Missed::Last, Missed::All]);
    let window_ms = proptest::option::of(proptest::sample::select(vec![MINUTE_MS, HOUR_MS, 12 * HOUR_MS]));
    let jitter_ms = proptest::sample::select(vec![0, 0, 1, 5_000, 10 * MINUTE_MS, 5 * HOUR_MS]);
    (missed, window_ms, jitter_ms, any::<u64>()).prop_map(|(missed, window_ms, jitter_ms, seed)| Policy {
        missed,
        window_ms,
        jitter_ms,
        seed,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn every_moment_fires_once_or_is_recorded_as_skipped(
        named in named(),
        policy in policy(),
        (zone, at_ms) in moment_near_a_change(),
        steps in proptest::collection::vec(step(), 1..12),
    ) {
        let mut world = World::new(&named.cron(), zone, policy, at_ms);
        let mut clock = Clock { now_ms: at_ms };
        for step in steps {
            clock.take(&mut world, step);
        }
        clock.run(&mut world, 10);
        world.check(&named, zone, at_ms);
    }

    #[test]
    fn nothing_is_skipped_while_the_clock_is_right(
        named in named(),
        policy in policy(),
        (zone, at_ms) in moment_near_a_change(),
        refusals in proptest::collection::vec((1u16..7_200, 1u16..1_000), 1..8),
    ) {
        let mut world = World::new(&named.cron(), zone, policy, at_ms);
        let mut clock = Clock { now_ms: at_ms };
        for (runs, refuses) in refusals {
            clock.take(&mut world, Step::Run(runs));
            clock.take(&mut world, Step::RefuseRuns(refuses));
        }
        clock.run(&mut world, 1);
        prop_assert_eq!(&world.ledger.skipped, &vec![]);
        world.check(&named, zone, at_ms);
    }
}

/// Every five minutes through three days with the change of the clock in New York, second by second.
#[test]
fn a_clock_that_jumps_fires_every_moment_once() {
    let zone = "America/New_York";
    let every_five =
        Named { minutes: (0..60).step_by(5).collect(), hours: (0..24).collect(), day: Day::Every, in_real_time: true };
    for missed in [Missed::None, Missed::Last, Missed::All] {
        let at_ms = utc_ms(2024, 3, 9);
        let mut world = World::new(&every_five.cron(), zone, Policy { missed, ..Policy::default() }, at_ms);
        let mut clock = Clock { now_ms: at_ms };
        for by_ms in [HOUR_MS, -HOUR_MS, DAY_MS, -DAY_MS] {
            clock.run(&mut world, 2 * 3_600);
            clock.take(&mut world, Step::Jump(by_ms));
        }
        clock.take(&mut world, Step::Backwards(120));
        clock.run(&mut world, 48 * 3_600);
        world.check(&every_five, zone, at_ms);
        // An hour and a day were jumped over; what is left of each jump when the clock is put back passes in silence.
        let skipped: u64 = world.ledger.skipped.iter().map(|skipped| skipped.count).sum();
        let reasons: Vec<SkipReason> = world.ledger.skipped.iter().map(|skipped| skipped.reason).collect();
        match missed {
            Missed::None => assert_eq!((skipped, reasons), (12 + 288 - 2, vec![SkipReason::Policy; 2])),
            Missed::Last => assert_eq!((skipped, reasons), (12 + 288 - 2, vec![SkipReason::Policy; 2])),
            Missed::All => assert_eq!((skipped, reasons), (288 - 100, vec![SkipReason::TooMany])),
        }
    }
}

/// Each moment starts in the second it is due, or moved by its jitter and no more.
#[test]
fn starts_are_as_late_as_their_jitter_says() {
    let hourly = Named { minutes: vec![0], hours: (0..24).collect(), day: Day::Every, in_real_time: true };
    for jitter_ms in [0, 10 * MINUTE_MS] {
        let at_ms = utc_ms(2024, 6, 1);
        let policy = Policy { jitter_ms, seed: 11, ..Policy::default() };
        let mut world = World::new(&hourly.cron(), "Europe/Berlin", policy, at_ms);
        Clock { now_ms: at_ms }.run(&mut world, 3 * 86_400);
        assert!(world.starts.len() >= 71);
        for (fire_ms, now_ms) in &world.starts {
            let late_ms = now_ms - world.schedule.start_of(*fire_ms, &policy);
            assert!((0..1_000).contains(&late_ms), "{late_ms}");
            assert!(*now_ms - fire_ms <= jitter_ms + 1_000 && jitter_ms < ON_TIME_MS * 60);
        }
        let moved = world.starts.iter().filter(|(fire_ms, now_ms)| now_ms > fire_ms).count();
        assert_eq!(moved > 0, jitter_ms > 0);
    }
}
