"""Identify accounts, and describe a session as the statusline reported it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from claude_tray.core.windows import WindowRule


CLAUDE_CODE_KEY: Final = "claude_code"
_PROVIDER_SEPARATOR: Final = "://"


def qualify_account(provider: str, account: str) -> str:
    """
    Return the key of a provider's account in the store.

    Keys of Claude Code have no prefix: stores contained them before there
    were other providers. Those of another one look like "acme://ada".
    """
    if provider == CLAUDE_CODE_KEY:
        return account
    return f"{provider}{_PROVIDER_SEPARATOR}{account}"


def parse_provider(account_key: str) -> str:
    """Return the key of the provider that an account belongs to."""
    provider, separator, _ = account_key.partition(_PROVIDER_SEPARATOR)
    return provider if separator else CLAUDE_CODE_KEY


class Account(NamedTuple):
    """
    An account whose usage is shown.

    Attributes:
        key: Identifies the account in the store.
        name: Display name.
        path: Its first folder.
        rule: How its windows start; None is "auto".
    """

    key: str
    name: str
    path: str
    rule: WindowRule | None


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
    """

    uuid: str
    observed_at_ms: int
    model: str = ""
    cwd: str = ""
    cost_usd: float | None = None
    context_percent: float | None = None
