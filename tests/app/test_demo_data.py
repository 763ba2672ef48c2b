from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from claude_tray.app.demo import apply_demo_state
from claude_tray.app.demo_data import (
    DEMO_STATES,
    fill_demo_store,
    show_demo_state,
)
from claude_tray.config.price_tables import load_price_table
from claude_tray.core.accounts import Account
from claude_tray.core.status import AccountStatus, assess_account
from claude_tray.i18n.translator import ENGLISH
from claude_tray.store.connection import open_reader
from claude_tray.store.snapshot import SnapshotBuilder
from tests.support.builders import at

if TYPE_CHECKING:
    from pathlib import Path


ADA = Account("", "demo", "demo", None)


def test_sample_usage_fills_every_view(tmp_path: Path) -> None:
    path, now = tmp_path / "usage.db", at("12:13", day=20)

    fill_demo_store(path, load_price_table(), now)

    with closing(open_reader(path)) as reader:
        snapshot = SnapshotBuilder(reader).build([ADA], now)
    (profile,) = snapshot.accounts
    assert profile.window is not None
    assert profile.window.is_open(now)
    assert profile.used is not None
    assert profile.used.percent == 38
    assert [week.name for week in profile.weekly] == ["seven_day", "Opus"]
    assert profile.pace is not None
    assert profile.pace.percent_at_reset is not None
    assert len(snapshot.projects) == 4
    assert len(snapshot.models) == 3
    assert snapshot.unpriced_models == ()
    assert not snapshot.last_30_days.is_lower_bound
    assert snapshot.last_30_days.other_cost == 0
    assert snapshot.last_30_days.priced_cost > snapshot.today.priced_cost > 0


def test_the_demo_shows_every_state_of_a_limit_one_after_the_other(
    tmp_path: Path,
) -> None:
    path, started = tmp_path / "usage.db", at("12:13", day=20)
    fill_demo_store(path, load_price_table(), started)
    statuses = []

    # The second round begins as the first one did.
    for number, state in enumerate((*DEMO_STATES, DEMO_STATES[0])):
        now = started + number * timedelta(seconds=10)
        show_demo_state(path, state, started, now)
        with closing(open_reader(path)) as reader:
            snapshot = SnapshotBuilder(reader).build([ADA], now)
        snapshot = apply_demo_state(snapshot, state, ENGLISH)
        (account,) = snapshot.accounts
        statuses.append(assess_account(snapshot, account, now).status)

    assert statuses == [
        AccountStatus.OK,
        AccountStatus.WARNING,
        AccountStatus.CRITICAL,
        AccountStatus.LIMIT,
        AccountStatus.EXTRA_USAGE,
        AccountStatus.LIMIT,
        AccountStatus.MODEL_LIMIT,
        AccountStatus.STALE,
        AccountStatus.UNKNOWN,
        AccountStatus.IDLE,
        AccountStatus.READING,
        AccountStatus.ERROR,
        AccountStatus.OK,
    ]
