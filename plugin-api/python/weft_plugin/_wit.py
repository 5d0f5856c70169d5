"""The host's interfaces: in the sandbox the generated ones, in an author's tests those of `weft_plugin.fake`.

They are imported when the component is built; nothing can be imported later.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .fake import Err, Ok, blobs, credentials, dynamic, host, http, state, types, webhooks
else:
    try:
        from componentize_py_types import Err, Ok
        from wit_world.exports import dynamic, webhooks
        from wit_world.imports import blobs, credentials, host, http, state, types
    except ModuleNotFoundError:
        from .fake import Err, Ok, blobs, credentials, dynamic, host, http, state, types, webhooks

__all__ = ["Err", "Ok", "blobs", "credentials", "dynamic", "host", "http", "state", "types", "webhooks"]
