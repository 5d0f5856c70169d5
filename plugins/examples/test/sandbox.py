"""Runs components of the world `connector` as Weft's host does, with a host that a test answers for.

Values are those of JSON, and `bytes`: a record is a dictionary with the interface's own names, a `result` or a variant with
a value is a pair of its case and the value, a case without one is its name and `None`.
"""

import hmac as keyed
from pathlib import Path
from typing import Any

from wasmtime import Config, Engine, Store, WasiConfig
from wasmtime.component import (
    Component,
    FuncType,
    Linker,
    ListType,
    OptionType,
    Record,
    RecordType,
    ResourceAny,
    ResourceHost,
    ResourceType,
    ResultType,
    TupleType,
    Variant,
    VariantType,
)

RESOURCES = {"reader": 1, "writer": 2}


class Sandbox:
    """A component, and the host it talks to. Every call runs in a fresh instance."""

    def __init__(self, path: Path, host: "Host") -> None:
        config = Config()
        config.cranelift_opt_level = "none"
        config.max_wasm_stack = 1 << 20
        self.engine = Engine(config)
        self.component = Component(self.engine, path.read_bytes())
        self.host = host

    def call(self, interface: str, function: str, *values: Any) -> Any:
        linker = Linker(self.engine)
        linker.add_wasip2()
        with linker.root() as root:
            for name, imported in self.component.type.imports(self.engine).items():
                if name.startswith("weft:plugin/") and not name.startswith("weft:plugin/types@"):
                    with root.add_instance(name) as instance:
                        self._define(instance, imported.exports(self.engine))
        store = Store(self.engine)
        store.set_limits(memory_size=64 << 20)
        store.set_wasi(WasiConfig())
        instance = linker.instantiate(store, self.component)
        exported = instance.get_export_index(store, f"weft:plugin/{interface}@1.0.0")
        export = instance.get_func(store, instance.get_export_index(store, function, exported))
        function_type = export.type(store)
        written = [lowered(value, ty) for value, (_, ty) in zip(values, function_type.params)]
        return lifted(export(store, *written), function_type.result)

    def _define(self, instance: Any, exports: Any) -> None:
        for name, exported in exports.items():
            if isinstance(exported, FuncType):
                instance.add_func(name, self._answer(name, exported))
            elif name in RESOURCES:
                instance.add_resource(name, ResourceType.host(RESOURCES[name]), lambda store, rep: None)

    def _answer(self, name: str, function_type: FuncType) -> Any:
        parameters, result = [ty for _, ty in function_type.params], function_type.result

        def answer(store: Any, *values: Any) -> Any:
            handles = [value for value in values if isinstance(value, ResourceAny)]
            plain = [lifted(value, ty) for value, ty in zip(values, parameters)]
            method = name.partition("]")[2] or name
            value = getattr(self.host, method.replace("-", "_").replace(".", "_"))(*plain)
            if name in ("open", "create") and value[0] == "ok":
                kind = RESOURCES["reader" if name == "open" else "writer"]
                value = ("ok", ResourceHost.own(value[1], kind).to_any(store))
            for handle in handles:
                handle.drop(store)
            return None if result is None else lowered(value, result)

        return answer


class Host:
    """Answers what a component asks for; tests set the fields."""

    def __init__(self) -> None:
        self.respond: Any = lambda request: ("err", ("denied", "no test answers"))
        self.requests: list[Any] = []
        self.fields: dict[str, str] = {}
        self.kept: dict[str, str] = {}
        self.known: set[str] = set()
        self.logs: list[Any] = []
        self.file = b""
        self.written = b""

    def log(self, level: str, message: str, fields: str | None) -> None:
        self.logs.append((level, message))

    def progress(self, done: int, total: int | None, note: str) -> None:
        self.logs.append((done, total, note))

    def is_cancelled(self) -> bool:
        return False

    def send(self, request: Any) -> Any:
        self.requests.append(request)
        return self.respond(request)

    def send_all(self, requests: Any) -> Any:
        return [self.send(request) for request in requests]

    def placeholder(self, slot: str, field: str) -> Any:
        return self._field(field)

    def public_field(self, slot: str, field: str) -> Any:
        return self._field(field)

    def hmac(self, slot: str, field: str, hash: str, message: bytes) -> Any:
        case, key = self._field(field)
        return (case, keyed.digest(key.encode(), message, hash)) if case == "ok" else (case, key)

    def hmac_verify(self, slot: str, field: str, hash: str, message: bytes, mac: bytes) -> Any:
        case, right = self.hmac(slot, field, hash, message)
        return (case, right == mac) if case == "ok" else (case, right)

    def sign_jwt(self, slot: str, field: str, claims: str) -> Any:
        return ("err", ("refused", "the manifest does not say so"))

    def get(self, key: str) -> str | None:
        return self.kept.get(key)

    def set(self, key: str, value: str) -> Any:
        if ".." in key:
            return ("err", ("bad-key", None))
        self.kept[key] = value
        return ("ok", None)

    def delete(self, key: str) -> Any:
        self.kept.pop(key, None)
        return ("ok", None)

    def first_seen(self, ids: list[str], ttl_s: int) -> Any:
        new = [id not in self.known for id in ids]
        self.known.update(ids)
        return ("ok", new)

    def open(self, id: str) -> Any:
        return ("ok", 7) if id == "file_1" else ("err", ("not-found", None))

    def reader_size(self, reader: int) -> int:
        return len(self.file)

    def reader_mime(self, reader: int) -> str:
        return "text/plain"

    def reader_read(self, reader: int, most: int) -> Any:
        chunk, self.file = self.file[:most], self.file[most:]
        return ("ok", chunk)

    def create(self, name: str, mime: str) -> Any:
        return ("ok", 8)

    def writer_write(self, writer: int, chunk: bytes) -> Any:
        self.written += chunk
        return ("ok", None)

    def writer_finish(self, writer: int) -> Any:
        return ("ok", "file_2")

    def _field(self, name: str) -> Any:
        return ("ok", self.fields[name]) if name in self.fields else ("err", ("unknown-field", None))


def lowered(value: Any, ty: Any) -> Any:
    if isinstance(ty, RecordType):
        record = Record()
        for name, field in ty.fields:
            setattr(record, name, lowered(value[name], field))
        return record
    if isinstance(ty, ListType):
        return value if isinstance(value, bytes) else [lowered(one, ty.element) for one in value]
    if isinstance(ty, TupleType):
        return tuple(lowered(one, element) for one, element in zip(value, ty.elements))
    if isinstance(ty, OptionType):
        return None if value is None else lowered(value, ty.payload)
    if isinstance(ty, (ResultType, VariantType)):
        case, payload = value
        of_case = dict(ty._cases())[case]
        written = None if of_case is None else lowered(payload, of_case)
        # Where the value alone tells the case, the library wants nothing but the value.
        return Variant(case, written) if ty._tagged() else written
    return value


def lifted(value: Any, ty: Any) -> Any:
    if isinstance(ty, RecordType):
        return {name: lifted(getattr(value, name), field) for name, field in ty.fields}
    if isinstance(ty, ListType):
        return value if isinstance(value, bytes) else [lifted(one, ty.element) for one in value]
    if isinstance(ty, TupleType):
        return [lifted(one, element) for one, element in zip(value, ty.elements)]
    if isinstance(ty, OptionType):
        return None if value is None else lifted(value, ty.payload)
    if isinstance(ty, (ResultType, VariantType)):
        case, payload = (value.tag, value.payload) if ty._tagged() else (case_of(value, ty), value)
        of_case = dict(ty._cases())[case]
        return (case, None if of_case is None else lifted(payload, of_case))
    return value


def case_of(value: Any, ty: Any) -> str:
    """The case that the value alone tells."""
    for case, of_case in ty._cases():
        classes: set[type] = set()
        if of_case is not None:
            of_case.add_classes(classes)
        if isinstance(value, tuple(classes)) or (of_case is None and value is None):
            return case
    raise TypeError(f"{value!r} is no case of {ty!r}")
