"""Sessions as Claude Code tells them to its statusline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.domain.told_session import ToldSession

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.store.connection import Reader, Writer

# What was told last holds, whichever order it comes in.
_TELL: Final = """
    INSERT INTO told_session
    SELECT ?, id, ?, ?, ?, ?, ? FROM profile WHERE account = ?
    ON CONFLICT (uuid) DO UPDATE SET
        profile = excluded.profile, told_ms = excluded.told_ms,
        model = excluded.model, cwd = excluded.cwd,
        cost_usd = excluded.cost_usd,
        context_percent = excluded.context_percent
    WHERE excluded.told_ms >= told_ms
"""
_LAST: Final = """
    SELECT uuid, told_ms, model, cwd, cost_usd, context_percent
    FROM told_session ORDER BY told_ms DESC LIMIT ?
"""
_COUNT: Final = "SELECT count(*) FROM told_session"


def tell(
    writer: Writer,
    told: Iterable[tuple[ToldSession | None, str]],
) -> None:
    """Keep what was told of sessions of accounts that are known."""
    writer.executemany(
        _TELL,
        [(*session, account) for session, account in told if session],
    )


def last(reader: Reader | Writer, most: int = 1) -> list[ToldSession]:
    """Return the sessions that were told of last, the latest first."""
    return [ToldSession(*row) for row in reader.execute(_LAST, (most,))]


def count(reader: Reader | Writer) -> int:
    """Return how many sessions were ever told of."""
    (number,) = reader.execute(_COUNT).fetchone()
    return int(number)
