from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from claude_tray.domain.snapshot import Pace, SyncPhase, SyncState
from claude_tray.domain.totals import Totals
from claude_tray.domain.usage import TokenCounts
from claude_tray.domain.window import Learnt, Rule, Source
from claude_tray.popup.compose import view_of
from claude_tray.popup.moment import Moment, plan_name
from claude_tray.popup.view import State
from claude_tray.words.numbers import UNKNOWN
from claude_tray.words.tongue import tongue_of
from tests.support.popups import END, START, STATES, a_moment

if TYPE_CHECKING:
    from typing import Any

    from claude_tray.domain.snapshot import ProfileState

NOW = datetime(2026, 11, 24, 12, 13, tzinfo=UTC)
SAID = {
    "pace": (
        ("2h 47m", "until 15:00", State.OK, "On pace"),
        "At this pace 66% will be used by the reset.",
    ),
    "fast": (
        ("2h 47m", "until 15:00", State.WARNING, "Too fast"),
        "At this pace the limit comes at 13:01, 1h 59m too soon.",
    ),
    "almost": (
        ("38m", "until 15:00", State.CRITICAL, "Almost out"),
        "At this pace the limit comes at 14:56, 4m too soon.",
    ),
    "limit": (
        ("1h 08m", "until 15:00", State.LIMIT, "Limit reached"),
        "Claude Code works again at 15:00.",
    ),
    "week": (
        ("1d 20h", "until Thu 09:00", State.LIMIT, "Week is over"),
        "Claude Code works again at Thu 09:00.",
    ),
    "idle": (
        ("5h 00m", "ready", State.IDLE, "Idle"),
        "No window is open. Your next message starts one.",
    ),
    "unknown": (
        ("2h 47m", "until about 15:00", State.UNKNOWN, "No limit known"),
        "405K tokens in and out; your usual window has 256K.",
    ),
    "stale": (
        ("2h 47m", "until 15:00", State.STALE, "As of 11:41"),
        "38% used as of 11:41; more was used since.",
    ),
    "reading": (
        ("42%", "", State.READING, "Reading"),
        "Reading Claude Code's logs, 42%. It is done once.",
    ),
    "error": (
        ("2h 47m", "until 15:00", State.ERROR, "Needs you"),
        (
            "~/.claude/projects cannot be read: permission denied."
            " Run `claude-tray doctor`."
        ),
    ),
}


def _with(moment: Moment, **changes: Any) -> Moment:
    """A moment whose account differs."""
    first, *more = moment.figures.snapshot.profiles
    profile: ProfileState = replace(first, **changes)
    return _snapshot(moment, profiles=(profile, *more))


def _snapshot(moment: Moment, **changes: Any) -> Moment:
    snapshot = replace(moment.figures.snapshot, **changes)
    return moment._replace(figures=moment.figures._replace(snapshot=snapshot))


def _window(moment: Moment, **changes: Any) -> Moment:
    """A moment whose window's figures differ."""
    figures = moment.figures
    of_window = figures.of_window._replace(**changes)
    return moment._replace(figures=figures._replace(of_window=of_window))


@pytest.mark.parametrize("state", SAID)
def test_each_state_says_what_it_is(state: str) -> None:
    head = view_of(a_moment(state)).headline

    told = (head.large, head.beside, head.state, head.pill), head.sentence
    assert told == SAID[state]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_state_has_a_view_in_every_language(
    state: str,
    language: str,
) -> None:
    view = view_of(a_moment(state, tongue_of(language)))

    assert view.sentence.startswith("Claude Code: ")
    assert "{" not in str(view)


def test_all_that_matters_is_one_sentence() -> None:
    assert view_of(a_moment("pace")).sentence == (
        "Claude Code: 2h 47m until 15:00, 38%. On pace."
        " At this pace 66% will be used by the reset."
    )


def test_percentages_tell_what_is_left_if_one_wants_that() -> None:
    view = view_of(a_moment("pace", shows_left=True))

    assert view.chart.now is not None
    assert view.chart.now.text == "62% left"
    assert [week.value for week in view.weeks] == ["79% left", "66% left"]


def test_the_curve_ends_at_the_share_that_is_known() -> None:
    chart = view_of(a_moment("pace")).chart

    assert chart.now is not None
    assert chart.now.y == pytest.approx(0.38)
    assert chart.curve[0][:2] == (0, 0)
    assert chart.curve[-1].x == pytest.approx(133 / 300)
    assert chart.goal is not None
    assert (chart.goal.x, chart.goal.y, chart.goal.text) == (1, 0.66, "66%")


def test_a_curve_never_falls() -> None:
    heights = [reading.y for reading in view_of(a_moment("fast")).chart.curve]

    assert heights == sorted(heights)


def test_between_two_known_values_the_curve_is_about() -> None:
    chart = view_of(a_moment("pace")).chart

    assert chart.curve[10].text.startswith("10:")
    assert "≈" in chart.curve[10].text


def test_what_was_told_long_ago_is_gone_on_from() -> None:
    chart = view_of(a_moment("stale")).chart

    assert chart.now is not None
    assert chart.now.text == "≈ 39%"
    assert chart.goal is None


def test_an_old_share_holds_while_nothing_more_was_used() -> None:
    moment = a_moment("stale")
    told = moment.now - timedelta(minutes=32)

    for last in (None, told):
        view = view_of(_with(moment, last_record_at=last))
        assert view.headline.state is State.OK


def test_a_limit_before_the_reset_is_where_the_curve_heads() -> None:
    chart = view_of(a_moment("fast")).chart

    assert chart.goal is not None
    assert chart.goal.is_limit
    assert chart.goal.text == "13:01"
    assert chart.is_limit_near


def test_without_a_limit_the_axis_is_of_tokens_beside_the_usual() -> None:
    chart = view_of(a_moment("unknown")).chart

    assert chart.limit == ""
    assert [level.text for level in chart.levels] == [
        "usual 256K",
        "seldom over 402K",
    ]
    assert chart.now is not None
    assert chart.now.text == "299K"
    assert chart.goal is not None
    assert max(chart.goal.y, *(level.y for level in chart.levels)) < 1


def test_without_earlier_windows_there_is_nothing_usual() -> None:
    view = view_of(_with(a_moment("unknown"), pace=Pace(0, None)))

    assert view.chart.levels == ()
    assert view.chart.goal is None
    assert view.headline.sentence == (
        "Claude Code has not told how much of the limit is used."
    )
    assert view.kinds_side == "0 tok/min"


def test_levels_that_are_near_each_other_are_one() -> None:
    pace = Pace(9, None, usual_tokens=(100, 110))

    view = view_of(_with(a_moment("unknown"), pace=pace))

    assert len(view.chart.levels) == 1


def test_in_its_first_minutes_a_window_heads_nowhere() -> None:
    for state in ("pace", "unknown"):
        view = view_of(_with(a_moment(state), pace=None))

        assert view.chart.goal is None
        assert view.kinds_side == ""
    view = view_of(_with(a_moment("pace"), pace=None))
    assert view.headline.sentence == "38% of the 5-hour limit is used."


def test_a_pace_without_a_projection_heads_nowhere() -> None:
    view = view_of(_with(a_moment("pace"), pace=Pace(963, 4.25)))

    assert view.chart.goal is None


def test_a_share_without_use_on_this_computer_has_no_curve() -> None:
    chart = view_of(_window(a_moment("pace"), steps=())).chart

    assert chart.curve == ()
    assert chart.now is not None
    assert chart.now.y == pytest.approx(0.38)


def test_tokens_without_use_on_this_computer_are_none() -> None:
    chart = view_of(_window(a_moment("unknown"), steps=())).chart

    assert chart.now is not None
    assert chart.now.text == "0"


def test_where_a_price_lacks_the_curve_follows_the_tokens() -> None:
    moment = a_moment("pace")
    steps = moment.figures.of_window.steps
    unpriced = (*steps[:-1], steps[-1]._replace(unpriced=1, cost=0))

    chart = view_of(_window(moment, steps=unpriced)).chart

    assert chart.curve[-2].y > chart.curve[-3].y


def test_a_reached_limit_is_all_of_it_even_if_no_share_was_told() -> None:
    chart = view_of(_with(a_moment("limit"), used=None)).chart

    assert chart.now is not None
    assert chart.now.y == 1
    assert chart.goal is None


def test_a_week_that_is_over_says_nothing_of_the_window() -> None:
    chart = view_of(_with(a_moment("week"), used=None)).chart

    assert chart.limit == ""


def test_a_limit_without_a_window_is_the_weeks_if_it_is_far() -> None:
    moment = _with(a_moment("week"), window=None, used=None)

    assert view_of(moment).headline.title == "Weekly limit"


def test_a_share_whose_reset_has_passed_is_gone() -> None:
    moment = a_moment("pace")
    state = moment.figures.snapshot.profiles[0]
    assert state.used is not None
    for ends, verdict in (
        (moment.now - timedelta(minutes=1), State.UNKNOWN),
        (None, State.OK),
    ):
        used = replace(state.used, resets_at=ends)

        assert view_of(_with(moment, used=used)).headline.state is verdict


def test_a_limit_long_before_the_reset_warns_at_any_share() -> None:
    moment = a_moment("pace")
    for minutes, verdict in (
        (20, State.CRITICAL),
        (60, State.WARNING),
        (165, State.OK),
        (-1, State.OK),
    ):
        end = moment.now + timedelta(minutes=minutes)
        view = view_of(_with(moment, pace=Pace(1, 1, 100, end)))

        assert view.headline.state is verdict


def test_a_window_that_was_learnt_says_how_far_it_may_be_off() -> None:
    moment = a_moment("pace")
    assert moment.window is not None
    window = moment.window._replace(source=Source.LEARNT, rule=Rule.EXACT)
    learnt = Learnt(Rule.EXACT, 14, timedelta(minutes=2))

    known = view_of(_with(moment, window=window, learnt=learnt))
    unknown = view_of(_with(moment, window=window, learnt=None))

    assert known.headline.beside == "until 15:00 ± 2m"
    assert unknown.headline.beside == "until about 15:00"


def test_weekly_limits_are_judged_by_their_share() -> None:
    weeks = view_of(a_moment("week")).weeks

    assert [week.state for week in weeks] == [State.CRITICAL, State.WARNING]
    assert [week.name for week in weeks] == [
        "Week · all models",
        "Week · Opus",
    ]
    assert weeks[0].resets == "resets Thu 09:00"
    assert weeks[0].left == "in 1d 20h"
    assert weeks[0].gone == pytest.approx(1 - 44.783 / 168, abs=1e-3)


def test_a_weekly_limit_without_a_reset_has_no_mark() -> None:
    moment = a_moment("pace")
    weekly = moment.figures.snapshot.profiles[0].weekly
    endless = tuple(replace(used, resets_at=None) for used in weekly)

    week = view_of(_with(moment, weekly=endless)).weeks[0]

    assert (week.gone, week.resets, week.left) == (None, "", "")


def test_kinds_share_the_cost_and_projects_the_dearest() -> None:
    view = view_of(a_moment("pace"))

    assert sum(kind.share for kind in view.kinds) == pytest.approx(1)
    assert view.kinds[0][:3] == ("Cache read", "19.7M", "$2.96")
    assert [row.name for row in view.models] == [
        "Opus 4.6",
        "Sonnet 4.6",
        "Haiku 4.5",
    ]
    assert view.projects[0].share == 1
    assert view.projects[1].share == pytest.approx(2.44 / 5.12)


def test_kinds_without_a_price_are_a_dash() -> None:
    moment = a_moment("pace")
    kinds = moment.figures.of_window.kinds._replace(is_whole=False)

    view = view_of(_window(moment, kinds=kinds))

    assert {kind.cost for kind in view.kinds} == {UNKNOWN}


def test_without_any_price_rows_are_compared_by_tokens() -> None:
    models = (
        ("a", Totals(1, TokenCounts(input=10), unpriced=1)),
        ("b", Totals(1, TokenCounts(input=5), unpriced=1)),
    )

    rows = view_of(_window(a_moment("pace"), models=models)).models

    assert [(row.share, row.cost) for row in rows] == [
        (1, UNKNOWN),
        (0.5, UNKNOWN),
    ]


def test_days_are_marked_on_mondays() -> None:
    days = view_of(a_moment("pace")).days

    assert len(days.bars) == 30
    assert days.bars[0].mark == "Oct 26"
    assert days.bars[1].mark == ""
    assert days.bars[-1].name == "Tue Nov 24"
    assert max(bar.share for bar in days.bars) == 1
    assert days.bars[5].is_weekend


@pytest.mark.parametrize(
    ("sync", "sign", "text"),
    [
        (SyncState(), "no cloud", "Only on this computer"),
        (SyncState(SyncPhase.RUNNING), "refresh", "Syncing…"),
        (SyncState(SyncPhase.IDLE), "cloud", "Not synced yet"),
        (
            SyncState(SyncPhase.IDLE, NOW - timedelta(minutes=3)),
            "cloud",
            "Synced 3m ago",
        ),
        (SyncState(SyncPhase.STOPPED), "warn", "Not synced yet"),
        (
            SyncState(SyncPhase.DELAYED, NOW - timedelta(hours=3)),
            "warn",
            "Not synced since 09:13",
        ),
    ],
)
def test_forwarding_says_how_it_stands(
    sync: SyncState,
    sign: str,
    text: str,
) -> None:
    line = view_of(_snapshot(a_moment("pace"), sync=sync)).sync

    assert (line.sign, line.text) == (sign, text)


def test_sync_now_is_offered_where_there_is_something_to_sync_with() -> None:
    off = _snapshot(a_moment("pace"), sync=SyncState())
    actions = {
        state: [b.action for b in view_of(moment).choices.more if b]
        for state, moment in (("on", a_moment("pace")), ("off", off))
    }

    assert actions["on"][0] == "sync-now"
    assert "sync-now" not in actions["off"]
    assert actions["off"][-1] == "quit"


def test_accounts_can_be_chosen_where_there_are_several() -> None:
    moment = a_moment("accounts")

    tabs = view_of(moment._replace(account=1)).accounts

    assert tabs == (("work", False), ("private", True))
    assert view_of(a_moment("pace")).accounts == ()


def test_what_must_be_known_of_the_figures_is_said() -> None:
    moment = _with(a_moment("pace"), started_elsewhere_at=START)
    moment = _snapshot(moment, unpriced_models=("claude-x", "claude-y"))

    assert view_of(moment).notes == (
        "The window was started elsewhere at 10:00.",
        "No price is known for claude-x, claude-y.",
    )


def test_made_up_usage_is_labelled() -> None:
    moment = _snapshot(a_moment("pace"), is_demo=True)

    assert view_of(moment).headline.corner == "Demo"


def test_without_a_plan_it_says_when_the_share_was_told() -> None:
    corners = [
        view_of(a_moment(state)._replace(plan="")).headline.corner
        for state in ("pace", "unknown")
    ]

    assert corners == ["Told by Claude Code at 12:12", ""]


def test_a_problem_without_a_window_has_no_countdown() -> None:
    moment = _snapshot(a_moment("empty"), problem="The store is damaged.")

    assert view_of(moment).headline.large == UNKNOWN


def test_plans_are_called_as_people_call_them() -> None:
    plans = [plan_name(plan) for plan in ("auto", "pro", "max5", "max20")]

    assert plans == ["", "Pro", "Max 5x", "Max 20x"]


def test_hours_are_those_of_the_clock_on_the_wall() -> None:
    moment = a_moment("pace")
    assert moment.window is not None
    late = timedelta(minutes=37)
    odd = moment.window._replace(start=START + late, end=END + late)

    hours = view_of(_with(moment, window=odd)).chart.hours

    assert [label for _, label in hours][:2] == ["11:00", "12:00"]
    assert hours[0][0] == pytest.approx(23 / 300)
