"""A session as Claude Code tells it to its statusline."""

from __future__ import annotations

from typing import NamedTuple


class ToldSession(NamedTuple):
    """
    What was told of a session last.

    Attributes:
        uuid: The session.
        told_ms: When it was told.
        model: The model's name for people; empty where it was not told.
        cwd: The folder it works in; likewise.
        cost_usd: Claude Code's own figure, in dollars.
        context_percent: How much of the context window is full.
    """

    uuid: str
    told_ms: int
    model: str = ""
    cwd: str = ""
    cost_usd: float | None = None
    context_percent: float | None = None
