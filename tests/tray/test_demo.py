from __future__ import annotations

from claude_tray.tray.demo import demo_snapshot
from tests.support.builders import at


def test_the_demo_is_labelled_and_has_an_open_window() -> None:
    snapshot = demo_snapshot(at("12:00"))

    assert snapshot.is_demo
    assert snapshot.profile is not None
    assert snapshot.profile.window is not None
    assert snapshot.profile.window.is_open(at("12:00"))
