"""Requests through the host: only to hosts that the manifest declares and that were granted.

    users = http.get("https://api.example.com/users", query={"page": 2}, auth="account").ok().json()
"""

import json as json_text
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode

from ._wit import Err, Ok
from ._wit import http as wire
from .error import ErrorKind, StepError, raise_told, to_json

Values = Mapping[str, Any] | Iterable[tuple[str, Any]]
"""Names and values; a list gives a name several times, and what is `None` is left out."""

_MESSAGE_CHARACTERS = 200
_DETAILS_CHARACTERS = 2_000
"""How much of a refusing answer goes into the error's message, and into its details."""


@dataclass(frozen=True)
class Request:
    """A request. One of `json`, `form` and `body` is sent, the first two with their content type."""

    url: str
    method: str = "GET"
    query: Values = ()
    """Added to the URL."""
    headers: Values = ()
    json: Any = None
    form: Values | None = None
    body: bytes | str | None = None
    auth: str | None = None
    """Lets the host add the credential bound to this slot."""
    timeout_ms: int | None = None
    """How long to wait for the whole answer. The call's own time limit ends it in any case."""
    max_redirects: int = 5
    """How many redirects to follow, at most 5; with 0 the answer is the redirect itself."""


@dataclass(frozen=True)
class Response:
    """What the other side answered. Redirects have been followed."""

    status: int
    headers: list[tuple[str, str]]
    """Names in lower case, in the order received."""
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of this name."""
        return next((value for header, value in self.headers if header.lower() == name.lower()), None)

    def text(self) -> str:
        """The body as text; bytes that are no UTF-8 become replacement characters."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        try:
            return json_text.loads(self.body)
        except ValueError as error:
            raise StepError.permanent("answer_not_json", str(error)) from None

    def ok(self) -> "Response":
        """The answer if its status is below 400; otherwise raises an error that says whether to try again, and when."""
        if self.status < 400:
            return self
        text = self.text()
        raise StepError(
            _kind_of(self.status),
            f"http_{self.status}",
            f"the service answered {self.status}: {text[:_MESSAGE_CHARACTERS]}",
            details={"status": self.status, "body": text[:_DETAILS_CHARACTERS]},
            retry_after_ms=self.retry_after_ms(),
        )

    def retry_after_ms(self) -> int | None:
        """How long a busy service (429 or 503) asks to be left alone."""
        value = (self.header("retry-after") or "").strip()
        if self.status not in (429, 503) or not value:
            return None
        if value.isascii() and value.isdigit():
            return int(value) * 1000
        try:
            # A date is held against the service's own clock.
            wait = parsedate_to_datetime(value) - parsedate_to_datetime(self.header("date") or "")
        except (TypeError, ValueError):
            return None
        return max(int(wait.total_seconds() * 1000), 0)


def send(request: Request) -> Response:
    """Sends a request and waits. Any status is an answer, also 404 and 500; no answer at all is raised."""
    try:
        return _response(wire.send(_to_wire(request)))
    except Err as error:
        failure = error.value
    raise_told(failure, _FAILURES)


def send_all(requests: Iterable[Request]) -> list[Response | StepError]:
    """Sends up to 16 requests at once; the answers, or why there is none, are in the order of the requests."""
    answers = wire.send_all([_to_wire(request) for request in requests])
    return [_response(answer.value) if isinstance(answer, Ok) else _failure(answer.value) for answer in answers]


def get(url: str, **options: Any) -> Response:
    """Sends `Request(url, "GET", **options)`."""
    return send(Request(url, "GET", **options))


def post(url: str, **options: Any) -> Response:
    return send(Request(url, "POST", **options))


def put(url: str, **options: Any) -> Response:
    return send(Request(url, "PUT", **options))


def patch(url: str, **options: Any) -> Response:
    return send(Request(url, "PATCH", **options))


def delete(url: str, **options: Any) -> Response:
    return send(Request(url, "DELETE", **options))


def get_json(url: str, **options: Any) -> Any:
    """Gets JSON; a refusing status is raised."""
    return get(url, **options).ok().json()


def post_json(url: str, json: Any, **options: Any) -> Any:
    """Posts JSON and reads the answer as JSON; a refusing status is raised."""
    return post(url, json=json, **options).ok().json()


def encode_query(values: Values) -> str:
    """Names and values as a query string, or as a form's body."""
    return urlencode(_pairs(values), quote_via=quote, safe="")


def _to_wire(request: Request) -> wire.Request:
    content_type, body = _content_of(request)
    headers = _pairs(request.headers)
    if content_type is not None and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("content-type", content_type))
    url = _with_query(request.url, request.query)
    return wire.Request(
        request.method, url, headers, body, request.auth, request.timeout_ms, request.max_redirects
    )


def _content_of(request: Request) -> tuple[str | None, bytes | None]:
    if request.json is not None:
        return "application/json", to_json(request.json).encode()
    if request.form is not None:
        return "application/x-www-form-urlencoded", encode_query(request.form).encode()
    return None, request.body.encode() if isinstance(request.body, str) else request.body


def _with_query(url: str, query: Values) -> str:
    added = encode_query(query)
    if not added:
        return url
    before, hash_sign, fragment = url.partition("#")
    return f"{before}{'&' if '?' in before else '?'}{added}{hash_sign}{fragment}"


def _pairs(values: Values) -> list[tuple[str, str]]:
    entries = values.items() if isinstance(values, Mapping) else values
    pairs = [(name, one) for name, value in entries for one in (value if isinstance(value, (list, tuple)) else [value])]
    return [(name, _text(value)) for name, value in pairs if value is not None]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _kind_of(status: int) -> ErrorKind:
    if status == 429:
        return ErrorKind.RATE_LIMITED
    if status in (408, 425) or status >= 500:
        return ErrorKind.RETRYABLE
    return ErrorKind.AUTH if status in (401, 403) else ErrorKind.PERMANENT


def _response(response: wire.Response) -> Response:
    return Response(response.status, response.headers, response.body)


def _failure(case: Any) -> StepError:
    try:
        raise_told(case, _FAILURES)
    except StepError as error:
        return error


_FAILURES = {
    "Denied": lambda why: StepError.permanent("request_denied", why),
    "Dns": lambda why: StepError.retryable("dns_failed", why),
    "Connect": lambda why: StepError.retryable("connection_failed", why),
    "Tls": lambda why: StepError.permanent("tls_failed", why),
    "Timeout": lambda: StepError.retryable("request_timed_out", "the answer did not come in time"),
    "TooLarge": lambda size: StepError.permanent("answer_too_large", f"the answer is longer than {size} bytes"),
    "Protocol": lambda why: StepError.retryable("protocol_error", why),
}
