use serde_json::{Value, json};

use super::drawing::{World, carry_on, graph, new_state, records, started};
use crate::run::{Event, Extent, Finish, Park, Path, Start, StepStatus};

/// Runs a drawing and tells how each step ended: `a ok, b skipped`.
fn run(drawing: &str, outcomes: &str) -> (String, Finish) {
    run_from(drawing, outcomes, Start { trigger: Some("t".into()), ..Start::default() })
}

fn run_from(drawing: &str, outcomes: &str, start: Start) -> (String, Finish) {
    let graph = graph(drawing);
    let mut state = new_state(&graph);
    let mut journal = vec![Event::RunStarted { start, at_ms: 0 }];
    state.apply(&journal[0]).expect("starts");
    let finish = carry_on(&mut state, &World::of(outcomes), &mut journal, |_| 0);
    (told(&graph, &journal), finish)
}

pub(super) fn told(graph: &std::sync::Arc<crate::graph::Graph>, journal: &[Event]) -> String {
    let told = records(graph, journal).into_iter().map(|record| {
        let status = match record.status {
            StepStatus::Succeeded => "ok",
            StepStatus::Failed => "failed",
            StepStatus::Skipped => "skipped",
            StepStatus::Cancelled => "cancelled",
            StepStatus::Running | StepStatus::Waiting => "unfinished",
        };
        format!("{} {status}", record.path)
    });
    told.collect::<Vec<_>>().join(", ")
}

pub(super) fn check(drawing: &str, outcomes: &str, expected: &str) {
    assert_eq!(run(drawing, outcomes).0, expected, "{drawing} with {outcomes}");
}

pub(super) fn output(drawing: &str, outcomes: &str) -> Value {
    match run(drawing, outcomes).1 {
        Finish::Succeeded(output) => Value::clone(&output),
        other => panic!("{drawing} ended as {other:?}"),
    }
}

#[test]
fn a_dead_edge_skips_what_follows() {
    check("t -> if, if -true-> b, if -false-> c, c -> d", "", "b ok, c skipped, d skipped, if ok, t ok");
    check("t -> if, if -true-> b, if -false-> c", "if: false", "b skipped, c ok, if ok, t ok");
}

#[test]
fn a_join_waits_for_every_edge_and_starts_with_what_came() {
    check("t -> a, t -> b, a -> c, b -> c", "", "a ok, b ok, c ok, t ok");
    check("t -> if, if -true-> a, if -false-> b, a -> c, b -> c", "", "a ok, b skipped, c ok, if ok, t ok");
    check("t -> if, if -false-> a, if -false-> b, a -> c, b -> c", "", "a skipped, b skipped, c skipped, if ok, t ok");
}

#[test]
fn a_first_merge_does_not_wait() {
    check("t -> a, t -> wait, a -> first, wait -> first, first -> z", "", "a ok, first ok, t ok, wait ok, z ok");
}

#[test]
fn a_failure_leaves_by_the_error_port_where_somebody_listens() {
    check("t -> a, a -error-> b, a -> c", "a: fail", "a failed, b ok, c skipped, t ok");
    check("t -> a, a -error-> b, a -> c", "", "a ok, b skipped, c ok, t ok");
}

#[test]
fn a_failure_nobody_handles_fails_the_run_and_starts_nothing_more() {
    let graph = graph("t -> a, t -> b, t -> wait, a -> c");
    let mut state = new_state(&graph);
    let mut journal = vec![
        started("t"),
        Event::StepStarted { path: "wait".into(), attempt: 1, at_ms: 1 },
        Event::Parked { path: "wait".into(), park: Park::until(9), output: state.input().clone(), at_ms: 1 },
        Event::StepStarted { path: "a".into(), attempt: 1, at_ms: 1 },
    ];
    for event in &journal {
        state.apply(event).expect("legal");
    }
    let finish = carry_on(&mut state, &World::of("a: fail"), &mut journal, |len| len - 1);
    assert!(matches!(finish, Finish::Failed(error) if error.code == "made_up"));
    assert_eq!(told(&graph, &journal), "a failed, b cancelled, t ok, wait cancelled");
}

#[test]
fn retries_wait_and_try_again() {
    check("t -> a", "a: retry", "a ok, t ok");
}

#[test]
fn the_output_is_that_of_the_last_step_or_of_several_by_node() {
    assert_eq!(output("t -> a, a -> b", ""), json!({ "from": "b" }));
    assert_eq!(output("t -> a, t -> b", ""), json!({ "a": { "from": "a" }, "b": { "from": "b" } }));
    assert_eq!(output("t -> if, if -false-> a", ""), json!({ "from": "if" }), "nothing followed the condition");
    assert_eq!(output("t", ""), json!({ "from": "input" }));
}

#[test]
fn a_container_runs_its_body_for_each_item_and_collects_the_results() {
    let drawing = "t -> each, each(x -> y), each -> z";
    check(drawing, "", "each ok, each[0]/x ok, each[0]/y ok, each[1]/x ok, each[1]/y ok, t ok, z ok");
    let collected = output("t -> each, each(x -> y)", "each: continue 3");
    assert_eq!(collected, json!([{ "from": "each[0]/y" }, { "from": "each[1]/y" }, { "from": "each[2]/y" }]));
    assert_eq!(output("t -> each, each(x)", "each: stop 0"), json!([]));
}

#[test]
fn a_failed_item_stops_its_container_or_is_noted() {
    check(
        "t -> each, each(x -> y), each -error-> z",
        "each: stop 4, each[1]/x: fail",
        "each failed, each[0]/x ok, each[0]/y ok, each[1]/x failed, t ok, z ok",
    );
    let noted = output("t -> each, each(x)", "each: continue 3, each[1]/x: fail");
    assert_eq!(noted[0], json!({ "from": "each[0]/x" }));
    assert_eq!(noted[1]["error"]["code"], "made_up");
    assert_eq!(noted[2], json!({ "from": "each[2]/x" }));
}

#[test]
fn of_several_failed_items_the_first_in_the_list_is_told() {
    for turn in 0..3 {
        let graph = graph("t -> each, each(x)");
        let mut state = new_state(&graph);
        let mut journal = vec![started("t")];
        state.apply(&journal[0]).expect("legal");
        let finish = carry_on(&mut state, &World::of("each: stop at two 2, x: fail"), &mut journal, |len| turn % len);
        assert!(matches!(finish, Finish::Failed(error) if error.path == Some("each[0]/x".into())), "turn {turn}");
    }
}

#[test]
fn a_disabled_step_passes_its_input_on() {
    assert_eq!(output("t -> a, a -> b_off", ""), json!({ "from": "a" }));
    check("t -> a_off, a_off -> b", "", "a_off ok, b ok, t ok");
}

#[test]
fn a_run_can_go_up_to_a_node_or_be_one_node_alone() {
    let to = Start { trigger: Some("t".into()), extent: Extent::To("b".into()), ..Start::default() };
    assert_eq!(run_from("t -> a, a -> b, b -> c, a -> d", "", to).0, "a ok, b ok, t ok");
    let given = [("a".into(), std::sync::Arc::new(json!(7)))].into();
    let only = Start { trigger: Some("t".into()), extent: Extent::Only("b".into()), given };
    let (told, finish) = run_from("t -> a, a -> b, b -> c, a -> d", "", only);
    assert_eq!(told, "b ok, t ok");
    assert_eq!(finish, Finish::Succeeded(std::sync::Arc::new(json!({ "from": "b" }))));
}

#[test]
fn what_was_handed_in_does_not_run() {
    let given = [("a".into(), std::sync::Arc::new(json!(7)))].into();
    let start = Start { trigger: Some("t".into()), given, ..Start::default() };
    assert_eq!(run_from("t -> a, a -> b", "a: fail", start).0, "b ok, t ok");
}

#[test]
fn cancelling_ends_what_waits_and_lets_what_runs_end() {
    let graph = graph("t -> wait, t -> a, t -> b, a -> c");
    let mut state = new_state(&graph);
    let mut journal = vec![
        started("t"),
        Event::StepStarted { path: "wait".into(), attempt: 1, at_ms: 1 },
        Event::Parked { path: "wait".into(), park: Park::until(9), output: state.input().clone(), at_ms: 1 },
        Event::StepStarted { path: "a".into(), attempt: 1, at_ms: 1 },
        Event::CancelAsked { at_ms: 2 },
    ];
    for event in &journal {
        state.apply(event).expect("legal");
    }
    assert_eq!(state.next(), [], "a is still running");
    assert_eq!(carry_on(&mut state, &World::default(), &mut journal, |_| 0), Finish::Cancelled);
    let statuses: Vec<_> = records(&graph, &journal).into_iter().map(|record| (record.path.0, record.status)).collect();
    assert!(
        statuses.contains(&("wait".into(), StepStatus::Cancelled))
            && statuses.contains(&("a".into(), StepStatus::Succeeded))
    );
}

#[test]
fn events_that_do_not_fit_are_refused_and_change_nothing() {
    let graph = graph("t -> a, a -> b");
    let mut state = new_state(&graph);
    assert!(state.apply(&Event::CancelAsked { at_ms: 0 }).is_err(), "not started");
    state.apply(&started("t")).expect("legal");
    let start_a = Event::StepStarted { path: "a".into(), attempt: 1, at_ms: 1 };
    state.apply(&start_a).expect("legal");
    let before = format!("{state:?}");
    for illegal in [
        started("t"),
        start_a,
        Event::StepStarted { path: "b".into(), attempt: 1, at_ms: 1 },
        Event::StepStarted { path: "each[7]/nowhere".into(), attempt: 1, at_ms: 1 },
        Event::TimerDue { path: "a".into(), at_ms: 1 },
        Event::StepSucceeded {
            path: "t".into(),
            port: "out".into(),
            output: state.input().clone(),
            at_ms: 1,
            logs: vec![],
        },
        Event::Opened { path: "a".into(), items: vec![], parallel: 1, on_error: Default::default(), at_ms: 1 },
    ] {
        assert!(state.apply(&illegal).is_err(), "{illegal:?}");
    }
    assert_eq!(format!("{state:?}"), before);
}

#[test]
fn steps_see_outputs_of_their_own_iteration_and_of_what_is_around() {
    let graph = graph("t -> a, a -> each, each(x -> y)");
    let mut state = new_state(&graph);
    let mut journal = vec![started("t")];
    state.apply(&journal[0]).expect("legal");
    let mut seen = None;
    carry_on(&mut state, &World::default(), &mut journal, |_| 0);
    let mut again = new_state(&graph);
    for event in &journal {
        again.apply(event).expect("legal");
        let y = Path::from("each[1]/y");
        if let Some((item, index)) = again.item(&y)
            && let Some(x) = again.output(&y, "x")
        {
            seen = Some((item.clone(), index, x.clone(), again.output(&y, "a").cloned()));
        }
    }
    assert_eq!(seen, Some((json!(1), 1, json!({ "from": "each[1]/x" }), Some(json!({ "from": "a" })))));
}
