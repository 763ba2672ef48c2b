"""Machines on the pages: when each sent last, and how its clock goes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.totals import NOTHING, Totals
from claude_tray.words.tongue import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from claude_tray.server.usage.queries.machines import MachineInfo

UNNAMED: Final = "unnamed machine"
_SKEWED: Final = timedelta(minutes=2)
_A_SECOND: Final = timedelta(seconds=1)


class MachineRow(NamedTuple):
    """
    A machine.

    Attributes:
        skew: How its clock goes, in words.
        is_skewed: It is far enough off to move usage into another hour.
    """

    machine_id: str
    name: str
    version: str
    last_sync_at: datetime | None
    as_of: datetime | None
    skew: str
    is_skewed: bool
    is_revoked: bool
    totals: Totals


def rows_of(
    found: Sequence[MachineInfo],
    used: Mapping[str, Totals],
) -> tuple[MachineRow, ...]:
    """Return machines with what was sent from each, by machine id."""
    return tuple(
        MachineRow(
            info.machine_id,
            info.name or UNNAMED,
            info.version,
            info.last_sync_at,
            info.as_of,
            _skew(info.clock_skew_ms),
            abs(_span(info.clock_skew_ms)) >= _SKEWED,
            info.revoked_at is not None,
            used.get(info.machine_id, NOTHING),
        )
        for info in found
    )


def _span(skew_ms: int | None) -> timedelta:
    return timedelta(milliseconds=skew_ms or 0)


def _skew(skew_ms: int | None) -> str:
    """Return how a clock goes; below two minutes in seconds."""
    if skew_ms is None:
        return "not told"
    span = abs(_span(skew_ms))
    if span < _A_SECOND:
        return "right"
    side = "ahead" if skew_ms > 0 else "behind"
    if span < _SKEWED:
        return f"{round(span / _A_SECOND)}s {side}"
    minutes = timedelta(minutes=round(span / timedelta(minutes=1)))
    return f"{ENGLISH.duration(minutes)} {side}"
