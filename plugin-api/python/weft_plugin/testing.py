"""Plays the host in an author's tests, which run in plain Python.

    from weft_plugin.testing import Host, answer

    host = Host().http(lambda request: answer(200, {"name": "Ada"}))
    assert host.run(plugin, "greet", {"name": "Ada"}).values == ["Hello, Ada!"]
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .error import ErrorKind, StepError
from .plugin import Plugin
from .fake import Err, types, webhooks
from .fake import http as wire
from .fake.world import World, put

__all__ = ["Handled", "Host", "Result", "answer"]


@dataclass(frozen=True)
class Result:
    """What a call came to. An error is raised as a `StepError`."""

    values: list[Any]
    sources: list[int]
    """The item each value belongs to."""
    failures: list[tuple[int, types.StepError]]
    cursor: Any
    meta: dict[str, Any]


@dataclass(frozen=True)
class Handled:
    """What a request to a trigger came to: `accept`, `answer` or `reject`."""

    verdict: str
    values: list[Any] = field(default_factory=list)
    reply: webhooks.Reply | None = None
    reason: str | None = None


class Host:
    """The host of one test: whatever the plugin asks of its host is answered by the one that was made last."""

    def __init__(self) -> None:
        self._world: World = put()

    def http(self, answer: Callable[[wire.Request], wire.Response]) -> "Host":
        """From now on requests are answered by this function, which may raise `Err(HttpError_…)`. Without one they are refused."""
        self._world.responder = answer
        return self

    def credential(self, slot: str, **fields: str) -> "Host":
        """Binds a credential to a slot, with the values of its fields."""
        self._world.credentials[slot] = fields
        return self

    def cancel(self) -> "Host":
        """From now on the call is to end."""
        self._world.is_cancelled = True
        return self

    def file(self, mime: str, content: bytes | str) -> dict[str, str]:
        """Lets a file be there, and tells its name."""
        return {"$blob": self._world.add_file(mime, content.encode() if isinstance(content, str) else content)}

    def content_of(self, blob: dict[str, str]) -> bytes:
        return self._world.files[blob["$blob"]].content

    def state(self, key: str) -> Any:
        """What the plugin keeps under a key."""
        return json.loads(self._world.state.get(key, "null"))

    @property
    def requests(self) -> list[wire.Request]:
        """The requests that were sent so far."""
        return self._world.requests

    @property
    def logs(self) -> list[tuple[str, str, dict[str, Any]]]:
        """The lines of the log: level, message and fields."""
        return self._world.logs

    @property
    def progress(self) -> list[tuple[int, int | None, str]]:
        return self._world.progress

    def manifest(self, plugin: Plugin) -> dict[str, Any]:
        manifest: dict[str, Any] = json.loads(plugin.exports()[0]().describe())
        return manifest

    def run(self, plugin: Plugin, action: str, params: dict[str, Any] | None = None, **more: Any) -> Result:
        """Calls an action; `items`, `cursor`, `idempotency_key` and the like may be given."""
        return _result(_asked(lambda: plugin.exports()[1]().run(_call(action, params, **more))))

    def poll(self, plugin: Plugin, trigger: str, params: dict[str, Any] | None = None, **more: Any) -> Result:
        return _result(_asked(lambda: plugin.exports()[3]().poll(_call(trigger, params, **more))))

    def handle(
        self,
        plugin: Plugin,
        trigger: str,
        params: dict[str, Any] | None = None,
        *,
        method: str = "POST",
        path_suffix: str = "",
        query: Sequence[tuple[str, str]] = (),
        headers: Sequence[tuple[str, str]] = (),
        body: bytes | str = b"",
        received_ms: int = 0,
    ) -> Handled:
        content = body.encode() if isinstance(body, str) else body
        written = json.dumps(params or {})
        inbound = webhooks.Inbound(trigger, written, method, path_suffix, list(query), list(headers), content, received_ms)
        verdict = _asked(lambda: plugin.exports()[4]().handle(inbound))
        if isinstance(verdict, webhooks.Verdict_Accept):
            outcome, reply = verdict.value
            return Handled("accept", _result(outcome).values, reply)
        if isinstance(verdict, webhooks.Verdict_Answer):
            return Handled("answer", reply=verdict.value)
        return Handled("reject", reason=verdict.value)

    def subscribe(self, plugin: Plugin, trigger: str, params: dict[str, Any], url: str) -> Any:
        return json.loads(_asked(lambda: plugin.exports()[4]().subscribe(trigger, json.dumps(params), url)))

    def unsubscribe(self, plugin: Plugin, trigger: str, params: dict[str, Any], subscription: Any) -> None:
        _asked(lambda: plugin.exports()[4]().unsubscribe(trigger, json.dumps(params), json.dumps(subscription)))

    def options(
        self,
        plugin: Plugin,
        action: str,
        field: str,
        params: dict[str, Any] | None = None,
        *,
        search: str | None = None,
        cursor: Any = None,
    ) -> tuple[list[tuple[Any, str, str | None]], Any]:
        """The choices, each with its value, label and hint, and the cursor of the next page."""
        choices = _asked(
            lambda: plugin.exports()[2]().options(action, field, json.dumps(params or {}), search, _written(cursor))
        )
        return [(json.loads(one.value), one.label, one.hint) for one in choices.items], _read(choices.next)

    def schema(
        self, plugin: Plugin, action: str, field: str | None = None, params: dict[str, Any] | None = None
    ) -> Any:
        return json.loads(_asked(lambda: plugin.exports()[2]().schema(action, field, json.dumps(params or {}))))

    def test_credential(self, plugin: Plugin, slot: str) -> str:
        return str(_asked(lambda: plugin.exports()[2]().test_credential(slot)))


def answer(status: int, body: Any, headers: Sequence[tuple[str, str]] = ()) -> wire.Response:
    """An answer with a JSON body."""
    return wire.Response(status, [("content-type", "application/json"), *headers], json.dumps(body).encode())


def _call(
    action: str,
    params: dict[str, Any] | None,
    *,
    items: Sequence[Any] = (None,),
    cursor: Any = None,
    idempotency_key: str = "test",
    attempt: int = 1,
    deadline_ms: int = 30_000,
    dry_run: bool = False,
) -> types.Call:
    written = [json.dumps(item) for item in items]
    return types.Call(
        action, json.dumps(params or {}), written, _written(cursor), idempotency_key, attempt, deadline_ms, dry_run
    )


def _asked(ask: Callable[[], Any]) -> Any:
    """Turns the host's form of an error back into the author's."""
    try:
        return ask()
    except Err as error:
        failure = error.value
    kind = ErrorKind[failure.kind.name]
    raise StepError(
        kind,
        failure.code,
        failure.message,
        retry_after_ms=failure.retry_after_ms,
        pointer=failure.pointer,
        details=_read(failure.details),
    )


def _result(outcome: types.Outcome) -> Result:
    return Result(
        values=[json.loads(item.data) for item in outcome.items],
        sources=[item.source for item in outcome.items],
        failures=[(failure.source, failure.error) for failure in outcome.failures],
        cursor=_read(outcome.next),
        meta=_read(outcome.meta) or {},
    )


def _written(value: Any) -> str | None:
    return None if value is None else json.dumps(value)


def _read(text: str | None) -> Any:
    return None if text is None else json.loads(text)
