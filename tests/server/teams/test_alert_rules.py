"""Check that alerts follow the tray's one-shot rules, over restarts."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.snapshot import AccountSnapshot, Pace
from claude_tray.core.windows import ValueSource, Window
from claude_tray.server.teams import alert_rules
from tests.support.builders import at
from tests.support.limits import make_limit_usage

RESET = at("15:00")
WINDOW = Window(at("10:00"), RESET, ValueSource.OFFICIAL, None)


def make_account(
    percent: float, clock: str = "12:00", **values: object
) -> AccountSnapshot:
    usage = make_limit_usage("five_hour", percent, RESET, at(clock))
    return AccountSnapshot("", "", WINDOW, (usage,), **values)  # type: ignore[arg-type]


def run_limits(
    *steps: tuple[str, float], stored: str = ""
) -> tuple[str, list[str]]:
    kinds = []
    for clock, percent in steps:
        stored, alert = alert_rules.next_limit_alert(
            stored, make_account(percent), at(clock)
        )
        kinds.append(str(alert.kind) if alert else "")
    return stored, kinds


def test_each_threshold_is_announced_once() -> None:
    _, kinds = run_limits(
        *(("12:00", 40), ("12:15", 76), ("12:30", 80), ("12:45", 91)),
        *(("13:00", 95), ("13:15", 100), ("13:30", 100)),
    )

    assert kinds == ["", "used", "", "used-again", "", "limit", ""]


def test_what_already_holds_at_first_is_news() -> None:
    _, kinds = run_limits(("12:00", 92), ("12:15", 93))

    assert kinds == ["used-again", ""]


def test_the_next_window_is_announced_again() -> None:
    stored, kinds = run_limits(("12:00", 80))
    assert kinds == ["used"]
    window = Window(RESET, at("20:00"), ValueSource.OFFICIAL, None)
    usage = make_limit_usage("five_hour", 77, at("20:00"), at("16:00"))
    account = AccountSnapshot("", "", window, (usage,))

    _, alert = alert_rules.next_limit_alert(stored, account, at("16:00"))

    assert alert is not None


def test_running_out_is_announced_when_it_lasts() -> None:
    pace = Pace(100, 1.0, 130, limit_at=at("13:30"))
    stored, kinds = "", []
    for clock in ("12:00", "12:03", "12:06", "12:20"):
        stored, alert = alert_rules.next_limit_alert(
            stored, make_account(50, pace=pace), at(clock)
        )
        kinds.append(str(alert.kind) if alert else "")

    assert kinds == ["", "", "run-out", ""]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 299), st.integers(0, 110), st.integers(0, 99)
        ),
        max_size=30,
    )
)
def test_no_alert_of_a_window_is_sent_twice(
    steps: list[tuple[int, int, int]],
) -> None:
    """Usage of a window never falls; each step is a new process."""
    stored, seen = "", []
    percent = 0
    for minute, more, _ in sorted(steps):
        percent = max(percent, more)
        stored, alert = alert_rules.next_limit_alert(
            stored,
            make_account(percent),
            at("10:00") + timedelta(minutes=minute),
        )
        if alert:
            seen.append(alert.key)

    assert len(seen) == len(set(seen))


def test_a_budget_is_announced_once_in_a_period() -> None:
    stored, found = "", []
    for clock, used in (("09:00", 5), ("10:00", 8), ("11:00", 12)):
        stored, alert = alert_rules.next_budget_alert(
            stored, used, 8, at(clock), at("00:00", 2)
        )
        found.append(alert is not None)
    assert found == [False, True, False]

    _, alert = alert_rules.next_budget_alert(
        stored, 9, 8, at("09:00", 2), at("00:00", 3)
    )
    assert alert is not None
