//! Laws that hold for arbitrary texts and expressions.

use proptest::prelude::*;
use serde_json::Value;

use super::super::{Span, Template, complete, rename_node, stretches, utf16};
use super::{CONTEXT, FEW, evaluate_in};

/// Arbitrary expressions: most of them parse, many evaluate.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        prop::sample::select(vec![
            "input",
            "steps.notify",
            "steps.order_in",
            "item",
            "index",
            "vars.region",
            "null",
            "true",
            "0",
            "1",
            "-1",
            "2.5",
            "1e300",
            "9007199254740993",
            "'a'",
            "''",
            "'é😀'",
            "input.lines",
            "input.tags",
            "input.name",
            "input.missing",
            "input.big",
            "x",
            "[]",
            "{}",
            "decimal('1.5')",
            "now()",
            "random()",
            "/a(b)?/g",
            "NaN",
            "input.json",
        ])
        .prop_map(str::to_owned),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(|number| format!("({number:?})")),
        "[ -~é😀]{0,8}".prop_map(|text| Value::from(text).to_string()),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let binary = prop::sample::select(vec![
            "+", "-", "*", "/", "%", "**", "===", "!==", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "??", "in",
        ]);
        let member = prop::sample::select(vec![".length", ".a", "?.a", ".lines", "[0]", "?.[1]", "['price']"]);
        let method = prop::sample::select(super::super::methods().map(|method| method.name).collect::<Vec<_>>());
        let function =
            prop::sample::select(super::super::catalogue().iter().map(|function| function.name).collect::<Vec<_>>());
        prop_oneof![
            (inner.clone(), binary, inner.clone()).prop_map(|(a, operator, b)| format!("({a}) {operator} ({b})")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a}) ? ({b}) : ({c})")),
            (inner.clone(), member).prop_map(|(a, member)| format!("({a}){member}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[{a}, ...[{b}], {b}]")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({{ a: {a}, ['k']: {b}, ...({{ c: 1 }}) }})")),
            inner.clone().prop_map(|a| format!("`t${{ {a} }}`")),
            inner.clone().prop_map(|a| format!("!({a})")),
            inner.clone().prop_map(|a| format!("-({a})")),
            (inner.clone(), method.clone(), prop::collection::vec(inner.clone(), 0..3))
                .prop_map(|(a, method, arguments)| format!("({a}).{method}({})", arguments.join(", "))),
            (inner.clone(), method, inner.clone())
                .prop_map(|(a, method, body)| format!("({a}).{method}((x, y) => {body})")),
            (function.clone(), prop::collection::vec(inner.clone(), 0..4))
                .prop_map(|(function, arguments)| format!("{function}({})", arguments.join(", "))),
            (function, inner.clone(), inner).prop_map(|(function, a, body)| format!("{function}({a}, x => {body})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_parses_or_is_refused_with_a_place(text in "(\\{\\{|\\}\\}|[-+*/%=!<>&|?:.,;`'\"$\\\\(){}\\[\\] a-c0-9é😀\n])*") {
        if let Err(error) = Template::parse(&text) {
            prop_assert!(error.span.start <= error.span.end && error.span.end <= text.len(), "{error:?}");
            prop_assert!(text.is_char_boundary(error.span.start) && text.is_char_boundary(error.span.end), "{error:?}");
            prop_assert!(!error.message.is_empty());
        }
        let stretches = stretches(&text);
        let whole: String = stretches.iter().map(|stretch| &text[stretch.start..stretch.end]).collect();
        prop_assert_eq!(&whole, &text);
        let units = text.encode_utf16().count();
        prop_assert_eq!(utf16(&text, Span::new(0, text.len())), Span::new(0, units));
        for offset in [0, units / 2, units] {
            let completion = complete(&text, offset, CONTEXT.as_object().unwrap());
            prop_assert!(completion.from <= offset && offset <= completion.to && completion.to <= units);
        }
    }

    #[test]
    fn arbitrary_expressions_end(expression in expression()) {
        let template = format!("{{{{ [0].map(x => {expression}) }}}}");
        let first = evaluate_in(&template, &CONTEXT, &FEW);
        if let Err(error) = &first {
            prop_assert!(error.span.end <= template.len() && error.span.start <= error.span.end, "{error:?}");
        }
        // The same run gives the same value, and the value is JSON that reads back.
        prop_assert_eq!(&first, &evaluate_in(&template, &CONTEXT, &FEW));
        if let Ok(value) = first {
            let text = value.to_string();
            prop_assert!(serde_json::from_str::<Value>(&text).is_ok());
        }
    }

    #[test]
    fn folding_changes_nothing(expression in expression()) {
        // In an arrow function over a parameter nothing is constant but what really is.
        let folded = evaluate_in(&format!("{{{{ {} }}}}", expression.replace("x", "1")), &CONTEXT, &FEW);
        let unfolded = evaluate_in(&format!("{{{{ [1].map(x => {expression})[0] }}}}"), &CONTEXT, &FEW);
        if let (Ok(folded), Ok(unfolded)) = (folded, unfolded)
            && !["random", "uuid", "shuffle"].iter().any(|name| expression.contains(name))
            && !expression.contains('x')
        {
            prop_assert_eq!(folded, unfolded);
        }
    }

    #[test]
    fn renaming_there_and_back_changes_nothing(expression in expression(), id in "[a-z][a-z0-9_]{0,8}") {
        prop_assume!(!["notify", "order_in"].contains(&id.as_str()));
        let text = format!("notify {{{{ {expression} }}}} steps.notify {{{{ steps['notify'] }}}}");
        prop_assume!(!text.contains(&format!("steps.{id}")));
        let renamed = rename_node(&text, "notify", &id);
        prop_assert_eq!(rename_node(&renamed, &id, "notify"), text.clone());
        if let Ok(template) = Template::parse(&text) {
            let renamed = Template::parse(&renamed).unwrap();
            prop_assert_eq!(template.references().len(), renamed.references().len());
        }
    }
}
