//! Everything that can be wrong with a manifest.

use std::collections::HashSet;

use serde_json::Value;
use weft_core::problem::Problem;

use super::{Icon, Manifest, icon};
use crate::plugin_host::schema::Schema;

pub(super) fn parse(json: &Value) -> Result<Manifest, Vec<Problem>> {
    let shape = Schema::compile(&Manifest::schema()).expect("the schema made from our own types compiles");
    let problems: Vec<Problem> = shape.errors(json).map(|error| invalid(error.pointer, error.message)).collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let manifest: Manifest =
        serde_json::from_value(json.clone()).map_err(|error| vec![invalid("", error.to_string())])?;
    let problems = problems_of(&manifest);
    if problems.is_empty() { Ok(manifest) } else { Err(problems) }
}

fn problems_of(manifest: &Manifest) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, host) in manifest.hosts.iter().enumerate() {
        if let Err(error) = host.pattern_of() {
            problems.push(invalid(format!("/hosts/{at}/pattern"), error.to_string()));
        }
    }
    check_icon(manifest.icon.as_ref(), "/icon", &mut problems);
    let slots: HashSet<&str> = manifest.credentials.iter().filter_map(|slot| slot.get("slot")?.as_str()).collect();
    let mut ids = HashSet::new();
    for (at, action) in manifest.actions.iter().enumerate() {
        let pointer = |field: &str| format!("/actions/{at}/{field}");
        if !ids.insert(&action.id) {
            problems.push(invalid(pointer("id"), format!("another action is called '{}' as well", action.id)));
        }
        check_icon(action.icon.as_ref(), &pointer("icon"), &mut problems);
        if let Some(slot) = &action.credential
            && !slots.contains(slot.as_str())
        {
            problems.push(invalid(pointer("credential"), format!("the manifest declares no credential slot '{slot}'")));
        }
        if action.input.get("type") != Some(&Value::from("object")) {
            problems.push(invalid(pointer("input/type"), "the parameters' schema must have \"type\": \"object\""));
        }
        if let Err(why) = Schema::compile(&action.input) {
            problems.push(invalid(pointer("input"), why.to_string()));
        }
        if let Some(Err(why)) = action.output.as_ref().map(Schema::compile) {
            problems.push(invalid(pointer("output"), why.to_string()));
        }
    }
    if manifest.actions.is_empty() && manifest.triggers.is_empty() {
        problems.push(invalid("/actions", "the plugin offers neither actions nor triggers"));
    }
    problems
}

fn check_icon(icon: Option<&Icon>, pointer: &str, problems: &mut Vec<Problem>) {
    if let Some(Icon::Svg { svg }) = icon
        && let Some(why) = icon::refusal(svg)
    {
        problems.push(invalid(format!("{pointer}/svg"), why));
    }
}

fn invalid(pointer: impl Into<String>, message: impl Into<String>) -> Problem {
    Problem::error(pointer, "invalid_manifest", message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn manifest() -> Value {
        json!({
            "manifest": 1, "id": "acme.slack", "version": "1.4.0", "name": "Slack", "x-extra": true,
            "hosts": [{ "pattern": "https://slack.com", "methods": ["GET", "POST"] }],
            "credentials": [{ "slot": "bot", "type": "oauth2" }],
            "actions": [{ "id": "post_message", "title": "Post message", "credential": "bot", "effects": "write", "idempotent": "key",
                "input": { "type": "object", "properties": { "channel": { "type": "string" } } }, "limits": { "memoryMiB": 32 } }]
        })
    }

    /// The pointers of the problems after a change to a good manifest.
    fn pointers(pointer: &str, value: Value) -> Vec<String> {
        let mut json = manifest();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        json.pointer_mut(parent).unwrap()[key] = value;
        Manifest::parse(&json).unwrap_err().into_iter().map(|problem| problem.pointer).collect()
    }

    #[test]
    fn a_good_manifest_keeps_unknown_keys() {
        let manifest = Manifest::parse(&manifest()).unwrap();
        assert_eq!(manifest.other["x-extra"], json!(true));
        assert_eq!(manifest.action("post_message").unwrap().limits.memory_mib, Some(32));
        assert_eq!(manifest.host_patterns()[0].to_string(), "GET/POST https://slack.com");
    }

    #[test]
    fn every_problem_has_its_pointer() {
        let cases = [
            ("/manifest", json!(2)),
            ("/id", json!("Acme Slack")),
            ("/version", json!("1.4")),
            ("/name", json!("")),
            ("/hosts/0/pattern", json!("https://slack.com/path")),
            ("/icon", json!({ "svg": "<svg><script/></svg>" })),
            ("/actions/0/id", json!("post-message")),
            ("/actions/0/effects", json!("maybe")),
            ("/actions/0/idempotent", json!(null)),
            ("/actions/0/maxBatch", json!(0)),
            ("/actions/0/credential", json!("user")),
            ("/actions/0/input", json!({ "type": "objekt" })),
            ("/actions/0/output", json!({ "type": 7 })),
            ("/actions/0/limits", json!({ "memoryMiB": 100_000 })),
            ("/actions", json!([])),
        ];
        for (pointer, value) in cases {
            let found = pointers(pointer, value);
            assert!(found.iter().any(|problem| problem.starts_with(pointer)), "{pointer}: {found:?}");
        }
    }

    #[test]
    fn several_problems_are_told_at_once() {
        let mut json = manifest();
        json["id"] = json!("Bad");
        json["version"] = json!(1);
        assert_eq!(Manifest::parse(&json).unwrap_err().len(), 2);
    }
}
