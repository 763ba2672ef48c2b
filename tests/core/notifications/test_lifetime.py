from __future__ import annotations

from typing import Any

import pytest

from claude_tray.core.notifications.lifetime import is_over
from claude_tray.core.notifications.model import (
    EvaluationContext,
    Notification,
    NotificationKind,
)
from claude_tray.core.snapshot import AccountSnapshot, Snapshot
from tests.core.notifications.simulation import (
    NotificationDay,
    make_state,
)
from tests.support.builders import at


def _send(
    clock: str, *states: AccountSnapshot, **snapshot: Any
) -> tuple[NotificationDay, Notification]:
    day = NotificationDay()
    # Conditions that hold at the start count as sent.
    day.evaluate("11:00", *(make_state(1) for _ in states))
    assert day.evaluate_minutes("11:01", clock, *states, **snapshot)
    return day, day.notifications[-1]


def _is_over(
    day: NotificationDay,
    notification: Notification,
    clock: str,
    *states: AccountSnapshot,
    **snapshot: Any,
) -> bool:
    now = at(clock)
    context = EvaluationContext(
        Snapshot(now, accounts=states, **snapshot), now, 0, at("00:00", 2)
    )
    return is_over(notification, context, day.state, day.settings)


def test_a_limit_is_over_when_it_no_longer_blocks() -> None:
    day, limit = _send("12:00", make_state(100))
    assert limit.kind is NotificationKind.LIMIT

    assert not _is_over(day, limit, "12:30", make_state(100))
    assert _is_over(day, limit, "12:30", make_state(3))
    assert _is_over(day, limit, "15:01", make_state(100))


def test_a_warning_is_over_at_the_reset() -> None:
    day, warning = _send("12:00", make_state(80))
    assert warning.kind is NotificationKind.USED

    assert not _is_over(day, warning, "14:59", make_state(80))
    # Percentages may be outdated meanwhile.
    assert not _is_over(day, warning, "14:59", make_state(None))
    assert _is_over(day, warning, "15:00", make_state(80))


def test_a_problem_is_over_when_it_is_solved() -> None:
    day, problem = _send("11:05", is_unreadable=True)
    assert problem.kind is NotificationKind.PROBLEM

    assert not _is_over(day, problem, "11:06", is_unreadable=True)
    day.evaluate("11:07")
    assert _is_over(day, problem, "11:07")


@pytest.mark.parametrize("clock", ["12:00", "23:59"])
def test_news_of_a_reset_stays(clock: str) -> None:
    day = NotificationDay()
    ready = Notification(NotificationKind.READY, reset_ms=1)

    assert not _is_over(day, ready, clock, make_state(1))
