from dataclasses import dataclass
from enum import Enum


@dataclass
class Call:
    action: str
    params: str
    items: list[str]
    cursor: str | None
    idempotency_key: str
    attempt: int
    deadline_ms: int
    dry_run: bool


class ErrorKind(Enum):
    RETRYABLE = 0
    PERMANENT = 1
    RATE_LIMITED = 2
    AUTH = 3
    INVALID_INPUT = 4
    CANCELLED = 5


@dataclass
class StepError:
    kind: ErrorKind
    code: str
    message: str
    retry_after_ms: int | None
    pointer: str | None
    details: str | None


@dataclass
class OutputItem:
    source: int
    data: str


@dataclass
class ItemFailure:
    source: int
    error: StepError


@dataclass
class Outcome:
    items: list[OutputItem]
    failures: list[ItemFailure]
    next: str | None
    meta: str | None
