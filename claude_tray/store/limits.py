"""Limits: those that were reached, and what was told of their use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.domain.limit import FIVE_HOUR, SAME_MS, Limit
from claude_tray.domain.limit_hit import LimitHit, LimitKind
from claude_tray.domain.usage import Millis

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.store.connection import Reader, Writer

_KEEP: Final = """
    INSERT OR REPLACE INTO limit_hit (profile, kind, at_ms, resets_ms)
    SELECT id, ?, ?, ? FROM profile WHERE account = ?
"""
# In one window the most that was told holds.
_TELL: Final = """
    INSERT INTO told_limit (profile, name, resets_ms, percent, told_ms)
    SELECT id, ?, ?, ?, ? FROM profile WHERE account = ?
    ON CONFLICT (profile, name, resets_ms) DO UPDATE SET
        told_ms = iif(excluded.percent >= percent, excluded.told_ms, told_ms),
        percent = max(percent, excluded.percent)
"""
_IS_TOLD: Final = f"""
    SELECT 1 FROM told_limit JOIN profile ON profile.id = told_limit.profile
    WHERE account = ? AND name = '{FIVE_HOUR}' AND resets_ms BETWEEN ? AND ?
"""
_TOLD: Final = """
    SELECT account, name, percent, resets_ms, told_ms
    FROM told_limit JOIN profile ON profile.id = told_limit.profile
    WHERE account = ? AND resets_ms > ? ORDER BY resets_ms, name
"""
_ALL_PERCENT: Final = 100.0
_SINCE: Final = """
    SELECT kind, at_ms, resets_ms
    FROM limit_hit JOIN profile ON profile.id = limit_hit.profile
    WHERE account = ? AND at_ms >= ? ORDER BY at_ms, kind
"""


def keep(writer: Writer, hits: Iterable[LimitHit], account: str) -> None:
    """Keep hits of an account that is known."""
    writer.executemany(
        _KEEP,
        [(hit.kind, hit.at_ms, hit.resets_ms, account) for hit in hits],
    )


def tell(writer: Writer, values: Iterable[Limit]) -> set[str]:
    """
    Keep what was told of accounts that are known.

    Returns:
        The accounts of which a 5-hour window became known that was not.
    """
    new = set()
    for v in values:
        if v.name == FIVE_HOUR and v.account not in new:
            stretch = (v.account, v.resets_ms - SAME_MS, v.resets_ms + SAME_MS)
            if writer.execute(_IS_TOLD, stretch).fetchone() is None:
                new.add(v.account)
        row = (v.name, v.resets_ms, v.percent, v.told_ms, v.account)
        writer.execute(_TELL, row)
    return new


def told(reader: Reader | Writer, account: str, after_ms: int) -> list[Limit]:
    """Return what was told of an account's limits that reset after that."""
    return [Limit(*row) for row in reader.execute(_TOLD, (account, after_ms))]


def reached(hits: Iterable[LimitHit], account: str) -> list[Limit]:
    """Return what limits that were reached say of their use: all of it."""
    return [
        Limit(account, hit.kind.value, _ALL_PERCENT, hit.resets_ms, hit.at_ms)
        for hit in hits
        if hit.kind is not LimitKind.MODEL and hit.resets_ms is not None
    ]


def since(reader: Reader | Writer, account: str, at_ms: int) -> list[LimitHit]:
    """Return an account's hits from this moment on, oldest first."""
    return [
        LimitHit(LimitKind(kind), Millis(at), resets)
        for kind, at, resets in reader.execute(_SINCE, (account, at_ms))
    ]
