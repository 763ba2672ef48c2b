from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from claude_tray.core.cost import Totals, sum_totals
from claude_tray.core.limits import LimitKind, LimitSource
from claude_tray.core.periods import Period
from claude_tray.core.snapshot import LimitUsage
from claude_tray.core.streaks import Streak, compute_streak
from claude_tray.core.usage import TokenCounts
from claude_tray.i18n.formats import DASH
from claude_tray.i18n.translator import load_translator
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.share_card import (
    BAR_COUNT,
    CardData,
    CardOptions,
    Figure,
    build_share_card,
)
from tests.support.builders import nano_usd

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
TODAY = NOW.date()
CONTEXT = ViewContext(NOW)


def use(tokens: int, dollars: float = 0) -> Totals:
    return Totals(
        1,
        TokenCounts(output=tokens),
        priced_cost=nano_usd(round(dollars * 10**9)),
    )


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def make_data(
    days: dict[date, Totals],
    period: Period = Period.LAST_30_DAYS,
    first: date = TODAY - timedelta(days=29),
    **changes: object,
) -> CardData:
    total = sum_totals(t for day, t in days.items() if day >= first)
    data = CardData(
        period,
        first,
        TODAY,
        total,
        days,
        {"claude-opus-4-5-20251101": total},
        {"/home/ada/secret-shop": total},
        compute_streak(days, TODAY),
    )
    return data._replace(**changes)  # type: ignore[arg-type]


def test_a_card_has_a_number_days_models_and_the_streak() -> None:
    days = {
        ago(0): use(2_000_000, 3),
        ago(1): use(4_000_000, 1),
        ago(9): use(1_000_000),
    }

    card = build_share_card(make_data(days), CardOptions(), CONTEXT)

    assert (card.figure, card.label) == ("7.0M", "tokens in 30 days")
    assert card.dates == f"Feb 9 {DASH} Mar 10"
    assert [(s.value, s.label) for s in card.stats] == [
        ("2", "days in a row"),
        ("3 of 30", "active days"),
        ("4.0M", "busiest day, Mar 9"),
    ]
    assert (card.parts_title, card.parts[0].name) == ("Models", "Opus 4.5")
    assert len(card.bars) == BAR_COUNT
    assert [bar.fraction for bar in card.bars[-2:]] == [1.0, 0.5]
    assert (card.first_bar, card.last_bar) == ("Feb 9", "Today")


def test_without_a_current_streak_the_longest_is_shown() -> None:
    days = {ago(number): use(10) for number in (4, 5, 6, 9)}

    card = build_share_card(make_data(days), CardOptions(), CONTEXT)

    assert (card.stats[0].value, card.stats[0].label) == (
        "3",
        "days in the longest streak",
    )


def test_no_project_is_named_unless_asked_for() -> None:
    data = make_data({ago(0): use(10)})

    plain = build_share_card(data, CardOptions(), CONTEXT)
    named = build_share_card(data, CardOptions(has_projects=True), CONTEXT)

    assert "shop" not in repr(plain)
    assert "$" not in repr(plain)
    assert [part.name for part in named.parts] == ["secret-shop"]
    assert "ada" not in repr(named)


def test_costs_are_the_number_if_asked_for() -> None:
    days = {ago(0): use(10, 3), ago(3): use(90, 1)}

    card = build_share_card(make_data(days), CardOptions(Figure.COST), CONTEXT)

    assert (card.figure, card.label) == (
        "$4.00",
        "list price of 30 days",
    )
    assert card.bars[-1].fraction == 1.0


def test_a_limit_is_the_number_if_asked_for() -> None:
    limit = LimitUsage(
        "seven_day",
        LimitKind.SEVEN_DAY,
        "",
        61.4,
        None,
        LimitSource.STATUSLINE,
        NOW,
    )
    data = make_data({}, limit=limit)

    card = build_share_card(data, CardOptions(Figure.LIMIT), CONTEXT)

    assert (card.figure, card.label) == ("61%", "of the weekly limit used")


def test_without_a_limit_its_number_is_a_dash() -> None:
    card = build_share_card(make_data({}), CardOptions(Figure.LIMIT), CONTEXT)

    assert (card.figure, card.label) == (DASH, "No limit known")


@pytest.mark.parametrize(
    ("days_ago", "name"), [(364, "Mar 11"), (365, "2025-03-10")]
)
def test_a_day_a_year_ago_has_its_year(days_ago: int, name: str) -> None:
    days = {ago(0): use(10), ago(days_ago): use(90)}
    data = make_data(days, Period.ALL, ago(800))

    card = build_share_card(data, CardOptions(), CONTEXT)

    assert card.stats[-1] == ("90", f"busiest day, {name}")


@pytest.mark.parametrize(
    ("period", "first", "label", "dates"),
    [
        (Period.TODAY, 0, "tokens today", "Mar 10"),
        (Period.LAST_7_DAYS, 6, "tokens in 7 days", f"Mar 4 {DASH} Mar 10"),
        (Period.MONTH, 9, "tokens this month", f"Mar 1 {DASH} Mar 10"),
        (Period.ALL, 800, "tokens so far", f"2023-12-31 {DASH} 2026-03-10"),
    ],
)
def test_the_period_is_named(
    period: Period, first: int, label: str, dates: str
) -> None:
    data = make_data({ago(0): use(10)}, period, ago(first))

    card = build_share_card(data, CardOptions(), CONTEXT)

    assert (card.label, card.dates) == (label, dates)
    in_period = sum(bar.is_in_period for bar in card.bars)
    assert in_period == min(BAR_COUNT, first + 1)


def test_shares_are_complete_and_small_ones_are_not_zero() -> None:
    names = ("a", "b", "c", "d", "e", "f")
    models = {name: use(10**n) for n, name in enumerate(names)}
    data = make_data({ago(0): use(1)}, models=models)

    card = build_share_card(data, CardOptions(), CONTEXT)

    assert [part.name for part in card.parts] == ["f", "e", "d", "others"]
    assert sum(part.fraction for part in card.parts) == pytest.approx(1)
    assert card.parts[-1].share == "<1%"


def test_an_empty_period_has_a_card_without_parts() -> None:
    data = make_data({}, models={}, streak=Streak())

    card = build_share_card(data, CardOptions(), CONTEXT)

    assert data.is_empty
    assert (card.figure, card.parts) == ("0", ())
    assert {bar.fraction for bar in card.bars} == {0.0}


def test_a_card_is_translated() -> None:
    german = ViewContext(NOW, translator=load_translator("de"))
    data = make_data({ago(0): use(10**13), ago(1): use(1)})

    card = build_share_card(data, CardOptions(), german)

    assert card.figure == "10,0\N{NO-BREAK SPACE}Bio."
    assert card.label == "Tokens in 30 Tagen"
    assert card.stats[0] == ("2", "Tage in Folge")


def test_a_single_day_is_not_called_a_long_streak() -> None:
    card = build_share_card(
        make_data({ago(0): use(10)}), CardOptions(), CONTEXT
    )

    assert card.stats[0] == ("1", "day in a row")
