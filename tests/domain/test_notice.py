"""A table of cases: what happens, minute by minute, and what is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from claude_tray.domain.notice import (
    Kind,
    Latch,
    Memory,
    Moment,
    Notice,
    Wants,
)
from claude_tray.domain.notice_policy import is_muted, judge, muted
from claude_tray.domain.snapshot import (
    Pace,
    ProfileState,
    Retention,
    Snapshot,
    SyncPhase,
    SyncState,
    Used,
)
from claude_tray.domain.totals import Totals
from claude_tray.domain.usage import TokenCounts
from claude_tray.domain.window import Source, Window
from tests.support.builders import at, ms, nano

if TYPE_CHECKING:
    from datetime import datetime

RESET = at("15:00")
THURSDAY = at("09:00", 5)


def _used(percent: float, told: datetime | None = None) -> Used:
    as_of = told or at("10:00")
    return Used("five_hour", percent, RESET, Source.OFFICIAL, as_of)


def _week(percent: float) -> Used:
    told = at("10:00")
    return Used("seven_day", percent, THURSDAY, Source.OFFICIAL, told)


def _state(
    percent: float | None = None,
    *,
    end: datetime = RESET,
    account: str = "/a",
    **state: Any,
) -> ProfileState:
    window = Window(end - timedelta(hours=5), end, Source.OFFICIAL, None)
    used = None if percent is None else _used(percent)
    return ProfileState(account, account, window, **{"used": used} | state)


def _fast(percent: float = 40, **state: Any) -> ProfileState:
    return _state(percent, pace=Pace(1, 1, 150, at("13:01")), **state)


class Day:
    """A day of one person: looks at the clock as the program does."""

    def __init__(self, wants: Wants | None = None) -> None:
        self.memory = Memory()
        self.wants = wants or Wants()
        self.told: list[tuple[str, Kind]] = []
        self.notices: list[Notice] = []

    def look(
        self,
        clock: str,
        *states: ProfileState,
        day: int = 1,
        **snapshot: Any,
    ) -> list[Kind]:
        """Look once; return what is told."""
        now = at(clock, day)
        moment = Moment(
            Snapshot(now, profiles=states, **snapshot),
            now,
            now.hour * 60 + now.minute,
            at("00:00", day + 1),
        )
        self.memory, notice = judge(self.memory, moment, self.wants)
        if notice is None:
            return []
        self.told.append((clock, notice.kind))
        self.notices.append(notice)
        return [notice.kind]

    def awake(
        self,
        begin: str,
        end: str,
        *states: ProfileState,
        **snapshot: Any,
    ) -> list[Kind]:
        """Look every minute; return what is told."""
        told: list[Kind] = []
        now = at(begin)
        while now <= at(end):
            told += self.look(f"{now:%H:%M}", *states, **snapshot)
            now += timedelta(minutes=1)
        return told

    def restart(self) -> None:
        self.memory = self.memory.lasting()


def test_a_threshold_is_told_once_for_a_window() -> None:
    day = Day()
    assert day.look("12:00", _state(74)) == []

    assert day.awake("12:01", "12:30", _state(76)) == [Kind.USED]
    assert day.awake("12:31", "13:00", _state(91)) == [Kind.USED_AGAIN]
    notice = day.notices[0]
    assert (notice.percent, notice.reset_ms) == (76, ms("15:00"))
    assert notice.name == ""


def test_the_next_window_is_told_again() -> None:
    day = Day()
    day.look("12:00", _state(10))
    day.awake("12:01", "12:02", _state(80))
    late = at("20:00")
    day.look("15:01", _state(0, end=late))

    assert day.awake("15:02", "15:20", _state(80, end=late)) == [Kind.USED]


def test_a_restart_repeats_nothing() -> None:
    day = Day()
    day.look("12:00", _state(10))
    day.look("12:01", _state(80))

    day.restart()

    assert day.awake("12:02", "12:20", _state(80)) == []


def test_what_was_so_before_the_first_look_counts_as_told() -> None:
    day = Day()

    assert day.awake("12:00", "12:20", _state(80)) == []
    assert day.look("12:21", _state(92)) == [Kind.USED_AGAIN]


def test_also_if_the_percentage_comes_later_than_the_start() -> None:
    day = Day()
    day.look("12:00", _state())

    assert day.awake("12:05", "12:20", _state(80)) == []


def test_a_limit_is_told_at_once_even_at_the_first_look() -> None:
    day = Day()
    state = _state(100, limit_reached_until=RESET)

    assert day.awake("12:00", "12:20", state) == [Kind.LIMIT]


def test_a_limit_covers_the_warnings_before_it() -> None:
    day = Day()
    day.look("12:00", _state(10))

    assert day.awake("12:01", "12:30", _state(100)) == [Kind.LIMIT]


def test_jitter_of_the_reset_is_the_same_window() -> None:
    day = Day()
    day.look("12:00", _state(10))
    day.look("12:01", _state(80))
    for seconds in (-110, 110, 2):
        end = RESET + timedelta(seconds=seconds)
        assert day.awake("12:12", "12:20", _state(80, end=end)) == []


def test_a_window_whose_end_moves_keeps_what_was_told() -> None:
    day = Day()
    day.look("12:00", _state(10))
    day.look("12:01", _state(80))

    moved = RESET + timedelta(minutes=20)
    again = RESET + timedelta(minutes=40)

    assert day.awake("12:12", "12:20", _state(71, end=moved)) == []
    assert day.awake("12:21", "12:30", _state(80, end=again)) == []


def test_an_early_reset_arms_anew_below_five_points() -> None:
    day = Day()
    day.look("12:00", _state(10))
    day.look("12:01", _state(80))
    early = at("17:00")

    assert day.look("12:12", _state(70, end=early)) == []
    assert day.look("12:13", _state(76, end=early)) == [Kind.USED]


def test_running_out_must_last_for_five_minutes() -> None:
    day = Day()
    day.look("11:59", _state(39))
    day.awake("12:00", "12:03", _fast())
    day.look("12:04", _state(40))

    assert day.awake("12:05", "12:09", _fast()) == []
    assert day.awake("12:10", "12:40", _fast()) == [Kind.RUN_OUT]
    notice = day.notices[0]
    assert (notice.at_ms, notice.percent) == (ms("13:01"), 40)


def test_running_out_is_not_told_where_it_is_noise() -> None:
    young = _fast(end=at("16:45"))
    little = _fast(24)
    late = _state(40, pace=Pace(1, 1, 101, at("14:46")))
    for state in (young, little, late):
        day = Day()
        assert day.awake("12:00", "12:14", state) == [], state


def test_a_warning_waits_ten_minutes_for_the_one_before_it() -> None:
    day = Day()
    day.look("11:59", _fast(70))
    assert day.awake("12:00", "12:05", _fast(70)) == [Kind.RUN_OUT]

    assert day.awake("12:06", "12:13", _fast(76)) == []
    assert day.awake("12:14", "12:40", _fast(76)) == [Kind.USED]


def test_a_graver_one_does_not_wait() -> None:
    day = Day()
    day.look("12:00", _state(10))
    day.look("12:01", _state(80))

    assert day.look("12:02", _state(92)) == [Kind.USED_AGAIN]
    assert day.look("12:03", _state(100)) == [Kind.LIMIT]


def test_after_sleep_one_message_tells_it_all() -> None:
    day = Day()
    day.look("11:00", _state(10, weekly=(_week(10),)))
    day.look("11:01", _state(10, weekly=(_week(10),)))

    state = _state(92, weekly=(_week(85),))

    assert day.awake("12:30", "13:30", state) == [Kind.USED_AGAIN]


def test_awake_the_lesser_one_follows_after_ten_minutes() -> None:
    day = Day()
    day.look("12:00", _state(10, weekly=(_week(10),)))

    state = _state(92, weekly=(_week(85),))

    assert day.awake("12:01", "12:10", state) == [Kind.USED_AGAIN]
    assert day.awake("12:11", "12:30", state) == [Kind.WEEK]


def test_sleep_begins_the_five_minutes_of_running_out_anew() -> None:
    day = Day()
    day.awake("11:59", "12:02", _fast())

    assert day.awake("12:30", "12:34", _fast()) == []
    assert day.look("12:35", _fast()) == [Kind.RUN_OUT]


def test_it_is_ready_again_after_a_limit() -> None:
    day = Day()
    stop: dict[str, Any] = {"last_record_at": at("14:00")}
    day.look("14:00", _state(100, limit_reached_until=RESET, **stop))
    day.awake("14:57", "14:59", _state(100, **stop))

    over = replace(_state(100, **stop), window=None, used=None)

    assert day.awake("15:00", "15:30", over) == [Kind.READY]


def test_it_is_not_ready_again_for_who_had_enough_or_works_already() -> None:
    enough = Day()
    enough.awake("14:50", "14:59", _state(80))
    over = replace(_state(), window=None)
    assert enough.awake("15:00", "15:10", over) == []

    working = Day()
    working.awake("14:50", "14:59", _state(95))
    new = _state(1, end=at("20:00"), last_record_at=at("15:00:30"))
    assert working.awake("15:01", "15:10", new) == []


def test_a_window_that_ended_while_nothing_ran_is_old_news() -> None:
    day = Day()
    day.awake("14:50", "14:59", _state(95))

    day.restart()

    over = replace(_state(), window=None)
    assert day.awake("15:30", "15:40", over) == []


def test_five_hours_later_nobody_asks() -> None:
    day = Day(Wants(quiet=(0, 24 * 60)))
    day.awake("14:50", "14:59", _state(95))
    day.wants = Wants()

    over = replace(_state(), window=None)

    assert day.look("20:01", over) == []


def test_the_week_is_told_at_both_thresholds_and_at_its_limit() -> None:
    day = Day()
    day.look("11:00", _state(1, weekly=(_week(79),)))

    for clock, percent, kind in (
        ("11:01", 81, Kind.WEEK),
        ("11:12", 95, Kind.WEEK_AGAIN),
        ("11:23", 100, Kind.WEEK_LIMIT),
    ):
        state = _state(1, weekly=(_week(percent),))
        day.memory = day.memory._replace(judged_ms=ms(clock) - 60_000)
        assert day.look(clock, state) == [kind]
    assert day.awake("11:24", "11:50", state) == []
    assert day.notices[-1].reset_ms == ms("09:00", day=5)


def test_a_week_without_a_reset_is_not_told() -> None:
    day = Day()
    week = replace(_week(81), resets_at=None)
    day.look("11:00", _state(1))

    assert day.look("11:01", _state(1, weekly=(week,))) == []


def test_old_percentages_neither_warn_nor_arm_anew() -> None:
    day = Day()
    day.look("12:00", _state(10))
    old: dict[str, Any] = {"last_record_at": at("12:20")}

    assert day.awake("12:21", "12:30", _state(80, **old)) == []
    assert day.awake("12:31", "12:40", _fast(80, **old)) == []


def test_two_accounts_are_told_apart() -> None:
    day = Day()
    day.look("12:00", _state(10), _state(10, account="/b"))

    day.look("12:01", _state(80), _state(10, account="/b"))
    day.look("12:12", _state(80), _state(80, account="/b"))
    day.awake("12:13", "12:30", _state(80), _state(80, account="/b"))

    assert [(n.account, n.name) for n in day.notices] == [
        ("/a", "/a"),
        ("/b", "/b"),
    ]


def test_quiet_hours_keep_still_and_tell_later_what_still_holds() -> None:
    for quiet, clock in (
        ((12 * 60, 13 * 60), "13:00"),
        ((22 * 60, 13 * 60), "13:00"),
    ):
        day = Day(Wants(quiet=quiet))
        day.look("11:59", _state(10))
        assert day.awake("12:00", "12:59", _state(80)) == []
        assert day.look(clock, _state(80)) == [Kind.USED]


def test_nothing_is_told_to_who_wants_nothing() -> None:
    state = _state(100, weekly=(_week(100),))
    for wants in (Wants(is_on=False), Wants(kinds=frozenset())):
        day = Day(wants)
        day.look("12:00", _state(10))
        assert day.awake("12:01", "12:20", state) == []


def test_mute_lasts_until_the_reset() -> None:
    day = Day()
    day.look("14:00", _state(10))
    now = at("14:01")
    moment = Moment(
        Snapshot(now, profiles=(_state(10),)), now, 0, at("00:00", 2)
    )
    day.memory = muted(day.memory, moment)
    day.restart()

    assert day.awake("14:02", "14:59", _state(95)) == []
    assert is_muted(day.memory, ms("14:59"))
    assert not is_muted(day.memory, ms("15:00"))
    over = replace(_state(), window=None)
    assert day.look("15:00", over) == [Kind.READY]


def test_without_a_window_mute_lasts_for_five_hours() -> None:
    moment = Moment(Snapshot(at("12:00")), at("12:00"), 0, at("00:00", 2))

    memory = muted(Memory(), moment)

    assert memory.muted_until_ms == ms("17:00")


def test_the_days_budget_is_told_once_a_day() -> None:
    day = Day(Wants(budget=25_000_000_000))
    little = Totals(1, TokenCounts(1), nano(24_000_000_000))
    much = Totals(1, TokenCounts(1), nano(25_100_000_000))
    day.look("12:00", today=little)

    assert day.awake("12:01", "12:30", today=much) == [Kind.BUDGET]
    assert day.notices[0].spent == 25_100_000_000
    assert day.look("00:01", day=2, today=little) == []
    assert day.look("00:02", day=2, today=much) == [Kind.BUDGET]


def test_unreadable_logs_are_told_once_in_a_run() -> None:
    day = Day()
    day.look("11:59")

    told = day.awake("12:00", "12:30", is_unreadable=True, problem="x")
    day.look("12:31")
    again = day.awake("12:32", "12:50", is_unreadable=True, problem="x")
    day.restart()
    told += day.awake("12:51", "13:00", is_unreadable=True, problem="x")

    assert told == [Kind.PROBLEM, Kind.PROBLEM]
    assert day.told[0][0] == "12:01"
    assert again == []


def test_a_day_without_sync_is_told_once_a_day() -> None:
    day = Day()
    late = SyncState(SyncPhase.DELAYED, at("12:00"))

    assert day.look("11:59", day=2, sync=late) == []
    assert day.look("12:00", day=2, sync=late) == [Kind.NOT_SYNCED]
    day.restart()
    assert day.look("11:00", day=3, sync=late) == []
    assert day.look("12:06", day=3, sync=late) == [Kind.NOT_SYNCED]
    assert day.look("12:07", day=4, sync=SyncState()) == []


def test_what_becomes_of_old_transcripts_is_told_once_and_for_all() -> None:
    day = Day()
    soon = Retention(30, 218, 218)

    assert day.look("12:00", retention=soon, reading=0.5) == []
    assert day.look("12:10", retention=soon) == [Kind.SAVED]
    assert day.look("12:30", retention=None) == []
    day.restart()
    more = Retention(30, 300, 299)
    assert day.look("12:40", day=20, retention=more) == []


def test_latches_die_with_their_window() -> None:
    day = Day()
    day.look("12:00", _state(10))
    day.look("12:01", _state(80))
    assert Latch("/a", Kind.USED, ms("15:00")) in day.memory.latches

    day.look("15:06", replace(_state(), window=None))

    assert day.memory.latches == ()
