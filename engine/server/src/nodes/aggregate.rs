//! `aggregate`: figures about a list, in all or by group.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use weft_core::expression::{CompiledParams, Direction, Scope, SortBy, Template, is_numeric, sorted};
use weft_core::node_type::{Category, NodeType};
use weft_core::run::{ErrorKind, RunError};

use super::declare::{params, step, tags};
use super::if_node::is_true;
use super::list::{self, LIMITS, unfit_item, unfit_list};
use super::{BuiltIn, Context, Outcome};

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

/// The field that holds what the items of a group have in common.
const KEY: &str = "key";

const SEPARATOR: &str = ", ";

/// Texts that are numbers make the result exact; see `decimal()`.
static SUM: LazyLock<Template> = LazyLock::new(|| template("sum(input, x => typeof x === 'string' ? decimal(x) : x)"));
static AVERAGE: LazyLock<Template> =
    LazyLock::new(|| template("average(input, x => typeof x === 'string' ? decimal(x) : x)"));
static UNIQUE: LazyLock<Template> = LazyLock::new(|| template("unique(input)"));
static JOIN: LazyLock<Template> = LazyLock::new(|| template("input.values.join(input.separator)"));

fn template(expression: &str) -> Template {
    Template::parse(&format!("{{{{ {expression} }}}}")).expect("the expressions of this file are right")
}

fn declaration() -> NodeType {
    NodeType {
        summary: "Count, sum up and group a list".into(),
        tags: tags(&["group", "sum", "count", "average", "total", "statistics", "report", "pivot", "list"]),
        params: params(
            &["fields"],
            json!({
                "list": list::parameter(),
                "group_by": {
                    "title": "Group by", "description": "What the items of a group have in common; evaluated for each item, as `item` and `index`.",
                    "x-ui": { "placeholder": "{{ item.country }}", "per_item": true }
                },
                "fields": {
                    "type": "array", "title": "Fields",
                    "items": {
                        "type": "object", "required": ["to", "do"],
                        "properties": {
                            "to": {
                                "type": "string", "title": "To", "pattern": "^[^{}]+$",
                                "x-ui": { "placeholder": "total", "expression": false }
                            },
                            "do": {
                                "type": "string", "title": "Do", "default": "count",
                                "oneOf": [
                                    { "const": "count", "title": "Count" },
                                    { "const": "sum", "title": "Sum" },
                                    { "const": "avg", "title": "Average" },
                                    { "const": "min", "title": "Smallest" },
                                    { "const": "max", "title": "Largest" },
                                    { "const": "first", "title": "First" },
                                    { "const": "last", "title": "Last" },
                                    { "const": "list", "title": "List" },
                                    { "const": "join", "title": "Join as text" },
                                    { "const": "unique", "title": "List without repeats" }
                                ],
                                "x-ui": { "expression": false }
                            },
                            "of": {
                                "title": "Of", "description": "Evaluated for each item, as `item` and `index`; the item itself when left empty.",
                                "x-ui": { "placeholder": "{{ item.total }}", "per_item": true }
                            },
                            "separator": {
                                "type": "string", "title": "Separator", "default": SEPARATOR,
                                "x-ui": { "show_if": { "field": "do", "equals": "join" } }
                            }
                        },
                        "additionalProperties": false
                    },
                    "x-ui": { "widget": "list" }
                }
            }),
        ),
        docs: "The output is an object of the fields. With **Group by** it is a list of such objects, one per group in the order \
               the groups first come, each with the `key` of its group.\n\n**Count** counts the items, or those for which **Of** is \
               true. **Sum**, **Average**, **Smallest**, **Largest** and **Join** leave out nothing (`null`). **Sum** and **Average** \
               take numbers and texts that are numbers, such as `\"19.90\"`; with such a text among them the result is exact and a \
               text. **Smallest** and **Largest** also take other texts, such as dates. Of no items, the sum is 0 and the \
               average, the smallest, the largest, the first and the last are `null`."
            .into(),
        ..step("aggregate", "Aggregate", Category::Data, "sigma")
    }
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let group_by = context.chosen("group_by");
    let fields = fields(context, group_by.is_some())?;
    let mut groups = Groups::default();
    if group_by.is_none() {
        groups.of(Value::Null, &fields);
    }
    for (index, item) in context.items()?.iter().enumerate() {
        let key = match group_by {
            Some(group_by) => context.for_item(group_by, "/group_by", item, index)?,
            None => Value::Null,
        };
        for (field, values) in fields.iter().zip(groups.of(key, &fields)) {
            let value = match field.of {
                Some(of) => context.for_item(of, &field.pointer("of"), item, index)?,
                None => item.clone(),
            };
            values.push((index, value));
        }
    }
    let mut told = Vec::with_capacity(groups.groups.len());
    for (key, values) in groups.groups {
        let mut object = Map::new();
        if group_by.is_some() {
            object.insert(KEY.into(), key);
        }
        for (field, values) in fields.iter().zip(values) {
            object.insert(field.to.clone(), field.tell(context, values)?);
        }
        told.push(Value::Object(object));
    }
    Ok(Outcome::out(match group_by {
        Some(_) => Value::Array(told),
        None => told.pop().unwrap_or_default(),
    }))
}

/// What a field is told of, each with the index of its item.
type Values = Vec<(usize, Value)>;

/// The groups in the order they first came: the key, and the values of each field.
#[derive(Default)]
struct Groups {
    positions: HashMap<Value, usize>,
    groups: Vec<(Value, Vec<Values>)>,
}

impl Groups {
    fn of(&mut self, key: Value, fields: &[Field<'_>]) -> &mut [Values] {
        let position = *self.positions.entry(identity(&key)).or_insert(self.groups.len());
        if position == self.groups.len() {
            self.groups.push((key, vec![Values::new(); fields.len()]));
        }
        &mut self.groups[position].1
    }
}

/// What makes keys the same: `1.0` is `1`.
fn identity(key: &Value) -> Value {
    /// Beyond it not every integer is a float.
    const SAFE: f64 = 9_007_199_254_740_992.0;
    match key.as_f64() {
        Some(number) if number.fract() == 0.0 && number.abs() < SAFE => json!(number as i64),
        _ => key.clone(),
    }
}

struct Field<'c> {
    position: usize,
    to: String,
    how: How,
    of: Option<&'c CompiledParams>,
    separator: String,
}

/// What is done with the values of a field.
#[derive(Clone, Copy)]
enum How {
    Count,
    Sum,
    Average,
    Extreme(Direction),
    First,
    Last,
    List,
    Join,
    Unique,
}

fn fields<'c>(context: &Context<'c>, has_key: bool) -> Result<Vec<Field<'c>>, RunError> {
    let parts = context.parts("fields")?;
    let mut fields: Vec<Field<'c>> = Vec::with_capacity(parts.len());
    for (position, part) in parts.iter().enumerate() {
        let option = |name: &str| match part.get(name) {
            Some(option) => context.evaluate(option, &context.scope, &format!("/fields/{position}/{name}")),
            None => Ok(Value::Null),
        };
        let text = |name: &str| Ok(option(name)?.as_str().map(str::to_owned));
        let field = Field {
            position,
            to: text("to")?.unwrap_or_default(),
            how: how(text("do")?.as_deref()),
            of: part.get("of").filter(|of| !context.is_blank(of)),
            separator: text("separator")?.unwrap_or_else(|| SEPARATOR.into()),
        };
        let is_taken = has_key && field.to == KEY || fields.iter().any(|other| other.to == field.to);
        if is_taken {
            let message = format!("`to` is `{}`, which the result already has: choose another name", field.to);
            return Err(RunError {
                pointer: Some(field.pointer("to")),
                ..RunError::new(ErrorKind::InvalidInput, "field_taken", message)
            });
        }
        fields.push(field);
    }
    Ok(fields)
}

fn how(name: Option<&str>) -> How {
    match name {
        Some("sum") => How::Sum,
        Some("avg") => How::Average,
        Some("min") => How::Extreme(Direction::Ascending),
        Some("max") => How::Extreme(Direction::Descending),
        Some("first") => How::First,
        Some("last") => How::Last,
        Some("list") => How::List,
        Some("join") => How::Join,
        Some("unique") => How::Unique,
        // The check of the document lets nothing else through.
        _ => How::Count,
    }
}

impl Field<'_> {
    fn pointer(&self, part: &str) -> String {
        format!("/fields/{}/{part}", self.position)
    }

    fn tell(&self, context: &Context<'_>, mut values: Values) -> Result<Value, RunError> {
        match self.how {
            How::Count if self.of.is_none() => Ok(values.len().into()),
            How::Count => Ok(values.iter().filter(|(_, value)| is_true(value)).count().into()),
            How::Sum => self.compute(context, &SUM, self.numbers(values)?),
            How::Average => self.compute(context, &AVERAGE, self.numbers(values)?),
            How::Extreme(direction) => self.extreme(values, direction),
            How::First => Ok(values.into_iter().next().map(|(_, value)| value).unwrap_or_default()),
            How::Last => Ok(values.pop().map(|(_, value)| value).unwrap_or_default()),
            How::List => Ok(values.into_iter().map(|(_, value)| value).collect()),
            How::Join => {
                let is_text = |value: &Value| !value.is_array() && !value.is_object();
                let values = self.fitting(values, "a text, a number or a boolean", is_text)?;
                self.compute(context, &JOIN, json!({ "values": values, "separator": self.separator }))
            }
            How::Unique => self.compute(context, &UNIQUE, values.into_iter().map(|(_, value)| value).collect()),
        }
    }

    fn numbers(&self, values: Values) -> Result<Value, RunError> {
        self.fitting(values, "a number", is_numeric).map(Value::Array)
    }

    /// The smallest or largest value, as it is written: the smallest of `"10.00"` and `"9.50"` is `"9.50"`.
    fn extreme(&self, values: Values, direction: Direction) -> Result<Value, RunError> {
        let mut present = values.iter().map(|(_, value)| value).filter(|value| !value.is_null()).peekable();
        let are_texts = present.peek().is_some_and(|first| first.is_string()) && !present.all(is_numeric);
        let values = match are_texts {
            true => self.fitting(values, "a text, like those before it", Value::is_string)?,
            false => self.fitting(values, "a number", is_numeric)?,
        };
        let mut rows: Vec<Vec<Value>> = values.into_iter().map(|value| vec![value]).collect();
        let by = [SortBy { direction, is_numeric: !are_texts }];
        let order = sorted(&rows, &by, &LIMITS).map_err(|error| unfit_list(&self.pointer("of"), &error))?;
        Ok(order.first().map(|position| rows[*position][0].take()).unwrap_or_default())
    }

    /// The values without null, or an error about the first that does not fit.
    fn fitting(&self, values: Values, expected: &str, fits: impl Fn(&Value) -> bool) -> Result<Vec<Value>, RunError> {
        let present = values.into_iter().filter(|(_, value)| !value.is_null());
        let fitting = present.map(|(index, value)| {
            if fits(&value) { Ok(value) } else { Err(unfit_item(&self.pointer("of"), expected, &value, index)) }
        });
        fitting.collect()
    }

    fn compute(&self, context: &Context<'_>, template: &Template, input: Value) -> Result<Value, RunError> {
        let scope = Scope { input: &input, ..context.scope };
        template.evaluate(&scope, &LIMITS).map_err(|error| unfit_list(&self.pointer("of"), &error))
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{check, output, refused};
    use super::*;

    fn orders() -> Value {
        json!([
            { "country": "DE", "total": 20, "price": "19.90", "day": "2026-03-02", "paid": true },
            { "country": "FR", "total": 5, "price": "0.10", "day": "2026-01-15", "paid": false },
            { "country": "DE", "total": null, "price": null, "day": null, "paid": true },
            { "country": "DE", "total": 2.5, "price": "100", "day": "2026-02-01" }
        ])
    }

    #[test]
    fn every_function_tells_its_figure() {
        let tells = |how: &str, of: &str, figure: Value| {
            let fields = json!([{ "to": "figure", "do": how, "of": of }]);
            check(&NODE, json!({ "fields": fields }), orders(), json!({ "figure": figure }));
        };
        tells("count", "", json!(4));
        tells("count", "{{ item.paid }}", json!(2));
        tells("sum", "{{ item.total }}", json!(27.5));
        tells("sum", "{{ item.price }}", json!("120"));
        tells("sum", "{{ item.total ?? item.price ?? 1 }}", json!(28.5));
        tells("avg", "{{ item.total }}", json!(27.5 / 3.0));
        tells("avg", "{{ item.price }}", json!("40"));
        tells("min", "{{ item.total }}", json!(2.5));
        tells("max", "{{ item.total }}", json!(20));
        tells("min", "{{ item.price }}", json!("0.10"));
        tells("max", "{{ item.price }}", json!("100"));
        tells("min", "{{ item.day }}", json!("2026-01-15"));
        tells("max", "{{ item.day }}", json!("2026-03-02"));
        tells("first", "{{ item.total }}", json!(20));
        tells("last", "{{ item.total }}", json!(2.5));
        tells("list", "{{ item.total }}", json!([20, 5, null, 2.5]));
        tells("join", "{{ item.total }}", json!("20, 5, 2.5"));
        tells("unique", "{{ item.country }}", json!(["DE", "FR"]));
        tells("list", "{{ index }}", json!([0, 1, 2, 3]));
    }

    #[test]
    fn groups_come_in_the_order_of_their_first_items() {
        let fields = json!([
            { "to": "orders", "do": "count" },
            { "to": "total", "do": "sum", "of": "{{ item.total }}" },
            { "to": "days", "do": "join", "of": "{{ item.day }}", "separator": "/" }
        ]);
        check(
            &NODE,
            json!({ "list": "{{ input.orders }}", "group_by": "{{ item.country }}", "fields": fields }),
            json!({ "orders": orders() }),
            json!([
                { "key": "DE", "orders": 3, "total": 22.5, "days": "2026-03-02/2026-02-01" },
                { "key": "FR", "orders": 1, "total": 5, "days": "2026-01-15" }
            ]),
        );
        let list = json!({ "group_by": "{{ item }}", "fields": [{ "to": "n", "do": "count" }] });
        check(
            &NODE,
            list,
            json!([1, "1", 1.0, null, { "a": 1, "b": 2 }, { "b": 2, "a": 1 }]),
            json!([
                { "key": 1, "n": 2 }, { "key": "1", "n": 1 }, { "key": null, "n": 1 }, { "key": { "a": 1, "b": 2 }, "n": 2 }
            ]),
        );
    }

    #[test]
    fn no_items_come_to_nothing() {
        let names = ["count", "sum", "avg", "min", "max", "first", "last", "list", "join", "unique"];
        let fields: Vec<Value> = names.iter().map(|name| json!({ "to": name, "do": name })).collect();
        check(
            &NODE,
            json!({ "fields": fields }),
            json!([]),
            json!({
                "count": 0, "sum": 0, "avg": null, "min": null, "max": null, "first": null, "last": null, "list": [], "join": "",
                "unique": []
            }),
        );
        check(&NODE, json!({ "group_by": "{{ item }}", "fields": fields }), json!([]), json!([]));
    }

    #[test]
    fn a_full_list_fits_the_limits() {
        let list: Value = (0..list::MOST_ITEMS).map(|n| json!(format!("{n}.25"))).collect();
        let fields: Vec<Value> =
            ["sum", "max", "join", "unique"].iter().map(|name| json!({ "to": name, "do": name })).collect();
        let figures = output(&NODE, json!({ "fields": fields }), list.clone()).unwrap();
        assert_eq!((&figures["sum"], &figures["max"]), (&json!("4999975000"), &json!("99999.25")));
        assert_eq!(figures["unique"], list);
        assert!(figures["join"].as_str().unwrap().starts_with("0.25, 1.25, "));
    }

    #[test]
    fn refusals_name_the_parameter_and_the_item() {
        let refuses = |fields: Value, list: Value, pointer: &str, message: &str| {
            refused(&NODE, json!({ "group_by": "{{ 1 }}", "fields": fields }), list, pointer, message);
        };
        let of = |how: &str| json!([{ "to": "a", "do": "count" }, { "to": "b", "do": how, "of": "{{ item }}" }]);
        refuses(
            of("sum"),
            json!([1, null, "x"]),
            "/fields/1/of",
            "must be a number, but at index 2 it is the text \"x\"",
        );
        refuses(of("avg"), json!(["1", true]), "/fields/1/of", "must be a number, but at index 1 it is a boolean");
        refuses(of("min"), json!([1, "x"]), "/fields/1/of", "must be a number, but at index 1 it is the text");
        refuses(of("max"), json!(["x", 1]), "/fields/1/of", "must be a text, like those before it, but at index 1");
        refuses(of("join"), json!(["x", [1]]), "/fields/1/of", "but at index 1 it is a list");
        refuses(of("sum"), json!([9_007_199_254_740_993_i64, 0.5]), "/fields/1/of", "decimal()");
        refuses(json!([{ "to": "a" }, { "to": "a" }]), json!([]), "/fields/1/to", "`to` is `a`");
        refuses(json!([{ "to": "key" }]), json!([]), "/fields/0/to", "`to` is `key`");
    }
}
