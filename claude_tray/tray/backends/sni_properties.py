"""What a StatusNotifierItem tells of itself."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from claude_tray.tray.backends.menu_object import MENU_PATH
from claude_tray.tray.backends.tooltip import host_tooltip

if TYPE_CHECKING:
    from collections.abc import Sequence

# Width, height, and four bytes for each pixel: alpha, red, green, blue.
Pixmap = tuple[int, int, bytes]


def properties_of(
    icon: Any,  # noqa: ANN401 - pystray has no types
    pixmaps: Sequence[Pixmap],
) -> dict[str, tuple[str, Any]]:
    """Return the properties of a pystray icon, each with its signature."""
    desktop = os.environ.get("XDG_CURRENT_DESKTOP", "")
    tooltip = host_tooltip(icon.title, desktop)
    # Without a default a left click shows the menu. Xfce asks once, maybe
    # before there is a menu; the one to come has a default, unless chosen.
    has_default = not icon.menu or any(item.default for item in icon.menu)
    return {
        "Category": ("s", "ApplicationStatus"),
        "Id": ("s", icon.name),
        "Title": ("s", icon.title.partition("\n")[0] or icon.name),
        "Status": ("s", "Active"),
        "WindowId": ("i", 0),
        "IconName": ("s", ""),
        "IconPixmap": ("a(iiay)", list(pixmaps)),
        "OverlayIconName": ("s", ""),
        "AttentionIconName": ("s", ""),
        "ToolTip": ("(sa(iiay)ss)", ("", [], *tooltip)),
        "Menu": ("o", MENU_PATH),
        "ItemIsMenu": ("b", not has_default),
    }
