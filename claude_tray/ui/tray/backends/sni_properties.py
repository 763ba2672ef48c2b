"""Build the D-Bus properties of a StatusNotifierItem."""

from __future__ import annotations

import os
from html import escape
from typing import TYPE_CHECKING, Any

from claude_tray.ui.tray.backends.dbusmenu import MENU_PATH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.ui.tray.backends.icon_files import ThemedIcon


def format_host_tooltip(text: str, desktop: str) -> tuple[str, str]:
    """
    Return title and description of a tooltip in the markup of the panel.

    Plasma expects HTML with <br/>. In Xfce, MATE and waybar the description is
    Pango markup, and <br/> makes the tooltip empty. LXQt shows the title only.
    The title is markup in some panels and plain text in others, so "&" and "<"
    are replaced. Tested on real panels: docs/desktops.md.

    Args:
        text: Lines of the tooltip; the first is the title.
        desktop: Value of XDG_CURRENT_DESKTOP.
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


# Width, height, and pixels of four bytes: alpha, red, green, blue.
Pixmap = tuple[int, int, bytes]


def build_item_properties(
    icon: Any,
    pixmaps: Sequence[Pixmap],
    themed: ThemedIcon,
) -> dict[str, tuple[str, Any]]:
    """
    Build the properties of a pystray icon, each with its signature.

    Args:
        icon: The icon.
        pixmaps: Its pictures.
        themed: Its files, for panels that scale pictures.
    """
    desktop = os.environ.get("XDG_CURRENT_DESKTOP", "")
    tooltip = format_host_tooltip(icon.title, desktop)
    # Without a default entry a left click opens the menu. Xfce reads ItemIsMenu
    # only once, possibly before there is a menu: assume a default entry then.
    has_default = not icon.menu or any(item.default for item in icon.menu)
    return {
        "Category": ("s", "ApplicationStatus"),
        "Id": ("s", icon.name),
        "Title": ("s", icon.title.partition("\n")[0] or icon.name),
        "Status": ("s", "Active"),
        "WindowId": ("i", 0),
        "IconName": ("s", themed.name),
        "IconThemePath": ("s", themed.folder),
        "IconPixmap": ("a(iiay)", list(pixmaps)),
        "OverlayIconName": ("s", ""),
        "AttentionIconName": ("s", ""),
        "ToolTip": ("(sa(iiay)ss)", ("", [], *tooltip)),
        "Menu": ("o", MENU_PATH),
        "ItemIsMenu": ("b", not has_default),
    }
