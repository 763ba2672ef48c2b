from __future__ import annotations

from datetime import UTC, datetime

import pytest

from claude_tray.domain.snapshot import Snapshot, SyncPhase, SyncState
from claude_tray.popup.order import (
    Ask,
    Order,
    Show,
    Volatile,
    ask_of,
    line_of,
    order_of,
    volatile_of,
)

NOW = datetime(2026, 11, 24, 12, 13, tzinfo=UTC)
SHOW = Show(
    "popup",
    "/own/usage.db",
    "/own/settings.toml",
    "/own",
    (("/home/ada/.claude", "default"), ("/home/ada/w", "work")),
)


@pytest.mark.parametrize(
    "order",
    [
        SHOW,
        SHOW._replace(surface="settings", page="sync", anchor=(1, 2, 3, 4)),
        Volatile(),
        Volatile(
            0.42,
            "No room “left”.",
            SyncState(SyncPhase.DELAYED, NOW, 3, 1, "timeout"),
            is_demo=True,
        ),
        "hide",
        "quit",
    ],
)
def test_an_order_comes_out_as_it_went_in(order: Order) -> None:
    line = line_of(order)

    assert line.count("\n") == 1
    assert order_of(line) == order


def test_a_wish_comes_out_as_it_went_in() -> None:
    for ask in (Ask("refresh"), Ask("settings", "sync"), Ask("copy", "a\nb")):
        assert ask_of(line_of(ask)) == ask


def test_what_is_not_in_the_store_is_taken_from_the_snapshot() -> None:
    sync = SyncState(SyncPhase.RUNNING)
    snapshot = Snapshot(NOW, reading=0.5, problem="Full.", sync=sync)

    assert volatile_of(snapshot) == Volatile(0.5, "Full.", sync)
