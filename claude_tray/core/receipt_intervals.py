"""Cut the readings of a limit into intervals that weights are learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.receipt_weights import ReadingInterval

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from claude_tray.core.receipt_readings import Reading
    from claude_tray.core.receipt_weights import Feature


# Differences of this many points say more than their rounding.
_MIN_INTERVAL_POINTS: Final = 4
_FULL: Final = 100


def list_intervals(
    readings: Sequence[Reading],
    usage: Sequence[tuple[int, Mapping[Feature, float]]],
) -> Iterator[ReadingInterval]:
    """
    Yield what was used between readings that are some points apart.

    Args:
        readings: Of one window, oldest first.
        usage: Times and dollars by feature, oldest first.
    """
    base, place = readings[0], 0
    amounts: dict[Feature, float] = {}
    last = base
    for reading in readings[1:]:
        if reading.percent >= _FULL:
            break
        while place < len(usage) and usage[place][0] < reading.at_ms:
            for feature, dollars in usage[place][1].items():
                amounts[feature] = amounts.get(feature, 0.0) + dollars
            place += 1
        last = reading
        change = reading.percent - base.percent
        if change < 0 or change >= _MIN_INTERVAL_POINTS:
            if change > 0:
                yield ReadingInterval(change, amounts)
            base, amounts = reading, {}
    if last.percent > base.percent:
        yield ReadingInterval(last.percent - base.percent, amounts)
