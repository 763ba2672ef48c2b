from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claude_tray.core.limits import FIVE_HOUR
from claude_tray.core.time import from_epoch_ms, to_epoch_ms
from claude_tray.core.windows import (
    ValueSource,
    WindowBounds,
    WindowRule,
    WindowRules,
    build_official_windows,
    compute_window_bounds,
)
from claude_tray.server.usage.ingest import store_request
from claude_tray.server.usage.models import ClaudeAccount, LimitTold
from claude_tray.server.usage.queries.account_states import (
    get_account_state,
    list_account_states,
)
from claude_tray.server.usage.queries.windows import (
    AccountWindows,
    load_window_rules,
)
from claude_tray.server.usage.window_chains import load_chain
from tests.support.request_json import make_request, make_row
from tests.support.server_api import make_user
from tests.support.server_records import decode_request

if TYPE_CHECKING:
    from claude_tray.core.snapshot import AccountSnapshot
    from claude_tray.server.accounts.models import User


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = 3_600_000
NOW_MS = to_epoch_ms(NOW)


def upload(user: User, *times: datetime, **agent: Any) -> None:
    rows = [
        make_row(at, f"msg_{agent.get('machine_id', '')}{at.timestamp()}")
        for at in times
    ]
    store_request(user, decode_request(make_request(*rows, **agent)), NOW)


def load_account_id(user: User) -> int:
    return int(ClaudeAccount.objects.get(user=user).pk)


def find_windows_naively(
    times: list[int], rules: WindowRules
) -> list[WindowBounds]:
    """Find the windows by a loop over all records."""
    windows_found: list[WindowBounds] = []
    last_end = 0
    for at in sorted(times):
        if at >= last_end:
            windows_found.append(compute_window_bounds(at, last_end, rules))
            last_end = windows_found[-1].end_ms
    return windows_found


@pytest.mark.parametrize("rule", WindowRule)
@pytest.mark.parametrize("observed", [0, 3])
def test_windows_equal_those_of_a_loop_over_all_records(
    rule: WindowRule,
    observed: int,
) -> None:
    rng = random.Random(5)
    for _ in range(20):
        user = make_user("loop")
        at, times = NOW_MS - 300 * HOUR, []
        for _ in range(rng.randrange(1, 60)):
            gaps = [rng.randrange(1, HOUR), rng.randrange(1, 6 * HOUR)]
            at += rng.choice([*gaps, 5 * HOUR, 5 * HOUR - 1])
            times.append(at)
        times = [at for at in times if at <= NOW_MS]
        upload(user, *[from_epoch_ms(at) for at in times])
        ends = [rng.choice(times) + 2 * HOUR for _ in range(observed)]
        rules = WindowRules(rule, build_official_windows(ends))

        account = load_account_id(user)
        windows = AccountWindows(
            user.pk, account, rules, load_chain(user.pk, account)
        )
        found = list(windows.iter_bounds(NOW_MS))

        assert found == find_windows_naively(times, rules)


def test_machines_of_one_account_share_its_window(ana: User) -> None:
    upload(ana, NOW - timedelta(hours=2), machine_id="m1", account="a")
    upload(ana, NOW - timedelta(hours=1), machine_id="m2", account="a")
    upload(ana, NOW - timedelta(hours=4), machine_id="m2", account="b")

    state = get_account_state(ana.pk, NOW, None)

    assert state is not None
    assert state.key == "a"
    assert state.snapshot.window is not None
    assert state.snapshot.window.start == NOW - timedelta(hours=2)
    assert state.snapshot.window.totals.messages == 2
    assert [each.key for each in list_account_states(ana.pk, NOW)] == [
        "a",
        "b",
    ]


def test_a_late_sync_of_another_machine_moves_the_start(ana: User) -> None:
    upload(
        ana,
        NOW - timedelta(hours=1),
        machine_id="m1",
        as_of=NOW.isoformat(),
    )
    behind = (NOW - timedelta(hours=3)).isoformat()
    upload(ana, machine_id="m2", as_of=behind)

    before = get_account_state(ana.pk, NOW, None)
    upload(
        ana,
        NOW - timedelta(hours=2),
        machine_id="m2",
        as_of=NOW.isoformat(),
    )
    after = get_account_state(ana.pk, NOW, None)

    assert before is not None
    assert after is not None
    assert before.snapshot.is_provisional
    assert not after.snapshot.is_provisional
    assert after.snapshot.window is not None
    assert after.snapshot.window.start == NOW - timedelta(hours=2)


def test_a_reported_window_has_precedence_while_it_is_open(ana: User) -> None:
    resets = NOW + timedelta(hours=2)
    observed = {
        "name": FIVE_HOUR,
        "used_percentage": 41.5,
        "resets_at": resets.isoformat(),
        "observed_at": NOW.isoformat(),
    }
    upload(ana, NOW - timedelta(hours=1), account="a", limits=[observed])

    state = get_account_state(ana.pk, NOW, "a")
    later = get_account_state(ana.pk, resets + timedelta(seconds=1), "a")

    assert state is not None
    assert state.snapshot.window is not None
    assert state.snapshot.window.end == resets
    assert state.snapshot.window.source is ValueSource.OFFICIAL
    assert state.snapshot.used is not None
    assert state.snapshot.used.percent == 41.5
    assert later is not None
    assert later.snapshot.window is None


def report_limit(
    user: User,
    percent: float,
    resets: datetime,
    observed: datetime,
    name: str = FIVE_HOUR,
    **agent: Any,
) -> None:
    limit = {
        "name": name,
        "used_percentage": percent,
        "resets_at": resets.isoformat(),
        "observed_at": observed.isoformat(),
    }
    upload(user, account="a", limits=[limit], **agent)


def load_snapshot(user: User) -> AccountSnapshot:
    state = get_account_state(user.pk, NOW, "a")
    assert state is not None
    return state.snapshot


def test_the_newest_report_counts_downwards_and_earlier(ana: User) -> None:
    early, late = NOW + timedelta(hours=1), NOW + timedelta(hours=3)
    observed = [NOW - timedelta(minutes=n) for n in (30, 20, 10)]
    upload(ana, NOW - timedelta(hours=1), account="a")
    report_limit(ana, 95, late, observed[0])
    report_limit(ana, 3, late, observed[1])
    used = load_snapshot(ana).used
    assert used is not None
    assert (used.percent, used.as_of) == (3, observed[1])

    report_limit(ana, 50, early, observed[2])
    # Another machine is late.
    report_limit(ana, 90, late, observed[0], machine_id="other")

    snapshot = load_snapshot(ana)
    assert snapshot.used is not None
    assert (snapshot.used.percent, snapshot.used.resets_at) == (50, early)
    assert snapshot.window is not None
    assert snapshot.window.end == early


def test_an_account_without_a_5_hour_limit_has_no_window(ana: User) -> None:
    resets = NOW + timedelta(hours=3)
    upload(ana, NOW - timedelta(hours=1), account="a")
    report_limit(ana, 20, resets, NOW - timedelta(minutes=20))
    for minutes in (10, 5):
        observed = NOW - timedelta(minutes=minutes)
        absent = {"name": FIVE_HOUR, "observed_at": observed.isoformat()}
        broken = {"name": FIVE_HOUR, "observed_at": "soon"}
        upload(ana, account="a", absent_limits=[absent, broken])

        snapshot = load_snapshot(ana)
        assert (snapshot.has_window, snapshot.window) == (False, None)
        assert snapshot.limits == ()

    report_limit(ana, 2, resets, NOW - timedelta(minutes=1))
    snapshot = load_snapshot(ana)
    assert snapshot.has_window
    assert snapshot.window is not None


def test_the_rule_is_inferred_from_reported_resets(ana: User) -> None:
    starts = [NOW - timedelta(hours=h) for h in (60, 40, 20)]
    upload(ana, *[start + timedelta(minutes=7) for start in starts])
    account = load_account_id(ana)
    for start in starts:
        LimitTold.objects.create(
            user=ana,
            account_id=account,
            name=FIVE_HOUR,
            resets_ms=to_epoch_ms(start + timedelta(hours=5)),
            percent=10,
            told_ms=to_epoch_ms(start + timedelta(hours=1)),
        )

    rules = load_window_rules(ana.pk, [account], None, NOW_MS)[account]

    assert rules.source is ValueSource.INFERRED
    assert rules.rule in {WindowRule.HOUR, WindowRule.TEN_MINUTES}


def test_a_fast_clock_opens_no_window(ana: User) -> None:
    upload(ana, NOW + timedelta(minutes=6))

    state = get_account_state(ana.pk, NOW, None)

    assert state is not None
    assert state.snapshot.window is None


def test_without_usage_there_is_no_account(ana: User) -> None:
    assert get_account_state(ana.pk, NOW, None) is None


@pytest.mark.parametrize("seed", range(15))
def test_late_records_and_reports_move_remembered_windows(seed: int) -> None:
    rng, user = random.Random(seed), make_user("late")
    times = [
        NOW - timedelta(minutes=rng.randrange(60 * 24 * 12)) for _ in range(80)
    ]
    upload(user, NOW - timedelta(minutes=9), *times[:40], account="a")
    remembered = get_account_state(user.pk, NOW, "a")
    for late in (times[40:50], times[50:]):
        if rng.random() < 0.5:
            resets_at = rng.choice(times) + timedelta(hours=2)
            limit = {
                "name": FIVE_HOUR,
                "used_percentage": 5,
                "resets_at": resets_at.isoformat(),
                "observed_at": (resets_at - timedelta(hours=1)).isoformat(),
            }
            upload(user, *late, account="a", limits=[limit])
        else:
            upload(user, *late, account="a")
        state = get_account_state(user.pk, NOW, "a")

        ClaudeAccount.objects.filter(user=user).update(chain_ms=0)
        assert remembered is not None
        assert get_account_state(user.pk, NOW, "a") == state


def test_remembered_windows_are_not_read_again(ana: User) -> None:
    upload(
        ana,
        NOW - timedelta(minutes=5),
        *(NOW - timedelta(hours=4 * n) for n in range(1, 100)),
    )

    get_account_state(ana.pk, NOW, None)

    account = ClaudeAccount.objects.get(user=ana)
    assert NOW_MS - 3 * 24 * HOUR < account.chain_ms <= NOW_MS - 48 * HOUR


def test_accounts_at_rest_have_no_window_and_cost_no_queries(
    ana: User,
) -> None:
    for number in range(30):
        at = NOW - timedelta(days=number)
        upload(ana, at, account=f"a{number:02}")
    list_account_states(ana.pk, NOW)

    with CaptureQueriesContext(connection) as queries:
        states = list_account_states(ana.pk, NOW)

    assert [state.key for state in states] == [f"a{n:02}" for n in range(30)]
    assert len(queries) < 70
    assert states[-1].snapshot.last_record_at == NOW - timedelta(days=29)
