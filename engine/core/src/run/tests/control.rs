//! Loops with a condition, early ends, signals, answers, clean-up, and runs that go on where another failed.

use std::sync::Arc;

use serde_json::{Value, json};

use super::drawing::{World, carry_on, graph, new_state, records, started};
use super::tables::{check, output, told};
use crate::run::{
    Answer, Answerer, Command, Due, ErrorKind, Event, Expiry, Finish, Park, Path, RetakeFrom, RunError, RunState,
    StepStatus, WaitsFor, retake,
};

fn applied(drawing: &str, events: &[Event]) -> (Arc<crate::graph::Graph>, RunState, Vec<Event>) {
    let graph = graph(drawing);
    let mut state = new_state(&graph);
    let mut journal = vec![started("t")];
    journal.extend(events.iter().cloned());
    for event in &journal {
        state.apply(event).expect("legal");
    }
    (graph, state, journal)
}

fn step_started(path: &str) -> Event {
    Event::StepStarted { path: path.into(), attempt: 1, at_ms: 1 }
}

fn parked(path: &str, park: Park) -> Event {
    Event::Parked { path: path.into(), park, output: Arc::new(json!("parked")), at_ms: 1 }
}

fn signal(name: &str, data: Value) -> Event {
    Event::Signalled { name: name.into(), data: Arc::new(data), at_ms: 5 }
}

fn for_signal(name: &str) -> Park {
    Park { waits_for: Some(WaitsFor::Signal { name: name.into() }), ..Park::default() }
}

#[test]
fn a_loop_goes_round_while_its_condition_holds() {
    check("t -> while, while(x)", "while: 2", "t ok, while ok, while[0]/x ok, while[1]/x ok");
    assert_eq!(output("t -> while, while(x)", "while: 3"), json!({ "from": "while[2]/x" }));
    assert_eq!(output("t -> while, while(x)", "while: 0"), json!({ "from": "input" }), "no turn at all");
}

#[test]
fn a_loop_that_does_not_end_fails_at_its_bound() {
    check(
        "t -> while, while(x_off), while -error-> z",
        "while: 99",
        "t ok, while failed, while[0]/x_off ok, while[1]/x_off ok, \
           while[2]/x_off ok, while[3]/x_off ok, while[4]/x_off ok, while[5]/x_off ok, while[6]/x_off ok, while[7]/x_off ok, \
           while[8]/x_off ok, while[9]/x_off ok, z ok",
    );
}

#[test]
fn a_break_ends_the_loop_it_is_in() {
    check("t -> each, each(break)", "each: stop 5", "each ok, each[0]/break ok, t ok");
    let results =
        output("t -> each, each(if, if -true-> break, if -false-> x)", "each: stop 5, if: false, each[2]/if: true");
    assert_eq!(results.as_array().map(Vec::len), Some(3), "{results}");
    check("t -> while, while(break)", "while: 5", "t ok, while ok, while[0]/break ok");
}

#[test]
fn a_signal_ends_the_wait_for_it_also_when_it_came_first() {
    let (graph, mut state, mut journal) =
        applied("t -> signal, signal -> z", &[step_started("signal"), parked("signal", for_signal("paid"))]);
    state.apply(&signal("refunded", json!(1))).expect("kept");
    assert_eq!(state.waits_for(&"signal".into()), for_signal("paid").waits_for.as_ref());
    let paid = signal("paid", json!({ "amount": 7 }));
    state.apply(&paid).expect("legal");
    journal.extend([signal("refunded", json!(1)), paid.clone()]);
    assert_eq!(state.output(&"z".into(), "signal"), Some(&json!({ "amount": 7 })));
    carry_on(&mut state, &World::default(), &mut journal, |_| 0);
    assert_eq!(told(&graph, &journal), "signal ok, t ok, z ok");

    let (_, state, _) = applied("t -> signal", &[paid, step_started("signal"), parked("signal", for_signal("paid"))]);
    assert!(matches!(state.next()[..], [Command::Finish(Finish::Succeeded(_))]), "it was kept for the wait");
}

#[test]
fn what_does_not_come_in_time_leaves_by_its_port_or_fails() {
    let path = || Path::from("signal");
    let due_event = || Event::TimerDue { path: path(), at_ms: 9 };
    let waiting = |expiry: Expiry| {
        let park = Park { until_ms: Some(9), expiry, ..for_signal("paid") };
        let (graph, state, journal) =
            applied("t -> signal, signal -late-> z", &[step_started("signal"), parked("signal", park)]);
        assert!(state.next().contains(&Command::Arm { path: path(), until_ms: 9 }));
        assert_eq!(state.due(&path(), 8), Some(Due::Reminder), "its end is not due yet");
        (graph, state, journal)
    };
    let (graph, mut state, mut journal) = waiting(Expiry::Leave { port: "late".into() });
    assert_eq!(state.due(&path(), 9), Some(Due::GoesOn));
    state.apply(&due_event()).expect("legal");
    journal.push(due_event());
    carry_on(&mut state, &World::default(), &mut journal, |_| 0);
    assert_eq!(told(&graph, &journal), "signal ok, t ok, z ok");

    let fails = || waiting(Expiry::Fail { limit: "expires_ms".into() });
    let (graph, mut state, mut journal) = fails();
    let Some(Due::Fails { attempt: 1, error }) = state.due(&path(), 9) else { panic!("it fails") };
    assert!(error.code == "wait_expired" && error.message.contains("`expires_ms`"), "{error:?}");
    state.apply(&due_event()).expect_err("a failure is an event of its own");
    let failed = |retry_at_ms| Event::AttemptFailed {
        path: path(),
        error: Arc::clone(&error),
        retry_at_ms,
        at_ms: 9,
        logs: Vec::new(),
    };
    state.apply(&failed(None)).expect("legal");
    journal.push(failed(None));
    let finish = carry_on(&mut state, &World::default(), &mut journal, |_| 0);
    let record = records(&graph, &journal).swap_remove(0);
    assert_eq!((told(&graph, &journal), record.error.is_some()), ("signal failed, t ok".into(), true));
    assert!(matches!(finish, Finish::Failed(error) if error.code == "wait_expired"));

    let (_, mut state, _) = fails();
    state.apply(&failed(Some(20))).expect("legal");
    assert_eq!(state.due(&path(), 20), Some(Due::GoesOn));
    state.apply(&Event::TimerDue { path: path(), at_ms: 20 }).expect("legal");
    assert!(matches!(&state.next()[..], [Command::Start { attempt: 2, .. }]), "it waits once more");
}

#[test]
fn an_answer_is_for_the_wait_it_was_meant_for() {
    let wait = |waits_for: WaitsFor| {
        let park = Park { waits_for: Some(waits_for), ..Park::default() };
        applied("t -> ask", &[step_started("ask"), parked("ask", park)]).1
    };
    let holder = |token: &str| Answerer::Holder { token: token.into() };
    let run = |run: &str| Answerer::Run { run: run.into() };
    let check = |state: &RunState, awaited: &Answerer, others: &[Answerer]| {
        assert_eq!(state.attempt_awaiting(&"ask".into(), awaited), Some(1));
        for other in others {
            assert_eq!(state.attempt_awaiting(&"ask".into(), other), None, "{other:?}");
        }
        assert_eq!(state.attempt_awaiting(&"t".into(), awaited), None, "another step");
    };
    let question = wait(WaitsFor::Approval { form: Arc::default(), token: "a".into(), notify: None });
    check(&question, &holder("a"), &[holder("b"), run("a"), Answerer::Operator]);
    check(&wait(WaitsFor::Run { run: "a".into() }), &run("a"), &[run("b"), holder("a"), Answerer::Operator]);
    let interrupted = Event::Interrupted { path: "ask".into(), at_ms: 2 };
    let (_, state, _) = applied("t -> ask", &[step_started("ask"), interrupted]);
    check(&state, &Answerer::Operator, &[run("a"), holder("a")]);
}

#[test]
fn a_loop_whose_condition_fails_fails() {
    let looped = Event::Looped { path: "while".into(), item: Arc::default(), most_turns: 9, at_ms: 1 };
    let (graph, mut state, mut journal) = applied("t -> while, while(x)", &[step_started("while"), looped]);
    assert!(matches!(&state.next()[..], [Command::Turn { .. }]));
    let error = Arc::new(RunError::new(ErrorKind::Expression, "no_such_step", "there is no such step"));
    let failed = Event::AttemptFailed { path: "while".into(), error, retry_at_ms: None, at_ms: 2, logs: Vec::new() };
    state.apply(&failed).expect("legal");
    journal.push(failed);
    let finish = carry_on(&mut state, &World::default(), &mut journal, |_| 0);
    assert_eq!(told(&graph, &journal), "t ok, while failed");
    assert!(matches!(finish, Finish::Failed(error) if error.kind == ErrorKind::Expression));
}

#[test]
fn reminders_come_until_somebody_answers() {
    let park = Park {
        remind_every_ms: Some(10),
        waits_for: Some(WaitsFor::Approval { form: Arc::default(), token: String::new(), notify: None }),
        ..Park::default()
    };
    let (_, mut state, _) = applied("t -> ask, ask -yes-> z", &[step_started("ask"), parked("ask", park)]);
    let due = |state: &RunState| match state.next()[..] {
        [Command::Arm { until_ms, .. }] => Some(until_ms),
        _ => None,
    };
    assert_eq!(due(&state), Some(11));
    state.apply(&Event::Reminded { path: "ask".into(), at_ms: 12 }).expect("legal");
    assert_eq!(due(&state), Some(21));
    state.apply(&Event::TimerDue { path: "ask".into(), at_ms: 21 }).expect_err("a reminder ends no wait");
    let answer = Answer::Leave { port: "yes".into(), output: Arc::new(json!("fine")) };
    state.apply(&Event::Answered { path: "ask".into(), answer: answer.clone(), at_ms: 30 }).expect("legal");
    state.apply(&Event::Answered { path: "ask".into(), answer, at_ms: 31 }).expect_err("answered once");
    assert!(matches!(&state.next()[..], [Command::Start { path, .. }] if *path == Path::from("z")));
}

#[test]
fn a_person_decides_about_an_interrupted_step() {
    let interrupted = Event::Interrupted { path: "a".into(), at_ms: 2 };
    let decided = |answer: Answer| {
        let (graph, mut state, mut journal) = applied("t -> a, a -> z", &[step_started("a"), interrupted.clone()]);
        assert!(state.is_interrupted(&"a".into()) && state.incidents() == 1 && state.next().is_empty());
        let answered = Event::Answered { path: "a".into(), answer, at_ms: 3 };
        state.apply(&answered).expect("legal");
        journal.push(answered);
        carry_on(&mut state, &World::default(), &mut journal, |_| 0);
        (told(&graph, &journal), records(&graph, &journal)[0].attempt)
    };
    assert_eq!(decided(Answer::Retry), ("a ok, t ok, z ok".into(), 2));
    let done = Answer::Leave { port: "out".into(), output: Arc::new(json!("it was done")) };
    assert_eq!(decided(done), ("a ok, t ok, z ok".into(), 1));
    let error = Arc::new(RunError::new(ErrorKind::Permanent, "given_up", "given up"));
    assert_eq!(decided(Answer::Fail { error }).0, "a failed, t ok");
}

#[test]
fn a_failure_that_is_gone_on_with_leaves_by_the_first_port() {
    check("t -> a_on, a_on -> z", "a_on: fail", "a_on failed, t ok, z ok");
    assert_eq!(output("t -> a_on", "a_on: fail")["error"]["code"], "made_up");
}

#[test]
fn a_cancelled_run_cleans_up_after_it_has_come_to_rest() {
    let drawing = "t -> a, a -> b, clean -> c, c -> d";
    check(drawing, "", "a ok, b ok, t ok");
    let (graph, mut state, mut journal) = applied(drawing, &[step_started("a"), Event::CancelAsked { at_ms: 7 }]);
    assert!(state.next().is_empty(), "`a` still runs");
    let finish = carry_on(&mut state, &World::default(), &mut journal, |_| 0);
    assert_eq!((told(&graph, &journal), finish), ("a ok, c ok, clean ok, d ok, t ok".into(), Finish::Cancelled));

    let (graph, mut state, mut journal) = applied(drawing, &[step_started("a"), Event::CancelAsked { at_ms: 7 }]);
    let finish = carry_on(&mut state, &World::of("c: fail"), &mut journal, |_| 0);
    assert_eq!((told(&graph, &journal), finish), ("a ok, c failed, clean ok, t ok".into(), Finish::Cancelled));
    assert_eq!(state.clean_up_error().map(|error| error.code.as_str()), Some("made_up"));
}

#[test]
fn a_run_that_did_nothing_is_not_cleaned_up_after() {
    let (graph, state, journal) = applied("t -> a, clean -> c", &[Event::CancelAsked { at_ms: 7 }]);
    assert!(matches!(state.next()[..], [Command::Finish(Finish::Cancelled)]), "{:?}", state.next());
    assert_eq!(told(&graph, &journal), "a cancelled, t ok");
}

#[test]
fn a_second_wish_to_cancel_ends_the_clean_up() {
    let cancel = || Event::CancelAsked { at_ms: 7 };
    let (_, state, _) = applied(
        "t -> wait, clean -> wait_c",
        &[
            step_started("wait"),
            parked("wait", Park::until(9)),
            cancel(),
            step_started("wait_c"),
            cancel(),
            parked("wait_c", Park::until(9)),
        ],
    );
    assert!(matches!(state.next()[..], [Command::Finish(Finish::Cancelled)]), "{:?}", state.next());
}

/// Runs a drawing to its failure, takes it over, and goes on in a world where all is well. Tells how the steps ended and
/// which steps were started again.
fn retried(drawing: &str, outcomes: &str, from: &RetakeFrom) -> (String, Vec<String>) {
    let graph = graph(drawing);
    let mut state = new_state(&graph);
    let mut journal = vec![started("t")];
    state.apply(&journal[0]).expect("starts");
    carry_on(&mut state, &World::of(outcomes), &mut journal, |_| 0);
    let mut kept = retake(&graph, &Arc::new(json!({ "from": "input" })), &journal, from);
    let mut state = new_state(&graph);
    kept.iter().for_each(|event| state.apply(event).expect("what is taken over is sound"));
    let taken_over = kept.len();
    let again = outcomes.replace("fail", "out");
    carry_on(&mut state, &World::of(&again), &mut kept, |_| 0);
    let started = kept[taken_over..].iter().filter_map(|event| match event {
        Event::StepStarted { path, .. } | Event::StepComputed { path, .. } => Some(path.0.to_string()),
        _ => None,
    });
    (told(&graph, &kept), started.collect())
}

#[test]
fn a_failed_run_goes_on_from_where_it_failed() {
    let failed = RetakeFrom::Failed;
    assert_eq!(
        retried("t -> a, a -> b, b -> c", "b: fail", &failed),
        ("a ok, b ok, c ok, t ok".into(), vec!["b".into(), "c".into()])
    );
    let (steps, started) = retried("t -> each, each(x -> y), each -> z", "each: stop 3, each[1]/y: fail", &failed);
    assert!(!steps.contains("failed") && steps.contains("each[2]/y ok"), "{steps}");
    assert_eq!(started, ["each[1]/y", "each[2]/x", "each[2]/y", "z"]);
    let (_, started) = retried("t -> a, t -> b, b -> c", "a: fail", &failed);
    assert!(started.contains(&"a".into()), "{started:?}");
    let handled = retried("t -> a, a -error-> b, b -> c", "a: fail, c: fail", &failed);
    assert_eq!(handled, ("a failed, b ok, c ok, t ok".into(), vec!["c".into()]));
}

#[test]
fn a_run_can_be_repeated_from_a_node() {
    let from = RetakeFrom::Node("b".into());
    assert_eq!(
        retried("t -> a, a -> b, b -> c, a -> d", "", &from),
        ("a ok, b ok, c ok, d ok, t ok".into(), vec!["b".into(), "c".into()])
    );
    let (_, started) = retried("t -> each, each(x), each -> z", "", &RetakeFrom::Node("each".into()));
    assert_eq!(started, ["each", "each[0]/x", "each[1]/x", "z"]);
}

#[test]
fn waits_are_told_with_what_they_wait_for() {
    let (graph, _, journal) = applied(
        "t -> signal",
        &[step_started("signal"), parked("signal", Park { until_ms: Some(9), ..for_signal("paid") })],
    );
    let records = records(&graph, &journal);
    assert_eq!(records[0].status, StepStatus::Waiting);
    assert_eq!(
        serde_json::to_value(&records[0].waits).expect("plain data"),
        json!({ "kind": "signal", "signal": "paid", "until_ms": 9 })
    );
}
