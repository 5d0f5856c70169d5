"""The choices of a drop-down."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ._wit import dynamic as wire
from .error import to_json


@dataclass(frozen=True)
class Question:
    """What a form asks for besides the parameters."""

    search: str | None = None
    """What somebody typed to find a choice."""
    cursor: Any = None
    """What the previous page left as `Choices.next`; `None` on the first page."""


@dataclass(frozen=True)
class Choice:
    """One choice: what the parameter becomes, what people read, and a second line."""

    value: Any
    label: str | None = None
    hint: str | None = None

    def to_wire(self) -> wire.Choice:
        return wire.Choice(to_json(self.value), str(self.value) if self.label is None else self.label, self.hint)


@dataclass(frozen=True)
class Choices:
    """A page of choices, and the cursor of the next one."""

    items: Sequence[Choice | str | int | float]
    next: Any = None

    def to_wire(self) -> wire.Choices:
        items = [item if isinstance(item, Choice) else Choice(item) for item in self.items]
        return wire.Choices([item.to_wire() for item in items], None if self.next is None else to_json(self.next))
