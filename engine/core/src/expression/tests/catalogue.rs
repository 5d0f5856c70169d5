//! Every example in the catalogue is true.

use std::collections::HashSet;

use super::super::{catalogue, methods};
use super::{CONTEXT, FEW, check, evaluate_in};

#[test]
fn every_example_gives_its_value() {
    for function in catalogue() {
        for example in function.examples {
            check(example.expression, example.value);
        }
    }
    for method in methods() {
        for example in method.examples {
            check(example.expression, example.value);
        }
    }
}

#[test]
fn everything_is_documented_and_shown() {
    let mut names = HashSet::new();
    for function in catalogue() {
        assert!(names.insert(function.name), "{} is there twice", function.name);
        assert!(function.signature.starts_with(&format!("{}(", function.name)), "{}", function.signature);
        assert!(function.docs.ends_with(['.']), "{}: {}", function.name, function.docs);
        let shown = function.examples.iter().any(|example| example.expression.contains(&format!("{}(", function.name)));
        assert!(shown, "{} has no example of its own", function.name);
    }
    let own = catalogue().iter().filter(|function| !matches!(function.group, "javascript" | "math")).count();
    assert!(own >= 70, "{own} transformations");
    for method in methods() {
        assert!(method.examples.iter().any(|example| example.expression.contains(method.name)), "{}", method.name);
        assert!(method.docs.ends_with('.') && method.signature.contains(method.name), "{}", method.name);
    }
}

/// Every function and method answers or refuses whatever it is given; none panics.
#[test]
fn strange_arguments_are_answered_or_refused() {
    let values = [
        "null",
        "-1",
        "0.5",
        "1e300",
        "1/0",
        "'😀é'",
        "''",
        "[]",
        "[null, 1, 'a', {}]",
        "{}",
        "{ a: 1 }",
        "decimal('1.5')",
        "/a/g",
        "input",
    ];
    let others = ["null", "-5", "'x'", "[[1]]", "1e18", "{ a: { b: 2 } }"];
    let answer = |expression: String| evaluate_in(&format!("{{{{ {expression} }}}}"), &CONTEXT, &FEW).is_ok();
    for function in catalogue() {
        let name = function.name;
        answer(format!("{name}()"));
        for a in values {
            answer(format!("{name}({a})"));
            for b in others {
                answer(format!("{name}({a}, {b})"));
                answer(format!("{name}({a}, {b}, {b})"));
            }
        }
    }
    for method in methods() {
        for receiver in values {
            for arguments in
                ["", "null", "-2", "3, 'é'", "'a', 2", "/b|$/g, '$1$&'", "x => x", "(a, b) => b, 1", "1e18", "0.5, {}"]
            {
                answer(format!("({receiver}).{}({arguments})", method.name));
            }
        }
    }
}
