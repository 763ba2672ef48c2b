from __future__ import annotations

from claude_tray.domain.snapshot import ProfileState, Snapshot
from tests.support.builders import at


def test_the_account_used_last_stands_first() -> None:
    state = ProfileState(name="work", path="/home/ada/.claude")

    assert Snapshot(at("09:00")).profile is None
    assert Snapshot(at("09:00"), profiles=(state,)).profile is state
