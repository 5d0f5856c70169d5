"""A few values that a step or trigger keeps from call to call.

What is written is stored together with the call's result: a call that fails has written nothing.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ._wit import Err
from ._wit import state as wire
from .error import StepError, raise_told, to_json

T = TypeVar("T")


def get(key: str) -> Any:
    """The value of a key, or `None`."""
    value = wire.get(key)
    return None if value is None else json.loads(value)


def set(key: str, value: Any) -> None:
    """Keeps a value."""
    _asked(lambda: wire.set(key, to_json(value)))


def delete(key: str) -> None:
    """Forgets a value."""
    _asked(lambda: wire.delete(key))


def first_seen(ids: Sequence[str], ttl_s: int) -> list[bool]:
    """Whether each of these is seen for the first time within so many seconds. From now on they are all known."""
    return _asked(lambda: wire.first_seen(list(ids), ttl_s))


def is_first(id: str, ttl_s: int) -> bool:
    """`first_seen` for one."""
    return first_seen([id], ttl_s)[0]


def _asked(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except Err as error:
        refusal = error.value
    raise_told(refusal, _REFUSALS)


_REFUSALS = {
    "Quota": lambda: StepError.permanent("state_quota", "the step keeps more than it may"),
    "BadKey": lambda: StepError.permanent("state_bad_key", "this is no key for something to be kept"),
    "Conflict": lambda: StepError.retryable(
        "state_conflict", "another call of the same step kept something at the same time"
    ),
}
