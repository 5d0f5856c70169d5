from dataclasses import dataclass


@dataclass
class Choice:
    value: str
    label: str
    hint: str | None


@dataclass
class Choices:
    items: list[Choice]
    next: str | None
