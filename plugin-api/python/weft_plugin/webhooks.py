"""What a service sends to a trigger, and what it is answered."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ._wit import webhooks as wire
from .error import StepError, to_json
from .outcome import Outcome


@dataclass(frozen=True)
class Inbound:
    """A request that arrived at a trigger's address."""

    action: str
    """The id of the trigger."""
    params: dict[str, Any]
    method: str
    path_suffix: str
    """What the path has behind the trigger's own address."""
    query: list[tuple[str, str]]
    headers: list[tuple[str, str]]
    """As they came."""
    body: bytes
    """As it came: what a signature is made of."""
    received_ms: int
    """When it arrived, in UTC milliseconds."""

    @classmethod
    def from_wire(cls, inbound: wire.Inbound) -> "Inbound":
        return cls(
            action=inbound.action,
            params=json.loads(inbound.params),
            method=inbound.method,
            path_suffix=inbound.path_suffix,
            query=inbound.query,
            headers=inbound.headers,
            body=inbound.body,
            received_ms=inbound.received_ms,
        )

    def header(self, name: str) -> str | None:
        """The first header of this name."""
        return next((value for header, value in self.headers if header.lower() == name.lower()), None)

    def query_parameter(self, name: str) -> str | None:
        """The first query parameter of this name."""
        return next((value for parameter, value in self.query if parameter == name), None)

    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise StepError.permanent("body_not_json", f"the request's body is not JSON: {error}") from None


class Reply:
    """What whoever called is answered; without a body unless one is given."""

    def __init__(self, status: int) -> None:
        self._status = status
        self._headers: list[tuple[str, str]] = []
        self._body = b""

    @classmethod
    def ok(cls) -> "Reply":
        """200 without a body."""
        return cls(200)

    def header(self, name: str, value: str) -> "Reply":
        self._headers.append((name, value))
        return self

    def json(self, body: Any) -> "Reply":
        """The body, as JSON, with its content type."""
        self._body = to_json(body).encode()
        return self.header("content-type", "application/json")

    def text(self, body: str) -> "Reply":
        """The body, as text."""
        self._body = body.encode()
        return self.header("content-type", "text/plain; charset=utf-8")

    def to_wire(self) -> wire.Reply:
        return wire.Reply(self._status, self._headers, self._body)


class Verdict:
    """What a request comes to: `Verdict.accept(…)`, `Verdict.answer(…)` or `Verdict.reject(…)`."""

    def __init__(self, verdict: wire.Verdict) -> None:
        self._wire = verdict

    @classmethod
    def accept(cls, found: Outcome | Iterable[Any], reply: Reply | None = None) -> "Verdict":
        """Each value starts a run. They are stored before the reply, 200 unless given, is sent."""
        outcome = found if isinstance(found, Outcome) else Outcome.list(found)
        return cls(wire.Verdict_Accept((outcome.to_wire(), (reply or Reply.ok()).to_wire())))

    @classmethod
    def answer(cls, reply: Reply) -> "Verdict":
        """It starts nothing: a handshake, or something nobody waits for."""
        return cls(wire.Verdict_Answer(reply.to_wire()))

    @classmethod
    def reject(cls, why: str) -> "Verdict":
        """It is not genuine. The caller learns nothing; the reason goes to the log."""
        return cls(wire.Verdict_Reject(why))

    def to_wire(self) -> wire.Verdict:
        return self._wire
