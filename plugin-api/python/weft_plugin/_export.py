"""The classes that the component model looks for in the plugin's module."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from ._wit import Err, dynamic, types, webhooks
from .call import Call
from .choices import Choices, Question
from .error import StepError, to_json
from .outcome import Outcome
from .webhooks import Inbound, Verdict

if TYPE_CHECKING:
    from .plugin import Plugin

T = TypeVar("T")
Exports = tuple[type, type, type, type, type]


def exports_of(plugin: Plugin) -> Exports:
    manifest = plugin.manifest()

    class Metadata:
        def describe(self) -> str:
            return manifest

    class Actions:
        @_guarded
        def run(self, c: types.Call) -> types.Outcome:
            call = Call.from_wire(c)
            answer = _settled(_find(plugin.actions, call.action)(call.params, call))
            if isinstance(answer, Outcome):
                return answer.to_wire()
            if len(call.items) == 1:
                return Outcome.one(answer).to_wire()
            raise StepError.permanent(
                "batch_not_answered",
                "a batch of items is answered by call.answer(…), call.answer_each(…) or an Outcome",
            )

    class Dynamic:
        @_guarded
        def options(
            self, action: str, field: str, params: str, search: str | None, cursor: str | None
        ) -> dynamic.Choices:
            choices = _node(plugin, action).choices.get(field) or _raise(_unknown_field(action, field))
            question = Question(search, None if cursor is None else json.loads(cursor))
            answer = _settled(choices(json.loads(params), question))
            return (answer if isinstance(answer, Choices) else Choices(list(answer))).to_wire()

        @_guarded
        def schema(self, action: str, field: str | None, params: str) -> str:
            schema = _node(plugin, action).parameters_schema or _raise(_unknown_field(action, field or ""))
            return to_json(_settled(schema(json.loads(params), field)))

        @_guarded
        def test_credential(self, slot: str) -> str:
            test = plugin.tests.get(slot) or _raise(_not_offered("to test credentials"))
            return str(_settled(test()) or "")

    class Polling:
        @_guarded
        def poll(self, c: types.Call) -> types.Outcome:
            call = Call.from_wire(c)
            if call.action in plugin.hooks:
                raise _not_offered(f"to poll for the trigger '{call.action}'")
            found = _settled(_find(plugin.polls, call.action)(call.params, call))
            return (found if isinstance(found, Outcome) else Outcome.list(found)).to_wire()

    class Webhooks:
        @_guarded
        def handle(self, r: webhooks.Inbound) -> webhooks.Verdict:
            inbound = Inbound.from_wire(r)
            verdict = _settled(_find(plugin.hooks, inbound.action)(inbound.params, inbound))
            if isinstance(verdict, Verdict):
                return verdict.to_wire()
            raise StepError.permanent(
                "no_verdict", "answer with Verdict.accept(…), Verdict.answer(…) or Verdict.reject(…)"
            )

        @_guarded
        def subscribe(self, action: str, params: str, url: str) -> str:
            subscribe = _find(plugin.hooks, action).subscriber or _raise(_not_offered(f"to subscribe '{action}'"))
            return to_json(_settled(subscribe(json.loads(params), url)))

        @_guarded
        def unsubscribe(self, action: str, params: str, subscription: str) -> None:
            unsubscribe = _find(plugin.hooks, action).unsubscriber or _raise(_not_offered(f"to unsubscribe '{action}'"))
            _settled(unsubscribe(json.loads(params), json.loads(subscription)))

    return Metadata, Actions, Dynamic, Polling, Webhooks


def _guarded(export: Callable[..., T]) -> Callable[..., T]:
    """Raises what the author raised in the form the host reads."""

    @wraps(export)
    def guarded(*values: Any) -> T:
        try:
            return export(*values)
        except Exception as error:
            failure = StepError.of(error).to_wire()
        raise Err(failure)

    return guarded


def _settled(value: Any) -> Any:
    """Calls are synchronous, so nobody would wait for a coroutine."""
    if not inspect.isawaitable(value):
        return value
    if inspect.iscoroutine(value):
        value.close()
    raise StepError.permanent(
        "async_function", "the function is async; requests and files need no waiting here, so leave out async and await"
    )


def _node(plugin: Plugin, id: str) -> Any:
    return _find({**plugin.actions, **plugin.triggers}, id)


def _find(table: dict[str, Any], id: str) -> Any:
    if id not in table:
        raise StepError.permanent("unknown_action", f"this plugin has no action or trigger '{id}'")
    return table[id]


def _unknown_field(action: str, field: str) -> StepError:
    return StepError.permanent("unknown_field", f"'{action}' has no choices for '{field}'")


def _not_offered(what: str) -> StepError:
    return StepError.permanent("not_offered", f"this plugin does not offer {what}")


def _raise(error: StepError) -> Any:
    raise error
