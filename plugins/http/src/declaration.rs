//! What the designer shows of the action.

use serde_json::{Value, json};
use weft_plugin::{Action, Idempotency};

pub fn request() -> Action {
    Action::writes("request", "HTTP request", Idempotency::Key)
        .summary("Sends a request to a web service and reads the answer.")
        .docs(
            "A body that is an object or a list is sent as JSON; text is sent as it is. An answer in JSON is parsed.\n\n\
             Answers from 400 on are errors, unless **Accept status** lists them: `404`, or `4xx` for all of them. 429 waits as \
             long as the service says; 408, 425 and 5xx may be tried again.\n\n\
             Requests that change something carry an `Idempotency-Key` header, the same on every retry.",
        )
        .tags(&["api", "rest", "webhook", "fetch", "url", "get", "post"])
        .timeout_ms(60_000)
        .input(input())
        .output(output())
}

fn input() -> Value {
    let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    json!({
        "type": "object",
        "required": ["url"],
        "additionalProperties": false,
        "properties": {
            "method": { "type": "string", "title": "Method", "enum": methods, "default": "GET", "x-ui": { "widget": "select" } },
            "url": { "type": "string", "title": "URL", "minLength": 1,
                "x-ui": { "widget": "text", "placeholder": "https://api.example.com/orders" } },
            "query": { "type": "object", "title": "Query", "description": "Added to the URL; a list repeats its name",
                "x-ui": { "widget": "key_value" } },
            "headers": { "type": "object", "title": "Headers", "x-ui": { "widget": "key_value" } },
            "body": { "title": "Body", "description": "Objects and lists are sent as JSON", "x-ui": { "widget": "json" } },
            "timeout_ms": { "type": "integer", "title": "Timeout", "description": "Milliseconds to wait for the answer",
                "minimum": 1, "maximum": 600_000, "default": 30_000, "x-ui": { "widget": "number", "advanced": true } },
            "accept_status": { "type": "array", "title": "Accept status", "description": "Answers that are no errors: 404, or 4xx",
                "items": { "oneOf": [ { "type": "integer", "minimum": 100, "maximum": 599 },
                    { "type": "string", "pattern": "^[1-5]([0-9][0-9]|xx)$" } ] },
                "x-ui": { "widget": "list", "advanced": true } }
        }
    })
}

fn output() -> Value {
    json!({
        "type": "object",
        "required": ["status", "headers", "body"],
        "properties": {
            "status": { "type": "integer" },
            "headers": { "type": "object" },
            "body": { "description": "Parsed when it is JSON, null when empty, {base64} when it is neither text nor JSON" }
        }
    })
}
