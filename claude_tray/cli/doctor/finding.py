"""One thing that the doctor looked at."""

from __future__ import annotations

from typing import Any, NamedTuple


class Finding(NamedTuple):
    """
    One thing that was looked at.

    Attributes:
        name: Its key for programs.
        value: What was found, for programs.
        text: For a person.
        hint: What to do about it; empty where no person is needed.
    """

    name: str
    value: Any
    text: str
    hint: str = ""
