from __future__ import annotations

import pytest

from claude_tray.web.list_page import ListPage, parse_page_number


def test_a_page_has_its_part_of_the_rows() -> None:
    rows = list(range(120))
    first, last = ListPage(1, 120), ListPage(3, 120)

    assert list(first.select(rows)) == rows[:50]
    assert list(last.select(rows)) == rows[100:]
    assert (last.first, last.last, last.previous) == (101, 120, 2)
    assert first.next == 2
    assert not first.is_only_page
    assert ListPage(1, 50).is_only_page


@pytest.mark.parametrize(
    ("text", "number"),
    [("2", 2), ("0", 1), ("-3", 1), ("x", 1), ("²", 1), ("9999999", 1)],
)
def test_a_malformed_page_number_is_the_first(text: str, number: int) -> None:
    assert parse_page_number({"page": text}) == number
    assert parse_page_number({}) == 1
