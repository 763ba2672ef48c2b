"""The icon that most people have: the countdown over two bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.drawing.icon_text import Room, text_mask

if TYPE_CHECKING:
    from claude_tray.drawing.icon_canvas import IconCanvas
    from claude_tray.drawing.icon_colours import Look
    from claude_tray.drawing.icon_look import Icon

_TALL_FROM: Final = 22
_SOFT: Final = 190
_AMPLE: Final = 2


class _Bars(NamedTuple):
    """Where the bars lie: the left edge, the top, the width, the line."""

    left: int
    top: int
    width: int
    thick: int
    gap: int


def meter(canvas: IconCanvas, icon: Icon, look: Look) -> None:
    """The exact countdown over two bars: this window and the week."""
    size = canvas.size
    pad = max(1, size // 16) if look.is_boxed else 0
    room = Room(size - 2 * pad, round(size * 0.56), size, "0:00")
    mask = text_mask(icon.text(4), room)
    thick, gap = 2, 1
    if size >= _TALL_FROM:
        thick, gap = max(2, round(size * 0.1)), max(1, size // 16)
    high = thick * 2 + gap
    free = size - 2 * pad - mask.height - high
    top = pad + max(0, free // 3)
    canvas.put(mask, look.text, look.dim, canvas.centre(mask, top))
    y = size - pad - high - int(free > _AMPLE)
    if icon.state == "limit":
        unit = max(1, (size - pad - y) // 3)
        below = y + (size - pad - y - 3 * unit) // 2
        canvas.pause(below, unit, look.text)
        return
    if icon.week is None:
        # One bar, as high as both.
        y, thick = y + (high - thick - gap) // 2, thick + gap
    _draw(canvas, icon, look, _Bars(2 * pad, y, size - 4 * pad, thick, gap))


def _draw(canvas: IconCanvas, icon: Icon, look: Look, bars: _Bars) -> None:
    used = icon.used
    if icon.state == "reading":
        used = icon.read
    elif used is None and icon.minutes is not None:
        used = 1 - icon.left
    rows = [(used, look.accent, look.dim)]
    if icon.week is not None:
        rows.append((icon.week, look.week, min(look.dim, _SOFT)))
    is_empty = icon.state in ("idle", "error")
    for number, (share, colour, alpha) in enumerate(rows):
        top = bars.top + number * (bars.thick + bars.gap)
        whole = (bars.width, bars.thick)
        clear = look.clear * look.dim // 255
        canvas.box((bars.left, top), whole, look.track, clear)
        if icon.state == "syncing" and not number:
            _wander(canvas, icon, look, bars)
        elif share and not is_empty:
            reach = max(1, round(bars.width * min(1.0, share)))
            extent = (reach, bars.thick)
            canvas.box((bars.left, top), extent, colour, alpha)
            if icon.state == "warning" and not number:
                _notch(canvas, bars, reach)


def _notch(canvas: IconCanvas, bars: _Bars, reach: int) -> None:
    """Cut a bar into pieces: a warning is told without colours too."""
    step = max(3, bars.width // 6)
    for x in range(bars.left + step - 1, bars.left + reach, step):
        canvas.clear((x, bars.top), (max(1, step // 5), bars.thick))


def _wander(canvas: IconCanvas, icon: Icon, look: Look, bars: _Bars) -> None:
    part = max(3, bars.width // 4)
    left = bars.left + (bars.width - part) * (icon.phase % 8) // 7
    canvas.box((left, bars.top), (part, bars.thick), look.text)
