from __future__ import annotations

import pytest

from claude_tray.domain.window import Source, Window
from tests.support.builders import at


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [("08:59", False), ("09:00", True), ("13:59", True), ("14:00", False)],
)
def test_a_window_is_open_until_its_end(clock: str, *, is_open: bool) -> None:
    window = Window(at("09:00"), at("14:00"), Source.ESTIMATED, None)

    assert window.is_open(at(clock)) is is_open
