"""Lines for the step's log, and progress: `log.info("page read", rows=50)`.

The host keeps 1,000 lines and 256 KiB of a call and counts the rest. What is printed goes there, too.
"""

import json
from typing import Any

from ._wit import host


def trace(message: str, /, **fields: Any) -> None:
    _write(host.Level.TRACE, message, fields)


def debug(message: str, /, **fields: Any) -> None:
    _write(host.Level.DEBUG, message, fields)


def info(message: str, /, **fields: Any) -> None:
    """Writes a line for people who look for what happened."""
    _write(host.Level.INFO, message, fields)


def warn(message: str, /, **fields: Any) -> None:
    """Writes a line about something odd that did not stop the call."""
    _write(host.Level.WARN, message, fields)


def error(message: str, /, **fields: Any) -> None:
    """Writes a line about a failure."""
    _write(host.Level.ERROR, message, fields)


def progress(done: int, total: int | None = None, note: str = "") -> None:
    """Tells how far a long call has come."""
    host.progress(done, total, note)


def _write(level: host.Level, message: str, fields: dict[str, Any]) -> None:
    host.log(level, message, json.dumps(fields, default=str) if fields else None)
