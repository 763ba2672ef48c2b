"""Keep tokens out of logs and tracebacks."""

from __future__ import annotations


class Secret(str):
    """A string whose repr is masked."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'" if self else "''"
