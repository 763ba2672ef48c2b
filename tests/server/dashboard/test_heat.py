from __future__ import annotations

from claude_tray.domain.days import cell_of
from claude_tray.server.dashboard.heat import heat_of
from tests.server.dashboard.made import AMERICAN, BERLIN, VIEWER, at, totals

TUESDAY_NINE = cell_of(at("09:00"))


def test_a_cell_falls_into_the_viewers_weekday_and_hour() -> None:
    late = cell_of(at("23:45"))
    cells = [(TUESDAY_NINE, totals(tokens=100)), (late, totals(tokens=400))]

    by_utc = dict(heat_of(cells, VIEWER).rows)
    by_berlin = dict(heat_of(cells, BERLIN).rows)

    assert by_utc["Tue"][9].tokens == 100
    assert by_utc["Tue"][23].tokens == 400
    assert by_berlin["Tue"][10].tokens == 100
    assert by_berlin["Wed"][0].tokens == 400


def test_levels_are_shares_of_the_most() -> None:
    cells = [
        (TUESDAY_NINE + 4 * hour, totals(tokens=tokens))
        for hour, tokens in enumerate((1, 100, 101, 300, 400))
    ]

    row = dict(heat_of(cells, VIEWER).rows)["Tue"]

    assert [square.level for square in row[8:15]] == [0, 1, 1, 2, 3, 4, 0]


def test_squares_tell_what_they_are() -> None:
    row = dict(heat_of([(TUESDAY_NINE, totals(tokens=1_200))], VIEWER).rows)[
        "Tue"
    ]

    assert row[9].title == "Tue 09:00 \N{MIDDLE DOT} 1.2K tokens"
    assert row[10].title == "Tue 10:00 \N{MIDDLE DOT} nothing"


def test_nothing_used_is_an_empty_week() -> None:
    heat = heat_of([], VIEWER)

    assert len(heat.rows) == 7
    assert all(s.level == 0 for _, row in heat.rows for s in row)


def test_hours_are_written_by_the_viewers_clock() -> None:
    names = [hour.name for hour in heat_of([], AMERICAN).hours]

    assert (names[0], names[15]) == ("12 AM", "3 PM")
    assert [h.is_marked for h in heat_of([], VIEWER).hours[:4]] == [
        True,
        False,
        False,
        True,
    ]
