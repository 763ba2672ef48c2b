"""JSON as msgspec writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from django.utils.functional import Promise
from rest_framework.renderers import JSONRenderer

if TYPE_CHECKING:
    from collections.abc import Mapping


class Renderer(JSONRenderer):
    """Writes answers an order of magnitude faster than the standard library."""

    def render(
        self,
        data: Any,  # noqa: ANN401 - any JSON
        accepted_media_type: str | None = None,  # noqa: ARG002
        renderer_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> bytes:
        if data is None:
            return b""
        return msgspec.json.encode(data, enc_hook=_plain)


def _plain(value: object) -> object:
    """Return what rest_framework's errors hold as plain texts and lists."""
    if isinstance(value, Promise | str):
        return str(value)
    if isinstance(value, list):
        return list(value)
    return dict(value)  # type: ignore[call-overload]
