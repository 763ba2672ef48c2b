"""Store reported percentages of limits by minute, and load their resets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.limit_merge import compute_known_at
from claude_tray.core.limits import FIVE_HOUR, identify_limit
from claude_tray.store.schema import ACCOUNT_ID

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.core.limits import LimitSample
    from claude_tray.store.connection import Reader, Writer


_MINUTE_MS: Final = 60_000
_INSERT_POINT: Final = """
    INSERT OR REPLACE INTO limit_curve (profile, name, at_ms, percent)
    SELECT id, ?, ?, ? FROM profile WHERE account = ?
"""
_SELECT_CURVE: Final = f"""
    SELECT at_ms, percent FROM limit_curve
    WHERE profile = {ACCOUNT_ID} AND name = ?
        AND at_ms >= ? AND at_ms < ? ORDER BY at_ms
"""
# The last one may be from before resets of its limit were stored.
_SELECT_RESETS: Final = f"""
    SELECT resets_ms, name FROM told_limit
    WHERE profile = {ACCOUNT_ID.replace("?", "?1")} AND name = ?2
    UNION SELECT resets_ms, name FROM limit_report
    WHERE profile = {ACCOUNT_ID.replace("?", "?1")} AND resets_ms IS NOT NULL
"""


def save_curve(writer: Writer, samples: Iterable[LimitSample]) -> None:
    """Save reported percentages, one for each minute."""
    writer.executemany(
        _INSERT_POINT,
        [
            (
                identify_limit(sample.name).name,
                compute_known_at(sample) // _MINUTE_MS * _MINUTE_MS,
                sample.percent,
                sample.account,
            )
            for sample in samples
        ],
    )


def load_curve(
    reader: Reader | Writer,
    account: str,
    from_ms: int,
    until_ms: int,
    name: str = FIVE_HOUR,
) -> list[tuple[int, float]]:
    """Return the reported percentages of a limit in a span."""
    return [
        (at_ms, percent)
        for at_ms, percent in reader.execute(
            _SELECT_CURVE, (account, name, from_ms, until_ms)
        )
    ]


def load_resets(reader: Reader | Writer, account: str, name: str) -> list[int]:
    """
    Return the reported resets of a limit; some differ only by their jitter.

    Args:
        reader: Open database.
        account: Account key.
        name: As `identify_limit` returns it.
    """
    rows = reader.execute(_SELECT_RESETS, (account, name))
    return sorted(
        {
            resets_ms
            for resets_ms, reported in rows
            if identify_limit(reported).name == name
        }
    )
