from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from claude_tray.domain.days import by_day, cell_of, first_cell_of
from claude_tray.domain.totals import Totals
from tests.support.builders import at

VIENNA = ZoneInfo("Europe/Vienna")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
ONE = Totals(messages=1)


def test_a_day_begins_at_local_midnight() -> None:
    assert first_cell_of(date(2026, 3, 2), VIENNA) == cell_of(at("23:00", 1))
    assert first_cell_of(date(2026, 3, 2), KATHMANDU) == cell_of(
        at("18:15", 1),
    )


def test_cells_are_summed_by_local_day() -> None:
    cells = [
        (cell_of(at("22:45", 1)), ONE),
        (cell_of(at("23:00", 1)), ONE),
        (cell_of(at("09:00", 2)), ONE),
    ]

    assert by_day(cells, VIENNA) == {
        date(2026, 3, 1): Totals(messages=1),
        date(2026, 3, 2): Totals(messages=2),
    }


def test_the_days_on_which_clocks_change_are_whole() -> None:
    cells = [
        (cell_of(at("00:30", 29)), ONE),
        (cell_of(at("21:45", 29)), ONE),
        (cell_of(at("22:00", 29)), ONE),
    ]

    assert by_day(cells, VIENNA) == {
        date(2026, 3, 29): Totals(messages=2),
        date(2026, 3, 30): Totals(messages=1),
    }
