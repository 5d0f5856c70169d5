"""What the host of a test knows. There is one at a time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class File:
    mime: str
    content: bytes


@dataclass
class World:
    responder: Callable[[Any], Any] | None = None
    requests: list[Any] = field(default_factory=list)
    credentials: dict[str, dict[str, str]] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    files: dict[str, File] = field(default_factory=dict)
    logs: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    progress: list[tuple[int, int | None, str]] = field(default_factory=list)
    is_cancelled: bool = False

    def add_file(self, mime: str, content: bytes) -> str:
        id = f"file_{len(self.files) + 1}"
        self.files[id] = File(mime, content)
        return id


_current = World()


def put() -> World:
    """A new world in the place of the one that was there."""
    global _current
    _current = World()
    return _current


def world() -> World:
    return _current
