"""What only needs doing once all has been read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.engine.accounts import accounts_of
from claude_tray.store import closed, identity, imported, windows
from claude_tray.store.connection import transaction
from claude_tray.store.reprice import is_priced_by, reprice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.engine.choices import Choices
    from claude_tray.store.connection import Writer

_RULE: Final = "window_rule"


def settle(writer: Writer, choices: Choices, now_ms: int) -> Iterator[None]:
    """
    Bring prices and windows in line with the choices, some at each step.

    May be left at any step; what was not done is done the next time.
    """
    if not is_priced_by(writer, choices.prices):
        yield from reprice(writer, choices.prices)
    with transaction(writer):
        rule = str(choices.rule or "auto")
        if identity.get(writer, _RULE) != rule:
            closed.reopen(writer, 0)
            identity.put(writer, _RULE, rule)
        # Those that were over by a clock that has been set back.
        closed.reopen(writer, now_ms)
        for account in accounts_of(choices):
            windows.close(writer, account, now_ms)
        has_given_way = imported.yield_to_replies(writer)
    if has_given_way:
        yield
