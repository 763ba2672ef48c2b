from __future__ import annotations

from datetime import UTC, date
from typing import TYPE_CHECKING

from claude_tray.domain.totals import NOTHING, Totals
from claude_tray.store.past import past_before, summed
from tests.support.builders import MODEL, a_record
from tests.support.keeping import keep

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer

TODAY = date(2026, 3, 30)


def test_the_past_is_of_six_and_of_29_days_and_ends_before_today(
    writer: Writer,
) -> None:
    for day in (1, 23, 24, 29, 30):
        keep(writer, a_record("00:00", day=day))

    past = past_before(writer, TODAY, UTC)

    assert (past.week.messages, past.month.messages) == (2, 4)
    assert past.models[MODEL].messages == 4
    assert past.projects["/home/ada/notes"].messages == 4


def test_a_project_that_is_new_today_is_told_from_one_of_its_name(
    writer: Writer,
) -> None:
    keep(writer, a_record(day=29, project="/home/ada/notes"))
    past = past_before(writer, TODAY, UTC)

    known = dict(past.projects)
    more = summed(known, [("/home/ben/notes", NOTHING)])

    assert past.names_of(known) == {"/home/ada/notes": "notes"}
    assert sorted(past.names_of(more).values()) == [
        "ada \N{MIDDLE DOT} notes",
        "ben \N{MIDDLE DOT} notes",
    ]


def test_adding_leaves_what_it_was_added_to() -> None:
    held = {"a": Totals(messages=1)}

    more = summed(held, [("a", Totals(messages=2)), ("b", Totals(3))])

    assert held == {"a": Totals(messages=1)}
    assert more == {"a": Totals(messages=3), "b": Totals(messages=3)}
