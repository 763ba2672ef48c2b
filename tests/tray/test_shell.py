from __future__ import annotations

import pytest

from claude_tray.drawing.icon import Icon
from claude_tray.tray.shell import icon_of
from claude_tray.tray.view import IconState, IconView


@pytest.mark.parametrize(
    ("view", "icon"),
    [
        (IconView(IconState.OK, 167, 0.44), Icon("2:47", 0.44)),
        (IconView(IconState.ERROR, 167, 0.44), Icon("!", 0.44)),
        (IconView(IconState.ERROR), Icon("!", 0.0, is_dim=True)),
        (IconView(IconState.IDLE), Icon("5h", 0.0, is_dim=True)),
        (IconView(IconState.READING, gone=0.4), Icon("...", 0.4, is_dim=True)),
    ],
)
def test_each_state_has_its_drawing(view: IconView, icon: Icon) -> None:
    assert icon_of(view) == icon
