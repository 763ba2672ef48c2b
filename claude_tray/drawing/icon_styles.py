"""The four ways to draw the icon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import Image, ImageChops

from claude_tray.drawing.icon_canvas import IconCanvas
from claude_tray.drawing.icon_shapes import arc, corner_dot, disc, wedge
from claude_tray.drawing.icon_text import Room, text_mask

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image as Picture

    from claude_tray.drawing.icon_colours import Look
    from claude_tray.drawing.icon_look import Icon

    Style = Callable[[IconCanvas, Icon, Look], None]

_BLACK: Final = "#000000"
_HOUR: Final = 60
_DAY: Final = 24 * _HOUR
_TWO_ROWS_FROM: Final = 20


def ring(canvas: IconCanvas, icon: Icon, look: Look) -> None:
    """A ring that shrinks with the time left; hours or minutes inside."""
    size = canvas.size
    text = icon.text(2)
    if look.is_filled:
        _cut_out(canvas, look, 0, _ring_marks(icon, size, text))
        return
    inset = max(1, size // 12) if look.is_tile else 0
    width = max(2.0, size * 0.115)
    canvas.put(
        arc(size, inset, width, 1.0),
        look.track,
        look.clear * look.dim // 255,
    )
    if icon.state == "syncing":
        turned = arc(size, inset, width, 0.25, -90.0 + 45 * icon.phase)
        canvas.put(turned, look.text, 230)
    else:
        share = _ring_share(icon)
        canvas.put(arc(size, inset, width, share), look.accent, look.dim)
    if icon.state == "warning":
        _badge(canvas, look.accent)
    room = round(size - 2 * (inset + width) - 1)
    mask = text_mask(text, Room(room, round(size * 0.6), size, "00"))
    canvas.put(mask, look.text, look.dim, canvas.centre(mask))


def _ring_share(icon: Icon) -> float:
    if icon.state == "reading":
        return icon.read
    if not icon.is_running:
        return 0.0
    if icon.number == "percent" and icon.used is not None:
        return min(1.0, icon.used)
    return icon.left


def _ring_marks(icon: Icon, size: int, text: str) -> Picture:
    width, height = round(size * 0.72), round(size * 0.6)
    mask = text_mask(text, Room(width, height, size, "00"))
    unit = max(1, size // 14) if icon.state == "limit" else 0
    top = max(1, (size - mask.height - 4 * unit) // 2)
    marks = IconCanvas(size)
    marks.put(mask, _BLACK, at=marks.centre(mask, top))
    if unit:
        marks.pause(top + mask.height + unit, unit, _BLACK)
    return marks.mask


def pie(canvas: IconCanvas, icon: Icon, look: Look) -> None:
    """No text: a wedge as large as the time left."""
    size = canvas.size
    inset = max(1, size // 12) if look.is_tile else 0
    line = max(1.5, size * 0.08)
    gap = inset + line + max(1.0, size * 0.06)
    canvas.put(arc(size, inset, line, 1.0), look.accent, look.dim)
    if icon.state == "syncing":
        turned = arc(
            size, gap, max(2, size * 0.12), 0.3, -90.0 + 45 * icon.phase
        )
        canvas.put(turned, look.accent)
    elif look.is_filled:
        _cut_out(canvas, look, gap, _pie_marks(icon, size))
    elif icon.state == "error":
        mask = text_mask("!", Room(size, round(size * 0.6), size, "!"))
        canvas.put(mask, look.text, at=canvas.centre(mask))
    else:
        share = icon.read if icon.state == "reading" else icon.left
        is_empty = icon.state == "idle"
        piece = wedge(size, gap, 0.0 if is_empty else share)
        canvas.put(piece, look.accent, look.dim)
    if icon.state == "warning":
        _badge(canvas, look.accent)


def _pie_marks(icon: Icon, size: int) -> Picture:
    marks = IconCanvas(size)
    if icon.state == "limit":
        unit = max(2, round(size * 0.13))
        marks.pause((size - 3 * unit) // 2, unit, _BLACK)
    else:
        mask = text_mask("!", Room(size, round(size * 0.55), size, "!"))
        marks.put(mask, _BLACK, at=marks.centre(mask))
    return marks.mask


def text(canvas: IconCanvas, icon: Icon, look: Look) -> None:
    """Only text, as large as the icon allows: 2h over 47, or 47m."""
    size = canvas.size
    pad = max(1, size // 16) if look.is_boxed else 0
    colour = look.accent if icon.state == "warning" else look.text
    has_room = size >= _TWO_ROWS_FROM or not look.is_boxed
    is_long = _HOUR <= (icon.minutes or 0) < _DAY
    is_time = icon.number == "time" or icon.used is None
    is_one_row = icon.state in ("error", "limit")
    if has_room and is_long and is_time and not is_one_row:
        _two_rows(canvas, icon, look, pad, colour)
    else:
        _one_row(canvas, icon, look, pad, colour)
    if icon.state == "warning":
        _badge(canvas, look.accent, is_above=True)


def _one_row(
    canvas: IconCanvas,
    icon: Icon,
    look: Look,
    pad: int,
    colour: str,
) -> None:
    size = canvas.size
    room = Room(size - 2 * pad, round(size * 0.6), size, "00m")
    mask = text_mask(icon.text(4), room)
    unit = max(1, size // 10) if icon.state == "limit" else 0
    top = (size - mask.height - 4 * unit) // 2
    canvas.put(mask, colour, look.dim, canvas.centre(mask, top))
    if unit:
        canvas.pause(top + mask.height + unit, unit, colour)


def _two_rows(
    canvas: IconCanvas,
    icon: Icon,
    look: Look,
    pad: int,
    colour: str,
) -> None:
    size, room = canvas.size, canvas.size - 2 * pad
    hours, minutes = divmod(icon.minutes or 0, _HOUR)
    each = Room(room, (room - max(1, size // 16)) // 2, size, "00")
    above, below = (
        text_mask(t, each) for t in (f"{hours}h", f"{minutes:02d}")
    )
    free = room - above.height - below.height
    gap = max(1, min(free, size // 12 or 1))
    top = (size - above.height - below.height - gap) // 2
    soft = look.dim if look.is_filled else min(look.dim, 215)
    # Beside the badge.
    aside = size // 8 if icon.state == "warning" else 0
    x, y = canvas.centre(above, top)
    canvas.put(above, colour, look.dim, (max(0, x - aside), y))
    x, y = canvas.centre(below, top + above.height + gap)
    canvas.put(below, colour, soft, (max(0, x - aside), y))


def _cut_out(
    canvas: IconCanvas,
    look: Look,
    inset: float,
    marks: Picture,
) -> None:
    """Fill a disc and let the marks stand out of it."""
    whole = disc(canvas.size, inset)
    if look.is_mono:
        # No second colour: the marks are holes.
        canvas.put(ImageChops.subtract(whole, marks), _BLACK)
        return
    canvas.put(whole, look.accent)
    canvas.put(marks, look.on_fill)


def _badge(
    canvas: IconCanvas,
    colour: str,
    *,
    is_above: bool = False,
) -> None:
    """Put a dot into a right corner, with a clear rim: look here."""
    size = canvas.size
    rim, dot = corner_dot(size, max(1.0, size / 18)), corner_dot(size, 0.0)
    if is_above:
        flip = Image.Transpose.FLIP_TOP_BOTTOM
        rim, dot = rim.transpose(flip), dot.transpose(flip)
    canvas.cut(rim)
    canvas.put(dot, colour)
