//! The plugin `{{id}}`: one action that asks a service. Everything else a plugin can offer (triggers, drop-downs, the test of
//! a credential) is a further method of the trait; then register it with `export!(MyPlugin as connector)`.

use serde::Deserialize;
use serde_json::{Value, json};
use weft_plugin::{Action, Call, Error, Host, Manifest, Outcome, Plugin, http};

struct MyPlugin;

impl Plugin for MyPlugin {
    fn manifest() -> Manifest {
        Manifest::new("{{id}}", env!("CARGO_PKG_VERSION"), "{{name}}")
            .summary("Says what this plugin is for.")
            .host(Host::with_methods("https://api.example.com", &["GET"]))
            .action(
                Action::reads("greet", "Greet").summary("Greets somebody by their name.").input(json!({
                    "type": "object",
                    "required": ["user"],
                    "properties": { "user": { "type": "string", "title": "User", "minLength": 1 } }
                })),
            )
    }

    fn run(call: Call) -> Result<Outcome, Error> {
        match call.action.as_str() {
            "greet" => call.answer(|params: &Greet, _item: Value| greet(params)),
            _ => Err(call.unknown_action()),
        }
    }
}

weft_plugin::export!(MyPlugin);

#[derive(Deserialize)]
struct Greet {
    user: String,
}

fn greet(params: &Greet) -> Result<Value, Error> {
    let url = format!("https://api.example.com/users/{}", http::percent_encode(&params.user));
    let user: Value = http::get(url).send()?.ok()?.json()?;
    Ok(json!({ "text": format!("Hello, {}!", user["name"].as_str().unwrap_or("stranger")) }))
}

#[cfg(test)]
mod tests {
    use weft_plugin::testing::{self, Host};

    use super::*;

    #[test]
    fn greets_by_name() {
        let host = Host::new();
        host.http(|_| Ok(testing::answer(200, json!({ "name": "Ada" }))));
        let outcome = MyPlugin::run(Call::new("greet", json!({ "user": "ada" }))).unwrap();
        assert_eq!(outcome.values(), [json!({ "text": "Hello, Ada!" })]);
        assert_eq!(host.requests()[0].url, "https://api.example.com/users/ada");
    }
}
