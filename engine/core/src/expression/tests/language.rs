//! Literals, operators, paths and functions as JavaScript means them.

use super::{check, check_all, check_template};

#[test]
fn literals() {
    check_all(&[
        ("1", "1"),
        ("1.50", "1.5"),
        ("1_000", "1000"),
        ("0xff", "255"),
        ("0b101", "5"),
        (".5e1", "5"),
        ("'it\\'s'", r#""it's""#),
        ("\"a\\u00e9\\n\"", r#""aé\n""#),
        ("true", "true"),
        ("undefined", "null"),
        ("[1, 'a', [null]]", r#"[1,"a",[null]]"#),
        ("[...[1, 2], 3, ...'é😀']", r#"[1,2,3,"é","😀"]"#),
        ("{ a: 1, 'b c': 2, 3: 3, ['d' + 1]: 4 }", r#"{"a":1,"b c":2,"3":3,"d1":4}"#),
        ("{ ...{ a: 1, b: 1 }, b: 2, ...null }", r#"{"a":1,"b":2}"#),
        ("{ index, item }", r#"{"index":3,"item":{"n":5}}"#),
        ("`${ input.name }: ${ `<${ 1 + 1 }>` } \\${x}`", r#""Ada Lovelace: <2> ${x}""#),
        ("[1, 2,]", "[1,2]"),
        ("{ a: { b: { c: 1 } } }", r#"{"a":{"b":{"c":1}}}"#),
        ("1 /* one */ + /* two */ 2", "3"),
        ("9007199254740993", "9007199254740993"),
        ("18446744073709551615", "18446744073709551615"),
    ]);
    // Braces may close tightly.
    check_template("{{{a:{b:1}}}}", r#"{"a":{"b":1}}"#);
}

#[test]
fn arithmetic() {
    check_all(&[
        ("1 + 2 * 3 - 4 / 2", "5"),
        ("(1 + 2) * 3", "9"),
        ("7 % 3 + -7 % 3", "0"),
        ("2 ** 3 ** 2", "512"),
        ("2 ** 0.5 === Math.sqrt(2)", "true"),
        ("(-2) ** 2", "4"),
        ("2 ** -1", "0.5"),
        ("0.1 + 0.2", "0.30000000000000004"),
        ("10 / 4", "2.5"),
        ("1 / 0", "null"),
        ("String(1 / 0) + String(-1 / 0) + String(0 / 0)", r#""Infinity-InfinityNaN""#),
        ("1 / -0 < 0", "true"),
        ("'5' * '2'", "10"),
        ("'5' + 2", r#""52""#),
        ("1 + 2 + 'a' + 1 + 2", r#""3a12""#),
        ("+'12.5' - null + true", "13.5"),
        ("-'3'", "-3"),
        ("'a' + null + true + [1, [2, null]]", r#""anulltrue1,2,""#),
        ("input.big + 1", "9007199254740994"),
        ("input.huge - 1", "18446744073709551614"),
        ("4611686018427387904 * 2", "9223372036854775808"),
        ("decimal('0.1') + 0.2", r#""0.3""#),
        ("decimal(3) / 4 - '0.25'", r#""0.5""#),
        ("`${ decimal('1.50') } EUR`", r#""1.5 EUR""#),
        ("-decimal('1.5') < 0", "true"),
        ("10 % 3.5", "3"),
        ("-0", "0"),
        ("[1e21, 1e-7, 123456789012345680000].join()", r#""1e+21,1e-7,123456789012345680000""#),
    ]);
}

#[test]
fn comparisons_and_logic() {
    check_all(&[
        ("1 < 2 && 2 <= 2 && 3 > 2 && 2 >= 2", "true"),
        ("'b' > 'a' && 'B' < 'a' && 'a' < 'aa'", "true"),
        ("'10' < '9'", "true"),
        ("'10' < 9", "false"),
        ("null >= 0 && null < 1", "true"),
        ("'a' < 1 || 'a' >= 1", "false"),
        ("0 / 0 === 0 / 0", "false"),
        ("1 === 1.0 && '1' !== 1 && '1' == 1 && true == 1 && null == undefined", "true"),
        ("'' == 0 && 'a' != 0 && null != 0", "true"),
        ("[1, { a: 2 }] === [1, { a: 2 }]", "true"),
        ("{ a: 1, b: 2 } === { b: 2, a: 1 }", "true"),
        ("[1] === ['1'] || [1] === 1", "false"),
        ("0 || '' || 'x'", r#""x""#),
        ("0 ?? 'x'", "0"),
        ("null ?? undefined ?? 'x'", r#""x""#),
        ("(0 || null) ?? 'y'", r#""y""#),
        ("1 && 'a' && ''", r#""""#),
        ("!'' && !0 && !null && ![] === false", "true"),
        ("input.id > 5 ? 'big' : 'small'", r#""big""#),
        ("false ? 1 : 0 ? 2 : null ? 3 : 4", "4"),
        ("true ? false ? 1 : 2 : 3", "2"),
        ("typeof 1 + typeof 'a' + typeof true + typeof null + typeof []", r#""numberstringbooleanobjectobject""#),
        ("'id' in input && !('x' in input) && 1 in [5, 6]", "true"),
        ("decimal('1.0') === 1 && decimal('1.5') > 1 && decimal(1) == '1.00'", "true"),
        ("'\u{e000}' < '😀'", "false"),
    ]);
}

#[test]
fn paths() {
    check_all(&[
        ("input.lines[0].sku", r#""a-1""#),
        ("input['lines'][1][\"price\"]", "2.5"),
        ("input.missing", "null"),
        ("input.missing?.deeper.and.deeper", "null"),
        ("input.note?.x?.[0]", "null"),
        ("input.missing?.map(x => x)", "null"),
        ("input.lines[9]?.sku ?? 'none'", r#""none""#),
        ("(input.missing?.a)?.b", "null"),
        ("input?.name.length", "12"),
        ("input['odd key']['a.b']", "1"),
        ("input.tags[input.tags.length - 1]", r#""paid""#),
        ("input.tags['1'] + input.tags[-1]", r#""paidnull""#),
        ("input.name[0] + 'abc'[5]", r#""Anull""#),
        ("input.emoji.length", "4"),
        ("input.emoji.slice(0, 2) + input.emoji[1]", "\"a\u{fffd}\u{fffd}\""),
        ("input.emoji.at(-1) + input.emoji.indexOf('b')", r#""b3""#),
        ("input.constructor", "null"),
        ("input.__proto__ ?? 'missing'", r#""missing""#),
        ("{ __proto__: 1, constructor: 2 }", r#"{"__proto__":1,"constructor":2}"#),
        ("steps.notify.body.ok", "true"),
        ("steps['notify'].status", "200"),
        ("steps[`noti${ 'fy' }`].status", "200"),
        ("Object.keys(steps)", r#"["notify","order_in"]"#),
        ("steps.missing ?? 'none'", r#""none""#),
        ("steps.missing?.body", "null"),
        ("steps?.missing", "null"),
        ("trigger.kind + run.id + vars.region + item.n + index", r#""webhookrun_1eu53""#),
        ("{ steps: { notify: 1 } }.steps.notify", "1"),
    ]);
}

#[test]
fn arrow_functions() {
    check_all(&[
        ("input.lines.map(line => line.price * line.count)", "[20,10,0]"),
        ("input.lines.filter(l => l.tax?.rate > 10).map(({ sku }) => sku)", r#"["a-1"]"#),
        ("input.lines.map(({ sku: id, tax: { rate } = { rate: 0 } }) => id + rate)", r#"["a-119","b-27","c-30"]"#),
        ("Object.entries({ a: 1 }).map(([key, value]) => key + value)", r#"["a1"]"#),
        ("[[1, 2, 3]].map(([first, , ...rest]) => [first, rest])", "[[1,[3]]]"),
        ("[{ a: 1, b: 2, c: 3 }].map(({ a, ...rest }) => rest)", r#"[{"b":2,"c":3}]"#),
        ("[1, 2].map((x, i, all) => x + i + all.length)", "[3,5]"),
        ("[1, 2].map(() => 0)", "[0,0]"),
        ("[1, 2].map(x => ({ x }))", r#"[{"x":1},{"x":2}]"#),
        ("[1, null].map((x = 5) => x)", "[1,5]"),
        ("[[1, 2], [3]].map(row => row.map(cell => cell * row.length))", "[[2,4],[3]]"),
        ("[1, 2].flatMap(a => [3, 4].map(b => a * b))", "[3,4,6,8]"),
        ("[1, 2].map(item => item)", "[1,2]"),
        ("['1', '2'].map(Number)", "[1,2]"),
        ("[1, 4].map(Math.sqrt)", "[1,2]"),
        ("['a', 'b'].reduce((text, x, i) => text + x + i, '')", r#""a0b1""#),
        ("[1, 2, 3].reduce((list, x) => [...list, x * list.length], [])", "[0,2,6]"),
        ("['a', 'b'].reduce((object, key) => ({ ...object, [key]: key }), {})", r#"{"a":"a","b":"b"}"#),
        ("[3, 1, 2].sort((a, b) => b - a).map(String)", r#"["3","2","1"]"#),
        ("[{ n: 1, k: 'b' }, { n: 1, k: 'a' }, { n: 0 }].sort((a, b) => a.n - b.n).map(x => x.k)", r#"[null,"b","a"]"#),
        ("['x'].map(x => x).map(x => x + x)", r#"["xx"]"#),
        ("[[1]].map(([x]) => [2].map(y => x + y + x))", "[[4]]"),
    ]);
}

#[test]
fn templates_concatenate() {
    for (template, wanted) in [
        ("plain", r#""plain""#),
        ("", r#""""#),
        ("{{ input.id }}", "7"),
        (" \n{{ input.id }}\t", "7"),
        ("{{ input.id }}.", r#""7.""#),
        ("{{ input.id }}{{ input.id }}", r#""77""#),
        (" {{ input.id }} {{ input.id }}", r#"" 7 7""#),
        ("a {{ null }}{{ input.missing }}{{ '' }}b", r#""a b""#),
        ("tags: {{ input.tags }}", r#""tags: [\"new\",\"paid\"]""#),
        ("{{ { a: 1.5, b: null } }}!", r#""{\"a\":1.5,\"b\":null}!""#),
        ("{{ '{{' }} and }}", r#""{{ and }}""#),
        ("{ {{ 1 }} }", r#""{ 1 }""#),
        ("{{ true }} {{ 1e21 }} {{ decimal('2.50') }}", r#""true 1e+21 2.5""#),
        ("{{ '}}' }}", r#""}}""#),
    ] {
        check_template(template, wanted);
    }
}

#[test]
fn time_and_randomness_come_from_the_run() {
    check("now()", r#""2026-11-21T00:00:00.123Z""#);
    check("today()", r#""2026-11-21""#);
    check("Date.now() === toTimestamp(now())", "true");
    check("random() !== random() && uuid() !== uuid()", "true");
    check("/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(uuid())", "true");
    let first = super::evaluate("{{ [random(), randomInt(1, 1000), uuid()] }}").unwrap();
    assert_eq!(super::evaluate("{{ [random(), randomInt(1, 1000), uuid()] }}").unwrap(), first);
}

#[test]
fn regular_expressions_split_and_replace() {
    check_all(&[
        ("'a1b2'.replace(/\\d/g, d => d * 2)", r#""a2b4""#),
        ("'john smith'.replace(/(?<first>\\w+) (?<last>\\w+)/, '$<last>, $<first>')", r#""smith, john""#),
        ("'abc'.replace('b', \"[$`|$&|$'|$$|$1]\")", r#""a[a|b|c|$|$1]c""#),
        ("'aXbX'.replace(/x/gi, '')", r#""ab""#),
        ("'abc'.replace(/(z)?b/, '[$1]')", r#""a[]c""#),
        ("'a-b_c'.split(/([-_])/)", r#"["a","-","b","_","c"]"#),
        ("'abc'.split(/(?:)/)", r#"["a","b","c"]"#),
        ("''.split(',')", r#"[""]"#),
        ("''.split('')", "[]"),
        ("'a,b'.split(',', 0)", "[]"),
        ("'x'.replaceAll('', '-')", r#""-x-""#),
        ("'ab'.replace(/(a)(b)/, (all, a, b, at) => b + a + at)", r#""ba0""#),
        ("input.name.match(/^(\\w+) (\\w+)$/)?.[2]", r#""Lovelace""#),
        ("6 / 2 / 3", "1"),
        ("'a/b'.split('/').length / 2", "1"),
        ("[/a/.test('cat'), /^a/.test('cat')]", "[true,false]"),
    ]);
}
