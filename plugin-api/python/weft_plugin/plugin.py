"""From the author's declarations to the manifest and the exports of the component."""

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from ._export import Exports, exports_of
from .manifest import action_of, credential_of, host_of, node_of

Function = TypeVar("Function", bound=Callable[..., Any])
Json = dict[str, Any]


class _Node(Generic[Function]):
    """What actions and triggers share: a function, and what the form asks for."""

    def __init__(self, id: str, function: Function, data: Json) -> None:
        self.id = id
        self.function = function
        self.data = data
        self.choices: dict[str, Callable[..., Any]] = {}
        self.parameters_schema: Callable[..., Any] | None = None
        self.__doc__ = function.__doc__

    def __call__(self, *values: Any) -> Any:
        return self.function(*values)

    def options(self, field: str) -> Callable[[Function], Function]:
        """Declares the choices of a parameter that is a drop-down: `def depots(params, question)`.

        `params` is what is filled in so far; any of it may be missing.
        """
        if field not in self.data["input"].get("properties", {}):
            raise ValueError(f"'{self.id}' has options for '{field}', which is none of its parameters")

        def register(function: Function) -> Function:
            properties = self.data["input"]["properties"]
            hints = {"options": "dynamic", **properties[field].get("x-ui", {})}
            properties[field] = {**properties[field], "x-ui": hints}
            self.choices[field] = fitted(function, 2)
            return function

        return register

    def schema(self, function: Function) -> Function:
        """Declares the schema of parameters that depend on others: `def fields(params, field)`.

        The field is one with `"x-ui": {"schema": "dynamic"}`, or `None` for the schema of all parameters.
        """
        self.parameters_schema = fitted(function, 2)
        return function


N = TypeVar("N", bound=_Node[Any])


class Action(_Node[Function]):
    """An action; calling it calls its function."""


class PollTrigger(_Node[Function]):
    """A trigger that looks for what is new; calling it calls its function."""


class WebhookTrigger(_Node[Function]):
    """A trigger that a service calls; calling it calls its function."""

    subscriber: Callable[..., Any] | None = None
    unsubscriber: Callable[..., Any] | None = None

    def subscribe(self, function: Function) -> Function:
        """Declares how a service is asked to call a URL: `def subscribe(params, url)`.

        What is returned is handed to the function declared with `unsubscribe` one day.
        """
        self.subscriber = fitted(function, 2)
        self.data["subscribe"] = True
        return function

    def unsubscribe(self, function: Function) -> Function:
        """Declares how a service is asked to call no more: `def unsubscribe(params, subscription)`.

        A subscription that is gone already is no error.
        """
        self.unsubscriber = fitted(function, 2)
        return function


class Plugin:
    """A plugin: what it offers, and how that is carried out.

    The id is `snake_case`, with dots between publisher and name: `acme.parcels`; the version is semantic. `hosts` are those
    it may talk to once they were granted: `"https://api.example.com"`, or `{"pattern": …, "methods": ["GET"]}`. Other keys
    of the manifest may be given as well.
    """

    def __init__(
        self,
        id: str,
        version: str,
        name: str,
        *,
        summary: str | None = None,
        icon: str | Json | None = None,
        category: str | None = None,
        hosts: Sequence[str | Json] = (),
        **more: Any,
    ) -> None:
        known = {"summary": summary, "icon": icon, "category": category}
        self._data = {"manifest": 1, "id": id, "version": version, "name": name, **present(known), **more}
        self._data["hosts"] = [host_of(host) for host in hosts]
        self._credentials: dict[str, Json] = {}
        self.tests: dict[str, Callable[..., Any]] = {}
        self.actions: dict[str, Action[Any]] = {}
        self.polls: dict[str, PollTrigger[Any]] = {}
        self.hooks: dict[str, WebhookTrigger[Any]] = {}

    def credential(
        self,
        slot: str,
        type: str,
        *,
        title: str | None = None,
        docs: str | None = None,
        fields: Mapping[str, Json] | None = None,
        inject: Sequence[Json] | None = None,
        oauth2: Json | None = None,
        **more: Any,
    ) -> Callable[[Function], Function]:
        """Declares a slot for a credential: `api_key`, `bearer`, `basic`, `oauth2`, `jwt` or `custom`.

        Used as a decorator, the function tries the credential, and says in a few words whose it is.
        """
        known = {"title": title, "docs": docs, "fields": fields, "inject": inject, "oauth2": oauth2}
        self._credentials[slot] = credential_of(slot, type, {**present(known), **more})

        def register(function: Function) -> Function:
            self.tests[slot] = function
            return function

        return register

    def action(
        self,
        id: str,
        title: str,
        *,
        effects: str,
        idempotent: str | None = None,
        input: Json | None = None,
        output: Json | None = None,
        credential: str | None = None,
        summary: str | None = None,
        docs: str | None = None,
        tags: Sequence[str] | None = None,
        icon: str | Json | None = None,
        max_batch: int | None = None,
        timeout_ms: int | None = None,
        memory_mib: int | None = None,
        **more: Any,
    ) -> Callable[[Function], Action[Function]]:
        """Declares an action: `def create_parcel(params, call)`, or without the call.

        What it returns is the answer for the one item, or an `Outcome`. `effects`: `none`, `read` or `write`, and then
        `idempotent` says what a repetition after a crash means: `natural` (harmless), `key` (the action passes
        `call.idempotency_key` on), `no` (never repeated; a person decides). `input` and `output` are JSON Schemas: the
        form follows from the first, and so does the host's check.
        """
        known = {"summary": summary, "docs": docs, "tags": tags, "icon": icon, "credential": credential, "maxBatch": max_batch}
        data = action_of(id, title, effects, idempotent, {**present(known), **more})
        data |= node_of(input, output, timeout_ms, memory_mib)

        def register(function: Function) -> Action[Function]:
            return self._add(self.actions, Action(id, function, data))

        return register

    def poll(
        self,
        id: str,
        title: str,
        *,
        every_s: int = 60,
        dedupe: str | None = None,
        input: Json | None = None,
        output: Json | None = None,
        credential: str | None = None,
        summary: str | None = None,
        docs: str | None = None,
        timeout_ms: int | None = None,
        memory_mib: int | None = None,
        **more: Any,
    ) -> Callable[[Function], PollTrigger[Function]]:
        """Declares a trigger that looks for what is new since `call.cursor`: `def delivered(params, call)`.

        Each value of the list or `Outcome` it returns starts a run. The first time there is no cursor: remember where
        things stand, and return nothing. `dedupe` is a JSON pointer into each value, such as `/id`: a value whose id has
        started a run starts no other.
        """
        known = {"summary": summary, "docs": docs, "credential": credential, "dedupe": dedupe}
        data = {"id": id, "title": title, "kind": "poll", "everyS": every_s, **present(known), **more}
        data |= node_of(input, output, timeout_ms, memory_mib)

        def register(function: Function) -> PollTrigger[Function]:
            return self._add(self.polls, PollTrigger(id, function, data))

        return register

    def webhook(
        self,
        id: str,
        title: str,
        *,
        dedupe: str | None = None,
        input: Json | None = None,
        output: Json | None = None,
        credential: str | None = None,
        summary: str | None = None,
        docs: str | None = None,
        timeout_ms: int | None = None,
        memory_mib: int | None = None,
        **more: Any,
    ) -> Callable[[Function], WebhookTrigger[Function]]:
        """Declares a trigger that a service calls: `def updated(params, inbound)`, which returns a `Verdict`.

        It has no network, so that whoever calls cannot make the server call others.
        """
        known = {"summary": summary, "docs": docs, "credential": credential, "dedupe": dedupe}
        data = {"id": id, "title": title, "kind": "webhook", "subscribe": False, **present(known), **more}
        data |= node_of(input, output, timeout_ms, memory_mib)

        def register(function: Function) -> WebhookTrigger[Function]:
            return self._add(self.hooks, WebhookTrigger(id, function, data))

        return register

    def manifest(self) -> str:
        """The JSON text that the host reads."""
        return json.dumps(
            {
                **self._data,
                "credentials": list(self._credentials.values()),
                "actions": [action.data for action in self.actions.values()],
                "triggers": [trigger.data for trigger in self.triggers.values()],
            }
        )

    @property
    def triggers(self) -> dict[str, _Node[Any]]:
        return {**self.polls, **self.hooks}

    def exports(self) -> Exports:
        """What the component exports, by the names it needs: `Metadata, Actions, Dynamic, Polling, Webhooks`."""
        return exports_of(self)

    def _add(self, table: dict[str, N], node: N) -> N:
        if node.id in self.actions or node.id in self.triggers:
            raise ValueError(f"there are two actions or triggers called '{node.id}'")
        node.function = fitted(node.function, 2)
        table[node.id] = node
        return node


def fitted(function: Callable[..., Any], most: int) -> Callable[..., Any]:
    """The function, given as many of its values as it has parameters for."""
    parameters = inspect.signature(function).parameters.values()
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return function
    positional = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    taken = min(len(positional), most)
    return lambda *values: function(*values[:taken])


def present(values: Json) -> Json:
    return {key: value for key, value in values.items() if value is not None}
