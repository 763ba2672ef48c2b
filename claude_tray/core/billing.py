"""Decide what is billed: the same for tray, imports and server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from claude_tray.core.usage import TokenCounts


# Claude Code writes its own messages, such as API errors, as responses of
# this model.
SYNTHETIC_MODEL: Final = "<synthetic>"


def is_billed(model: str | None) -> bool:
    """Return whether a line of this model reports a response of the API."""
    return bool(model) and model != SYNTHETIC_MODEL


def is_free(tokens: TokenCounts, web_searches: int) -> bool:
    """Return whether a request costs nothing, whatever its model."""
    return not (web_searches or any(tokens))
