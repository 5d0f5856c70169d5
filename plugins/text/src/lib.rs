//! Text transforms, and the SDK's worked example. Each action is a file with its declaration, its parameters and its
//! function; this file lists them.

mod base64;
mod case;
mod count;
mod extract;
mod hash;
mod join;
mod replace;
mod schema;
mod slugify;
mod split;
mod strip_html;
mod template;
mod trim;
mod truncate;
mod url;

use serde_json::Value;
use weft_plugin::{Call, Error, Manifest, Outcome, Plugin};

struct Text;

impl Plugin for Text {
    fn manifest() -> Manifest {
        Manifest::new("text", env!("CARGO_PKG_VERSION"), "Text")
            .summary("Changes, cuts, searches and encodes text.")
            .icon("type")
            .category("data")
            .action(case::action())
            .action(slugify::action())
            .action(trim::action())
            .action(truncate::action())
            .action(replace::action())
            .action(extract::action())
            .action(split::action())
            .action(join::action())
            .action(template::action())
            .action(strip_html::action())
            .action(count::action())
            .action(base64::action())
            .action(url::action())
            .action(hash::action())
    }

    fn run(call: Call) -> Result<Outcome, Error> {
        match call.action.as_str() {
            "case" => call.answer(|params, _: Value| Ok(case::run(params))),
            "slugify" => call.answer(|params, _: Value| Ok(slugify::run(params))),
            "trim" => call.answer(|params, _: Value| Ok(trim::run(params))),
            "truncate" => call.answer(|params, _: Value| Ok(truncate::run(params))),
            "replace" => call.answer(|params, _: Value| replace::run(params)),
            "extract" => call.answer(|params, _: Value| extract::run(params)),
            "split" => call.answer(|params, _: Value| Ok(split::run(params))),
            "join" => call.answer(|params, _: Value| Ok(join::run(params))),
            "template" => call.answer(|params, _: Value| template::run(params)),
            "strip_html" => call.answer(|params, _: Value| Ok(strip_html::run(params))),
            "count" => call.answer(|params, _: Value| Ok(count::run(params))),
            "base64" => call.answer(|params, _: Value| base64::run(params)),
            "url" => call.answer(|params, _: Value| url::run(params)),
            "hash" => call.answer(|params, _: Value| Ok(hash::run(params))),
            _ => Err(call.unknown_action()),
        }
    }
}

weft_plugin::export!(Text);

/// Runs one action on parameters, as the tests of every action do.
#[cfg(test)]
fn answer(action: &str, params: Value) -> Result<Value, Error> {
    Ok(Text::run(Call::new(action, params))?.values().remove(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_declared_action_is_known() {
        let manifest: Value = serde_json::from_str(&Text::manifest().to_json()).unwrap();
        for action in manifest["actions"].as_array().unwrap() {
            let call = Call::new(action["id"].as_str().unwrap(), Value::Null);
            assert_ne!(Text::run(call).unwrap_err().code(), "unknown_action", "{action}");
        }
    }
}
