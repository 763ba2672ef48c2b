from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from claude_tray.core.receipt import Cause
from claude_tray.core.receipt_limits import find_receipt_limit
from claude_tray.core.receipt_parts import (
    MAIN_AGENT,
    SUBAGENT,
    Dimension,
    Part,
    Receipt,
)
from claude_tray.core.receipt_weights import Weight, Weights
from claude_tray.core.time import to_epoch_ms
from claude_tray.i18n.translator import load_translator
from claude_tray.presentation.receipt import (
    build_receipt_view,
    format_period,
    format_points,
    round_to_tenths,
)

ENGLISH = load_translator("en")
LEARNED = Weights(1.0, 0.5, {("x", "input"): Weight(1, 0)}, [[0]], 1_234)
NO_PARTS: dict[Dimension, tuple[Part, ...]] = dict.fromkeys(Dimension, ())


def make_receipt(**changes: Any) -> Receipt:
    made = Receipt(
        0, 10, 5, 0.0, 48.0, 48.0, 28.0, 20.0, 0.0, 1.25, 0.0, 0, {}, LEARNED
    )
    parts = NO_PARTS | changes.pop("parts", {})
    return made._replace(parts=parts, **changes)


def make_part(key: str, points: float | None, **changes: Any) -> Part:
    return Part(key, points, 0.5, 10**9, 3)._replace(**changes)


@pytest.mark.parametrize(
    ("values", "tenths"),
    [
        ((), []),
        ((1.04, 1.04, 1.02), [11, 10, 10]),
        ((0.25, -0.25), [3, -3]),
        ((7.0,), [70]),
        ((0.05, 0.05, 0.05, 0.05), [1, 1, 0, 0]),
    ],
)
def test_rounded_values_add_up(
    values: tuple[float, ...], tenths: list[int]
) -> None:
    assert round_to_tenths(values) == tenths
    assert sum(tenths) == round(10 * sum(values))


def test_points_are_written_in_the_language() -> None:
    assert format_points(5.64, ENGLISH) == "5.6"
    assert format_points(5.64, load_translator("de")) == "5,6"
    assert format_points(48, ENGLISH) == "48"


def test_sums_explain_the_official_change() -> None:
    view = build_receipt_view(
        make_receipt(local=28.3, remote=20, rounding=-0.3), (), ENGLISH
    )

    assert view.sentence.startswith("48 points of the 5-hour limit until ")
    assert [(row.points, row.share) for row in view.sums] == [
        ("28.3", "59%"),
        ("20.0", "41%"),
        ("\N{MINUS SIGN}0.3", "0%"),
    ]
    assert [row.label for row in view.sums][1] == (
        "Elsewhere (web, phone, other machine)"
    )


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("week", "Weekly limit: 48 points"), ("opus", "Opus limit: 48 points")],
)
def test_other_limits_are_named(name: str, sentence: str) -> None:
    limit = find_receipt_limit(name)
    assert limit is not None

    view = build_receipt_view(make_receipt(limit=limit), (), ENGLISH, UTC)

    assert view.sentence == f"{sentence} until Thu 00:00"


def test_a_period_of_days_has_two_dates() -> None:
    start, evening, days = (
        to_epoch_ms(datetime(2026, 3, day, hour, tzinfo=UTC))
        for day, hour in ((1, 22), (2, 3), (8, 22))
    )

    assert format_period((start, evening), ENGLISH, UTC) == (
        "2026-03-01 22:00\N{EN DASH}03:00"
    )
    assert format_period((start, days), ENGLISH, UTC) == (
        "2026-03-01 22:00\N{EN DASH}2026-03-08 22:00"
    )


def test_the_amount_is_a_share_or_else_a_cost() -> None:
    known = build_receipt_view(make_receipt(change=5.64), (), ENGLISH)
    unknown = make_receipt(change=None, cost=12 * 10**9)

    assert known.amount == "5.6%"
    assert build_receipt_view(unknown, (), ENGLISH).amount == "$12.00"


def test_rounding_of_nothing_is_left_out() -> None:
    view = build_receipt_view(make_receipt(), (), ENGLISH)

    assert [row.points for row in view.sums] == ["28.0", "20.0"]


def test_a_window_of_zero_percent_has_no_shares() -> None:
    empty = make_receipt(change=0.0, local=0.0, remote=0.0)

    view = build_receipt_view(empty, (), ENGLISH)

    assert [row.fraction for row in view.sums] == [0, 0]


def test_parts_have_readable_names() -> None:
    path = "/home/ada/shop"
    parts = {
        Dimension.PROJECT: (make_part(path, 1.0),),
        Dimension.SESSION: (make_part("3f0c2b1e-99", 1.0, project=path),),
        Dimension.AGENT: (
            make_part(MAIN_AGENT, 0.5),
            make_part(SUBAGENT, 0.5),
        ),
        Dimension.MODEL: (make_part("claude-opus-4-5-20251101", 1.0),),
        Dimension.CAUSE: tuple(make_part(c, 0.1) for c in Cause),
    }

    view = build_receipt_view(make_receipt(parts=parts), [path], ENGLISH)

    rows = [section.rows for section in view.sections]
    labels = [[row.label for row in section] for section in rows]
    assert labels[:4] == [
        ["shop"],
        ["shop \N{MIDDLE DOT} 3f0c2b1e"],
        ["Main sessions", "Subagents"],
        ["Opus 4.5"],
    ]
    assert len(set(labels[4])) == len(Cause)
    assert (rows[0][0].points, rows[0][0].share, rows[0][0].cost) == (
        "1.0",
        "50%",
        "$1.00",
    )


@pytest.mark.parametrize("points", [0.1, None])
def test_many_rows_are_summed_up(points: float | None) -> None:
    parts = {
        Dimension.PROJECT: tuple(
            make_part(f"/p/{n}", points, share=0.1) for n in range(10)
        )
    }
    change = None if points is None else 1.0

    view = build_receipt_view(
        make_receipt(parts=parts, change=change), [], ENGLISH
    )

    rows = view.sections[0].rows
    assert len(rows) == 8
    assert (rows[-1].label, rows[-1].points) == (
        "3 others",
        "" if points is None else "0.3",
    )
    assert (rows[-1].share, rows[-1].cost) == ("30%", "$3.00")


def test_notes_say_how_sure_the_points_are() -> None:
    learned = build_receipt_view(
        make_receipt(unreported=2.0), (), ENGLISH
    ).notes
    guessed = build_receipt_view(
        make_receipt(weights=Weights(1.0, interval_count=3)), (), ENGLISH
    ).notes

    assert "1,234 changes" in learned[0]
    assert "±1.2" in learned[0]
    assert learned[1] == "Since the last report, about 2 more."
    assert len(guessed) == 1
    assert "(3)" in guessed[0]


def test_without_reports_shares_are_of_the_cost() -> None:
    parts = {Dimension.SESSION: (make_part("a", None, project="/p"),)}
    unknown = make_receipt(change=None, reported_ms=None, parts=parts)

    view = build_receipt_view(unknown, ["/p"], ENGLISH)
    empty = build_receipt_view(unknown._replace(parts=NO_PARTS), (), ENGLISH)

    assert "shares are of the cost" in view.sentence
    assert (view.sums, view.notes, view.has_points) == ((), (), False)
    assert empty.sentence == "Nothing was used."
