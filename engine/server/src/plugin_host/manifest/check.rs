//! Everything that can be wrong with a manifest.

use std::collections::HashSet;

use serde_json::Value;
use weft_core::problem::Problem;

use super::credential::names_in;
use super::{Credential, Grant, Icon, Manifest, TriggerKind, Use, icon};
use crate::plugin_host::guard::HostPattern;
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
    let mut slots = HashSet::new();
    for (at, credential) in manifest.credentials.iter().enumerate() {
        if !slots.insert(credential.slot.as_str()) {
            let message = format!("another slot is called '{}' as well", credential.slot);
            problems.push(invalid(format!("/credentials/{at}/slot"), message));
        }
        check_credential(manifest, credential, &format!("/credentials/{at}"), &mut problems);
    }
    let actions = manifest.actions.iter().enumerate().map(|(at, action)| Part {
        at: format!("/actions/{at}"),
        id: &action.id,
        icon: action.icon.as_ref(),
        credential: action.credential.as_deref(),
        input: &action.input,
        output: action.output.as_ref(),
    });
    let triggers = manifest.triggers.iter().enumerate().map(|(at, trigger)| Part {
        at: format!("/triggers/{at}"),
        id: &trigger.id,
        icon: trigger.icon.as_ref(),
        credential: trigger.credential.as_deref(),
        input: &trigger.input,
        output: trigger.output.as_ref(),
    });
    let mut ids = HashSet::new();
    for part in actions.chain(triggers) {
        if !ids.insert(part.id) {
            let message = format!("another action or trigger is called '{}' as well", part.id);
            problems.push(invalid(format!("{}/id", part.at), message));
        }
        part.check(&slots, &mut problems);
    }
    for (at, trigger) in manifest.triggers.iter().enumerate() {
        if trigger.kind == TriggerKind::Poll && trigger.every_s.is_none() {
            let message = "say how many seconds lie between two polls: \"everyS\": 60";
            problems.push(invalid(format!("/triggers/{at}/everyS"), message));
        }
    }
    if manifest.actions.is_empty() && manifest.triggers.is_empty() {
        problems.push(invalid("/actions", "the plugin offers neither actions nor triggers"));
    }
    problems
}

/// What actions and triggers have in common.
struct Part<'a> {
    /// JSON pointer to it.
    at: String,
    id: &'a str,
    icon: Option<&'a Icon>,
    credential: Option<&'a str>,
    input: &'a Value,
    output: Option<&'a Value>,
}

impl Part<'_> {
    fn check(&self, slots: &HashSet<&str>, problems: &mut Vec<Problem>) {
        let pointer = |field: &str| format!("{}/{field}", self.at);
        check_icon(self.icon, &pointer("icon"), problems);
        if let Some(slot) = self.credential
            && !slots.contains(slot)
        {
            problems.push(invalid(pointer("credential"), format!("the manifest declares no credential slot '{slot}'")));
        }
        if self.input.get("type") != Some(&Value::from("object")) {
            problems.push(invalid(pointer("input/type"), "the parameters' schema must have \"type\": \"object\""));
        }
        if let Err(why) = Schema::compile(self.input) {
            problems.push(invalid(pointer("input"), why.to_string()));
        }
        if let Some(Err(why)) = self.output.map(Schema::compile) {
            problems.push(invalid(pointer("output"), why.to_string()));
        }
    }
}

fn check_credential(manifest: &Manifest, credential: &Credential, pointer: &str, problems: &mut Vec<Problem>) {
    let fields = credential.fields();
    for (name, field) in &fields {
        let signs = field.uses.iter().any(|a_use| matches!(a_use, Use::Hmac | Use::Jwt));
        let is_sent = field.uses.iter().any(|a_use| matches!(a_use, Use::Inject | Use::Placeholder));
        let at = format!("{pointer}/fields/{name}");
        if signs && is_sent {
            problems
                .push(invalid(format!("{at}/uses"), "what signs must not be sent: whoever gets it could sign as well"));
        }
        if field.uses.contains(&Use::Jwt) && field.jwt.is_none() {
            problems.push(invalid(format!("{at}/jwt"), "say by which algorithm it signs: {\"alg\": \"RS256\"}"));
        }
    }
    if let Some(oauth2) = &credential.oauth2 {
        for name in names_in(&oauth2.token) {
            if fields.get(name).is_none_or(|field| field.secret) {
                let why = format!("there is no field '{name}' that is not secret");
                problems.push(invalid(format!("{pointer}/oauth2/token"), why));
            }
        }
        let signs_in = oauth2.grant == Grant::ClientCredentials;
        for name in ["client_id", "client_secret"].iter().filter(|name| signs_in && !fields.contains_key(**name)) {
            let why = format!("the grant 'client_credentials' needs the field '{name}'");
            problems.push(invalid(format!("{pointer}/fields"), why));
        }
    }
    for (at, rule) in credential.inject.iter().enumerate() {
        let pointer = format!("{pointer}/inject/{at}");
        if rule.hosts().is_empty() {
            problems.push(invalid(format!("{pointer}/hosts"), "say to which hosts it may go"));
        }
        for (place, host) in rule.hosts().iter().enumerate() {
            let why = match host.parse::<HostPattern>() {
                Err(error) => error.to_string(),
                Ok(host) if manifest.hosts.iter().any(|asked| asked.origin_covers(&host)) => continue,
                Ok(_) => format!("'{host}' is not among the \"hosts\" of the manifest"),
            };
            problems.push(invalid(format!("{pointer}/hosts/{place}"), why));
        }
        for (part, format) in rule.formats() {
            for name in names_in(format) {
                let why = match fields.get(name) {
                    None => format!("there is no field '{name}'"),
                    Some(field) if field.secret && !field.uses.contains(&Use::Inject) => {
                        format!("the field '{name}' is not for \"inject\"")
                    }
                    Some(_) => continue,
                };
                problems.push(invalid(format!("{pointer}/{part}"), why));
            }
        }
    }
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
            "credentials": [{
                "slot": "bot", "type": "oauth2",
                "fields": { "access_token": { "secret": true }, "team": { "secret": false }, "key": { "uses": ["hmac"] } },
                "inject": [{ "in": "header", "name": "Authorization", "format": "Bearer {access_token}", "hosts": ["https://slack.com"] }]
            }],
            "actions": [{ "id": "post_message", "title": "Post message", "credential": "bot", "effects": "write", "idempotent": "key",
                "input": { "type": "object", "properties": { "channel": { "type": "string" } } }, "limits": { "memoryMiB": 32 } }],
            "triggers": [{ "id": "new_message", "kind": "poll", "everyS": 60, "credential": "bot", "dedupe": "/id" }]
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
            ("/credentials/0/slot", json!("Bot")),
            ("/credentials/0/type", json!("password")),
            ("/credentials/0/fields/key/uses", json!(["hmac", "inject"])),
            ("/credentials/0/fields/key", json!({ "uses": ["jwt"] })),
            ("/credentials/0/oauth2", json!({ "token": "{access_token}/token" })),
            ("/credentials/0/oauth2", json!({ "token": "{nowhere}/token" })),
            ("/credentials/0/inject/0/format", json!("Bearer {token}")),
            ("/credentials/0/inject/0/format", json!("Bearer {key}")),
            ("/credentials/0/inject/0/hosts", json!([])),
            ("/credentials/0/inject/0/hosts", json!(["https://evil.example"])),
            ("/credentials/0/inject/0/hosts", json!(["https://slack.com/x"])),
            ("/actions/0/id", json!("post-message")),
            ("/actions/0/effects", json!("maybe")),
            ("/actions/0/idempotent", json!(null)),
            ("/actions/0/maxBatch", json!(0)),
            ("/actions/0/credential", json!("user")),
            ("/actions/0/input", json!({ "type": "objekt" })),
            ("/actions/0/output", json!({ "type": 7 })),
            ("/actions/0/limits", json!({ "memoryMiB": 100_000 })),
            ("/triggers/0/id", json!("post_message")),
            ("/triggers/0/kind", json!("push")),
            ("/triggers/0/everyS", json!(1)),
            ("/triggers/0/everyS", json!(null)),
            ("/triggers/0/credential", json!("user")),
            ("/triggers/0/input", json!({ "type": "string" })),
            ("/triggers/0/dedupe", json!("id")),
        ];
        for (pointer, value) in cases {
            let found = pointers(pointer, value);
            assert!(found.iter().any(|problem| problem.starts_with(pointer)), "{pointer}: {found:?}");
        }
    }

    #[test]
    fn who_signs_in_by_itself_needs_what_to_sign_in_with() {
        let oauth2 = json!({ "token": "https://slack.com/token", "grant": "client_credentials" });
        let missing = pointers("/credentials/0/oauth2", oauth2);
        assert_eq!(missing, ["/credentials/0/fields", "/credentials/0/fields"]);
    }

    #[test]
    fn a_plugin_offers_something() {
        let mut json = manifest();
        (json["actions"], json["triggers"]) = (json!([]), json!([]));
        assert_eq!(Manifest::parse(&json).unwrap_err()[0].pointer, "/actions");
    }

    #[test]
    fn several_problems_are_told_at_once() {
        let mut json = manifest();
        json["id"] = json!("Bad");
        json["version"] = json!(1);
        assert_eq!(Manifest::parse(&json).unwrap_err().len(), 2);
    }
}
