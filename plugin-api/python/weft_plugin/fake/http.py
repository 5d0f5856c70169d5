from dataclasses import dataclass

from .world import world
from .result import Err, Ok


@dataclass
class Request:
    method: str
    url: str
    headers: list[tuple[str, str]]
    body: bytes | None
    auth: str | None
    timeout_ms: int | None
    max_redirects: int


@dataclass
class Response:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass
class HttpError_Denied:
    value: str


@dataclass
class HttpError_Dns:
    value: str


@dataclass
class HttpError_Connect:
    value: str


@dataclass
class HttpError_Tls:
    value: str


@dataclass
class HttpError_Timeout:
    pass


@dataclass
class HttpError_TooLarge:
    value: int


@dataclass
class HttpError_Protocol:
    value: str


def send(req: Request) -> Response:
    world().requests.append(req)
    responder = world().responder
    if responder is None:
        raise Err(HttpError_Denied("no function of a test answers requests: see Host.http"))
    response: Response = responder(req)
    return response


def send_all(reqs: list[Request]) -> list[Ok | Err]:
    return [_sent(req) for req in reqs]


def _sent(req: Request) -> Ok | Err:
    try:
        return Ok(send(req))
    except Err as error:
        return error
