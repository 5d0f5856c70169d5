import json
from enum import Enum

from .world import world


class Level(Enum):
    TRACE = 0
    DEBUG = 1
    INFO = 2
    WARN = 3
    ERROR = 4


def log(level: Level, message: str, fields: str | None) -> None:
    world().logs.append((level.name.lower(), message, json.loads(fields or "{}")))


def progress(done: int, total: int | None, note: str) -> None:
    world().progress.append((done, total, note))


def is_cancelled() -> bool:
    return world().is_cancelled
