from __future__ import annotations

from claude_tray.core.cost import Totals
from claude_tray.i18n.translator import ENGLISH
from claude_tray.presentation.other_requests import (
    format_other_requests,
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
