"""The parts of the manifest."""

from copy import deepcopy
from typing import Any

Json = dict[str, Any]


def host_of(host: str | Json) -> Json:
    return {"pattern": host} if isinstance(host, str) else host


def credential_of(slot: str, type: str, more: Json) -> Json:
    return {"slot": slot, "type": type, **more}


def action_of(id: str, title: str, effects: str, idempotent: str | None, more: Json) -> Json:
    if effects == "write" and idempotent is None:
        raise ValueError(
            f"the action '{id}' writes and does not say what a repetition means: idempotent is 'natural', 'key' or 'no'"
        )
    return {"id": id, "title": title, "effects": effects, "idempotent": idempotent or "natural", **more}


def node_of(input: Json | None, output: Json | None, timeout_ms: int | None, memory_mib: int | None) -> Json:
    """What actions and triggers share."""
    node: Json = {"input": {"type": "object", **deepcopy(input or {})}}
    if output is not None:
        node["output"] = output
    if timeout_ms is not None:
        node["timeoutMs"] = timeout_ms
    if memory_mib is not None:
        node["limits"] = {"memoryMiB": memory_mib}
    return node
