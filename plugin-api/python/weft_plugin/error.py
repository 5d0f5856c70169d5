"""How a call fails, and how everything that is raised becomes such a failure."""

import json
import traceback
from enum import Enum
from typing import Any, NoReturn

from . import log
from ._wit import types


class ErrorKind(Enum):
    """What the engine may do about an error."""

    RETRYABLE = "retryable"
    """Trying again may help."""
    PERMANENT = "permanent"
    """Trying again does not help."""
    RATE_LIMITED = "rate_limited"
    """Try again, but later."""
    AUTH = "auth"
    """The credential is missing, wrong or not allowed to do this."""
    INVALID_INPUT = "invalid_input"
    """The parameters or the item are wrong."""
    CANCELLED = "cancelled"
    """Somebody asked for the end."""


class StepError(Exception):
    """Why a call failed. Anything else that is raised becomes a permanent error with the code `uncaught_error`.

    The code is yours, stable, in `snake_case`; the message is for people. `retry_after_ms`: not to be tried again before.
    `pointer`: JSON pointer (`/name`) to the parameter that is wrong, so that the form can show it there. `details`: facts
    for programs.
    """

    def __init__(
        self,
        kind: ErrorKind,
        code: str,
        message: str,
        *,
        retry_after_ms: int | None = None,
        pointer: str | None = None,
        details: Any = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.code = code
        self.message = message
        self.retry_after_ms = retry_after_ms
        self.pointer = pointer or None
        self.details = details

    @classmethod
    def retryable(cls, code: str, message: str, **facts: Any) -> "StepError":
        """Trying again may help."""
        return cls(ErrorKind.RETRYABLE, code, message, **facts)

    @classmethod
    def permanent(cls, code: str, message: str, **facts: Any) -> "StepError":
        """Trying again does not help."""
        return cls(ErrorKind.PERMANENT, code, message, **facts)

    @classmethod
    def rate_limited(cls, code: str, message: str, retry_after_ms: int | None = None, **facts: Any) -> "StepError":
        """Trying again helps after so many milliseconds; the host chooses the time when there is none."""
        return cls(ErrorKind.RATE_LIMITED, code, message, retry_after_ms=retry_after_ms, **facts)

    @classmethod
    def auth(cls, code: str, message: str, **facts: Any) -> "StepError":
        """The credential is missing, wrong or not allowed to do this."""
        return cls(ErrorKind.AUTH, code, message, **facts)

    @classmethod
    def invalid_input(cls, pointer: str, message: str, **facts: Any) -> "StepError":
        """A parameter is wrong; the JSON pointer says which one."""
        return cls(ErrorKind.INVALID_INPUT, "invalid_input", message, pointer=pointer, **facts)

    @classmethod
    def cancelled(cls) -> "StepError":
        """The call ended early because it was asked to."""
        return cls(ErrorKind.CANCELLED, "cancelled", "the call was cancelled")

    @classmethod
    def of(cls, raised: BaseException) -> "StepError":
        """What the author raised, or what Python raised at the author, whose place goes to the log."""
        if isinstance(raised, StepError):
            return raised
        message = "".join(traceback.format_exception_only(raised)).strip()
        log.error(message, traceback="".join(traceback.format_exception(raised)))
        return cls.permanent("uncaught_error", message)

    def to_wire(self) -> types.StepError:
        details = None if self.details is None else to_json(self.details)
        kind = types.ErrorKind[self.kind.name]
        return types.StepError(kind, self.code, self.message, self.retry_after_ms, self.pointer, details)


def to_json(value: Any) -> str:
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        # Half a surrogate pair is no UTF-8; JSON can write it as an escape.
        return text if is_unicode(text) else json.dumps(value, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise StepError.permanent("output_not_json", str(error)) from None


def is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def raise_told(case: Any, cases: dict[str, Any]) -> NoReturn:
    """Raises what a case of one of the host's errors means; the generated classes are called `StateError_Quota` and the like."""
    meaning = cases[type(case).__name__.partition("_")[2]]
    raise (meaning(case.value) if hasattr(case, "value") else meaning())
