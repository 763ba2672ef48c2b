"""What the macOS icon needs that can be reckoned anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from claude_tray.drawing.icon_look import Icon

# The menu bar's icons, in points; screens of today have two pixels to each.
POINTS: Final = 22
PIXELS: Final = 44


def look_in(draw: Any) -> Icon | None:  # noqa: ANN401 - partial has no types
    """Return the icon that a function of the size draws."""
    words = getattr(draw, "args", ())
    return words[0] if words else None


def is_template(draw: Any) -> bool:  # noqa: ANN401 - partial has no types
    """Tell whether the menu bar is to colour a picture."""
    look = look_in(draw)
    return look is not None and look.panel == "mono"


def text_beside(draw: Any) -> str:  # noqa: ANN401 - partial has no types
    """Return the text that stands beside the icon."""
    look = look_in(draw)
    return f" {look.text(4)}" if look is not None else ""
