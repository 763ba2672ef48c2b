"""Describe accounts, and sessions as the statusline reports them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from claude_tray.core.windows import WindowRule


class Account(NamedTuple):
    """
    An account whose usage is shown.

    Attributes:
        key: Identifies the account in the store.
        name: Display name.
        path: Its first folder.
        rule: How its windows start; None is "auto".
        plan: Plan in the settings, as "api"; empty if unknown.
    """

    key: str
    name: str
    path: str
    rule: WindowRule | None
    plan: str = ""


class StatuslineSession(NamedTuple):
    """
    State of a session as last reported.

    Attributes:
        uuid: Session id.
        observed_at_ms: Time of the report, in milliseconds since 1970.
        model: Display name of the model; empty if not reported.
        cwd: Working directory; empty if not reported.
        cost_usd: Claude Code's own figure, in dollars.
        context_percent: Used share of the context window.
        cache_expires_ms: When the prompt cache goes cold; None if not
            reported.
        wake_tokens: What is written to the cache again then.
    """

    uuid: str
    observed_at_ms: int
    model: str = ""
    cwd: str = ""
    cost_usd: float | None = None
    context_percent: float | None = None
    cache_expires_ms: int | None = None
    wake_tokens: int | None = None
