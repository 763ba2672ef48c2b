"""
Say how often the usual work fits into what is left of a limit.

A turn is what one prompt causes. The store knows requests, not prompts: the
replies of a session belong to one turn until it pauses for two minutes.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


TURN_PAUSE_MS: Final = 120_000
_FULL: Final = 100.0
_LOW: Final = 0.1
_MIDDLE: Final = 0.5
_HIGH: Final = 0.9


class Activity(NamedTuple):
    """
    Replies of a model in a session within a minute.

    Attributes:
        start_ms: When the first of their requests was sent.
        end_ms: When the last of them came.
        session: ID of the session.
        project: Path of its project.
        points: What they take of the 5-hour limit, in percent of it.
        cost: Nano-dollars.
        model: Model ID.
    """

    start_ms: int
    end_ms: int
    session: str
    project: str
    points: float
    cost: int = 0
    model: str = ""


class Turn(NamedTuple):
    """
    Work of a session without a pause.

    Attributes:
        start_ms: When its first request was sent.
        end_ms: When its last reply came.
        points: What it took of the limit.
    """

    start_ms: int
    end_ms: int
    points: float


class Estimate(NamedTuple):
    """
    What pieces of work of one kind took, in points.

    Attributes:
        number: How many there were.
        low: One in ten took less.
        median: Half of them took less.
        high: One in ten took more.
    """

    number: int
    low: float
    median: float
    high: float

    def count_fits(self, left: float) -> int:
        """Return how many of the usual size fit into so many points."""
        return int(left / self.median)


class Fit(NamedTuple):
    """
    What is left of the limit, and what work usually takes.

    Attributes:
        left: Points that are left.
        turns_today: Turns that began today; None without any.
        turns: All turns.
        sessions: Sessions.
        projects: Paths with what a project took of a window in which it was
            used, the most recent first.
    """

    left: float
    turns_today: Estimate | None
    turns: Estimate | None
    sessions: Estimate | None
    projects: tuple[tuple[str, Estimate], ...]


def compute_left(
    reported: tuple[int, float] | None, activities: Iterable[Activity]
) -> float:
    """
    Return how many points of the open window are left.

    Args:
        reported: Time and percentage of its last report or its start; None if
            no window is open.
        activities: What was used, in any order. That since the report is
            expected to be missing in it.
    """
    if reported is None:
        return _FULL
    at_ms, percent = reported
    later = sum(item.points for item in activities if item.end_ms >= at_ms)
    return max(0.0, _FULL - percent - later)


def build_fit(
    activities: Sequence[Activity],
    window_starts_ms: Sequence[int],
    left: float,
    today_ms: int,
) -> Fit:
    """
    Sum up what turns, sessions and projects took.

    Args:
        activities: Oldest first.
        window_starts_ms: Starts of all windows, oldest first.
        left: Points that are left.
        today_ms: When today began.
    """
    turns = list_turns(activities)
    today = [turn.points for turn in turns if turn.start_ms >= today_ms]
    by_window = _sum_points(
        activities,
        lambda item: (
            item.project,
            bisect_right(window_starts_ms, item.end_ms),
        ),
    )
    by_project: dict[str, list[float]] = {}
    for (project, _), points in by_window.items():
        by_project.setdefault(project, []).append(points)
    recent = dict.fromkeys(item.project for item in reversed(activities))
    estimates = [(p, build_estimate(by_project[p])) for p in recent]
    return Fit(
        left,
        build_estimate(today),
        build_estimate([turn.points for turn in turns]),
        build_estimate(
            _sum_points(activities, lambda item: (item.session, 0)).values()
        ),
        tuple((path, item) for path, item in estimates if item is not None),
    )


def list_turns(activities: Iterable[Activity]) -> list[Turn]:
    """Join the activities of each session, given oldest first, to turns."""
    turns: list[Turn] = []
    last_by_session: dict[str, int] = {}
    for item in activities:
        place = last_by_session.get(item.session)
        if place is not None:
            turn = turns[place]
            if item.start_ms - turn.end_ms < TURN_PAUSE_MS:
                turns[place] = Turn(
                    turn.start_ms,
                    max(turn.end_ms, item.end_ms),
                    turn.points + item.points,
                )
                continue
        last_by_session[item.session] = len(turns)
        turns.append(Turn(item.start_ms, item.end_ms, item.points))
    return turns


def build_estimate(values: Iterable[float]) -> Estimate | None:
    """Return the median and range of amounts above 0; None without any."""
    ordered = sorted(value for value in values if value > 0)
    if not ordered:
        return None
    low, median, high = (
        _find_quantile(ordered, fraction)
        for fraction in (_LOW, _MIDDLE, _HIGH)
    )
    return Estimate(len(ordered), low, median, high)


def _sum_points(
    activities: Iterable[Activity],
    get_key: Callable[[Activity], tuple[str, int]],
) -> dict[tuple[str, int], float]:
    sums: dict[tuple[str, int], float] = {}
    for item in activities:
        key = get_key(item)
        sums[key] = sums.get(key, 0.0) + item.points
    return sums


def _find_quantile(ordered: Sequence[float], fraction: float) -> float:
    """Return a quantile, interpolated between the two nearest values."""
    place = fraction * (len(ordered) - 1)
    index = int(place)
    rest = place - index
    if not rest:
        return ordered[index]
    return ordered[index] * (1 - rest) + ordered[index + 1] * rest
