"""One key of a JSON text, changed without touching the rest of it."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NamedTuple

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_INDENT: Final = re.compile(r"\{(\r?\n[ \t]+)")
_DECODER: Final = json.JSONDecoder()


class Member(NamedTuple):
    """A member of an object: its value and where the value stands."""

    value: Any
    start: int
    end: int


def member(text: str, key: str) -> Member | None:
    """
    Return the member of this key of the outermost object.

    Raises:
        ValueError: The text is no JSON object, or has the key twice.
    """
    if not isinstance(json.loads(text), dict):
        message = "it is no JSON object"
        raise ValueError(message)  # noqa: TRY004 - a text of the wrong form
    found = [m for name, m in _members(text) if name == key]
    if len(found) > 1:
        message = f"it has {key} twice"
        raise ValueError(message)
    return found[0] if found else None


def replaced(text: str, at: Member, new: str) -> str:
    """Return the text with another value for a member."""
    return text[: at.start] + new + text[at.end :]


def added(text: str, key: str, new: str) -> tuple[str, str]:
    """Return the text with a member put first, and what was put in."""
    start = text.index("{") + 1
    has_members = text[_after(text, start)] != "}"
    indent = _INDENT.match(text, start - 1)
    space = indent[1] if indent else ""
    piece = f"{space}{json.dumps(key)}: {new}{',' if has_members else ''}"
    return text[:start] + piece + text[start:], piece


def _members(text: str) -> list[tuple[str, Member]]:
    """Return the members of an object that is known to be one."""
    members = []
    at = _after(text, _after(text, 0) + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        start = _after(text, _after(text, at) + 1)
        value, end = _DECODER.raw_decode(text, start)
        members.append((name, Member(value, start, end)))
        at = _after(text, end)
        if text[at] == ",":
            at = _after(text, at + 1)
    return members


def _after(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
