from __future__ import annotations

from datetime import UTC

import pytest

from claude_tray.core.periods import Period, TimeRange
from claude_tray.presentation.usage_list import Grouping, ListRow
from claude_tray.ui.popup.selection import PopupSelection
from tests.support.builders import ms

PERIOD = TimeRange(1, 2)
ROW = ListRow("/p/shop", "shop", "1", "$1", 1.0)


def test_a_period_replaces_a_selected_range() -> None:
    selection = PopupSelection(time_range=PERIOD)

    chosen = selection.choose_period(Period.MONTH)

    assert (chosen.period, chosen.time_range) == (Period.MONTH, None)


@pytest.mark.parametrize(
    ("period", "steps", "expected"),
    [
        (Period.WINDOW, 1, Period.TODAY),
        (Period.WINDOW, -1, Period.ALL),
        (Period.ALL, 1, Period.WINDOW),
    ],
)
def test_arrow_keys_walk_through_the_periods(
    period: Period, steps: int, expected: Period
) -> None:
    assert PopupSelection(period=period).step_period(steps).period is expected


def test_a_project_opens_its_sessions() -> None:
    opened = PopupSelection(search="sh").open_row(ROW, UTC)

    assert opened.grouping is Grouping.SESSION
    assert opened.project == "/p/shop"
    assert opened.search is None
    assert opened.choose_grouping(Grouping.SESSION).project == "/p/shop"
    assert opened.choose_grouping(Grouping.MODEL).project is None


def test_a_day_opens_its_projects() -> None:
    selection = PopupSelection(grouping=Grouping.DAY)

    opened = selection.open_row(ROW._replace(key="2026-03-20"), UTC)

    assert opened.grouping is Grouping.PROJECT
    assert opened.time_range == (ms("00:00", 20), ms("00:00", 21))


@pytest.mark.parametrize(
    ("grouping", "key"),
    [
        (Grouping.PROJECT, ""),
        (Grouping.MODEL, "claude-x"),
        (Grouping.KIND, "Input"),
    ],
)
def test_other_rows_open_nothing(grouping: Grouping, key: str) -> None:
    selection = PopupSelection(grouping=grouping)

    assert selection.open_row(ROW._replace(key=key), UTC) == selection


def test_going_back_undoes_one_step_after_the_other() -> None:
    selection = PopupSelection(
        time_range=PERIOD,
        project="/p/shop",
        grouping=Grouping.SESSION,
        search="x",
        shows_help=True,
    )
    steps = [selection]
    while steps[-1].go_back() != steps[-1]:
        steps.append(steps[-1].go_back())

    assert [step.shows_help for step in steps] == [True, *[False] * 4]
    assert [step.search for step in steps] == ["x", "x", None, None, None]
    assert [step.project for step in steps][2:] == ["/p/shop", None, None]
    assert [step.time_range for step in steps][2:] == [PERIOD, PERIOD, None]
    assert steps[-1] == PopupSelection()


@pytest.mark.parametrize("part", ["range", "project", "search"])
def test_each_part_can_be_cleared_alone(part: str) -> None:
    selection = PopupSelection(
        time_range=PERIOD,
        project="/p/shop",
        grouping=Grouping.SESSION,
        search="x",
    )

    cleared = selection.clear(part)

    assert [
        cleared.time_range is None,
        cleared.project is None,
        cleared.search is None,
    ] == [part == "range", part == "project", part == "search"]
