"""What a call produced."""

import json
from collections.abc import Iterable
from typing import Any

from ._wit import types
from .error import StepError, to_json


# Named here, because inside of the class `list` is the method.
Values = list[Any]
Failures = list[tuple[int, StepError]]


class Outcome:
    """The values a call produced, and where to go on when there is more."""

    def __init__(self) -> None:
        self._items: list[tuple[int, str]] = []
        self._failures: list[tuple[int, StepError]] = []
        self._next: str | None = None
        self._meta: dict[str, Any] = {}

    @classmethod
    def one(cls, value: Any) -> "Outcome":
        """One value: what most actions answer, so that returning the value itself means the same."""
        return cls.list([value])

    @classmethod
    def list(cls, values: Iterable[Any]) -> "Outcome":
        """Several values for one item: a page of a list, what a poll found, what a webhook brought."""
        outcome = cls()
        for value in values:
            outcome.push(value)
        return outcome

    def push(self, value: Any) -> "Outcome":
        """Adds a value for the first item, which is the only one unless the action takes batches."""
        return self.push_for(0, value)

    def push_for(self, item: int, value: Any) -> "Outcome":
        """Adds a value for the item at this place of `call.items`."""
        self._items.append((item, to_json(value)))
        return self

    def fail_item(self, item: int, error: BaseException) -> "Outcome":
        """Says that the item at this place failed; the others of its batch did not."""
        self._failures.append((item, StepError.of(error)))
        return self

    def next(self, cursor: Any) -> "Outcome":
        """Says that there is another page. The host keeps this one and calls again with the cursor.

        Of a poll it is where the next poll goes on, stored together with the runs that its values start.
        """
        self._next = to_json(cursor)
        return self

    def meta(self, key: str, value: Any) -> "Outcome":
        """Adds a fact about the call itself, which is no value of it."""
        self._meta[key] = value
        return self

    def more(self) -> "Outcome":
        """Of a poll: there is more already, so ask again at once."""
        return self.meta("more", True)

    @property
    def values(self) -> Values:
        """The values, for tests."""
        return [json.loads(data) for _, data in self._items]

    @property
    def failures(self) -> Failures:
        """The items that failed, each with its place, for tests."""
        return self._failures

    @property
    def cursor(self) -> Any:
        """Where it goes on, for tests."""
        return None if self._next is None else json.loads(self._next)

    @property
    def has_more(self) -> bool:
        """Whether a poll asked to be called again at once, for tests."""
        return self._meta.get("more") is True

    def to_wire(self) -> types.Outcome:
        items = [types.OutputItem(source, data) for source, data in self._items]
        failures = [types.ItemFailure(source, error.to_wire()) for source, error in self._failures]
        return types.Outcome(items, failures, self._next, to_json(self._meta) if self._meta else None)
