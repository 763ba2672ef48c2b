"""How an account's windows are found, by what Claude Code told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.domain.limit import FIVE_HOUR
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
    resets: list[int] = [
        hit.resets_ms
        for hit in limits.since(reader, account, 0)
        if hit.kind is LimitKind.FIVE_HOUR
        and hit.resets_ms is not None
        and hit.at_ms < hit.resets_ms <= hit.at_ms + WINDOW_MS + _SAME_MS
    ]
    resets += [
        limit.resets_ms
        for limit in limits.told(reader, account, 0)
        if limit.name == FIVE_HOUR
    ]
    told: list[Official] = []
    for end in sorted(resets):
        if not told or end > told[-1].end_ms + _SAME_MS:
            told.append(Official(end - WINDOW_MS, end))
    return tuple(told)


def _first(reader: Reader | Writer, window: Official) -> int | None:
    """Return the record that may have begun a window here."""
    start = window.start_ms
    stretch = (start - _SAME_MS, start + _BEGUN_WITHIN_MS)
    row = reader.execute(_FIRST, stretch).fetchone()
    return None if row[0] is None else int(row[0])
