//! Every refusal has a code, a place and advice.

use super::super::Template;
use super::evaluate;

/// Checks the code, the marked text and a part of the message.
fn refused(template: &str, code: &str, marked: &str, message: &str) {
    let error = match evaluate(template) {
        Ok(value) => panic!("{template} gave {value}"),
        Err(error) => error,
    };
    assert_eq!(error.code, code, "{template}: {}", error.message);
    assert_eq!(&template[error.span.start..error.span.end], marked, "{template}: {}", error.message);
    assert!(error.message.contains(message), "{template}: {}", error.message);
}

#[test]
fn names_that_do_not_exist() {
    refused(
        "{{ steps.notfy.body }}",
        "unknown_step",
        "steps.notfy",
        "`steps.notfy` does not exist; did you mean `steps.notify`?",
    );
    refused("{{ steps.zzzzzz }}", "unknown_step", "steps.zzzzzz", "has no output here");
    refused("a {{ inptu.x }}", "unknown_name", "inptu", "`inptu` is not known here; did you mean `input`?");
    refused("{{ foo }}", "unknown_name", "foo", "values start at input, steps");
    refused("{{ uper('a') }}", "unknown_function", "uper", "did you mean `upper`?");
    refused("{{ Math.maxx(1) }}", "unknown_function", "Math.maxx", "did you mean `Math.max`?");
    refused("{{ input.tags.mapp(x => x) }}", "unknown_method", "mapp", "did you mean `map`?");
    refused("{{ input.tags.push(1) }}", "unknown_method", "push", "[...list, item]");
    refused("{{ input.name.upper() }}", "unknown_method", "upper", "write `upper(value)`");
    refused("{{ upper }}", "syntax", "upper", "call it with parentheses");
}

#[test]
fn reading_of_null_and_of_the_wrong_kind() {
    refused(
        "{{ input.note.name }}",
        "null_access",
        "input.note.name",
        "cannot read `name` of null: use `?.` if it may be missing (`input.note` is null)",
    );
    refused("{{ input.lines.map(l => l.tax.rate) }}", "null_access", "l.tax.rate", "`l.tax` is null");
    refused("{{ input.missing[0] }}", "null_access", "input.missing[0]", "use `?.[`");
    refused("{{ input.missing.map(x => x) }}", "null_access", "input.missing.map(x => x)", "cannot call `map` on null");
    refused(
        "{{ input.name.first }}",
        "wrong_type",
        "input.name.first",
        "`input.name` is text and has no property `first`",
    );
    refused("{{ input.tags.join }}", "wrong_type", "input.tags.join", "call it as `join()`");
    refused(
        "{{ input.id.map(x => x) }}",
        "wrong_type",
        "input.id.map(x => x)",
        "a number has no method `map`; it is for lists",
    );
    refused("{{ 'a: ' + input }}", "wrong_type", "'a: ' + input", "an object has no text of its own");
    refused("{{ input * 2 }}", "wrong_type", "input * 2", "an object is not a number");
    refused("{{ sum('abc') }}", "wrong_type", "sum('abc')", "`sum` needs a list, not text");
    refused("{{ input.tags.map(1) }}", "wrong_type", "input.tags.map(1)", "needs a function");
    refused("{{ /a/ }}", "wrong_type", "/a/", "not a value");
}

#[test]
fn integers_are_never_rounded() {
    for (template, marked) in [
        ("{{ input.big * 0.5 }}", "input.big * 0.5"),
        ("{{ input.huge + 1 }}", "input.huge + 1"),
        ("{{ 10 ** 30 }}", "10 ** 30"),
        ("{{ input.huge * input.huge }}", "input.huge * input.huge"),
        ("{{ 123456789012345678901234567890 }}", "123456789012345678901234567890"),
        ("{{ Number('123456789012345678901') }}", "Number('123456789012345678901')"),
    ] {
        refused(template, "inexact_number", marked, "decimal()");
    }
    refused("{{ 10n }}", "syntax", "10n", "decimal(\"10\")");
}

#[test]
fn what_expressions_do_not_have() {
    refused("{{ input.x = 1 }}", "syntax", "=", "can't assign");
    refused("{{ input.x++ }}", "syntax", "++", "can't change values");
    refused("{{ 1; 2 }}", "syntax", ";", "one value");
    refused("{{ a => a }}", "unknown_name", "a", "not known here");
    refused("{{ (a) => a }}", "syntax", "(", "only possible as an argument");
    refused("{{ upper(x => x) }}", "syntax", "x", "not a function");
    refused("{{ [1].map(x => { x }) }}", "syntax", "{", "put an object in parentheses");
    refused("{{ new Date() }}", "not_an_expression", "new", "now()");
    refused("{{ this.input }}", "not_an_expression", "this", "not part of expressions");
    refused("{{ eval('1') }}", "not_an_expression", "eval", "not part of expressions");
    refused("{{ input.x | 1 }}", "syntax", "|", "`&&`, `||`");
    refused("{{ a`b` }}", "unknown_name", "a", "not known");
    refused("{{ input`b` }}", "syntax", "`", "tagged");
    refused(
        "{{ input.constructor.constructor('return 1')() }}",
        "unknown_method",
        "constructor",
        "no method `constructor`",
    );
    refused(
        "{{ input['constructor']['constructor'] }}",
        "null_access",
        "input['constructor']['constructor']",
        "of null",
    );
    refused("{{ input.f() }}", "unknown_method", "f", "no method `f`");
    refused("{{ input.tags[0]() }}", "syntax", "(", "not a function");
    refused("{{ -2 ** 2 }}", "syntax", "-2", "parentheses");
    refused("{{ null ?? 1 || 2 }}", "syntax", "||", "parentheses");
    refused("{{ /(?=a)/.test('a') }}", "invalid_pattern", "/(?=a)/", "linear time");
    refused("{{ ['1'].map(parseInt) }}", "syntax", "parseInt", "write `x => parseInt(x)`");
}

#[test]
fn text_that_is_no_expression() {
    refused("{{ }}", "syntax", "{{ }}", "no expression");
    refused("{{ 1 + }}", "syntax", "", "ends too early");
    refused("a {{ 1", "syntax", "{{ 1", "never closed by `}}`");
    refused("{{ 1 }", "syntax", "}", "ends with `}}`");
    refused("{{ (1 }}", "syntax", "}", "expected `)` here");
    refused("{{ 'a }}", "syntax", "'", "never closed");
    refused("{{ `a ${ 1 }}", "syntax", "}", "never closed");
    refused("{{ 1 2 }}", "syntax", "2", "did not expect `2`");
    refused("{{ input. }}", "syntax", "", "expected a name after the point");
    refused("{{ { a: 1 b } }}", "syntax", "b", "expected `}`");
    refused("{{ 1__0 }}", "syntax", "1__0", "not a number");
    refused("{{ 09 }}", "syntax", "09", "not a number");
    refused("{{ '\\x1' }}", "syntax", "'\\x1'", "hexadecimal");
    refused("{{ @ }}", "syntax", "@", "no meaning");
    refused("{{ slugify() }}", "wrong_arguments", "slugify()", "is written slugify(text)");
    refused("{{ slugify(...[]) }}", "wrong_arguments", "slugify(...[])", "is written slugify(text)");
    refused("{{ 'a'.repeat(1, 2) }}", "wrong_arguments", "repeat(1, 2)", "text.repeat(count)");
}

#[test]
fn values_functions_can_not_use() {
    refused("{{ 'a'.repeat(-1) }}", "invalid_value", "'a'.repeat(-1)", "-1 times");
    refused("{{ (1).toFixed(101) }}", "invalid_value", "(1).toFixed(101)", "from 0 to 100");
    refused("{{ [].reduce((a, b) => a) }}", "invalid_value", "[].reduce((a, b) => a)", "empty list");
    refused("{{ parseJson('{') }}", "invalid_value", "parseJson('{')", "not JSON");
    refused("{{ parseDate('soon') }}", "invalid_date", "parseDate('soon')", "2026-11-21");
    refused("{{ addYears('2026-01-01', 9000) }}", "invalid_date", "addYears('2026-01-01', 9000)", "9999");
    refused("{{ base64Decode('*') }}", "invalid_value", "base64Decode('*')", "not base64");
    refused("{{ decimal('abc') }}", "invalid_value", "decimal('abc')", "19.99");
    refused("{{ [[1]].map(({ a }) => a) }}", "wrong_type", "{ a }", "expected an object to take apart, not a list");
}

#[test]
fn loops_names_exist_in_loops_only() {
    let context = serde_json::json!({ "input": 1 });
    let error = super::evaluate_in("{{ item.x }}", &context, &Default::default()).unwrap_err();
    assert_eq!((error.code, error.span.start, error.span.end), ("not_in_loop", 3, 7));
    let error = super::evaluate_in("{{ index + 1 }}", &context, &Default::default()).unwrap_err();
    assert_eq!(error.code, "not_in_loop");
}

#[test]
fn references_name_every_path() {
    let text =
        "{{ steps.notify.body.id + input.a[0].b }} {{ steps[input.k] ?? item.map(x => vars.y) }} {{ steps['b'].c() }}";
    let template = Template::parse(&text.replace(".c()", ".c")).unwrap();
    let found: Vec<_> = template
        .references()
        .into_iter()
        .map(|reference| (text[reference.span.start..reference.span.end].to_owned(), reference.path.join(".")))
        .collect();
    let wanted = [
        ("steps.notify.body.id", "body.id"),
        ("input.a", "a"),
        ("input.k", "k"),
        ("steps", ""),
        ("vars.y", "y"),
        ("item", ""),
        ("steps['b'].c", "c"),
    ];
    assert_eq!(found, wanted.map(|(path, members)| (path.to_owned(), members.to_owned())));
}
