"""How an account's windows are found, by what Claude Code told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.domain.limit import FIVE_HOUR, SAME_MS
from claude_tray.domain.limit_hit import LimitKind
from claude_tray.domain.span import (
    LATEST,
    WINDOW_MS,
    Official,
    Reckoning,
    learn,
    officials,
)
from claude_tray.store import limits

if TYPE_CHECKING:
    from claude_tray.domain.window import Rule
    from claude_tray.store.connection import Reader, Writer

# A first record later than this did not begin the window.
_BEGUN_WITHIN_MS: Final = 3_600_000
_FIRST: Final = """
    SELECT at_ms FROM message JOIN session ON session.id = message.session
    WHERE at_ms BETWEEN ? AND ? AND session.profile = (
        SELECT id FROM profile WHERE account = ?)
    ORDER BY at_ms LIMIT 1
"""
_CLOSED: Final = """
    SELECT end_ms FROM closed_window
    WHERE profile = (SELECT id FROM profile WHERE account = ?)
    ORDER BY start_ms DESC LIMIT 1
"""
_LATEST: Final = f"""
    SELECT resets_ms FROM told_limit WHERE name = '{FIVE_HOUR}'
        AND profile = (SELECT id FROM profile WHERE account = ?)
    ORDER BY resets_ms DESC LIMIT 1 OFFSET ?
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
    told = officials(_resets(reader, account, _needed_from(reader, account)))
    if rule is not None:
        is_open = tuple(window for window in told if window.end_ms > now_ms)
        return Reckoning(rule, is_open)
    pairs = [
        (window.start_ms, first)
        for window in told[-2 * LATEST :]
        if (first := _first(reader, account, window)) is not None
    ]
    return learn(pairs)._replace(official=told)


def _needed_from(reader: Reader | Writer, account: str) -> int:
    """Return a moment before what is not kept and what is learnt from."""
    closed = reader.execute(_CLOSED, (account,)).fetchone()
    latest = reader.execute(_LATEST, (account, 2 * LATEST - 1)).fetchone()
    return min(closed[0] if closed else 0, latest[0] if latest else 0)


def _resets(
    reader: Reader | Writer,
    account: str,
    from_ms: int,
) -> list[int]:
    """
    Return when 5-hour windows end, as Claude Code told, from a moment on.

    A limit message gives a time of day, and mostly no zone: where it speaks
    against what was told in seconds since 1970, it is not believed.
    """
    told = [
        limit.resets_ms
        for limit in limits.told(reader, account, from_ms - 1)
        if limit.name == FIVE_HOUR
    ]
    return told + [
        hit.resets_ms
        for hit in limits.since(reader, account, from_ms - WINDOW_MS)
        if hit.kind is LimitKind.FIVE_HOUR
        and hit.resets_ms is not None
        and hit.at_ms < hit.resets_ms <= hit.at_ms + WINDOW_MS + SAME_MS
        and not any(
            SAME_MS < abs(hit.resets_ms - end) < WINDOW_MS for end in told
        )
    ]


def _first(
    reader: Reader | Writer,
    account: str,
    window: Official,
) -> int | None:
    """Return the record that may have begun a window here."""
    start = window.start_ms
    stretch = (start - SAME_MS, start + _BEGUN_WITHIN_MS, account)
    row = reader.execute(_FIRST, stretch).fetchone()
    return int(row[0]) if row else None
