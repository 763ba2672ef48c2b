"""Whose usage it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from claude_tray.domain.window import Rule


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
    rule: Rule | None
