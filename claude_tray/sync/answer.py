"""What came back of an exchange, as a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.errors import ContractError
from claude_tray.wire.answers import Problem
from claude_tray.wire.codec import decode

if TYPE_CHECKING:
    from collections.abc import Mapping


class Answer(NamedTuple):
    """
    An answer that came whole.

    Attributes:
        status: HTTP's.
        headers: By their names in small letters.
        body: Its bytes.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_json(self) -> bool:
        return "json" in self.headers.get("content-type", "").lower()

    def problem(self) -> Problem | None:
        """Return what it says is wrong; None where it is no JSON object."""
        if not self.is_json:
            return None
        try:
            return decode(self.body, Problem)
        except ContractError:
            return None


class NoAnswer(NamedTuple):
    """
    There was none, or not a whole one.

    Attributes:
        reason: Why, in words for people.
        is_cut: The connection broke, perhaps while the request was sent.
        is_untrusted: Who answered could not show who it is.
    """

    reason: str
    is_cut: bool = False
    is_untrusted: bool = False
