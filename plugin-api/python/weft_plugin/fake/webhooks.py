from dataclasses import dataclass

from . import types


@dataclass
class Inbound:
    action: str
    params: str
    method: str
    path_suffix: str
    query: list[tuple[str, str]]
    headers: list[tuple[str, str]]
    body: bytes
    received_ms: int


@dataclass
class Reply:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass
class Verdict_Accept:
    value: tuple[types.Outcome, Reply]


@dataclass
class Verdict_Answer:
    value: Reply


@dataclass
class Verdict_Reject:
    value: str


Verdict = Verdict_Accept | Verdict_Answer | Verdict_Reject
