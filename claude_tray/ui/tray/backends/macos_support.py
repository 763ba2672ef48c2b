"""Compute parts of the macOS icon that do not need AppKit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.ui.toolkit.placement import ScreenArea

if TYPE_CHECKING:
    from claude_tray.ui.icon.model import IconModel


# Usual size of menu bar icons in points, which leaves space above and below
# in a bar of 22 or more; Retina screens have two pixels per point.
ICON_POINTS: Final = 18
ICON_PIXELS: Final = 36


def choose_anchor(
    button: ScreenArea, pointer: tuple[int, int] | None
) -> ScreenArea:
    """
    Return the area below which the popup opens.

    Args:
        button: Frame of the icon's button. Each screen may have a menu bar
            with the icon, and this may be that of another screen.
        pointer: Where the mouse was clicked; None without a mouse.
    """
    if pointer is None or button.measure_distance(*pointer) == 0:
        return button
    return ScreenArea(*pointer, 1, 1)


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
