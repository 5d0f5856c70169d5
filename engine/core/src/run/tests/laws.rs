//! The laws of the design, over random drawings, outcomes and interleavings.

use proptest::prelude::*;

use super::drawing::{World, carry_on, graph, new_state, records, started};
use crate::run::{Event, Finish, RunState};

/// A drawing in which every node after the first hangs on one or two earlier ones, with a container now and then.
fn drawings() -> impl Strategy<Value = String> {
    let node = (0..7_u8, any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4_u8);
    prop::collection::vec(node, 1..9).prop_map(|nodes| {
        let mut names = vec!["t".to_owned()];
        let mut edges = Vec::new();
        for (number, (kind, one, other, port)) in nodes.into_iter().enumerate() {
            let name = match kind {
                0 => format!("if{number}"),
                1 => format!("each{number}"),
                2 => format!("wait{number}"),
                4 => format!("while{number}"),
                5 => format!("signal{number}"),
                6 => format!("ask{number}"),
                _ => format!("s{number}"),
            };
            if kind == 1 {
                edges.push(format!("{name}(x{number} -> if_in{number}, if_in{number} -true-> y{number})"));
            }
            if kind == 4 {
                edges.push(format!("{name}(x{number} -> if_in{number}, if_in{number} -false-> break{number})"));
            }
            let mut sources = vec![one.get(&names).clone()];
            sources.push(other.get(&names).clone());
            sources.dedup();
            for source in sources {
                let arrow = match port {
                    0 if source.starts_with("if") => "-false->",
                    1 if !source.starts_with('t') => "-error->",
                    _ if source.starts_with("if") => "-true->",
                    _ => "->",
                };
                edges.push(format!("{source} {arrow} {name}"));
            }
            names.push(name);
        }
        edges.join(", ")
    })
}

fn worlds() -> impl Strategy<Value = World> {
    let outcome = prop_oneof![4 => Just("true"), 2 => Just("false"), 1 => Just("fail"), 1 => Just("retry")];
    let count = prop_oneof![Just("continue 0"), Just("continue 3"), Just("stop 2")];
    (prop::collection::vec(outcome, 30), prop::collection::vec(count, 9)).prop_map(|(outcomes, counts)| {
        let mut world = World::default();
        for (number, outcome) in outcomes.iter().enumerate() {
            let kind = ["if", "if_in", "s", "x", "y"][number % 5];
            let of_step =
                if kind.starts_with("if") || *outcome == "fail" || *outcome == "retry" { outcome } else { "out" };
            world.0.insert(format!("{kind}{}", number / 5), of_step.into());
        }
        for (number, count) in counts.into_iter().enumerate() {
            world.0.insert(format!("each{number}"), count.into());
        }
        world
    })
}

fn choosing(choices: Vec<prop::sample::Index>) -> impl FnMut(usize) -> usize {
    let mut turn = 0;
    move |len| {
        turn += 1;
        choices[turn % choices.len()].index(len)
    }
}

fn begin(graph: &std::sync::Arc<crate::graph::Graph>) -> (RunState, Vec<Event>) {
    let mut state = new_state(graph);
    let journal = vec![started("t")];
    state.apply(&journal[0]).expect("starts");
    (state, journal)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_interleaving_ends_the_same(drawing in drawings(), world in worlds(), choices in prop::collection::vec(any::<prop::sample::Index>(), 64)) {
        let graph = graph(&drawing);
        let (mut state, mut journal) = begin(&graph);
        let finish = carry_on(&mut state, &world, &mut journal, |_| 0);
        let (mut other_state, mut other_journal) = begin(&graph);
        let other = carry_on(&mut other_state, &world, &mut other_journal, choosing(choices));
        match (&finish, &other) {
            // Which of several failures comes first, and what had started by then, is the only thing left to chance.
            (Finish::Failed(_), Finish::Failed(_)) => {}
            _ => {
                prop_assert_eq!(&finish, &other, "{}", drawing);
                prop_assert_eq!(records(&graph, &journal), records(&graph, &other_journal), "{}", drawing);
            }
        }
    }

    #[test]
    fn any_prefix_of_a_journal_resumed_ends_the_same(drawing in drawings(), world in worlds(), cut in any::<prop::sample::Index>()) {
        let graph = graph(&drawing);
        let (mut state, mut journal) = begin(&graph);
        let finish = carry_on(&mut state, &world, &mut journal, |_| 0);
        let mut resumed_journal: Vec<Event> = journal[..=cut.index(journal.len())].to_vec();
        let mut resumed = new_state(&graph);
        for event in &resumed_journal {
            resumed.apply(event).expect("a prefix is sound");
        }
        let other = carry_on(&mut resumed, &world, &mut resumed_journal, |_| 0);
        prop_assert_eq!(finish, other);
        prop_assert_eq!(records(&graph, &journal), records(&graph, &resumed_journal));
    }

    #[test]
    fn no_finished_step_is_started_again(drawing in drawings(), world in worlds(), choices in prop::collection::vec(any::<prop::sample::Index>(), 64)) {
        let graph = graph(&drawing);
        let (mut state, mut journal) = begin(&graph);
        carry_on(&mut state, &world, &mut journal, choosing(choices));
        let mut finished = std::collections::HashSet::new();
        for event in &journal {
            match event {
                Event::StepStarted { path, .. } => prop_assert!(!finished.contains(path), "{path} was started again"),
                Event::StepSucceeded { path, .. }
                | Event::StepComputed { path, .. }
                | Event::AttemptFailed { path, retry_at_ms: None, .. } => {
                    prop_assert!(finished.insert(path.clone()), "{path} ended twice");
                }
                _ => {}
            }
        }
    }

    #[test]
    fn events_read_back_as_they_were_written(drawing in drawings(), world in worlds()) {
        let graph = graph(&drawing);
        let (mut state, mut journal) = begin(&graph);
        carry_on(&mut state, &world, &mut journal, |_| 0);
        let text = serde_json::to_string(&journal).expect("events are plain data");
        prop_assert_eq!(serde_json::from_str::<Vec<Event>>(&text).expect("reads back"), journal);
    }
}
