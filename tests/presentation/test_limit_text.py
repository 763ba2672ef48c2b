from __future__ import annotations

from datetime import UTC, timedelta
from decimal import Decimal

import pytest

from claude_tray.core.limits import LimitKind, LimitMoney
from claude_tray.core.snapshot import BlockingLimit
from claude_tray.core.status import LimitProjection, Severity, project_limits
from claude_tray.i18n.translator import list_languages, load_translator
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.limit_text import (
    describe_block,
    format_amount,
    format_limit_label,
    format_limit_line,
    format_limit_pace,
    format_limit_reached,
    format_limit_sentence,
    format_reset_day,
    format_reset_time,
)
from tests.support.assessment_states import (
    MONTH_RESET,
    NOW,
    WEEK_RESET,
    five_hour,
    make_account,
    money,
    week,
)
from tests.support.builders import at

CONTEXT = ViewContext(NOW, zone=UTC)


def project(*usages: object) -> LimitProjection:
    """Return the only limit of an account, projected."""
    (projection,) = project_limits(make_account(*usages), NOW)  # type: ignore[arg-type] # checked by the call
    return projection


@pytest.mark.parametrize(
    ("kind", "scope", "label", "reached"),
    [
        (LimitKind.FIVE_HOUR, "", "5-hour limit", "5-hour limit reached"),
        (LimitKind.SEVEN_DAY, "", "weekly limit", "Weekly limit reached"),
        (LimitKind.MODEL, "Opus", "Opus limit", "Opus limit reached"),
        (
            LimitKind.SPEND,
            "Spend limit",
            "spend limit",
            "Spend limit reached",
        ),
        (
            LimitKind.SPEND,
            "Monthly limit",
            "monthly limit",
            "Monthly limit reached",
        ),
        (
            LimitKind.OTHER,
            "Night limit",
            "Night limit",
            "Night limit reached",
        ),
        (
            LimitKind.SPEND,
            "Extra usage",
            "Extra usage limit",
            "Extra usage limit reached",
        ),
        (
            LimitKind.OTHER,
            "Night shift",
            "Night shift limit",
            "Night shift limit reached",
        ),
        (LimitKind.UNKNOWN, "", "usage limit", "Usage limit reached"),
    ],
)
def test_each_kind_of_limit_has_a_name(
    kind: LimitKind, scope: str, label: str, reached: str
) -> None:
    limit = BlockingLimit(None, kind, scope)

    assert format_limit_label(limit, CONTEXT) == label
    assert format_limit_reached(limit, CONTEXT) == reached


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        (LimitMoney(Decimal("106.31"), None, "USD"), "$106.31"),
        (LimitMoney(Decimal("106.31")), "$106.31"),
        (LimitMoney(Decimal("19.25"), Decimal(25), "USD"), "$19.25 of $25.00"),
        (
            LimitMoney(Decimal("19.26"), Decimal(25), "EUR"),
            "19.26 EUR of 25.00 EUR",
        ),
        (LimitMoney(Decimal(0)), "$0.00"),
    ],
)
def test_amounts(amounts: LimitMoney, expected: str) -> None:
    assert format_amount(amounts, CONTEXT) == expected


def test_a_pace_in_words() -> None:
    early = project(week(63))
    calm = project(week(21))
    full = project(week(100))
    without_reset = project(week(63, resets_at=None))

    assert format_limit_pace(early, CONTEXT) == (
        "runs out Tue 08:21, 2d 0h early"
    )
    assert format_limit_pace(calm, CONTEXT) == "lasts until the reset"
    assert format_limit_pace(full, CONTEXT) == ""
    assert format_limit_pace(without_reset, CONTEXT) == ""


def test_lines_of_limits() -> None:
    for usage, line, brief in (
        (
            week(63),
            "Week 63% · runs out Tue 08:21, 2d 0h early",
            "Week 63% · runs out Tue 08:21",
        ),
        (
            week(21, "seven_day_opus"),
            "Opus 21% · lasts until the reset Thu 09:00",
            "Opus 21% · resets Thu 09:00",
        ),
        (
            week(41, as_of="08:48"),
            "Week ≥ 41% (as of 08:48) · resets Thu 09:00",
            "Week ≥ 41% · resets Thu 09:00",
        ),
        (five_hour(38), "5 hours 38% · resets 15:00", None),
        (money("106.31"), "Extra usage $106.31", "Extra usage $106.31"),
        (
            money("5", "25", 20, "spend_limit", MONTH_RESET),
            "Spend limit 20% · $5.00 of $25.00 · lasts until the reset Mar 20",
            "Spend limit 20% · resets Mar 20",
        ),
        (week(21, resets_at=None), "Week 21%", "Week 21%"),
    ):
        projection = project(usage)

        assert format_limit_line(projection, CONTEXT) == line
        assert format_limit_line(projection, CONTEXT, is_brief=True) == (
            brief or line
        )


def test_what_is_left_is_at_most_as_much() -> None:
    context = CONTEXT._replace(shows_remaining=True)
    line = format_limit_line(project(week(41, as_of="08:48")), context)

    assert line == "Week ≤ 59% left (as of 08:48) · resets Thu 09:00"


def test_sentences_of_limits() -> None:
    for usage, expected in (
        (
            week(63),
            "63% of the weekly limit used: runs out Tue 08:21, 2d 0h early.",
        ),
        (
            week(41, as_of="08:48"),
            "At least 41% of the weekly limit used (as of 08:48).",
        ),
        (five_hour(38), "38% of the 5-hour limit used."),
        (
            money("19.25", "25", 77, "spend_limit"),
            "77% ($19.25 of $25.00) of the spend limit used.",
        ),
    ):
        assert format_limit_sentence(project(usage), CONTEXT) == expected


def test_a_block_names_the_model_and_the_day() -> None:
    for limit, expected in (
        (
            BlockingLimit(at("14:00"), LimitKind.FIVE_HOUR),
            "Claude Code is available again at 14:00.",
        ),
        (
            BlockingLimit(WEEK_RESET, LimitKind.MODEL, "Opus"),
            (
                "Opus is available again Thursday at 09:00."
                " Other models keep working."
            ),
        ),
        (
            BlockingLimit(MONTH_RESET, LimitKind.SPEND, "Spend limit"),
            "Claude Code is available again Mar 20 at 09:00.",
        ),
        (
            BlockingLimit(None, LimitKind.MODEL, "Fable 5"),
            "No reset time was reported. Other models keep working.",
        ),
        (
            BlockingLimit(at("14:00"), LimitKind.OTHER, "Night shift"),
            "Night shift is available again at 14:00.",
        ),
    ):
        assert describe_block(limit, CONTEXT) == expected


def test_a_weekday_is_clear_for_a_week() -> None:
    for days, expected in (
        (1, ("Mon 12:13", "Monday")),
        (6.99, ("Sun 11:58", "Sunday")),
        (7, ("Mar 8", "Mar 8")),
    ):
        later = NOW + timedelta(days=days)

        assert (
            format_reset_time(later, CONTEXT),
            format_reset_day(later, CONTEXT),
        ) == expected


@pytest.mark.parametrize("language", list_languages())
def test_all_placeholders_are_filled(language: str) -> None:
    context = CONTEXT._replace(translator=load_translator(language))
    usages = (
        week(63),
        week(21, "Opus"),
        week(41, "Fable", as_of="08:48"),
        money("19.25", "25", 77, "spend_limit", MONTH_RESET),
        money("1"),
    )
    for projection in project_limits(make_account(*usages), NOW):
        for text in (
            format_limit_line(projection, context),
            format_limit_line(projection, context, is_brief=True),
            format_limit_sentence(projection, context),
        ):
            assert text
            assert "{" not in text


def test_the_worst_limit_is_critical() -> None:
    assert project(week(96)).severity is Severity.CRITICAL
