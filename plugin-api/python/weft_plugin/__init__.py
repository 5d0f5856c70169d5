"""The SDK for Weft plugins in Python: one declaration per action is its manifest and its code.

    from weft_plugin import Plugin, http

    plugin = Plugin("acme.weather", "1.0.0", "Weather", hosts=["https://weather.example.com"])

    @plugin.action("forecast", "Forecast", effects="read", input={
        "type": "object", "required": ["city"], "properties": {"city": {"type": "string", "title": "City"}},
    })
    def forecast(params):
        return http.get_json("https://weather.example.com/forecast", query={"city": params["city"]})

    Metadata, Actions, Dynamic, Polling, Webhooks = plugin.exports()

A plugin has no file system, no environment and no network of its own. What it may do comes through `http` for the hosts
its manifest declares, `credentials` that it can use and not see, `state` that it keeps from call to call, files as `blobs`,
and `log`. Every call runs in a fresh instance, so there is nothing to keep between calls and nothing to clean up.
"""

from . import blobs, credentials, http, log, state
from .call import Call
from .choices import Choice, Choices, Question
from .error import ErrorKind, StepError
from .outcome import Outcome
from .plugin import Action, Plugin, PollTrigger, WebhookTrigger
from .webhooks import Inbound, Reply, Verdict

__all__ = [
    "Action",
    "Call",
    "Choice",
    "Choices",
    "ErrorKind",
    "Inbound",
    "Outcome",
    "Plugin",
    "PollTrigger",
    "Question",
    "Reply",
    "StepError",
    "Verdict",
    "WebhookTrigger",
    "blobs",
    "credentials",
    "http",
    "log",
    "state",
]
