"""One call of an action, or of a trigger that polls."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ._wit import host, types
from .outcome import Outcome


@dataclass(frozen=True)
class Call:
    """What the host asks of the plugin."""

    action: str
    """The id of the action or trigger."""
    params: dict[str, Any]
    items: list[Any]
    """The values the call is about. There is always at least one, and more only with `max_batch`."""
    cursor: Any
    """What the previous page, or the previous poll, left with `Outcome.next`; `None` the first time."""
    idempotency_key: str
    """The same on every retry of one logical call. Send it to services that know idempotency keys."""
    attempt: int
    """1 for the first try."""
    deadline_ms: int
    """How long the call may take, in milliseconds from its start."""
    dry_run: bool
    """Check and explain, but change nothing outside."""

    @classmethod
    def from_wire(cls, wire: types.Call) -> "Call":
        return cls(
            action=wire.action,
            params=json.loads(wire.params),
            items=[json.loads(item) for item in wire.items],
            cursor=None if wire.cursor is None else json.loads(wire.cursor),
            idempotency_key=wire.idempotency_key,
            attempt=wire.attempt,
            deadline_ms=wire.deadline_ms,
            dry_run=wire.dry_run,
        )

    @property
    def item(self) -> Any:
        """The first item."""
        return self.items[0]

    def is_cancelled(self) -> bool:
        """Whether the run is to end: a long call stops at the next good moment by raising `StepError.cancelled()`."""
        return host.is_cancelled()

    def answer(self, compute: Callable[[Any], Any]) -> Outcome:
        """Computes one value for each item. The first error ends the call."""
        outcome = Outcome()
        for place, item in enumerate(self.items):
            outcome.push_for(place, compute(item))
        return outcome

    def answer_each(self, compute: Callable[[Any], Any]) -> Outcome:
        """Computes one value for each item. An item whose function raises fails, and the others go on."""
        outcome = Outcome()
        for place, item in enumerate(self.items):
            try:
                outcome.push_for(place, compute(item))
            except Exception as error:
                outcome.fail_item(place, error)
        return outcome
