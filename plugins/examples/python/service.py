"""Requests to the service."""

from typing import Any

from weft_plugin import StepError, credentials, http

HOSTS = ["https://parcels.example.com", "http://127.0.0.1:9400"]
"""The second is where `weft plugin example-service` listens."""


def get(path: str, **options: Any) -> Any:
    return _read(_send("GET", path, **options))


def post(path: str, json: Any, **options: Any) -> Any:
    return _read(_send("POST", path, json=json, **options))


def forget(path: str) -> None:
    """Deletes what may be gone already."""
    answer = _send("DELETE", path)
    if answer.status != 404:
        answer.ok()


def _send(method: str, path: str, **options: Any) -> http.Response:
    base_url = credentials.public_field("account", "base_url").rstrip("/")
    return http.send(http.Request(base_url + path, method, auth="account", **options))


def _read(answer: http.Response) -> Any:
    """The answer's JSON, or an error that says whether to try again."""
    if answer.status != 422:
        return answer.ok().json()
    # What the service finds wrong with a parcel is wrong with what was filled in.
    told = answer.json()
    pointer = "/depot" if told.get("error") == "unknown_depot" else ""
    raise StepError.invalid_input(pointer, told.get("message", "the service refused it"))
