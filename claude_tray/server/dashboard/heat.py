"""The hours of the week in which tokens go."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.days import CELL_SECONDS
from claude_tray.words.tongue import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.domain.totals import Totals
    from claude_tray.server.dashboard.viewer import Viewer

_DAYS: Final = 7
_HOURS: Final = 24
_LEVELS: Final = 4
_MARKED_EVERY: Final = 3


class Square(NamedTuple):
    """An hour of a weekday; its level is 0 (nothing) to 4 (most)."""

    level: int
    tokens: int
    title: str


class Hour(NamedTuple):
    """An hour of the day; a marked one's name is written."""

    name: str
    is_marked: bool


class Heat(NamedTuple):
    """Seven rows of squares, from Monday on."""

    hours: tuple[Hour, ...]
    rows: tuple[tuple[str, tuple[Square, ...]], ...]


def heat_of(cells: Iterable[tuple[int, Totals]], viewer: Viewer) -> Heat:
    """
    Return when in the week tokens were used, all kinds counted.

    Args:
        cells: Numbers of quarters of an hour and their sums.
        viewer: Whose hours.
    """
    sums = [[0] * _HOURS for _ in range(_DAYS)]
    for cell, totals in cells:
        moment = datetime.fromtimestamp(cell * CELL_SECONDS, UTC)
        local = moment.astimezone(viewer.zone)
        sums[local.weekday()][local.hour] += totals.tokens.total
    most = max(max(row) for row in sums)
    names = [_hour_name(hour, viewer) for hour in range(_HOURS)]
    return Heat(
        tuple(Hour(n, h % _MARKED_EVERY == 0) for h, n in enumerate(names)),
        tuple(
            (
                day,
                tuple(
                    _square(day, *pair, most)
                    for pair in zip(names, row, strict=True)
                ),
            )
            for day, row in zip(ENGLISH.facts.days, sums, strict=True)
        ),
    )


def _square(day: str, hour: str, tokens: int, most: int) -> Square:
    level = -(-tokens * _LEVELS // most) if tokens else 0
    words = f"{ENGLISH.tokens(tokens)} tokens" if tokens else "nothing"
    return Square(level, tokens, f"{day} {hour} \N{MIDDLE DOT} {words}")


def _hour_name(hour: int, viewer: Viewer) -> str:
    """Return an hour as "15:00" or "3 PM"."""
    moment = datetime(2026, 1, 1, hour, tzinfo=viewer.zone)
    text = viewer.tongue.clock(moment, viewer.zone)
    return text if viewer.tongue.facts.is_24h else text.replace(":00", "")
