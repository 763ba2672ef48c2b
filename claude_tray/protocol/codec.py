"""Shapes of the wire as JSON, and JSON as the shape it should have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

import msgspec

from claude_tray.errors import ContractError

_Shape = TypeVar("_Shape", bound=msgspec.Struct)


def to_json(shape: msgspec.Struct) -> bytes:
    """Return a shape as JSON, without what is not set."""
    return msgspec.json.encode(shape)


def from_json(data: bytes, shape: type[_Shape]) -> _Shape:
    """
    Return what was sent as the shape that it should have.

    Raises:
        ContractError: It is no JSON, or has another shape; the hint says
            where.
    """
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        summary = "Invalid agent-sync data."
        raise ContractError(summary, hint=str(error)) from error


EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)


def format_iso(at: datetime) -> str:
    """Return a moment for programs."""
    text = at.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def format_iso_ms(at_ms: int) -> str:
    """Return milliseconds since 1970 for programs."""
    return format_iso(EPOCH + at_ms * MILLISECOND)
