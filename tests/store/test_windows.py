from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claude_tray.domain.account import Account
from claude_tray.domain.limit import Limit
from claude_tray.domain.limit_hit import LimitHit, LimitKind
from claude_tray.domain.usage import TokenCounts
from claude_tray.domain.window import Rule, Source, Window
from claude_tray.store import closed, limits, reckonings, windows
from claude_tray.store.names import Names
from claude_tray.store.sums import between
from tests.support.builders import a_record, at, ms
from tests.support.keeping import keep

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer

ME = Account("", "default", "/home/ada/.claude", Rule.EXACT)
AUTO = ME._replace(rule=None)


def _starts(found: list[Window]) -> list[tuple[str, int]]:
    return [(f"{w.start:%d %H:%M}", w.totals.messages) for w in found]


def test_a_window_begins_with_the_first_record_after_the_last(
    writer: Writer,
) -> None:
    for clock in ("09:07", "13:00", "14:06", "14:07", "19:06", "22:00"):
        keep(writer, a_record(clock))

    found = windows.every(writer, ME, ms("23:00"))

    assert _starts(found) == [
        ("01 09:07", 3),
        ("01 14:07", 2),
        ("01 22:00", 1),
    ]


def test_the_open_window_is_current_to_its_end(writer: Writer) -> None:
    keep(writer, a_record("09:07"))

    before = windows.current(writer, ME, ms("14:06"))
    after = windows.current(writer, ME, ms("14:07"))

    assert before is not None
    assert (before.start, before.end) == (at("09:07"), at("14:07"))
    assert after is None


def test_an_account_that_was_never_used_has_no_window(writer: Writer) -> None:
    other = ME._replace(key="work")
    windows.close(writer, other, ms("09:00"))

    assert windows.current(writer, other, ms("09:00")) is None
    assert windows.last(writer, other, ms("09:00")) is None
    assert windows.every(writer, other, ms("09:00")) == []


def test_closed_windows_are_kept_and_the_same_as_when_reckoned(
    writer: Writer,
) -> None:
    for clock in ("00:30", "05:31", "11:00", "16:40"):
        keep(writer, a_record(clock))
    reckoned = windows.every(writer, ME, ms("17:00"))

    windows.close(writer, ME, ms("17:00"))

    (count,) = writer.execute("SELECT count(*) FROM closed_window").fetchone()
    assert count == 3
    assert windows.every(writer, ME, ms("17:00")) == reckoned


def test_a_late_record_opens_closed_windows_again(writer: Writer) -> None:
    for clock in ("00:30", "06:00", "12:00"):
        keep(writer, a_record(clock))
    windows.close(writer, ME, ms("23:00"))

    keep(writer, a_record("05:40"))

    assert _starts(windows.every(writer, ME, ms("23:00"))) == [
        ("01 00:30", 1),
        ("01 05:40", 2),
        ("01 12:00", 1),
    ]


def test_a_record_of_the_future_opens_no_window(writer: Writer) -> None:
    keep(writer, a_record("09:00"), a_record("20:00"))

    assert windows.current(writer, ME, ms("14:30")) is None
    assert _starts(windows.every(writer, ME, ms("14:30"))) == [
        ("01 09:00", 1),
    ]


def test_accounts_have_windows_of_their_own(writer: Writer) -> None:
    work = ME._replace(key="work")
    keep(writer, a_record("09:00"), a_record("09:05"))
    keep(writer, a_record("11:00", session="w"), account="work")

    mine = windows.current(writer, ME, ms("12:00"))
    theirs = windows.current(writer, work, ms("12:00"))

    assert mine is not None
    assert theirs is not None
    assert (mine.start, mine.totals.messages) == (at("09:00"), 2)
    assert (theirs.start, theirs.totals.messages) == (at("11:00"), 1)


def test_a_limit_that_was_told_wins_over_a_chosen_rule_while_it_is_open(
    writer: Writer,
) -> None:
    keep(writer, a_record("09:07"))
    _hit(writer, "10:00", "14:00")

    now = windows.current(writer, ME, ms("10:01"))
    later = windows.every(writer, ME, ms("15:00"))

    assert now is not None
    assert (now.start, now.source) == (at("09:00"), Source.OFFICIAL)
    assert [w.source for w in later] == [Source.ESTIMATED]


def test_auto_learns_the_rule_from_what_was_told(writer: Writer) -> None:
    keep(writer, a_record("09:07"), a_record("16:44"))
    _hit(writer, "10:00", "14:00")

    first, second = windows.every(writer, AUTO, ms("17:00"))

    assert (first.source, first.rule) == (Source.OFFICIAL, None)
    assert (second.source, second.rule) == (Source.LEARNT, Rule.TEN_MINUTES)
    assert second.start == at("16:40")


@pytest.mark.parametrize(
    ("said", "resets"),
    [("10:00", None), ("10:00", "09:59"), ("10:00", "15:03")],
)
def test_a_reset_that_cannot_be_is_not_believed(
    writer: Writer,
    said: str,
    resets: str | None,
) -> None:
    keep(writer, a_record("09:07"))
    _hit(writer, said, resets)

    (window,) = windows.every(writer, AUTO, ms("12:00"))

    assert window.source is Source.ESTIMATED


def test_the_same_reset_told_twice_and_other_limits_are_one_window(
    writer: Writer,
) -> None:
    keep(writer, a_record("09:07"))
    _hit(writer, "10:00", "14:00")
    _hit(writer, "10:05", "14:01")
    _hit(writer, "10:06", "14:30", LimitKind.SEVEN_DAY)

    (window,) = windows.every(writer, AUTO, ms("12:00"))

    assert window.end == at("14:00")


def test_what_was_told_elsewhere_teaches_nothing(writer: Writer) -> None:
    keep(writer, a_record("12:47"), a_record("20:44"))
    _hit(writer, "13:00", "14:00")

    _, second = windows.every(writer, AUTO, ms("21:00"))

    assert second.source is Source.ESTIMATED


@pytest.mark.parametrize(
    ("start", "end", "messages"),
    [
        ("09:00", "10:00", 3),
        ("09:07", "09:46", 2),
        ("09:08", "09:46", 1),
        ("09:08", "09:10", 0),
        ("09:00", "09:45", 1),
        ("08:50", "09:08", 1),
    ],
)
def test_sums_over_any_stretch_are_exact(
    writer: Writer,
    start: str,
    end: str,
    messages: int,
) -> None:
    for clock in ("09:07", "09:45", "09:59"):
        keep(writer, a_record(clock))
    keep(writer, a_record("09:30", is_message=False, tokens=TokenCounts(0, 0)))

    total = between(writer, ms(start), ms(end))

    assert total.messages == messages
    assert total.tokens == TokenCounts(10 * messages, 5 * messages)
    assert total.cost == 60 * messages


def test_all_windows_can_be_let_go(writer: Writer) -> None:
    keep(writer, a_record("09:07"))
    windows.close(writer, ME, ms("23:00"))

    closed.reopen(writer, 0)

    assert _starts(windows.every(writer, ME, ms("23:00"))) == [("01 09:07", 1)]


def _hit(
    writer: Writer,
    said: str,
    resets: str | None,
    kind: LimitKind = LimitKind.FIVE_HOUR,
) -> None:
    hit = LimitHit(kind, ms(said), ms(resets) if resets else None)
    limits.keep(writer, [hit], "")


def test_of_long_ago_only_what_is_kept_is_needed(writer: Writer) -> None:
    resets = [ms("14:00", day) for day in range(1, 25)]
    resets += [ms("22:00", day) for day in range(1, 25)]
    for day in range(1, 25):
        keep(writer, a_record("09:07", day=day), a_record("17:07", day=day))
    told = [Limit("", "five_hour", 1, end, end - 60_000) for end in resets]
    limits.tell(writer, told)
    before = windows.every(writer, AUTO, ms("23:00", 24))
    windows.close(writer, AUTO, ms("23:00", 24))

    how = reckonings.of(writer, "", None, ms("23:00", 24))

    assert len(how.official) == 40
    assert how.learnt == (Rule.TEN_MINUTES, 20, timedelta())
    assert windows.every(writer, AUTO, ms("23:00", 24)) == before
    closed.reopen(writer, 0)
    assert windows.every(writer, AUTO, ms("23:00", 24)) == before


def test_of_an_account_that_was_never_used_there_is_no_last_window(
    writer: Writer,
) -> None:
    Names(writer).profile("")

    assert windows.last(writer, ME, ms("23:00")) is None
