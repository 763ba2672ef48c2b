from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.domain.snapshot import ProfileState
from claude_tray.domain.totals import NOTHING
from claude_tray.wire import usage_api
from claude_tray.wire.stats import stats_of
from tests.support.builders import at

if TYPE_CHECKING:
    from claude_tray.wire.usage_api import Stats


def test_stats_has_just_the_keys_of_its_shape() -> None:
    state = ProfileState("default", "/home/ada/.claude")

    stats: Stats = stats_of(NOTHING, (0, 0), state, at("09:00"))

    assert list(stats) == list(usage_api.Stats.__annotations__)
    details = usage_api.WindowDetails.__annotations__
    assert list(stats["window_details"]) == list(details)
