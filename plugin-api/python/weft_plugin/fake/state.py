import re
from dataclasses import dataclass

from .world import world
from .result import Err

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}")


@dataclass
class StateError_Quota:
    pass


@dataclass
class StateError_BadKey:
    pass


@dataclass
class StateError_Conflict:
    pass


def get(key: str) -> str | None:
    return world().state.get(key)


def set(key: str, value: str) -> None:
    world().state[_checked(key)] = value


def delete(key: str) -> None:
    world().state.pop(_checked(key), None)


def first_seen(ids: list[str], ttl_s: int) -> list[bool]:
    return [_is_first(id) for id in ids]


def _is_first(id: str) -> bool:
    seen = world().seen
    is_first = id not in seen
    seen.add(id)
    return is_first


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise Err(StateError_BadKey())
    return key
