"""Limits that were reached, as the transcripts tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.domain.limit_hit import LimitHit, LimitKind
from claude_tray.domain.usage import Millis

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.store.connection import Reader, Writer

_KEEP: Final = """
    INSERT OR REPLACE INTO limit_hit (profile, kind, at_ms, resets_ms)
    SELECT id, ?, ?, ? FROM profile WHERE account = ?
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


def since(reader: Reader | Writer, account: str, at_ms: int) -> list[LimitHit]:
    """Return an account's hits from this moment on, oldest first."""
    return [
        LimitHit(LimitKind(kind), Millis(at), resets)
        for kind, at, resets in reader.execute(_SINCE, (account, at_ms))
    ]
