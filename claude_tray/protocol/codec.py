"""Shapes of the wire as JSON, and JSON as the shape it should have."""

from __future__ import annotations

from typing import TypeVar

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
