from __future__ import annotations

from claude_tray.core.snapshot import AccountSnapshot, Snapshot
from tests.support.builders import at


def test_last_used_account_is_first() -> None:
    state = AccountSnapshot(name="work", path="/home/ada/.claude")

    assert Snapshot(at("09:00")).latest_account is None
    assert Snapshot(at("09:00"), accounts=(state,)).latest_account is state
