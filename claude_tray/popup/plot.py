"""The chart as a value; all places on it are 0 to 1."""

from __future__ import annotations

from typing import NamedTuple


class Reading(NamedTuple):
    """A place on the curve, 0 to 1 both ways, and what it says there."""

    x: float
    y: float
    text: str


class Goal(NamedTuple):
    """
    Where the curve is heading.

    Attributes:
        x: 0 to 1, the end of the window.
        y: 0 to 1, the upper edge.
        text: What stands at its end.
        is_limit: The limit comes first.
    """

    x: float
    y: float
    text: str
    is_limit: bool


class Level(NamedTuple):
    """A line across the chart, as a person's usual use."""

    y: float
    text: str


class Chart(NamedTuple):
    """
    The window as a picture; all places are 0 to 1.

    Attributes:
        label: What it shows, for those who cannot see it.
        hours: Places and clock times below it.
        curve: What was used so far.
        now: Its end; None while nothing was used.
        goal: Where it is heading.
        limit: The name of the upper edge; empty without a limit.
        has_even_pace: Whether an even use is drawn.
        is_limit_near: The limit is reached, or comes before the reset.
        levels: Further lines across it.
        empty: What it says instead of a curve.
    """

    label: str
    hours: tuple[tuple[float, str], ...]
    curve: tuple[Reading, ...] = ()
    now: Reading | None = None
    goal: Goal | None = None
    limit: str = ""
    has_even_pace: bool = False
    is_limit_near: bool = False
    levels: tuple[Level, ...] = ()
    empty: str = ""
