from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from claude_tray.core.accounts import Account
from claude_tray.core.limit_hits import LimitHit
from claude_tray.core.limits import LimitKind, LimitSample
from claude_tray.core.snapshot import MAX_RANKED, AccountSnapshot
from claude_tray.core.status import AccountStatus, assess_account
from claude_tray.core.windows import WindowRule
from claude_tray.store.limit_hits import save_hits
from claude_tray.store.limit_reports import save_samples
from claude_tray.store.metadata import PLAN_PREFIX, set_value
from claude_tray.store.snapshot import SnapshotBuilder, build_account_state
from claude_tray.store.windows import persist_closed
from tests.support.builders import at, make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer


UTC = ZoneInfo("UTC")
HOME_ACCOUNT = Account("", "home", "/home/ada/.claude", WindowRule.EXACT)
WORK_ACCOUNT = Account(
    "work", "work", "/home/ada/.claude-work", WindowRule.EXACT
)


def test_snapshot_of_an_empty_store(writer: Writer) -> None:
    snapshot = SnapshotBuilder(writer, UTC).build([HOME_ACCOUNT], at("12:00"))

    assert snapshot.latest_account is not None
    assert snapshot.latest_account.window is None
    assert snapshot.latest_account.last_record_at is None
    assert snapshot.today.messages == 0


def test_days_are_split_at_local_midnight(writer: Writer) -> None:
    save_records(
        writer,
        make_record("22:59", day=9),
        make_record("23:00", day=9),
        make_record("11:00", day=10),
        make_record("10:00", day=4),
        make_record("22:59", day=3),
    )

    snapshot = SnapshotBuilder(writer, ZoneInfo("Europe/Vienna")).build(
        [HOME_ACCOUNT],
        at("12:00", 10),
    )

    assert snapshot.today.messages == 2
    assert snapshot.last_7_days.messages == 4
    assert snapshot.last_30_days.messages == 5


def test_a_project_new_today_is_distinguished_from_its_namesake(
    writer: Writer,
) -> None:
    snapshots = SnapshotBuilder(writer, UTC)
    save_records(
        writer, make_record("10:00", day=8, project="/home/ada/notes")
    )
    before = snapshots.build([HOME_ACCOUNT], at("12:00", 9))

    save_records(
        writer,
        make_record("11:00", day=9, project="/home/ben/notes", session="b"),
    )
    after = snapshots.build([HOME_ACCOUNT], at("12:00", 9))

    assert [project.name for project in before.projects] == ["notes"]
    assert sorted(project.name for project in after.projects) == [
        "ada \N{MIDDLE DOT} notes",
        "ben \N{MIDDLE DOT} notes",
    ]


def test_changed_earlier_days_are_summed_again(
    writer: Writer,
) -> None:
    snapshots = SnapshotBuilder(writer, UTC)
    save_records(writer, make_record("10:00", day=8))
    snapshots.build([HOME_ACCOUNT], at("12:00", 9))

    result = save_records(
        writer, make_record("10:00", day=8), make_record("10:00", day=9)
    )
    assert result.first_changed_ms is not None
    snapshots.invalidate_from(result.first_changed_ms)

    snapshot = snapshots.build([HOME_ACCOUNT], at("12:00", 9))
    assert snapshot.last_7_days.messages == 3
    snapshots.invalidate_from(ms("11:00", 9))
    tomorrow = snapshots.build([HOME_ACCOUNT], at("12:00", 10))
    assert (tomorrow.today.messages, tomorrow.last_7_days.messages) == (0, 3)


@pytest.mark.parametrize("accounts", [1, 2])
def test_usage_ahead_is_of_no_day_yet(writer: Writer, accounts: int) -> None:
    owners = [HOME_ACCOUNT, HOME_ACCOUNT._replace(key="w", name="w")]
    builder = SnapshotBuilder(writer, UTC)
    save_records(
        writer,
        make_record("10:00", day=9),
        make_record("00:00", day=10),
        make_record("10:00", day=28),
    )

    today = builder.build(owners[:accounts], at("23:59", 9))
    tomorrow = builder.build(owners[:accounts], at("00:00", 10))

    assert today.today.messages == 1
    assert today.last_7_days.messages == today.last_30_days.messages == 1
    assert {state.today.messages for state in today.accounts} >= {1}
    assert (tomorrow.today.messages, tomorrow.last_7_days.messages) == (1, 2)


def test_most_expensive_first_up_to_the_maximum(
    writer: Writer,
) -> None:
    save_records(
        writer,
        *(make_record(project=f"/p/{n}", session=str(n)) for n in "abc"),
    )
    save_records(writer, make_record(project="/p/b", session="b"))
    for number in range(MAX_RANKED):
        save_records(
            writer, make_record(project=f"/q/{number}", session=f"q{number}")
        )

    snapshot = SnapshotBuilder(writer, UTC).build([HOME_ACCOUNT], at("12:00"))

    assert len(snapshot.projects) == MAX_RANKED
    assert snapshot.projects[0].name == "b"
    assert snapshot.projects[0].totals.messages == 2


def test_models_without_a_price_are_named(writer: Writer) -> None:
    save_records(writer, make_record(), make_record(model="nobody-knows"))

    snapshot = SnapshotBuilder(writer, UTC).build([HOME_ACCOUNT], at("12:00"))

    assert snapshot.unpriced_models == ("nobody-knows",)
    assert snapshot.today.cost is None


def test_last_used_account_is_first(writer: Writer) -> None:
    save_records(writer, make_record("09:00"))
    save_records(writer, make_record("10:00", session="w"), account="work")

    snapshot = SnapshotBuilder(writer, UTC).build(
        [HOME_ACCOUNT, WORK_ACCOUNT],
        at("12:00"),
        is_provisional=True,
    )

    assert [state.name for state in snapshot.accounts] == ["work", "home"]
    assert snapshot.accounts[0].is_provisional


def test_cost_is_split_by_account_and_added_up(writer: Writer) -> None:
    save_records(writer, make_record("09:00"))
    save_records(writer, make_record("10:00", session="w"), account="work")

    snapshot = SnapshotBuilder(writer, UTC).build(
        [HOME_ACCOUNT, WORK_ACCOUNT, HOME_ACCOUNT._replace(key="new")],
        at("12:00"),
    )

    apart = {state.name: state.today.messages for state in snapshot.accounts}
    assert snapshot.today.messages == 2
    assert snapshot.accounts[0].today.messages == 1
    assert apart["work"] == 1


def test_pace_comes_with_typical_usage(writer: Writer) -> None:
    for day in range(1, 7):
        save_records(writer, make_record("09:00", day=day))
    save_records(
        writer, make_record("09:00", day=7), make_record("09:50", day=7)
    )
    persist_closed(writer, HOME_ACCOUNT, ms("09:00", 7))

    snapshot = SnapshotBuilder(writer, UTC).build(
        [HOME_ACCOUNT], at("10:00", 7)
    )

    assert snapshot.latest_account is not None
    pace = snapshot.latest_account.pace
    assert pace is not None
    assert pace.tokens_per_minute == 0.5
    assert pace.typical_tokens == (15, 15)


def test_limit_applies_until_its_reset(writer: Writer) -> None:
    save_records(writer, make_record("09:00"))
    five = LimitHit(LimitKind.FIVE_HOUR, ms("10:00"), ms("14:00"))
    model = LimitHit(LimitKind.MODEL, ms("10:00"), ms("20:00"))
    save_hits(writer, [five, model], "")
    snapshots = SnapshotBuilder(writer, UTC)

    now = snapshots.build([HOME_ACCOUNT], at("13:59")).latest_account
    later = snapshots.build([HOME_ACCOUNT], at("14:00")).latest_account

    assert now is not None
    assert now.limit_reached_until == at("14:00")
    assert later is not None
    assert later.limit_reached_until is None


def test_window_started_on_another_device(writer: Writer) -> None:
    save_records(writer, make_record("10:30"))
    hit = LimitHit(LimitKind.FIVE_HOUR, ms("10:40"), ms("14:00"))
    save_hits(writer, [hit], "")

    state = (
        SnapshotBuilder(writer, UTC)
        .build([HOME_ACCOUNT], at("11:00"))
        .latest_account
    )

    assert state is not None
    assert state.remote_start_at == at("09:00")

    save_records(writer, make_record("09:01"))

    state = (
        SnapshotBuilder(writer, UTC)
        .build([HOME_ACCOUNT], at("11:00"))
        .latest_account
    )
    assert state is not None
    assert state.remote_start_at is None


def test_inferred_rounding_is_not_a_remote_start(
    writer: Writer,
) -> None:
    auto = HOME_ACCOUNT._replace(rule=None)
    for day in range(1, 5):
        save_records(writer, make_record("09:40", day=day))
        hit = LimitHit(LimitKind.FIVE_HOUR, ms("10:00", day), ms("14:00", day))
        save_hits(writer, [hit], "")

    third = (
        SnapshotBuilder(writer, UTC)
        .build([auto], at("10:30", 3))
        .latest_account
    )
    fourth = (
        SnapshotBuilder(writer, UTC)
        .build([auto], at("10:30", 4))
        .latest_account
    )

    assert third is not None
    assert fourth is not None
    assert fourth.inferred_rule is not None
    assert fourth.inferred_rule.rule is WindowRule.HOUR
    assert fourth.remote_start_at is None


def test_limit_lifted_early_does_not_block(writer: Writer) -> None:
    save_records(writer, make_record("09:00"))
    hit = LimitHit(LimitKind.FIVE_HOUR, ms("10:00"), ms("14:00"))
    save_hits(writer, [hit], "")
    sample = LimitSample("", "five_hour", 3, ms("15:30"), ms("10:31"))

    before = (
        SnapshotBuilder(writer, UTC)
        .build([HOME_ACCOUNT], at("10:31"))
        .latest_account
    )
    save_samples(writer, [sample])
    after = (
        SnapshotBuilder(writer, UTC)
        .build([HOME_ACCOUNT], at("10:31"))
        .latest_account
    )

    assert before is not None
    assert before.used is not None
    assert (before.used.percent, before.limit_reached_until) == (
        100,
        at("14:00"),
    )
    assert after is not None
    assert after.used is not None
    assert (after.used.percent, after.limit_reached_until) == (3, None)


def _find_blocked_account(
    writer: Writer, clock: str
) -> tuple[AccountSnapshot, AccountStatus]:
    snapshot = SnapshotBuilder(writer, UTC).build([HOME_ACCOUNT], at(clock))
    account = snapshot.latest_account
    assert account is not None
    return account, assess_account(snapshot, account, at(clock)).status


def test_work_beyond_a_limit_shows_that_it_does_not_block(
    writer: Writer,
) -> None:
    """Credits are in use: no message says so, and the share stays 100 %."""
    save_records(writer, make_record("09:00"))
    for minute in ("10:00", "10:20", "10:40"):
        sample = LimitSample("", "five_hour", 100, ms("14:00"), ms(minute))
        save_samples(writer, [sample], ms(minute))
    blocked, status = _find_blocked_account(writer, "10:41")
    assert status is AccountStatus.LIMIT
    assert blocked.lifted_limits == ()

    save_records(writer, make_record("10:39"))

    beyond, status = _find_blocked_account(writer, "10:41")
    assert status is AccountStatus.EXTRA_USAGE
    assert beyond.used is not None
    assert beyond.used.percent == 100


def test_a_response_on_the_way_is_no_work_beyond_the_limit(
    writer: Writer,
) -> None:
    save_records(writer, make_record("09:00"))
    sample = LimitSample("", "five_hour", 100, ms("14:00"), ms("10:00"))
    save_samples(writer, [sample], ms("10:00"))

    save_records(writer, make_record("10:00:50"))

    _, status = _find_blocked_account(writer, "10:05")
    assert status is AccountStatus.LIMIT


def test_a_message_after_such_work_blocks(writer: Writer) -> None:
    save_records(writer, make_record("09:00"), make_record("10:39"))
    sample = LimitSample("", "five_hour", 100, ms("14:00"), ms("10:00"))
    save_samples(writer, [sample], ms("10:00"))
    hit = LimitHit(LimitKind.SPEND, ms("10:45"), ms("14:00"), "Extra usage")
    save_hits(writer, [hit], "")

    _, status = _find_blocked_account(writer, "10:46")

    assert status is AccountStatus.LIMIT


def test_an_account_of_another_provider_has_no_window(writer: Writer) -> None:
    account = Account("", "home", "/home/ada/.claude", WindowRule.EXACT)
    bedrock = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
    save_records(
        writer,
        make_record("09:00", model=bedrock, message="msg_bdrk_1"),
        make_record("10:00", model=bedrock, message="msg_bdrk_2"),
    )
    assert not build_account_state(writer, account, at("10:05")).has_window
    # Not used for long.
    assert build_account_state(
        writer, account, at("10:05") + timedelta(days=60)
    ).has_window

    save_records(writer, make_record("10:10"))
    state = build_account_state(writer, account, at("10:11"))
    assert state.has_window
    assert state.window is not None
    later = build_account_state(writer, account, at("20:00"))
    assert (later.has_window, later.window) == (True, None)


def test_a_plan_that_is_paid_by_use_has_no_window(writer: Writer) -> None:
    account = Account("", "home", "/home/ada/.claude", WindowRule.EXACT)
    save_records(writer, make_record("10:00"))
    set_value(writer, PLAN_PREFIX, "API")
    state = build_account_state(writer, account, at("10:05"))
    assert (state.has_window, state.plan) == (False, "API")
    set_value(writer, PLAN_PREFIX, "")
    assert build_account_state(writer, account, at("10:05")).has_window
    # The settings may say so, too.
    account = account._replace(plan="api")
    assert not build_account_state(writer, account, at("10:05")).has_window

    sample = LimitSample("", "five_hour", 3, ms("15:00"), ms("10:06"))
    save_samples(writer, [sample])
    assert build_account_state(writer, account, at("10:07")).has_window
