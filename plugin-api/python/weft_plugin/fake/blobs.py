from dataclasses import dataclass

from .world import File, world
from .result import Err


@dataclass
class BlobError_NotFound:
    pass


@dataclass
class BlobError_Quota:
    pass


@dataclass
class BlobError_Io:
    value: str


class Reader:
    def __init__(self, file: File) -> None:
        self._file = file
        self._position = 0

    def size(self) -> int:
        return len(self._file.content)

    def mime(self) -> str:
        return self._file.mime

    def read(self, max: int) -> bytes:
        chunk = self._file.content[self._position : self._position + max]
        self._position += len(chunk)
        return chunk


class Writer:
    def __init__(self, mime: str) -> None:
        self._mime = mime
        self._chunks: list[bytes] = []

    def write(self, chunk: bytes) -> None:
        self._chunks.append(chunk)

    @classmethod
    def finish(cls, w: "Writer") -> str:
        return world().add_file(w._mime, b"".join(w._chunks))


def open(id: str) -> Reader:
    file = world().files.get(id)
    if file is None:
        raise Err(BlobError_NotFound())
    return Reader(file)


def create(name: str, mime: str) -> Writer:
    return Writer(mime)
