"""A session as Claude Code tells it to its statusline."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from claude_tray.core.windows import WindowRule


class Account(NamedTuple):
    """
    Whose state is asked for.

    Attributes:
        key: What tells the account from others in the store.
        name: How a person tells it.
        path: Its first folder.
        rule: How its windows start; None is "auto".
    """

    key: str
    name: str
    path: str
    rule: WindowRule | None


class StatuslineSession(NamedTuple):
    """
    What was told of a session last.

    Attributes:
        uuid: The session.
        observed_at_ms: When it was told.
        model: The model's name for people; empty where it was not told.
        cwd: The folder it works in; likewise.
        cost_usd: Claude Code's own figure, in dollars.
        context_percent: How much of the context window is full.
    """

    uuid: str
    observed_at_ms: int
    model: str = ""
    cwd: str = ""
    cost_usd: float | None = None
    context_percent: float | None = None
