"""Compute parts of the macOS icon that do not need AppKit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from claude_tray.ui.icon.model import IconModel


# Size of menu bar icons in points; Retina screens have two pixels per point.
ICON_POINTS: Final = 22
ICON_PIXELS: Final = 44


def get_drawn_icon(draw: Any) -> IconModel | None:
    """Return the icon model that a drawing function is bound to."""
    args = getattr(draw, "args", ())
    return args[0] if args else None


def is_template(draw: Any) -> bool:
    """Return whether the icon is a template that the menu bar colors."""
    icon = get_drawn_icon(draw)
    return icon is not None and icon.panel == "mono"


def format_text_beside(draw: Any) -> str:
    """Format the text next to the icon."""
    icon = get_drawn_icon(draw)
    return f" {icon.format_text(4)}" if icon is not None else ""
