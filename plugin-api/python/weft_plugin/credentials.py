"""Credentials that the plugin can use and not see. Most plugins need only the `auth` of a request."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from ._wit import Err
from ._wit import credentials as wire
from .error import StepError, raise_told, to_json

Hash = Literal["sha1", "sha256", "sha512"]
T = TypeVar("T")


def placeholder(slot: str, field: str) -> str:
    """A random word that becomes the secret when a request leaves for a host of its credential; worth nothing after this call."""
    return _asked(lambda: wire.placeholder(slot, field))


def public_field(slot: str, field: str) -> str:
    """The value of a field that is no secret: an account's id, a base URL."""
    return _asked(lambda: wire.public_field(slot, field))


def hmac(slot: str, field: str, hash: Hash, message: bytes | str) -> bytes:
    """The keyed hash (HMAC) of a message, with a secret whose `uses` has `hmac`."""
    return _asked(lambda: wire.hmac(slot, field, wire.Hash[hash.upper()], _bytes(message)))


def hmac_verify(slot: str, field: str, hash: Hash, message: bytes | str, mac: bytes) -> bool:
    """Whether this is the keyed hash of a message, compared in constant time."""
    return _asked(lambda: wire.hmac_verify(slot, field, wire.Hash[hash.upper()], _bytes(message), mac))


def hmac_verify_hex(slot: str, field: str, hash: Hash, message: bytes | str, mac: str) -> bool:
    """The same for a hash written in hexadecimal, as most services send it. What is no hexadecimal fits nothing."""
    try:
        return hmac_verify(slot, field, hash, message, bytes.fromhex(mac))
    except ValueError:
        return False


def sign_jwt(slot: str, field: str, claims: dict[str, Any]) -> str:
    """A token (JWT) of these claims, signed with a secret whose `uses` has `jwt`."""
    return _asked(lambda: wire.sign_jwt(slot, field, to_json(claims)))


def _bytes(message: bytes | str) -> bytes:
    return message.encode() if isinstance(message, str) else message


def _asked(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except Err as error:
        refusal = error.value
    raise_told(refusal, _REFUSALS)


_REFUSALS = {
    "NotBound": lambda: StepError.auth("credential_not_bound", "no credential is chosen for this step"),
    "UnknownField": lambda: StepError.permanent("credential_unknown_field", "the credential has no such field"),
    "Refused": lambda why: StepError.permanent("credential_refused", why),
}
