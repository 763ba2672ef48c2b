"""Change one key of a JSON text and leave the rest untouched."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NamedTuple

_WHITESPACE_CHARACTERS: Final = " \t\r\n"
_WHITESPACE: Final = re.compile(r"[ \t\r\n]*")
_INDENT: Final = re.compile(r"\{(\r?\n[ \t]+)")
_JSON_DECODER: Final = json.JSONDecoder()


class JsonMember(NamedTuple):
    """
    A member of an object.

    Attributes:
        value: Its value.
        start: Where the text of the value begins.
        end: Where the text of the value ends.
        name_start: Where the text of the name begins.
    """

    value: Any
    start: int
    end: int
    name_start: int = 0


def find_member(text: str, key: str) -> JsonMember | None:
    """
    Find a key in the outermost object.

    Raises:
        ValueError: The text is not a JSON object, or has the key twice.
    """
    if not isinstance(json.loads(text), dict):
        message = "it is not a JSON object"
        raise ValueError(message)  # noqa: TRY004 - the text is invalid
    matches = [m for name, m in _list_members(text) if name == key]
    if len(matches) > 1:
        message = f"it has {key} twice"
        raise ValueError(message)
    return matches[0] if matches else None


def replace_value(text: str, target: JsonMember, new_value: str) -> str:
    """Return the text with the value of a member replaced."""
    return text[: target.start] + new_value + text[target.end :]


def remove_member(text: str, target: JsonMember) -> str:
    """Return the text without a member, its separator and its line break."""
    start = _skip_back(text, target.name_start)
    end = _skip_whitespace(text, target.end)
    if text[end] == ",":
        return text[:start] + text[end + 1 :]
    if text[start - 1] == ",":
        # The last member: the whitespace before the brace stays.
        return text[: start - 1] + text[target.end :]
    return text[:start] + text[target.end :]


def insert_member(text: str, key: str, new_value: str) -> tuple[str, str]:
    """Return the text with a new first member, and the inserted part."""
    start = text.index("{") + 1
    has_members = text[_skip_whitespace(text, start)] != "}"
    indent = _INDENT.match(text, start - 1)
    separator = indent[1] if indent else ""
    inserted = f"{separator}{json.dumps(key)}: {new_value}{',' if has_members else ''}"
    return text[:start] + inserted + text[start:], inserted


def _list_members(text: str) -> list[tuple[str, JsonMember]]:
    """Return the members of a valid object."""
    members = []
    position = _skip_whitespace(text, _skip_whitespace(text, 0) + 1)
    while text[position] != "}":
        name_start = position
        name, position = _JSON_DECODER.raw_decode(text, position)
        start = _skip_whitespace(text, _skip_whitespace(text, position) + 1)
        value, end = _JSON_DECODER.raw_decode(text, start)
        members.append((name, JsonMember(value, start, end, name_start)))
        position = _skip_whitespace(text, end)
        if text[position] == ",":
            position = _skip_whitespace(text, position + 1)
    return members


def _skip_whitespace(text: str, position: int) -> int:
    match = _WHITESPACE.match(text, position)
    return match.end() if match else position


def _skip_back(text: str, position: int) -> int:
    while text[position - 1] in _WHITESPACE_CHARACTERS:
        position -= 1
    return position
