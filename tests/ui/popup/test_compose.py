from __future__ import annotations

import pytest

from claude_tray.core.cost import NanoUsd
from claude_tray.core.forecasts import ForecastRecord
from claude_tray.core.periods import TimeRange
from claude_tray.core.snapshot import SyncState
from claude_tray.core.status import AccountStatus
from claude_tray.core.time import to_epoch_ms
from claude_tray.i18n.translator import load_translator
from claude_tray.presentation.usage_chart import ChartKind
from claude_tray.presentation.usage_list import Grouping
from claude_tray.ui.popup.compose import build_view, format_summary
from tests.support.popup_states import START, STATES, make_popup_state

START_MS = to_epoch_ms(START)
HOUR_MS = 3_600_000


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_state_has_a_view_in_every_language(
    name: str, language: str
) -> None:
    view = build_view(*make_popup_state(name, load_translator(language)))

    assert view.sentence.startswith("Claude Code: ")
    assert "{" not in str(view)


def test_sync_now_is_in_the_menu_while_sync_is_on() -> None:
    on = make_popup_state("pace")
    off = on.change_snapshot(sync=SyncState())
    views = {
        name: build_view(*state) for name, state in (("on", on), ("off", off))
    }
    actions = {
        name: [b.action for b in view.controls.menu if b]
        for name, view in views.items()
    }

    assert actions["on"][0] == "sync-now"
    assert "sync-now" not in actions["off"]
    assert actions["off"][-1] == "quit"
    assert views["off"].sync is None
    assert views["off"].age_text == "Limits updated 12:12"


def test_several_accounts_are_selectable_the_worst_one_first() -> None:
    state = make_popup_state("accounts")
    work = state.data.snapshot.accounts[0]

    tabs = build_view(*state.change_context(account=work)).accounts

    assert [tab[1:] for tab in tabs] == [
        ("private", False, AccountStatus.CRITICAL, "92%", "Almost out"),
        ("work", True, AccountStatus.OK, "38%", "On pace"),
        ("All", False, None, "", ""),
    ]
    assert build_view(*make_popup_state("pace")).accounts == ()


def test_the_view_of_all_shows_the_worst_account_and_all_limits() -> None:
    view = build_view(*make_popup_state("all"))

    assert view.headline.title == "private · 5-hour window"
    assert view.headline.status is AccountStatus.CRITICAL
    assert view.chart is None
    assert view.headline_tooltip == ""
    assert [limit.name for limit in view.limits] == [
        "private · 5 hours",
        "work · 5 hours",
        "work · Week",
        "work · Opus",
        "private · Week",
        "private · Opus",
    ]
    assert [p.label for p in view.controls.periods] == [
        "Today",
        "7 days",
        "30 days",
        "Month",
        "All",
    ]
    assert view.controls.charts == ()


def test_all_without_an_account_has_a_plain_title() -> None:
    state = make_popup_state("empty").change_data(is_all=True)

    assert build_view(*state).headline.title == "5-hour window"


def test_the_headline_explains_rate_and_forecasts() -> None:
    state = make_popup_state("pace").change_account(
        remote_start_at=START, forecast_record=ForecastRecord(17, 6.4)
    )

    assert build_view(*state).headline_tooltip.splitlines() == [
        "963 tokens/min in and out · $4.25/h",
        "Window started on another device at 10:00.",
        "My last 17 forecasts were off by ±6% at the reset.",
    ]


def test_the_sum_explains_what_its_cost_lacks() -> None:
    state = make_popup_state("pace").change_snapshot(
        unpriced_models=("claude-x",), pending_cost=NanoUsd(2_000_000_000)
    )

    assert build_view(*state).total.tooltip.splitlines() == [
        "Not in a transcript yet: ≥ $2.00",
        "No price known for claude-x.",
    ]


@pytest.mark.parametrize(
    ("grouping", "names"),
    [
        (
            Grouping.PROJECT,
            [
                "claude-tray",
                "api-gateway",
                "dotfiles",
                "thesis-überarbeitung-2026",
            ],
        ),
        (Grouping.MODEL, ["Opus 4.6", "Sonnet 4.6", "Haiku 4.5"]),
        (
            Grouping.SESSION,
            [
                "claude-tray · 12:01",
                "api-gateway · 11:18",
                "claude-tray · Sun 06:53",
                "Others (1)",
            ],
        ),
        (Grouping.KIND, ["Cache read", "Cache write", "Output", "Input"]),
    ],
)
def test_the_list_has_the_rows_of_its_grouping(
    grouping: Grouping, names: list[str]
) -> None:
    state = make_popup_state("pace").change_selection(grouping=grouping)

    assert [row.name for row in build_view(*state).usage.rows] == names


def test_days_begin_with_today() -> None:
    state = make_popup_state("pace").change_selection(grouping=Grouping.DAY)

    assert build_view(*state).usage.rows[0].name == "Tue Nov 24"


def test_a_search_filters_the_list_alone() -> None:
    state = make_popup_state("pace").change_selection(search="TRAY")

    view = build_view(*state)

    assert [row.name for row in view.usage.rows] == ["claude-tray"]
    assert len(view.lists[0].rows) == 4
    assert view.total.cost == "$9.42"


@pytest.mark.parametrize(
    ("chart", "hours", "text"),
    [
        (ChartKind.WINDOW, (1, 2), "11:00\N{EN DASH}12:00"),
        (ChartKind.WEEK, (-10, 14), "Tue Nov 24"),
        (ChartKind.WINDOW, (-34, 14), "Mon Nov 23 \N{EN DASH} Tue Nov 24"),
    ],
)
def test_a_selected_range_has_a_name(
    chart: ChartKind, hours: tuple[int, int], text: str
) -> None:
    first, last = (START_MS + hour * HOUR_MS for hour in hours)
    state = make_popup_state("pace").change_selection(
        chart=chart, time_range=TimeRange(first, last)
    )

    assert build_view(*state).range_text == text


def test_the_age_of_the_limits_is_shown_once() -> None:
    state = make_popup_state("pace")
    view = build_view(*state.change_context(plan=""))

    assert (view.headline.corner, view.age_text) == (
        "",
        "Limits updated 12:12",
    )
    assert build_view(*state).headline.corner == "Max 5x"


def test_the_chart_is_the_chosen_one() -> None:
    state = make_popup_state("pace")
    week = state.change_selection(chart=ChartKind.WEEK)
    unloaded = week.change_data(week=None)

    charts = [build_view(*s).chart for s in (state, week, unloaded)]

    assert [chart and chart.kind for chart in charts] == [
        ChartKind.WINDOW,
        ChartKind.WEEK,
        None,
    ]


def test_a_problem_has_buttons() -> None:
    view = build_view(*make_popup_state("error"))

    assert [button.label for button in view.controls.problem] == [
        "Open folder",
        "Choose folder",
        "Copy details",
    ]
    assert view.problem_folder == "/home/ada/.claude"
    without = make_popup_state("error").change_data(account=None)
    assert [b.action for b in build_view(*without).controls.problem] == [
        "choose-folder",
        "diagnostics",
    ]
    assert build_view(*make_popup_state("pace")).controls.problem == ()


def test_the_summary_names_no_project() -> None:
    lines = format_summary(build_view(*make_popup_state("pace"))).splitlines()

    assert lines[0].startswith("Claude Code: 2h 47m until 15:00, 38%")
    assert "Week 21% lasts until the reset Thu 09:00" in lines
    assert "Window: $9.42, 21.4M tokens, 405K without cache" in lines
    assert "Opus 4.6: $6.88, 15.6M" in lines
    assert "api-gateway" not in "".join(lines)


def test_sessions_of_a_project_name_it() -> None:
    state = make_popup_state("pace").change_selection(
        grouping=Grouping.SESSION, project="/home/ada/shop"
    )

    assert build_view(*state).project_text == "shop"
