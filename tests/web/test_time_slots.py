from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest

from claude_tray.web.time_slots import (
    build_slots,
    compute_slot_bounds,
    parse_slot,
)
from tests.web.builders import CONTEXT, make_totals, make_window

if TYPE_CHECKING:
    from claude_tray.core.cost import Totals


class Step(NamedTuple):
    step: int
    project: str
    totals: Totals


LABELS = {"/home/ada/shop": "shop", "/home/ada/api": "api"}
# The window began at 10:00; it is 12:13.
STEPS = [
    Step(0, "/home/ada/shop", make_totals(1)),
    Step(9, "/home/ada/api", make_totals(2)),
    Step(10, "/home/ada/shop", make_totals(2.5)),
    Step(131, "/home/ada/shop", make_totals(0.25)),
]


def test_every_ten_minutes_up_to_now_are_a_bar() -> None:
    built = build_slots(make_window(), STEPS, LABELS, CONTEXT)

    assert len(built.bars) == 14
    newest, oldest = built.bars[0], built.bars[-1]
    assert (newest.name, newest.short_name) == (
        "12:10 \N{EN DASH} 12:20",
        "12:10",
    )
    assert (newest.number, newest.text.cost) == (13, "$0.25")
    assert oldest.text.cost == "$3.00"
    assert built.bars[1].stack == ""
    assert built.summary == "Most in 10:00 \N{EN DASH} 10:10: $3.00"


def test_projects_are_stacked_the_most_expensive_below() -> None:
    built = build_slots(make_window(), STEPS, LABELS, CONTEXT)

    assert [(p.css_class, p.label, p.cost) for p in built.parts] == [
        ("m1", "shop", "$3.75"),
        ("m2", "api", "$2.00"),
    ]
    assert built.bars[-1].stack == "1 2"


def test_a_window_without_usage_has_no_summary() -> None:
    built = build_slots(make_window(), [], {}, CONTEXT)

    assert built.summary == ""
    assert built.parts == ()


@pytest.mark.parametrize(
    ("slot", "minutes"),
    [(None, (0, 300)), (0, (0, 10)), (29, (290, 300)), (30, (300, 300))],
)
def test_bounds_of_a_slot_are_in_the_window(
    slot: int | None, minutes: tuple[int, int]
) -> None:
    window = make_window()
    expected = (window.start + timedelta(minutes=m) for m in minutes)

    assert compute_slot_bounds(window, slot) == tuple(expected)


@pytest.mark.parametrize(
    ("text", "number"),
    [("", None), ("7", 7), ("-1", None), ("x", None), ("1000", None)],
)
def test_the_number_of_a_stretch_is_parsed(
    text: str, number: int | None
) -> None:
    assert parse_slot(text) == number
