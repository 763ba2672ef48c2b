"""What the macOS icon needs that can be reckoned anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from claude_tray.ui.icon.model import IconModel


# The menu bar's icons, in points; screens of today have two pixels to each.
ICON_POINTS: Final = 22
ICON_PIXELS: Final = 44


def get_drawn_icon(draw: Any) -> IconModel | None:
    """Return the icon that a function of the size draws."""
    args = getattr(draw, "args", ())
    return args[0] if args else None


def is_template(draw: Any) -> bool:
    """Tell whether the menu bar is to colour a picture."""
    icon = get_drawn_icon(draw)
    return icon is not None and icon.panel == "mono"


def format_text_beside(draw: Any) -> str:
    """Return the text that stands beside the icon."""
    icon = get_drawn_icon(draw)
    return f" {icon.format_text(4)}" if icon is not None else ""
