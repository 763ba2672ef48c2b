"""A text that does not show itself."""

from __future__ import annotations


class Secret(str):
    """A token: its text is its own, but what is printed of it is not."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'" if self else "''"
