from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from claude_tray.domain.account import Account
from claude_tray.domain.limit import Limit
from claude_tray.domain.limit_hit import LimitHit, LimitKind
from claude_tray.domain.window import Rule
from claude_tray.store import limits, windows
from claude_tray.store.snapshots import SHOWN, Snapshots
from tests.support.builders import a_record, at, ms
from tests.support.keeping import keep

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer

UTC = ZoneInfo("UTC")
ME = Account("", "home", "/home/ada/.claude", Rule.EXACT)
WORK = Account("work", "work", "/home/ada/.claude-work", Rule.EXACT)


def test_a_snapshot_of_nothing_is_empty(writer: Writer) -> None:
    snapshot = Snapshots(writer, UTC).current([ME], at("12:00"))

    assert snapshot.profile is not None
    assert snapshot.profile.window is None
    assert snapshot.profile.last_record_at is None
    assert snapshot.today.messages == 0


def test_days_are_told_apart_at_local_midnight(writer: Writer) -> None:
    keep(
        writer,
        a_record("22:59", day=9),
        a_record("23:00", day=9),
        a_record("11:00", day=10),
        a_record("10:00", day=4),
        a_record("22:59", day=3),
    )

    snapshot = Snapshots(writer, ZoneInfo("Europe/Vienna")).current(
        [ME],
        at("12:00", 10),
    )

    assert snapshot.today.messages == 2
    assert snapshot.last_7_days.messages == 4
    assert snapshot.last_30_days.messages == 5


def test_earlier_days_are_summed_anew_when_they_changed(
    writer: Writer,
) -> None:
    snapshots = Snapshots(writer, UTC)
    keep(writer, a_record("10:00", day=8))
    snapshots.current([ME], at("12:00", 9))

    kept = keep(writer, a_record("10:00", day=8), a_record("10:00", day=9))
    assert kept.first_ms is not None
    snapshots.changed(kept.first_ms)

    snapshot = snapshots.current([ME], at("12:00", 9))
    assert snapshot.last_7_days.messages == 3
    snapshots.changed(ms("11:00", 9))
    tomorrow = snapshots.current([ME], at("12:00", 10))
    assert (tomorrow.today.messages, tomorrow.last_7_days.messages) == (0, 3)


def test_the_dearest_stand_first_and_no_more_than_can_be_shown(
    writer: Writer,
) -> None:
    keep(writer, *(a_record(project=f"/p/{n}", session=str(n)) for n in "abc"))
    keep(writer, a_record(project="/p/b", session="b"))
    for number in range(SHOWN):
        keep(writer, a_record(project=f"/q/{number}", session=f"q{number}"))

    snapshot = Snapshots(writer, UTC).current([ME], at("12:00"))

    assert len(snapshot.projects) == SHOWN
    assert snapshot.projects[0].name == "b"
    assert snapshot.projects[0].totals.messages == 2


def test_models_without_a_price_are_named(writer: Writer) -> None:
    keep(writer, a_record(), a_record(model="nobody-knows"))

    snapshot = Snapshots(writer, UTC).current([ME], at("12:00"))

    assert snapshot.unpriced_models == ("nobody-knows",)
    assert snapshot.today.cost is None


def test_the_account_used_last_stands_first(writer: Writer) -> None:
    keep(writer, a_record("09:00"))
    keep(writer, a_record("10:00", session="w"), account="work")

    snapshot = Snapshots(writer, UTC).current(
        [ME, WORK],
        at("12:00"),
        is_provisional=True,
    )

    assert [state.name for state in snapshot.profiles] == ["work", "home"]
    assert snapshot.profiles[0].is_provisional


def test_money_is_told_apart_and_added_up(writer: Writer) -> None:
    keep(writer, a_record("09:00"))
    keep(writer, a_record("10:00", session="w"), account="work")

    snapshot = Snapshots(writer, UTC).current(
        [ME, WORK, ME._replace(key="new")],
        at("12:00"),
    )

    apart = {state.name: state.today.messages for state in snapshot.profiles}
    assert snapshot.today.messages == 2
    assert snapshot.profiles[0].today.messages == 1
    assert apart["work"] == 1


def test_the_pace_is_told_with_what_is_usual(writer: Writer) -> None:
    for day in range(1, 7):
        keep(writer, a_record("09:00", day=day))
    keep(writer, a_record("09:00", day=7), a_record("09:50", day=7))
    windows.close(writer, ME, ms("09:00", 7))

    snapshot = Snapshots(writer, UTC).current([ME], at("10:00", 7))

    assert snapshot.profile is not None
    pace = snapshot.profile.pace
    assert pace is not None
    assert pace.tokens_per_minute == 0.5
    assert pace.usual_tokens == (15, 15)


def test_a_limit_holds_until_its_reset(writer: Writer) -> None:
    keep(writer, a_record("09:00"))
    five = LimitHit(LimitKind.FIVE_HOUR, ms("10:00"), ms("14:00"))
    model = LimitHit(LimitKind.MODEL, ms("10:00"), ms("20:00"))
    limits.keep(writer, [five, model], "")
    snapshots = Snapshots(writer, UTC)

    now = snapshots.current([ME], at("13:59")).profile
    later = snapshots.current([ME], at("14:00")).profile

    assert now is not None
    assert now.limit_reached_until == at("14:00")
    assert later is not None
    assert later.limit_reached_until is None


def test_a_window_may_have_started_elsewhere(writer: Writer) -> None:
    keep(writer, a_record("10:30"))
    hit = LimitHit(LimitKind.FIVE_HOUR, ms("10:40"), ms("14:00"))
    limits.keep(writer, [hit], "")

    state = Snapshots(writer, UTC).current([ME], at("11:00")).profile

    assert state is not None
    assert state.started_elsewhere_at == at("09:00")

    keep(writer, a_record("09:01"))

    state = Snapshots(writer, UTC).current([ME], at("11:00")).profile
    assert state is not None
    assert state.started_elsewhere_at is None


def test_rounding_that_resets_taught_is_no_start_elsewhere(
    writer: Writer,
) -> None:
    auto = ME._replace(rule=None)
    for day in range(1, 5):
        keep(writer, a_record("09:40", day=day))
        hit = LimitHit(LimitKind.FIVE_HOUR, ms("10:00", day), ms("14:00", day))
        limits.keep(writer, [hit], "")

    third = Snapshots(writer, UTC).current([auto], at("10:30", 3)).profile
    fourth = Snapshots(writer, UTC).current([auto], at("10:30", 4)).profile

    assert third is not None
    assert fourth is not None
    assert fourth.learnt is not None
    assert fourth.learnt.rule is Rule.HOUR
    assert fourth.started_elsewhere_at is None


def test_a_limit_that_was_lifted_early_holds_no_more(writer: Writer) -> None:
    keep(writer, a_record("09:00"))
    hit = LimitHit(LimitKind.FIVE_HOUR, ms("10:00"), ms("14:00"))
    limits.keep(writer, [hit], "")
    told = Limit("", "five_hour", 3, ms("15:30"), ms("10:31"))

    before = Snapshots(writer, UTC).current([ME], at("10:31")).profile
    limits.tell(writer, [told])
    after = Snapshots(writer, UTC).current([ME], at("10:31")).profile

    assert before is not None
    assert before.used is not None
    assert (before.used.percent, before.limit_reached_until) == (
        100,
        at("14:00"),
    )
    assert after is not None
    assert after.used is not None
    assert (after.used.percent, after.limit_reached_until) == (3, None)
