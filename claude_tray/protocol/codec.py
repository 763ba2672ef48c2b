"""Encode and decode the types of the protocol as JSON."""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec

from claude_tray.errors import ContractError, gettext_noop

# Deeply nested JSON raises RecursionError.
DECODE_ERRORS: Final = (
    msgspec.MsgspecError,
    UnicodeDecodeError,
    RecursionError,
)
_Shape = TypeVar("_Shape", bound=msgspec.Struct)


def to_json(shape: msgspec.Struct) -> bytes:
    """Encode a value as JSON, without unset fields."""
    return msgspec.json.encode(shape)


def from_json(data: bytes, shape: type[_Shape]) -> _Shape:
    """
    Decode JSON as the given type.

    Raises:
        ContractError: Invalid JSON or wrong type; the hint names the field.
    """
    try:
        return msgspec.json.decode(data, type=shape)
    except DECODE_ERRORS as error:
        raise ContractError(
            gettext_noop("Invalid agent-sync data."),
            hint="{reason}",
            reason=error,
        ) from error
