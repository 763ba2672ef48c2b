"""How an account's windows are found, by what Claude Code told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.domain.limit_hit import LimitKind
from claude_tray.domain.span import WINDOW_MS, Official, Reckoning, learn
from claude_tray.store import limits

if TYPE_CHECKING:
    from claude_tray.domain.window import Rule
    from claude_tray.store.connection import Reader, Writer

# Resets that differ by less are one and the same.
_SAME_MS: Final = 120_000
# A first record later than this did not begin the window.
_BEGUN_WITHIN_MS: Final = 3_600_000
_FIRST: Final = """
    SELECT min(at_ms) FROM message WHERE at_ms BETWEEN ? AND ?
"""


def of(
    reader: Reader | Writer,
    account: str,
    rule: Rule | None,
    now_ms: int,
) -> Reckoning:
    """
    Return how an account's windows are found.

    Args:
        reader: The store.
        account: Its key.
        rule: What a person chose: it holds for all windows but an open one
            that Claude Code told of. None is "auto": the rule that agreed
            best with those it told of.
        now_ms: The moment.
    """
    told = _told(reader, account)
    if rule is not None:
        is_open = tuple(window for window in told if window.end_ms > now_ms)
        return Reckoning(rule, is_open)
    pairs = [
        (window.start_ms, first)
        for window in told
        if (first := _first(reader, window)) is not None
    ]
    return learn(pairs)._replace(official=told)


def _told(reader: Reader | Writer, account: str) -> tuple[Official, ...]:
    told: list[Official] = []
    for hit in limits.since(reader, account, 0):
        resets = hit.resets_ms
        if hit.kind is not LimitKind.FIVE_HOUR or resets is None:
            continue
        is_possible = hit.at_ms < resets <= hit.at_ms + WINDOW_MS + _SAME_MS
        is_new = not told or resets > told[-1].end_ms + _SAME_MS
        if is_possible and is_new:
            told.append(Official(resets - WINDOW_MS, resets))
    return tuple(told)


def _first(reader: Reader | Writer, window: Official) -> int | None:
    """Return the record that may have begun a window here."""
    start = window.start_ms
    stretch = (start - _SAME_MS, start + _BEGUN_WITHIN_MS)
    row = reader.execute(_FIRST, stretch).fetchone()
    return None if row[0] is None else int(row[0])
