"""Test the one rule that finds the binding limit, over any limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.limits import LimitKind, round_percent
from claude_tray.core.notifications.model import NotificationKind
from claude_tray.core.pace import compute_limit_period, project_limit
from claude_tray.core.snapshot import (
    AccountSnapshot,
    BlockingLimit,
    LimitUsage,
    Pace,
)
from claude_tray.core.status import (
    AccountStatus,
    MainFigureKind,
    Severity,
    assess_account,
)
from tests.support.assessment_states import (
    MONTH_RESET,
    NOW,
    RESET,
    STATES,
    WEEK_RESET,
    five_hour,
    make_account,
    make_snapshot,
    money,
    week,
)
from tests.support.limits import make_limit_usage

_NAMES = ("seven_day", "Opus", "Fable", "spend_limit", "night_shift")
_PERCENTS = st.one_of(
    st.floats(0, 150), st.sampled_from([0.0, 74.9, 75.0, 89.9, 90.0, 100.0])
)


@st.composite
def _make_limits(draw: st.DrawFn) -> tuple[LimitUsage, ...]:
    names = draw(st.lists(st.sampled_from(_NAMES), unique=True, max_size=5))
    limits = [
        make_limit_usage(
            name,
            draw(_PERCENTS),
            draw(
                st.one_of(
                    st.none(),
                    st.integers(-2, 160).map(
                        lambda hours: NOW + timedelta(hours=hours)
                    ),
                )
            ),
            NOW - timedelta(minutes=draw(st.integers(0, 600))),
        )
        for name in names
    ]
    if draw(st.booleans()):
        limits.insert(0, five_hour(draw(_PERCENTS)))
    return tuple(limits)


_ACCOUNTS = st.builds(
    lambda limits, has_window, is_open: make_account(
        *limits,
        has_window=has_window,
        **({} if is_open else {"window": None}),
    ),
    _make_limits(),
    st.booleans(),
    st.booleans(),
)


@given(_ACCOUNTS)
def test_no_account_is_calm_while_a_limit_is_at_its_warning_level(
    account: AccountSnapshot,
) -> None:
    assessment = assess_account(make_snapshot(account), account, NOW)

    shares = [item.usage.percent_or_zero for item in assessment.limits]
    highest = max(shares, default=0.0)
    if highest >= 90:
        assert assessment.severity is Severity.CRITICAL
    if highest >= 75:
        assert assessment.severity is not Severity.OK
        assert assessment.status not in (
            AccountStatus.OK,
            AccountStatus.IDLE,
            AccountStatus.UNKNOWN,
            AccountStatus.STALE,
            AccountStatus.UNLIMITED,
        )


@given(_ACCOUNTS, st.randoms())
def test_the_order_of_reports_does_not_matter(
    account: AccountSnapshot,
    random: object,
) -> None:
    limits = list(account.limits)
    random.shuffle(limits)  # type: ignore[attr-defined] # a Random
    shuffled = replace(account, limits=tuple(limits))

    assert assess_account(
        make_snapshot(shuffled), shuffled, NOW
    ) == assess_account(make_snapshot(account), account, NOW)


@given(_ACCOUNTS)
def test_the_binding_limit_is_as_severe_as_the_account(
    account: AccountSnapshot,
) -> None:
    assessment = assess_account(make_snapshot(account), account, NOW)

    ranks = [list(Severity).index(item.severity) for item in assessment.limits]
    assert ranks == sorted(ranks, reverse=True) or assessment.blocking
    if assessment.binding is not None:
        assert assessment.binding == assessment.limits[0]
        assert assessment.binding.severity is assessment.severity


@given(_ACCOUNTS)
def test_without_a_window_nothing_counts_down_to_one(
    account: AccountSnapshot,
) -> None:
    ultra = replace(account, has_window=False)
    main = assess_account(make_snapshot(ultra), ultra, NOW).main

    assert main.kind in (MainFigureKind.LIMIT, MainFigureKind.COST)
    assert main.deadline != RESET or any(
        usage.resets_at == RESET for usage in ultra.limits
    )


def test_of_limits_at_the_same_level_the_first_to_run_out_binds() -> None:
    slow = week(92)
    fast = week(93, "Opus", WEEK_RESET - timedelta(days=1))
    account = make_account(slow, fast)

    limits = assess_account(make_snapshot(account), account, NOW).limits

    assert [item.usage.name for item in limits] == ["seven_day", "Opus"]
    runs_out = [item.runs_out_at for item in limits]
    assert runs_out[0] is not None
    assert runs_out[1] is not None
    assert runs_out[0] < runs_out[1]


def test_calm_limits_are_window_week_and_then_by_share() -> None:
    account = make_account(
        week(30, "Opus"), week(40, "Fable"), week(5), five_hour(1)
    )

    limits = assess_account(make_snapshot(account), account, NOW).limits

    assert [item.usage.name for item in limits] == [
        "five_hour",
        "seven_day",
        "Fable",
        "Opus",
    ]


def test_a_block_comes_before_any_percentage() -> None:
    account = make_account(
        five_hour(99),
        week(1, "Opus"),
        blocking_limits=(BlockingLimit(WEEK_RESET, LimitKind.MODEL, "Opus"),),
    )

    binding = assess_account(make_snapshot(account), account, NOW).binding

    assert binding is not None
    assert binding.usage.name == "Opus"


def test_little_use_of_a_week_is_no_warning() -> None:
    early = week(20, resets_at=NOW + timedelta(days=6))
    account = make_account(early)

    assessment = assess_account(make_snapshot(account), account, NOW)

    assert assessment.limits[0].runs_out_at is not None
    assert assessment.severity is Severity.OK


def test_a_projection_in_the_past_is_not_shown() -> None:
    pace = Pace(1, 1, 140, NOW - timedelta(minutes=1))
    account = make_account(five_hour(71), pace=pace)

    (limit,) = assess_account(make_snapshot(account), account, NOW).limits

    assert limit.runs_out_at is None
    assert limit.severity is Severity.OK


def test_periods_of_limits() -> None:
    for usage, days in (
        (five_hour(1), 5 / 24),
        (week(1), 7),
        (week(1, "Opus"), 7),
        (money("1", "2", 50, "spend_limit"), 30),
        (week(1, "monthly_pool"), 30),
    ):
        assert compute_limit_period(usage) == timedelta(days=days)
    assert compute_limit_period(week(1, "night_shift")) is None


def test_a_week_is_projected_linearly_from_its_report() -> None:
    # 75 h 12 min of 168 h had passed at 12:12.
    pace = project_limit(week(63), NOW)

    assert pace is not None
    assert pace.percent_at_reset == pytest.approx(63 * 168 / 75.2)
    assert pace.runs_out_at is not None
    later = project_limit(week(63), NOW + timedelta(hours=5))
    assert later == pace


def test_a_projection_is_renewed_when_its_time_has_come() -> None:
    usage = week(96)
    pace = project_limit(usage, NOW + timedelta(days=2))

    assert pace is not None
    assert pace.runs_out_at is not None
    assert pace.runs_out_at > NOW + timedelta(days=2)


def test_without_a_reset_or_early_in_a_period_nothing_is_projected() -> None:
    assert project_limit(week(63, resets_at=None), NOW) is None
    assert (
        project_limit(week(5, resets_at=NOW + timedelta(days=7)), NOW) is None
    )
    assert project_limit(week(63, "night_shift"), NOW) is None
    assert project_limit(money("1"), NOW) is None
    far = week(63, resets_at=MONTH_RESET)
    assert project_limit(far, NOW) is None


def test_percentages_are_rounded_half_up() -> None:
    for percent, expected in (
        (0.0, 0),
        (0.4, 0),
        (0.5, 1),
        (22.5, 23),
        (23.5, 24),
        (99.4, 99),
        (99.5, 100),
        (-0.5, 0),
    ):
        assert round_percent(percent) == expected


def test_the_states_have_every_status() -> None:
    assert {state.status for state in STATES} == set(AccountStatus)
    assert len({state.name for state in STATES}) == len(STATES) > 40


def test_each_status_has_the_color_of_a_basic_one() -> None:
    basic = {status.color_status for status in AccountStatus}

    assert basic < set(AccountStatus)
    assert all(status.color_status is status for status in basic)
    assert NotificationKind.MODEL_LIMIT.rank < NotificationKind.USED.rank
