"""Limits: those that were reached, and what was told of their use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.domain.limit import Limit
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
_TOLD: Final = """
    SELECT account, name, percent, resets_ms, told_ms
    FROM told_limit JOIN profile ON profile.id = told_limit.profile
    WHERE account = ? AND resets_ms > ? ORDER BY resets_ms, name
"""
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


def tell(writer: Writer, values: Iterable[Limit]) -> None:
    """Keep what was told of accounts that are known."""
    writer.executemany(
        _TELL,
        [
            (v.name, v.resets_ms, v.percent, v.told_ms, v.account)
            for v in values
        ],
    )


def told(reader: Reader | Writer, account: str, after_ms: int) -> list[Limit]:
    """Return what was told of an account's limits that reset after that."""
    return [Limit(*row) for row in reader.execute(_TOLD, (account, after_ms))]


def since(reader: Reader | Writer, account: str, at_ms: int) -> list[LimitHit]:
    """Return an account's hits from this moment on, oldest first."""
    return [
        LimitHit(LimitKind(kind), Millis(at), resets)
        for kind, at, resets in reader.execute(_SINCE, (account, at_ms))
    ]
