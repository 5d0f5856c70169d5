import hmac as keyed
from dataclasses import dataclass
from enum import Enum

from .world import world
from .result import Err


@dataclass
class CredError_NotBound:
    pass


@dataclass
class CredError_UnknownField:
    pass


@dataclass
class CredError_Refused:
    value: str


class Hash(Enum):
    SHA1 = 0
    SHA256 = 1
    SHA512 = 2


def placeholder(slot: str, field: str) -> str:
    _value(slot, field)
    return f"{{{{{slot}.{field}}}}}"


def public_field(slot: str, field: str) -> str:
    return _value(slot, field)


def hmac(slot: str, field: str, alg: Hash, message: bytes) -> bytes:
    return keyed.digest(_value(slot, field).encode(), message, alg.name.lower())


def hmac_verify(slot: str, field: str, alg: Hash, message: bytes, mac: bytes) -> bool:
    return keyed.compare_digest(hmac(slot, field, alg, message), mac)


def sign_jwt(slot: str, field: str, claims: str) -> str:
    """The claims as they are: a test has no key to sign with."""
    _value(slot, field)
    return claims


def _value(slot: str, field: str) -> str:
    fields = world().credentials.get(slot)
    if fields is None:
        raise Err(CredError_NotBound())
    if field not in fields:
        raise Err(CredError_UnknownField())
    return fields[field]
