"""The colours of the person's choice."""

from __future__ import annotations

from claude_tray.desktop.appearance import is_dark
from claude_tray.drawing.palette import DARK, LIGHT, Palette


def palette_of(theme: str) -> Palette:
    """Return the colours of a theme: system, light or dark."""
    if theme == "system":
        return DARK if is_dark() else LIGHT
    return LIGHT if theme == "light" else DARK
