from __future__ import annotations

from datetime import timedelta

import pytest

from claude_tray.server.dashboard.watch import Mark
from tests.server.dashboard.made import NOW

SENT = NOW - timedelta(minutes=1)
MARK = Mark(SENT, NOW)


def test_a_page_is_right_while_nothing_came_for_five_minutes() -> None:
    text = MARK.text(None)

    assert Mark(SENT, NOW + timedelta(seconds=299)).is_as(text)
    assert not Mark(SENT, NOW + timedelta(seconds=300)).is_as(text)


def test_what_is_sent_makes_it_another_page() -> None:
    assert not Mark(NOW, NOW).is_as(MARK.text(None))


def test_the_end_of_a_window_makes_it_another_page() -> None:
    text = MARK.text(NOW + timedelta(seconds=9))

    assert Mark(SENT, NOW + timedelta(seconds=8)).is_as(text)
    assert not Mark(SENT, NOW + timedelta(seconds=9)).is_as(text)


def test_before_anything_is_sent_there_is_a_mark() -> None:
    assert Mark(None, NOW).is_as(Mark(None, NOW).text(NOW))


@pytest.mark.parametrize(
    "text", ["", ".", "a.b", "0.", f"0.{'9' * 5000}", "0.²"]
)
def test_other_marks_are_none(text: str) -> None:
    assert not Mark(None, NOW).is_as(text)
