//! Whatever is written, evaluating ends.

use serde_json::json;

use super::super::{Limits, Template};
use super::{context, evaluate, evaluate_in};

fn stops(template: &str, codes: &[&str]) {
    match evaluate(template) {
        Ok(_) => panic!("{template} went through"),
        Err(error) => assert!(codes.contains(&error.code), "{template}: {}", error.message),
    }
}

#[test]
fn bombs_run_out_of_fuel() {
    for template in [
        "{{ 'a'.repeat(1e9) }}",
        "{{ 'a'.padStart(1e9) }}",
        "{{ 'a'.padEnd(2 ** 52, 'ab') }}",
        "{{ range(0, 1e9) }}",
        "{{ Array.from({ length: 1e12 }) }}",
        "{{ range(0, 40).reduce(text => text + text, 'aaaaaaaaaaaaaaaa') }}",
        "{{ range(0, 40).reduce(list => [...list, ...list], [1, 2, 3]) }}",
        "{{ range(0, 40).reduce(text => text.replaceAll('a', 'aaaa'), 'aaaa') }}",
        "{{ range(0, 60).reduce(text => `${ text }${ text }`, 'x') }}",
        "{{ range(0, 30).reduce(text => toJson([text, text]), 'x') }}",
        "{{ range(0, 1000).map(() => 'x'.repeat(100000)) }}",
        "{{ 'a'.repeat(10000).split('').map(x => 'a'.repeat(10000)).join('') }}",
        "{{ range(0, 100).map(() => range(0, 10000).map(() => ({}))) }}",
    ] {
        stops(template, &["out_of_memory", "out_of_steps"]);
    }
    for template in [
        "{{ range(0, 1000).map(a => range(0, 1000).map(b => a * b)).length }}",
        "{{ range(0, 1000).every(a => range(0, 1000).every(b => range(0, 1000).every(c => true))) }}",
        "{{ range(0, 100000).map(x => 'a'.repeat(100).match(/(a|b|ab)*c/)).length }}",
        "{{ range(0, 1000).map(() => 'ab'.repeat(100000).includes('x')) }}",
        "{{ 'a'.repeat(200000).replace(/a[^b]*b|a/g, '').length }}",
        "{{ 'a'.repeat(200000).match(/a(.*b)?/g).length }}",
        "{{ 'a'.repeat(200000).split(/a(?:.*b)*/).length }}",
    ] {
        stops(template, &["out_of_steps", "out_of_memory"]);
    }
}

#[test]
fn large_objects_are_read_once() {
    let fields = (0..50_000).map(|index| (format!("k{index}"), json!(index))).collect::<serde_json::Map<_, _>>();
    let context = json!({ "input": fields });
    let limits = Limits { bytes: 64 << 20, ..Limits::default() };
    for expression in [
        "Object.entries(input).length",
        "Object.keys({ ...input, a: 1 }).length - 1",
        "input === { ...input } ? 50000 : 0",
    ] {
        assert_eq!(evaluate_in(&format!("{{{{ {expression} }}}}"), &context, &limits).unwrap(), 50_000, "{expression}");
    }
}

#[test]
fn a_value_copied_many_times_is_paid_for() {
    let context = json!({ "input": { "text": "x".repeat(1 << 20) } });
    let limits = Limits::default();
    assert!(evaluate_in("{{ input }}", &context, &limits).is_ok());
    let error = evaluate_in("{{ range(0, 100).map(() => input.text) }}", &context, &limits).unwrap_err();
    assert_eq!(error.code, "out_of_memory");
    let error = evaluate_in(
        "{{ range(0, 100).map(() => input.text).map(t => t.length) && range(0, 1000).map(() => input.text.length) }}",
        &context,
        &limits,
    )
    .unwrap_err();
    assert_eq!(error.code, "out_of_steps");
}

#[test]
fn nesting_is_limited_when_parsing() {
    let nested =
        |open: &str, close: &str, count: usize| format!("{{{{ {}1{} }}}}", open.repeat(count), close.repeat(count));
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("-(", ")"),
        ("!", ""),
        ("- ", ""),
        ("{a:", "}"),
        ("`${", "}`"),
        ("[1].map(x => ", ")"),
        ("2 ** ", ""),
        ("true ? ", " : 0"),
        ("1 + (", ")"),
        ("input[", "]"),
        ("upper(", ")"),
    ] {
        assert_eq!(Template::parse(&nested(open, close, 200)).unwrap_err().code, "too_deep", "{open}");
        assert_eq!(Template::parse(&nested(open, close, 2_000)).unwrap_err().code, "too_deep", "{open}");
        let deep = if open.contains("=>") { 15 } else { 30 };
        assert!(Template::parse(&nested(open, close, deep)).is_ok(), "{open}");
    }
    assert_eq!(Template::parse(&format!("{{{{ {}", "[".repeat(1 << 20))).unwrap_err().code, "too_long");
    assert_eq!(Template::parse(&format!("{{{{ '{}' }}}}", "a".repeat(1 << 20))).unwrap_err().code, "too_long");
    assert!(Template::parse(&"a".repeat(1 << 20)).unwrap().is_constant());
}

#[test]
fn long_chains_are_no_nesting() {
    let chain = |part: &str, count: usize| format!("{{{{ 0{} }}}}", part.repeat(count));
    assert_eq!(evaluate(&chain(" + 1", 2_000)).unwrap(), 2_000);
    assert_eq!(evaluate(&chain(" || 0", 2_000)).unwrap(), 0);
    assert_eq!(evaluate(&chain(" ? 1 : 0", 2_000)).unwrap(), 0);
    assert_eq!(evaluate(&format!("{{{{ input{} }}}}", "?.a".repeat(2_000))).unwrap(), json!(null));
    assert_eq!(evaluate(&format!("{{{{ 'a'{} }}}}", ".trim()".repeat(2_000))).unwrap(), "a");
}

/// The deepest expression that parses also evaluates on a small stack.
#[test]
fn the_deepest_expression_fits_a_small_stack() {
    let run = || {
        let level = "input.x ?? (0 || true && 1 === 1 && 1 < 2 + 3 * 2 ** -(false ? 1 : input.y ?? ";
        let text = |depth: usize| format!("{{{{ {}1{} }}}}", level.repeat(depth), "))".repeat(depth));
        let deepest = (1..64).rev().map(text).find(|text| Template::parse(text).is_ok()).unwrap();
        evaluate(&deepest).unwrap();
        let maps = format!("{{{{ {}1{} }}}}", "[0].map(x => ".repeat(20), ")".repeat(20));
        evaluate(&maps).unwrap();
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap();
}

#[test]
fn values_nest_only_so_deep() {
    stops("{{ range(0, 100000).reduce(x => [x], 0) }}", &["too_deep"]);
    stops("{{ range(0, 100000).reduce(x => ({ x }), 0) }}", &["too_deep"]);
    stops(&format!("{{{{ JSON.parse('{}{}') }}}}", "[".repeat(100), "]".repeat(100)), &["too_deep"]);
    stops("{{ set({}, 'a.'.repeat(1000) + 'a', 1) }}", &["too_deep"]);
    let deep = (0..100).fold(json!(1), |value, _| json!([value]));
    let context = json!({ "input": deep });
    let error = evaluate_in("{{ range(0, 60).reduce(x => [x], input) }}", &context, &Limits::default()).unwrap_err();
    assert_eq!(error.code, "too_deep");
    for expression in ["input === input", "toJson(input).length", "flatten(input).length", "unique([input]).length"] {
        assert!(evaluate_in(&format!("{{{{ {expression} }}}}"), &context, &Limits::default()).is_ok(), "{expression}");
    }
}

#[test]
fn limits_can_be_lowered() {
    let limits = |steps, bytes, depth| Limits { steps, bytes, depth };
    let code = |template: &str, limits: Limits| evaluate_in(template, &context(), &limits).unwrap_err().code;
    assert_eq!(code("{{ input.id + input.id }}", limits(2, 1 << 20, 64)), "out_of_steps");
    assert_eq!(code("{{ input.name + input.name }}", limits(100, 10, 64)), "out_of_memory");
    assert_eq!(code("{{ [[[input]]] }}", limits(100, 1 << 20, 2)), "too_deep");
}

/// What `reduce` builds grows in place, so a thousand steps do not copy a thousand times.
#[test]
fn growing_a_text_or_list_is_linear() {
    let limits = Limits { bytes: 1 << 20, ..Limits::default() };
    for expression in [
        "range(0, 5000).reduce((text, x) => text + 'abcdefghij', '').length",
        "range(0, 5000).reduce((text, x) => `${ text }abcdefghij`, '').length / 1",
        "range(0, 5000).reduce((list, x) => [...list, x], []).length * 10",
        "range(0, 5000).reduce((list, x) => list.concat(x), []).length * 10",
        "Object.keys(range(0, 3000).reduce((all, x) => ({ ...all, ['k' + x]: x }), {})).length / 3 * 50",
    ] {
        let value = evaluate_in(&format!("{{{{ {expression} }}}}"), &context(), &limits);
        assert_eq!(value.unwrap(), 50_000, "{expression}");
    }
}
