"""What a StatusNotifierItem tells of itself."""

from __future__ import annotations

import os
from html import escape
from typing import TYPE_CHECKING, Any

from claude_tray.ui.tray.backends.dbusmenu import MENU_PATH

if TYPE_CHECKING:
    from collections.abc import Sequence


def format_host_tooltip(text: str, desktop: str) -> tuple[str, str]:
    """
    Return the title and the description of a tooltip.

    Plasma wants HTML with <br/>, which makes the tooltip empty in Xfce, MATE
    and waybar, where the description is Pango markup; LXQt shows the title
    alone. A title is markup in some and plain text in others, so it has
    neither & nor <. Found out on the real panels: docs/desktops.md.

    Args:
        text: The first line is the title.
        desktop: XDG_CURRENT_DESKTOP.
    """
    title, _, rest = text.partition("\n")
    names = desktop.split(":")
    if "LXQt" in names:
        return text, ""
    markup = escape(rest, quote=False)
    if "KDE" in names:
        lines = markup.replace("\n", "<br/>")
        return title, f"<span>{lines}</span>"
    return title.replace("&", "+").replace("<", "("), markup


# Width, height, and four bytes for each pixel: alpha, red, green, blue.
Pixmap = tuple[int, int, bytes]


def build_item_properties(
    icon: Any,
    pixmaps: Sequence[Pixmap],
) -> dict[str, tuple[str, Any]]:
    """Return the properties of a pystray icon, each with its signature."""
    desktop = os.environ.get("XDG_CURRENT_DESKTOP", "")
    tooltip = format_host_tooltip(icon.title, desktop)
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
