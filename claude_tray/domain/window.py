"""Five-hour windows: the spans in which Claude's rate limit counts."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.totals import NOTHING, Totals

if TYPE_CHECKING:
    from datetime import datetime

WINDOW_LENGTH: Final = timedelta(hours=5)


class Rule(StrEnum):
    """How the start of a window follows from its first record."""

    EXACT = "exact"
    TEN_MINUTES = "ten-minutes"
    HOUR = "hour"


class Source(StrEnum):
    """How sure a figure is; an unknown one is None and shown as a dash."""

    OFFICIAL = "official"
    LEARNT = "learnt"
    ESTIMATED = "estimated"


class Learnt(NamedTuple):
    """
    What resets that Claude Code told say of the rules for a window's start.

    Attributes:
        rule: The one that agreed best.
        resets: How many it was compared with, the latest ones.
        margin: How far it was off at most.
    """

    rule: Rule
    resets: int
    margin: timedelta


class Window(NamedTuple):
    """
    Five hours in which usage counts against one limit.

    Attributes:
        start: Aware, UTC.
        end: When the limit resets; five hours after the start unless a
            reset came early.
        totals: What the records in it add up to.
        source: Where the start is known from.
        rule: The rule the start was reckoned by; None for an official one.
    """

    start: datetime
    end: datetime
    source: Source
    rule: Rule | None
    totals: Totals = NOTHING

    def is_open(self, now: datetime) -> bool:
        return self.start <= now < self.end
