from __future__ import annotations

from claude_tray.desktop.icons import theme_pictures
from claude_tray.desktop.identity import APP_ID


def test_there_is_a_picture_for_each_size_that_menus_use() -> None:
    pictures = theme_pictures()

    for size in (16, 22, 24, 32, 48, 64, 128, 256, 512):
        picture = pictures[f"{size}x{size}/apps/{APP_ID}.png"]
        assert picture.startswith(b"\x89PNG")
    assert f"scalable/apps/{APP_ID}.svg" in pictures
    assert f"symbolic/apps/{APP_ID}-symbolic.svg" in pictures
