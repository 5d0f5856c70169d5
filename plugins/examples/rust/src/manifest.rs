//! What the plugin says about itself.

use serde_json::{Value, json};
use weft_plugin::{Action, Credential, Host, Idempotency, Manifest, Trigger};

const SERVICE: &str = "https://parcels.example.com";
/// Where `weft plugin example-service` listens.
const EXAMPLE_SERVICE: &str = "http://127.0.0.1:9400";

pub fn manifest() -> Manifest {
    Manifest::new("example.parcels", "1.0.0", "Parcels")
        .summary("Sends parcels, and tells when they arrive.")
        .icon("package")
        .host(Host::with_methods(SERVICE, &["GET", "POST", "DELETE"]))
        .host(Host::with_methods(EXAMPLE_SERVICE, &["GET", "POST", "DELETE"]))
        .credential(account())
        .action(
            Action::writes("create_parcel", "Create parcel", Idempotency::Key)
                .summary("Has a parcel picked up at a depot.")
                .credential("account")
                .input(order())
                .output(parcel()),
        )
        .action(
            Action::reads("list_parcels", "List parcels")
                .summary("All parcels of the account, page by page.")
                .credential("account")
                .input(json!({ "type": "object", "additionalProperties": false, "properties": {
                    "page_size": { "type": "integer", "title": "Page size", "minimum": 1, "maximum": 100, "default": 50,
                        "x-ui": { "advanced": true } }
                } }))
                .output(parcel()),
        )
        .trigger(
            Trigger::poll("parcel_delivered", "Parcel delivered")
                .summary("Starts a run for each parcel that has arrived.")
                .every_s(60)
                .credential("account")
                .dedupe("/id")
                .output(parcel()),
        )
        .trigger(
            Trigger::webhook("parcel_updated", "Parcel updated")
                .summary("Starts a run as soon as the service tells of a change.")
                .credential("account")
                .subscribes()
                .output(parcel()),
        )
}

fn account() -> Credential {
    Credential::new("account", "oauth2")
        .title("Account")
        .docs("Make a client under **Settings → API** of your Parcels account.")
        .public("base_url", "Address of the service")
        .public("client_id", "Client ID")
        .field("client_secret", json!({ "title": "Client secret", "optional": true }))
        .field("access_token", json!({ "title": "Access token", "optional": true }))
        .field("webhook_secret", json!({ "title": "Webhook secret", "optional": true, "uses": ["hmac"] }))
        .with("oauth2", json!({ "grant": "client_credentials", "token": "{base_url}/oauth/token" }))
        .in_header("authorization", "Bearer {access_token}", &[SERVICE, EXAMPLE_SERVICE])
}

fn order() -> Value {
    json!({
        "type": "object", "required": ["recipient", "depot"], "additionalProperties": false,
        "properties": {
            "recipient": { "type": "string", "title": "Recipient", "minLength": 1 },
            "depot": { "type": "string", "title": "Depot", "x-ui": { "options": "dynamic" } },
            "weight_kg": { "type": "number", "title": "Weight", "description": "In kilograms", "exclusiveMinimum": 0, "default": 1 }
        }
    })
}

fn parcel() -> Value {
    json!({
        "type": "object", "required": ["id", "status"],
        "properties": {
            "id": { "type": "string" },
            "recipient": { "type": "string" },
            "status": { "enum": ["created", "delivered"] },
            "created_at": { "type": "integer", "description": "UTC milliseconds" },
            "delivered_at": { "type": "integer", "description": "UTC milliseconds" }
        }
    })
}
