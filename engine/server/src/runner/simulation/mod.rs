//! The runner in a simulated world: the real [`Runner`](super::Runner) over a database in memory and a plugin that is slow, fails
//! and hangs, in time that only moves when nothing else is to be done. The server is killed between any two of its steps and
//! started again over what was durable.
//!
//! Everything follows from a seed, so one that fails fails again. `SIMULATION_SEEDS=a..b` says which seeds are run:
//! `SIMULATION_SEEDS=0..10000 cargo test --package weft simulation`.

mod calls;
mod checks;
mod drawing;
mod life;
mod plan;
mod records;
mod world;

use std::ops::Range;

use checks::{ends, story};
use life::live;
use plan::Plan;

/// Seeds of an ordinary run of the tests.
const SEEDS: Range<u64> = 0..150;

fn seeds() -> Range<u64> {
    let Ok(seeds) = std::env::var("SIMULATION_SEEDS") else { return SEEDS };
    let ends = seeds.split_once("..").and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    ends.expect("SIMULATION_SEEDS is two numbers, such as 0..1000")
}

#[test]
fn no_run_is_lost_or_done_twice_however_often_the_server_dies() {
    for seed in seeds() {
        let world = live(Plan::of(seed));
        checks::check(&world);
        let calm = live(Plan::calm(seed));
        checks::check(&calm);
        let (with_faults, without) = (ends(&world), ends(&calm));
        for (place, end) in with_faults {
            let other = without.get(&place);
            assert!(
                other.is_none_or(|other| *other == end),
                "seed {seed}, run {place}: {end:?}, but without faults {other:?}"
            );
        }
    }
}

#[test]
fn a_seed_goes_the_same_way_twice() {
    for seed in seeds().step_by(5) {
        let (first, second) = (live(Plan::of(seed)), live(Plan::of(seed)));
        assert_eq!(*first.ledger(), *second.ledger(), "seed {seed}");
        let (first, second) = (story(&first), story(&second));
        for (first, second) in first.iter().zip(&second) {
            assert_eq!(first, second, "seed {seed}");
        }
        assert_eq!(first.len(), second.len(), "seed {seed}");
    }
}
