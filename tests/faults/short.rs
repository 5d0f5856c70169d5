//! The short form of each scenario of `weft-faults`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fail, and says what happened")]

use std::process::Command;

fn holds(scenario: &str) {
    let ran = Command::new(env!("CARGO_BIN_EXE_weft-faults")).args(["run", "--short", scenario]).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{out}{err}");
    println!("{out}");
}

macro_rules! scenarios {
    ($($test:ident: $scenario:literal),+ $(,)?) => {
        $(#[test]
        fn $test() {
            holds($scenario);
        })+
    };
}

scenarios! {
    nothing_is_lost_or_repeated_when_the_server_is_killed: "kill",
    nothing_is_lost_or_repeated_when_it_dies_at_a_boundary: "points",
    a_full_disk_is_survived: "full_disk",
    a_disk_that_refuses_is_survived: "refusing_disk",
    a_locked_database_is_waited_for: "locked",
    a_stop_under_load_loses_and_repeats_nothing: "drain",
    schedules_keep_their_policies_over_downtime: "cron",
    hanging_targets_and_hostile_answers_harm_nobody_else: "endpoints",
    webhooks_at_a_steady_rate_are_all_kept: "sustained",
    overload_is_turned_away_and_recovered_from: "overload",
    waiting_runs_cost_nothing: "waiting",
    a_busy_workflow_does_not_starve_its_neighbour: "fairness",
    a_run_that_takes_the_server_down_is_set_aside: "poison",
}
