"""Files, read and written piece by piece. Between steps they travel as `{"$blob": "file_…"}`."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from ._wit import Err
from ._wit import blobs as wire
from .error import StepError, raise_told

_CHUNK_BYTES = 256 * 1024

Blob = dict[str, str]
"""A file, as parameters and items name it."""

T = TypeVar("T")


class Reader:
    """A file that is read."""

    def __init__(self, handle: wire.Reader) -> None:
        self._handle = handle

    def size(self) -> int:
        """How long the file is, in bytes."""
        return self._handle.size()

    def mime(self) -> str:
        """What it is, such as `image/png`."""
        return self._handle.mime()

    def read(self, max: int = _CHUNK_BYTES) -> bytes:
        """Reads on, at most so many bytes; nothing is left when there are none."""
        return _asked(lambda: self._handle.read(max))

    def chunks(self) -> Iterator[bytes]:
        """The rest, piece by piece."""
        while chunk := self.read():
            yield chunk

    def bytes(self) -> "bytes":
        """The rest in one."""
        return b"".join(self.chunks())

    def text(self) -> str:
        return self.bytes().decode("utf-8", "replace")


class Writer:
    """A file that is written."""

    def __init__(self, handle: wire.Writer) -> None:
        self._handle = handle

    def write(self, chunk: bytes | str) -> "Writer":
        data = chunk.encode() if isinstance(chunk, str) else chunk
        _asked(lambda: self._handle.write(data))
        return self

    def finish(self) -> Blob:
        """Ends the file, and tells by what it is named from now on."""
        return {"$blob": _asked(lambda: wire.Writer.finish(self._handle))}


def open(blob: Blob) -> Reader:
    """Opens a file."""
    return Reader(_asked(lambda: wire.open(blob["$blob"])))


def create(name: str, mime: str) -> Writer:
    """Begins a file. It exists once it is finished."""
    return Writer(_asked(lambda: wire.create(name, mime)))


def _asked(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except Err as error:
        failure = error.value
    raise_told(failure, _FAILURES)


_FAILURES: dict[str, Any] = {
    "NotFound": lambda: StepError.permanent("file_not_found", "there is no such file"),
    "Quota": lambda: StepError.permanent("file_quota", "the file, or all files of the run, are longer than is allowed"),
    "Io": lambda why: StepError.retryable("file_failed", why),
}
