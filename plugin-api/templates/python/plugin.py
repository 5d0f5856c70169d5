"""The plugin `{{id}}`: one action that asks a service.

Triggers are declared likewise, with `@plugin.poll(…)` and `@plugin.webhook(…)`, drop-downs with `@greet.options(…)`, and
credentials with `plugin.credential(…)`.
"""

from urllib.parse import quote

from weft_plugin import Plugin, http

plugin = Plugin(
    "{{id}}",
    "1.0.0",
    "{{name}}",
    summary="Says what this plugin is for.",
    hosts=[{"pattern": "https://api.example.com", "methods": ["GET"]}],
)


@plugin.action(
    "greet",
    "Greet",
    summary="Greets somebody by their name.",
    effects="read",
    input={
        "type": "object",
        "required": ["user"],
        "properties": {"user": {"type": "string", "title": "User", "minLength": 1}},
    },
)
def greet(params: dict) -> dict:
    user = http.get_json(f"https://api.example.com/users/{quote(params['user'], safe='')}")
    return {"text": f"Hello, {user.get('name', 'stranger')}!"}


Metadata, Actions, Dynamic, Polling, Webhooks = plugin.exports()
