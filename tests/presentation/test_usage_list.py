from __future__ import annotations

from datetime import date, timedelta

import pytest

from claude_tray.core.cost import UNKNOWN_TOTALS, ZERO_TOTALS, Totals
from claude_tray.core.cost_breakdown import ZERO_COST_BREAKDOWN
from claude_tray.core.sessions import PeriodSession, SessionRanking
from claude_tray.core.time import to_epoch_ms
from claude_tray.core.usage import TokenCounts
from claude_tray.i18n.formats import DASH
from claude_tray.presentation.usage_list import (
    MAX_ROWS,
    OTHERS_KEY,
    Grouping,
    build_day_list,
    build_kind_list,
    build_model_list,
    build_period_sum,
    build_project_list,
    build_session_list,
    format_session_time,
)
from tests.support.popup_states import (
    COST_BREAKDOWN,
    make_popup_state,
    make_totals,
)

CONTEXT = make_popup_state("pace").context
SMALL = make_totals(1, 1_000)


def test_projects_are_ranked_and_sized_by_cost() -> None:
    usage = build_project_list(
        [
            ("/home/ada/shop", make_totals(2, 900)),
            ("/srv/api", make_totals(8, 70)),
        ],
        CONTEXT,
    )

    assert usage.grouping is Grouping.PROJECT
    assert [(row.key, row.name, row.cost) for row in usage.rows] == [
        ("/srv/api", "api", "$8.00"),
        ("/home/ada/shop", "shop", "$2.00"),
    ]
    assert [row.fraction for row in usage.rows] == [1, 0.25]
    assert usage.rows[0].path == "/srv/api"
    assert usage.rows[0].tooltip.startswith("/srv/api\n")


def test_without_any_price_rows_are_sized_by_tokens() -> None:
    unpriced = [
        Totals(1, TokenCounts(input=count), unpriced=1) for count in (10, 40)
    ]

    usage = build_model_list([("a", unpriced[0]), ("b", unpriced[1])], CONTEXT)

    assert [(row.name, row.fraction) for row in usage.rows] == [
        ("b", 1),
        ("a", 0.25),
    ]


@pytest.mark.parametrize(("count", "expected"), [(51, 51), (52, 51)])
def test_what_does_not_fit_is_summed_up(count: int, expected: int) -> None:
    projects = [(f"/p/{n:03}", SMALL) for n in range(count)]

    rows = build_project_list(projects, CONTEXT).rows

    assert len(rows) == expected
    if count > expected:
        assert rows[-1][:4] == (OTHERS_KEY, "Others (2)", "2.0K", "$2.00")
        assert rows[-1].fraction == 0


def test_models_have_readable_names_and_their_id_as_tooltip() -> None:
    (row,) = build_model_list(
        [("claude-haiku-4-5-20251001", SMALL)], CONTEXT
    ).rows

    assert (row.name, row.tooltip) == (
        "Haiku 4.5",
        "claude-haiku-4-5-20251001",
    )


def test_sessions_that_are_not_listed_are_the_rest_of_the_total() -> None:
    now_ms = to_epoch_ms(CONTEXT.now)
    session = PeriodSession("id-1", "/p/shop/x", "/p/shop", now_ms, SMALL)

    usage = build_session_list(
        SessionRanking((session,), 8), make_totals(4, 9_000), CONTEXT
    )

    first, rest = usage.rows
    assert (first.key, first.name) == ("id-1", "shop · 12:13")
    assert first.path == "/p/shop/x"
    assert first.tooltip.startswith("id-1\n/p/shop/x\n")
    assert (rest.name, rest.cost) == ("Others (7)", "$3.00")
    newest = SessionRanking((session,), 8, is_by_time=True)
    usage = build_session_list(newest, make_totals(4, 9_000), CONTEXT)
    assert (usage.rows[1].name, usage.rows[1].cost) == ("Older (7)", "$3.00")
    complete = SessionRanking((session,), 1)
    assert len(build_session_list(complete, SMALL, CONTEXT).rows) == 1


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(hours=3), "09:13"),
        (timedelta(hours=13), "Mon 23:13"),
        (timedelta(days=5, hours=23), "Wed 13:13"),
        (timedelta(days=6), "Nov 18"),
    ],
)
def test_the_time_of_a_session_is_clear(age: timedelta, expected: str) -> None:
    at_ms = to_epoch_ms(CONTEXT.now - age)

    assert format_session_time(at_ms, CONTEXT) == expected


def test_kinds_keep_their_order_and_show_their_share() -> None:
    rows = build_kind_list(COST_BREAKDOWN, CONTEXT).rows

    assert [row.name for row in rows] == [
        "Cache read",
        "Cache write",
        "Output",
        "Input",
    ]
    assert rows[1].fraction == 1
    assert rows[0].tooltip == "31%"
    assert build_kind_list(ZERO_COST_BREAKDOWN, CONTEXT).rows == ()


def test_days_are_listed_newest_first_with_the_rest_below() -> None:
    days = [(date(2026, 11, day), SMALL) for day in (3, 9)]

    usage = build_day_list(days, make_totals(5, 77), CONTEXT)

    assert [(row.key, row.name, row.cost) for row in usage.rows] == [
        ("2026-11-09", "Mon Nov 9", "$1.00"),
        ("2026-11-03", "Tue Nov 3", "$1.00"),
        ("", "Earlier", "$5.00"),
    ]
    assert len(build_day_list(days, ZERO_TOTALS, CONTEXT).rows) == 2


def test_rows_are_found_by_name_and_path() -> None:
    projects = [(f"/srv/Team/p{n:03}", SMALL) for n in range(MAX_ROWS + 9)]
    usage = build_project_list(projects, CONTEXT)

    assert [row.name for row in usage.filter_rows("P007").rows] == ["p007"]
    assert len(usage.filter_rows("team").rows) == MAX_ROWS
    assert usage.filter_rows("enter").rows == ()


@pytest.mark.parametrize(
    ("plan", "limits", "expected"),
    [
        ("API", True, ""),
        ("Max 5x", True, "at API prices, not billed"),
        ("", True, "at API prices, not billed"),
        ("", False, "at API prices"),
    ],
)
def test_the_sum_names_whose_prices_it_has(
    plan: str, expected: str, *, limits: bool
) -> None:
    context = CONTEXT._replace(plan=plan)
    if not limits:
        context = context._replace(account=None)
    tokens = TokenCounts(input=100_000, output=36_000, cache_read=8_064_000)

    total = build_period_sum(Totals(1, tokens), ["A", "B"], context)

    assert total == (
        "$0.00",
        expected,
        "8.2M tokens, 136K without cache",
        "A\nB",
        "",
    )


def test_an_unknown_sum_is_a_dash() -> None:
    total = build_period_sum(UNKNOWN_TOTALS, (), CONTEXT)

    assert total == (DASH, "", f"{DASH} tokens", "", "")


def test_tokens_without_any_of_the_cache_are_named_once() -> None:
    tokens = TokenCounts(input=12, output=3)

    total = build_period_sum(Totals(1, tokens), (), CONTEXT)

    assert total.tokens == "15 tokens"


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        (None, ""),
        (18.2, "\u25b2 18% vs. usual"),
        (-100.0, "\u25bc 100% vs. usual"),
        (0.4, "as usual"),
        (-0.4, "as usual"),
        (999.4, "\u25b2 999% vs. usual"),
        (4000.0, "\u25b2 >999% vs. usual"),
    ],
)
def test_a_change_has_a_direction_and_a_size(
    percent: float | None, expected: str
) -> None:
    total = build_period_sum(ZERO_TOTALS, (), CONTEXT, percent)

    assert total.change == expected
