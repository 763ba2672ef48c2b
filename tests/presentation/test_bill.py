from __future__ import annotations

from claude_tray.core.cost import Totals
from claude_tray.core.cost_check import CostCheck
from claude_tray.i18n.translator import ENGLISH
from claude_tray.presentation.bill import (
    format_cost_check,
    format_other_requests,
    format_pending_cost,
    list_other_requests,
)
from tests.support.builders import nano_usd


def test_other_requests_are_a_line_with_their_cost() -> None:
    totals = Totals(other_cost=nano_usd(150_000_000), other_tokens=9)

    line = format_other_requests(totals, ENGLISH)

    assert line == "Compaction, titles, searches: $0.15"
    assert list_other_requests(totals, ENGLISH) == [line]


def test_without_other_requests_there_is_no_line() -> None:
    assert list_other_requests(Totals(messages=1), ENGLISH) == []


CENT = 10_000_000


def _format(
    transcripts: int, other: int, reported: int, left_out: int = 0
) -> str:
    check = CostCheck(
        0, transcripts * CENT, other * CENT, left_out * CENT, reported * CENT
    )
    return format_cost_check(check, ENGLISH)


def test_a_check_says_that_it_agrees() -> None:
    assert (
        _format(190, 23, 213)
        == "Transcripts $1.90 + other $0.23 = Claude Code's own $2.13: agrees"
    )


def test_a_check_says_by_how_much_it_differs() -> None:
    assert _format(190, 23, 220) == (
        "Transcripts $1.90 + other $0.23:"
        " $0.07 less than Claude Code's own $2.20"
    )
    assert _format(190, 23, 200) == (
        "Transcripts $1.90 + other $0.23:"
        " $0.13 more than Claude Code's own $2.00"
    )


def test_a_check_says_what_claude_code_leaves_out() -> None:
    assert _format(190, 0, 111, left_out=79) == (
        "Transcripts $1.90 + other $0.00 = Claude Code's own $1.11: agrees"
        " (without $0.79 for compactions, which it leaves out)"
    )


def test_the_cost_of_open_sessions_is_a_minimum() -> None:
    assert (
        format_pending_cost(nano_usd(8 * CENT), ENGLISH)
        == "Not in a transcript yet: ≥ $0.08"
    )
