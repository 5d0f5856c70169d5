//! What is told about which document.

use std::collections::BTreeSet;

use super::node_types::types;
use super::sketch::sketch;
use crate::check::{CODES, MAX_NODES, check};
use crate::document::{Document, Keep, PerKey, Retention, Retry, Settings};
use crate::problem::{Problem, Severity};

/// A sketch, and for each problem `code pointer part of the message`; `warning` stands before what is one.
type Cases = &'static [(&'static str, &'static [&'static str])];

const NODES: Cases = &[
    ("start -> a", &[]),
    (
        "start -> a; Big-One: set {\"fields\": {}}",
        &["bad_node_id /nodes/2/id `Big-One` can't", "warning unreachable_node /nodes/2 No path"],
    ),
    (
        "start -> a; a: wait {\"ms\": 1}",
        &["duplicate_node_id /nodes/2/id rename one", "warning unreachable_node /nodes/2"],
    ),
    (
        "c: iff; d: nothing_like_it; start -> c",
        &["unknown_node_type /nodes/0/type Did you mean `if`?", "unknown_node_type /nodes/1/type no node type"],
    ),
    ("start -> a; b: chat/post; a -> b", &["credential_missing /nodes/2/credential for `bot`"]),
    ("start -> a; b: slack/post_message; a -> b", &["plugin_not_installed /nodes/2/type plugin `slack`"]),
    ("start -> a; b: http/requst; a -> b", &["unknown_node_type /nodes/2/type Did you mean `http/request`?"]),
];

const EDGES: Cases = &[
    ("start -> a; a -> b; a -error-> b", &[]),
    ("start -> a; a -> b; a -> b", &["duplicate_edge /edges/2 `a` and `b` are connected twice"]),
    ("start -> a; a -> a", &["self_edge /edges/1 for_each"]),
    (
        "start -> a; a -yes-> b",
        &["unknown_port /edges/1/port its ports are `out`, `error`", "warning unreachable_node /nodes/2"],
    ),
    (
        "check: if {\"condition\": true}; start -> check; check -> a",
        &["unknown_port /edges/1/port `true`, `false`, `error`", "warning unreachable_node /nodes/2"],
    ),
    ("check: if {\"condition\": true}; start -> check; check -true-> a; check -false-> a", &[]),
    ("start -error-> a", &["unknown_port /edges/0/port its ports are `out`.", "warning unreachable_node /nodes/1"]),
    ("start -> a; a -> start", &["edge_into_trigger /edges/1/to starts the run"]),
    ("start -> a; n: note; a -> n", &["edge_on_note /edges/1/to `n` is a note"]),
    ("start -> a; n: note; n -> a", &["edge_on_note /edges/1/from"]),
    ("start -> a; a -> b; x: mystery; x -any-> b", &["unknown_node_type /nodes/3"]),
];

const FLOW: Cases = &[
    ("k: on_cancel; start -> a; k -> b", &[]),
    ("k: on_cancel; start -> a; k -> a", &["cleanup_joins_run /nodes/2 steps of its own"]),
    ("k: on_cancel; start -> a; a -> k", &["edge_into_trigger /edges/1/to begins the clean-up"]),
    ("", &["no_trigger /nodes add a trigger"]),
    ("a -> b", &["no_trigger /nodes"]),
    ("t: manual disabled; t -> a", &["no_trigger /nodes enable `t`"]),
    ("start -> a; a -> b; b -> c; c -> a", &["cycle /edges/3 `a` → `b` → `c` → `a`"]),
    (
        "start -> a; a -> b; b -> a; start -> c; c -> d; d -> c",
        &["cycle /edges/2 `a` → `b` → `a`", "cycle /edges/5 `c` → `d` → `c`"],
    ),
    (
        "start -> a; b -> c",
        &["warning unreachable_node /nodes/2 from a trigger to `b`", "warning unreachable_node /nodes/3"],
    ),
    ("n: note {\"text\": \"{{ not an expression\"}; start -> a", &[]),
];

const CONTAINERS: Cases = &[
    ("c: for_each {\"list\": []}; b: break in c; start -> c", &[]),
    ("b: break; start -> b", &["break_outside_loop /nodes/0/inside move it into one"]),
    (
        "c: for_each {\"list\": []}; a: set in c {\"fields\": {}}; k: on_cancel in c; start -> c",
        &["trigger_inside_container /nodes/2/inside"],
    ),
    ("l: for_each {\"list\": []}; start -> l; a: set in l {\"fields\": {}}; b: set in l {\"fields\": {}}; a -> b", &[]),
    ("l: for_each {\"list\": []}; start -> l", &["empty_container /nodes/0 drag nodes into it"]),
    ("l: for_each {\"list\": []}; start -> l; n: note in l", &["empty_container /nodes/0"]),
    ("start -> a; a -> b; x: wait in lop {\"ms\": 1}", &["unknown_container /nodes/3/inside no container `lop`"]),
    (
        "l: for_each {\"list\": []}; start -> l; x: wait in ll {\"ms\": 1}; y: wait in l {\"ms\": 1}",
        &["unknown_container /nodes/2/inside Did you mean `l`?"],
    ),
    ("start -> a; x: wait in a {\"ms\": 1}", &["not_a_container /nodes/2/inside `a` is not a container"]),
    (
        "start -> a; l: for_each in m {\"list\": []}; m: for_each in l {\"list\": []}",
        &[
            "container_inside_itself /nodes/2/inside",
            "container_inside_itself /nodes/3/inside",
            "empty_container /nodes/2",
            "empty_container /nodes/3",
        ],
    ),
    (
        "l: for_each {\"list\": []}; start -> l; t: manual in l; a: set in l {\"fields\": {}}",
        &["trigger_inside_container /nodes/2/inside"],
    ),
    (
        "l: for_each {\"list\": []}; start -> l; a: set in l {\"fields\": {}}; start -> a",
        &["edge_crosses_container /edges/1 `start` to `a`"],
    ),
    (
        "l: for_each {\"list\": []}; start -> l; a: set in l {\"fields\": {}}; l -> a",
        &["edge_crosses_container /edges/1"],
    ),
];

const PARAMS: Cases = &[
    ("x: if; start -> x", &["missing_parameter /nodes/0/params/condition `Condition` is missing; fill it in."]),
    ("start -> a; x: if {\"condition\": \"\"}; a -> x", &["missing_parameter /nodes/2/params/condition"]),
    ("start -> a; x: if {\"condition\": null}; a -> x", &["missing_parameter /nodes/2/params/condition"]),
    (
        "start -> a; x: if {\"condition\": 1, \"conditon\": 2}; a -> x",
        &["warning unknown_parameter /nodes/2/params/conditon Known here: `condition`"],
    ),
    (
        "x: wait {\"ms\": \"soon\"}; start -> x",
        &["wrong_type /nodes/0/params/ms `ms` must be a number, not a text; an expression"],
    ),
    ("x: wait {\"ms\": \"{{ input.ms }}\"}; start -> x", &[]),
    ("x: wait {\"ms\": -1}; start -> x", &["out_of_range /nodes/0/params/ms at least 0"]),
    (
        "x: set {\"fields\": {}, \"keep\": \"{{ true }}\"}; start -> x",
        &["wrong_type /nodes/0/params/keep `keep` must be true or false, not a text."],
    ),
    ("x: set {\"fields\": []}; start -> x", &["wrong_type /nodes/0/params/fields an object, not a list"]),
    (
        "x: http/request {\"url\": \"u\", \"secret\": \"s\", \"retries\": 2.5}; start -> x",
        &["wrong_type /nodes/0/params/retries a whole number, not a number"],
    ),
    (
        "x: http/request {\"url\": \"u\", \"secret\": \"s\", \"retries\": 6}; start -> x",
        &["out_of_range /nodes/0/params/retries from 0 to 5"],
    ),
    ("x: http/request {\"url\": \"u\", \"secret\": \"s\", \"tags\": [\"a\", \"b\"]}; start -> x", &[]),
    (
        "x: http/request {\"url\": \"u\", \"secret\": \"s\", \"tags\": []}; start -> x",
        &["wrong_count /nodes/0/params/tags `Tags` has 0 elements; it needs at least 1."],
    ),
    (
        "x: http/request {\"url\": \"u\", \"secret\": \"s\", \"tags\": [1, 2, 3]}; start -> x",
        &["wrong_count /nodes/0/params/tags takes at most 2"],
    ),
    ("x: http/request {\"url\": \"u\", \"secret\": \"s\", \"retries\": 3.0, \"body\": [1]}; start -> x", &[]),
    (
        "x: http/request {\"url\": \"u\", \"secret\": \"s\", \"body\": 1}; start -> x",
        &["wrong_type /nodes/0/params/body an object or a list"],
    ),
    (
        "x: http/request {\"url\": \"u\", \"secret\": \"s\", \"method\": \"PUT\"}; start -> x",
        &["not_a_choice /nodes/0/params/method `PUT`; choose one of `GET`, `POST`"],
    ),
    ("x: http/request {\"url\": \"u\"}; start -> x", &["missing_parameter /nodes/0/params/secret"]),
    ("x: http/request {\"url\": \"u\", \"method\": \"GET\"}; start -> x", &[]),
    (
        "x: http/request {\"url\": \"u\", \"method\": \"GET\", \"answer\": \"b\"}; start -> x",
        &["no_alternative /nodes/0/params/answer"],
    ),
    ("x: http/request {\"url\": \"u\", \"method\": \"GET\", \"answer\": {\"x\": 1}}; start -> x", &[]),
    (
        "x: http/request disabled {\"method\": \"PUT\"}; start -> x",
        &["warning missing_parameter /nodes/0/params/url", "warning not_a_choice /nodes/0/params/method"],
    ),
    ("x: wait; start -> x", &["wait_needs_one /nodes/0/params/ms does not say for what"]),
    (
        "x: wait {\"ms\": 1, \"until\": \"2026\"}; start -> x",
        &["wait_needs_one /nodes/0/params/until clear all but one"],
    ),
    (
        "x: switch {\"cases\": [{\"port\": \"a\"}, {\"port\": \"a\"}]}; start -> x",
        &["duplicate_port /nodes/0/params/cases/1/port"],
    ),
    (
        "x: switch {\"cases\": [{\"port\": \"default\"}, {\"port\": \"error\"}]}; start -> x",
        &["reserved_port /nodes/0/params/cases/0/port", "reserved_port /nodes/0/params/cases/1/port"],
    ),
    (
        "x: switch {\"cases\": [{\"port\": \"A b\"}, {}, {\"port\": \"\"}]}; start -> x",
        &[
            "bad_port /nodes/0/params/cases/0/port",
            "missing_parameter /nodes/0/params/cases/1/port",
            "missing_parameter /nodes/0/params/cases/2/port",
        ],
    ),
    (
        "x: switch {\"cases\": [{\"port\": \"a1\"}]}; start -> x",
        &["wrong_format /nodes/0/params/cases/0/port `^[a-z]+$`"],
    ),
    (
        "x: switch {\"cases\": [{\"port\": \"big\"}]}; start -> x; x -big-> a; x -default-> a; x -small-> a",
        &["unknown_port /edges/3/port `big`, `default`, `error`"],
    ),
    (
        "x: switch {\"cases\": [1, \"{{ steps.start }}\"]}; start -> x",
        &["wrong_type /nodes/0/params/cases/0 Element 1 of `Cases` must be an object"],
    ),
];

const EXPRESSIONS: Cases = &[
    ("x: if {\"condition\": \"{{ input.a > 1 && steps.start.b }}\"}; start -> x", &[]),
    (
        "x: if {\"condition\": \"is {{ input. }}\"}; start -> x",
        &["bad_expression /nodes/0/params/condition at character"],
    ),
    ("x: set {\"fields\": {\"a/b\": [\"{{ 1 + }}\"]}}; start -> x", &["bad_expression /nodes/0/params/fields/a~1b/0"]),
    ("x: code {\"source\": \"return {{}}\"}; start -> x", &[]),
    (
        "x: if {\"condition\": \"{{ steps.stat.b }}\"}; start -> x",
        &["unknown_step /nodes/0/params/condition Did you mean `start`?"],
    ),
    ("x: if {\"condition\": \"{{ steps.n }}\"}; n: note; start -> x", &["unknown_step /nodes/0/params/condition"]),
    (
        "x: if {\"condition\": \"{{ steps.x }}\"}; start -> x",
        &["step_is_later /nodes/0/params/condition its own output"],
    ),
    (
        "x: if {\"condition\": \"{{ steps.a }}\"}; start -> x; x -true-> a",
        &["step_is_later /nodes/0/params/condition runs after"],
    ),
    (
        "x: if {\"condition\": \"{{ steps.a.b + steps.a.c }}\"}; start -> x; start -> a",
        &["warning step_not_upstream /nodes/0/params/condition another branch"],
    ),
    ("x: if {\"condition\": \"{{ item.a }}\"}; start -> x", &["no_item /nodes/0/params/condition no `item` here"]),
    (
        "x: map {\"fields\": [{\"to\": \"a\", \"value\": \"{{ item.a + index }}\"}], \"source\": \"{{ index }}\"}; start -> x",
        &["no_item /nodes/0/params/source no `index` here"],
    ),
    ("x: if {\"condition\": \"{{ [1].map(item => item) }}\"}; start -> x", &[]),
    (
        "l: for_each {\"list\": \"{{ steps.a }}\"}; start -> a; a -> l; x: if in l {\"condition\": \"{{ item.b + index + steps.a.c }}\"}",
        &[],
    ),
    (
        "l: for_each {\"list\": []}; start -> l; l -> a; x: if in l {\"condition\": \"{{ steps.a }}\"}",
        &["step_is_later /nodes/3/params/condition"],
    ),
    (
        "l: for_each {\"list\": []}; start -> l; x: if in l {\"condition\": \"{{ steps.l }}\"}",
        &["step_is_later /nodes/2/params/condition after everything inside it"],
    ),
    (
        "l: for_each {\"list\": []}; start -> l; y: set in l {\"fields\": {}}; x: if {\"condition\": \"{{ steps.y }}\"}; l -> x",
        &["step_not_visible /nodes/3/params/condition read `steps.l` instead"],
    ),
    (
        "l: for_each {\"list\": \"{{ item }}\"}; start -> l; y: set in l {\"fields\": {}}",
        &["no_item /nodes/0/params/list"],
    ),
    (
        "x: if {\"condition\": \"{{ input.a + input.b + input.total }}\"}; start -> a; start -> b; a -> x; b -> x; b -error-> x",
        &["warning unknown_source /nodes/0/params/condition no `input.total`; there are `input.a`, `input.b`."],
    ),
    ("x: if {\"condition\": \"{{ input.total }}\"}; start -> a; a -> x; a -error-> x", &[]),
    ("x: if disabled {\"condition\": \"{{ ( }}\"}; start -> x", &["warning bad_expression"]),
];

const TRIGGERS: Cases = &[
    (
        "h: webhook {\"path\": \"orders/new\"}; i: webhook {\"path\": \"orders/new\", \"method\": \"GET\"}; h -> a; i -> a",
        &[],
    ),
    (
        "h: webhook {\"path\": \"orders\"}; i: webhook {\"path\": \"orders\", \"method\": \"POST\"}; h -> a; i -> a",
        &["duplicate_webhook /nodes/1/params/path `h` waits for POST /hooks/orders too"],
    ),
    ("h: webhook {\"path\": \"orders\"}; i: webhook disabled {\"path\": \"orders\"}; h -> a", &[]),
    ("h: webhook {\"path\": \"\"}; h -> a", &["webhook_path /nodes/0/params/path it is empty"]),
    ("h: webhook; h -> a", &["missing_parameter /nodes/0/params/path"]),
    ("h: webhook {\"path\": \"/orders\"}; h -> a", &["webhook_path /nodes/0/params/path slash must stand between"]),
    ("h: webhook {\"path\": \"a//b\"}; h -> a", &["webhook_path"]),
    ("h: webhook {\"path\": \"a/../b\"}; h -> a", &["webhook_path /nodes/0/params/path `..`"]),
    ("h: webhook {\"path\": \"Bestellung ä\"}; h -> a", &["webhook_path /nodes/0/params/path the character ` `"]),
    ("h: webhook {\"path\": \"{{ x }}\"}; h -> a", &["webhook_path /nodes/0/params/path the character `{`"]),
    (
        "h: webhook {\"path\": \"a\", \"respond\": \"by_node\"}; h -> a",
        &["warning no_respond_node /nodes/0/params/respond"],
    ),
    ("h: webhook {\"path\": \"a\", \"respond\": \"by_node\"}; r: respond; h -> r", &[]),
    ("r: respond; start -> r", &["warning respond_without_webhook /nodes/0 nobody to answer"]),
    ("s: schedule {\"cron\": \"0 9 * * MON\", \"timezone\": \"Europe/Berlin\"}; s -> a", &[]),
    (
        "s: schedule {\"cron\": \"0 25 * * *\", \"timezone\": \"Europe/Berlim\"}; s -> a",
        &[
            "invalid_cron /nodes/0/params/cron The hour `25`",
            "invalid_timezone /nodes/0/params/timezone `Europe/Berlim`",
        ],
    ),
    ("s: schedule {\"cron\": \"0 0 30 2 *\"}; s -> a", &["invalid_cron /nodes/0/params/cron never happens"]),
    ("s: schedule; s -> a", &["missing_parameter /nodes/0/params/cron"]),
];

const TABLES: [Cases; 7] = [NODES, EDGES, FLOW, CONTAINERS, PARAMS, EXPRESSIONS, TRIGGERS];

/// The codes that no sketch can show; the tests below and those of the JSON do.
const ELSEWHERE: [&str; 10] = [
    "containers_too_deep",
    "invalid_document",
    "invalid_json",
    "invalid_setting",
    "mask_is_a_path",
    "missing_name",
    "name_too_long",
    "too_deep",
    "too_many_edges",
    "too_many_nodes",
];

fn problems(text: &str) -> Vec<Problem> {
    check(&sketch(text), &types())
}

fn matches(problem: &Problem, expected: &str) -> bool {
    let (severity, rest) = match expected.strip_prefix("warning ") {
        Some(rest) => (Severity::Warning, rest),
        None => (Severity::Error, expected),
    };
    let mut parts = rest.splitn(3, ' ');
    let mut part = || parts.next().unwrap_or_default();
    let (code, pointer, message) = (part(), part(), part());
    problem.severity == severity
        && problem.code == code
        && problem.pointer.starts_with(pointer)
        && problem.message.contains(message)
}

#[track_caller]
fn run(cases: Cases) {
    for (text, expected) in cases {
        let problems = problems(text);
        let all_told = expected.iter().all(|expected| problems.iter().any(|problem| matches(problem, expected)));
        assert!(all_told && problems.len() == expected.len(), "{text}\nexpected {expected:#?}\ngot {problems:#?}");
    }
}

#[test]
fn nodes() {
    run(NODES);
}

#[test]
fn edges() {
    run(EDGES);
}

#[test]
fn flow() {
    run(FLOW);
}

#[test]
fn containers() {
    run(CONTAINERS);
}

#[test]
fn params() {
    run(PARAMS);
}

#[test]
fn expressions() {
    run(EXPRESSIONS);
}

#[test]
fn triggers() {
    run(TRIGGERS);
}

/// What is told about `start -> a` after a change.
#[track_caller]
fn after(change: impl Fn(&mut Document), expected: &[&str]) {
    let mut document = sketch("start -> a");
    change(&mut document);
    let problems = check(&document, &types());
    let all_told = expected.iter().all(|expected| problems.iter().any(|problem| matches(problem, expected)));
    assert!(all_told && problems.len() == expected.len(), "expected {expected:#?}\ngot {problems:#?}");
}

#[test]
fn the_document_as_a_whole() {
    after(|document| document.weft = 2, &["unsupported_format /weft has format 2"]);
    after(|document| document.name = " ".into(), &["missing_name /name give it one"]);
    after(|document| document.name = "n".repeat(201), &["name_too_long /name"]);
    after(
        |document| document.settings = Settings { run_timeout_ms: Some(0), ..Settings::default() },
        &["out_of_range /settings/run_timeout_ms"],
    );
    after(
        |document| document.settings = Settings { concurrency: Some(0), ..Settings::default() },
        &["out_of_range /settings/concurrency"],
    );
    let per_key =
        |key: &str, limit| Settings { per_key: Some(PerKey { key: key.into(), limit }), ..Settings::default() };
    after(|document| document.settings = per_key("{{ trigger.body.customer }}", 1), &[]);
    after(|document| document.settings = per_key("{{ trigger.body", 1), &["bad_expression /settings/per_key/key"]);
    after(
        |document| document.settings = per_key("customer", 1),
        &["invalid_setting /settings/per_key/key over `trigger`"],
    );
    after(
        |document| document.settings = per_key("{{ input.a }}", 0),
        &["invalid_setting /settings/per_key/key", "out_of_range /settings/per_key/limit"],
    );
    after(
        |document| document.settings = Settings { mask: vec![" ".into()], ..Settings::default() },
        &["invalid_setting /settings/mask"],
    );
    after(
        |document| document.settings.mask = vec!["card".into(), "card.number".into()],
        &["warning mask_is_a_path /settings/mask/1 hides nothing at a path"],
    );
    let keep = Some(Keep { days: Some(0), runs: None });
    after(
        |document| document.settings.retention = Retention { failed: keep.clone(), succeeded: None },
        &["out_of_range /settings/retention/failed"],
    );
    after(|document| document.nodes[1].mask = vec!["card..number".into()], &["invalid_setting /nodes/1/mask dotted"]);
    let on_error = |id: &str| Settings { on_error_workflow: Some(id.into()), ..Settings::default() };
    after(|document| document.settings = on_error("alarm"), &["invalid_setting /settings/on_error_workflow"]);
    after(|document| document.settings = on_error("wf_0123456789abcdef0123456789abcdef"), &[]);
    after(
        |document| document.nodes = vec![document.nodes[0].clone(); MAX_NODES + 1],
        &["too_many_nodes /nodes has 2001 nodes"],
    );
    after(|document| document.edges = vec![document.edges[0].clone(); 10_001], &["too_many_edges /edges"]);
}

#[test]
fn retry_and_time_limits() {
    let retry = |attempts, first_ms, max_ms| {
        Some(Retry { attempts, first_ms, max_ms, backoff: Default::default(), ..Retry::once() })
    };
    after(|document| document.nodes[1].retry = retry(5, 500, 60_000), &[]);
    after(|document| document.nodes[1].retry = retry(0, 1, 1), &["out_of_range /nodes/1/retry/attempts from 1 to 100"]);
    after(|document| document.nodes[1].retry = retry(101, 1, 1), &["out_of_range /nodes/1/retry/attempts"]);
    after(
        |document| document.nodes[1].retry = retry(2, 10, 5),
        &["out_of_range /nodes/1/retry/max_ms shorter than the first"],
    );
    after(|document| document.nodes[1].retry = retry(2, 1, 86_400_001), &["out_of_range /nodes/1/retry/max_ms"]);
    after(
        |document| document.nodes[1].retry = retry(2, 86_400_001, 86_400_001),
        &["out_of_range /nodes/1/retry/first_ms", "out_of_range /nodes/1/retry/max_ms"],
    );
    after(|document| document.nodes[1].timeout_ms = Some(0), &["out_of_range /nodes/1/timeout_ms"]);
    after(
        |document| document.nodes[1].retry = Some(Retry { on: Some(vec![]), ..Retry::once() }),
        &["invalid_setting /nodes/1/retry/on"],
    );
    after(|document| document.nodes[1].timeout_ms = Some(86_400_000), &[]);
}

#[test]
fn edges_lead_somewhere() {
    after(
        |document| document.edges[0].to = "aa".into(),
        &["unknown_edge_node /edges/0/to Did you mean `a`?", "warning unreachable_node /nodes/1"],
    );
    after(
        |document| document.edges[0].from = "begin".into(),
        &["unknown_edge_node /edges/0/from starts at a node that is not there", "warning unreachable_node /nodes/1"],
    );
}

#[test]
fn containers_are_not_too_deep() {
    let nested = |depth: usize| {
        let mut text = "start -> a; l0: for_each {\"list\": []}; start -> l0".to_owned();
        (1..depth).for_each(|level| text.push_str(&format!("; l{level}: for_each in l{} {{\"list\": []}}", level - 1)));
        text + &format!("; x: set in l{} {{\"fields\": {{}}}}", depth - 1)
    };
    assert_eq!(problems(&nested(16)), []);
    let codes: Vec<String> = problems(&nested(18)).into_iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["containers_too_deep"]);
}

#[test]
fn every_problem_names_its_node_and_a_place_that_exists() {
    for (text, _) in TABLES.into_iter().flatten() {
        let document = serde_json::to_value(sketch(text)).unwrap();
        for problem in problems(text) {
            let parent = problem.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
            let may_be_absent = ["/params", "/retry"].iter().any(|end| parent.ends_with(end));
            assert!(may_be_absent || document.pointer(parent).is_some(), "{text}: {problem:?}");
            assert!(problem.node.is_some() || problem.code == "no_trigger", "{text}: {problem:?}");
        }
    }
}

#[test]
fn every_code_is_in_the_table_and_told_by_a_test() {
    let listed: BTreeSet<&str> = CODES.iter().map(|(code, _)| *code).collect();
    assert_eq!(listed.len(), CODES.len());
    let told = TABLES.into_iter().flatten().flat_map(|(text, _)| problems(text)).map(|problem| problem.code);
    let mut told: BTreeSet<String> = told.collect();
    told.extend(ELSEWHERE.map(str::to_owned));
    told.extend(["unknown_edge_node", "unsupported_format"].map(str::to_owned));
    assert_eq!(told.iter().map(String::as_str).collect::<BTreeSet<_>>(), listed);
}
