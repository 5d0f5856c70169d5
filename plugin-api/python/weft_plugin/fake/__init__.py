"""The host's interfaces under the names that `componentize-py` generates for them, answered by the host of a test."""

from . import blobs, credentials, dynamic, host, http, state, types, webhooks
from .result import Err, Ok

__all__ = ["Err", "Ok", "blobs", "credentials", "dynamic", "host", "http", "state", "types", "webhooks"]
