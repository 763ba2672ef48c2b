"""Draw the icon in one of four styles: meter, ring, pie or text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import Image, ImageChops

from claude_tray.ui.icon.shapes import (
    IconCanvas,
    draw_arc,
    draw_corner_dot,
    draw_disc,
    draw_wedge,
)
from claude_tray.ui.icon.text import TextBounds, draw_text_mask

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image as Picture

    from claude_tray.ui.icon.colors import IconColors
    from claude_tray.ui.icon.model import IconModel


_THICK_BARS_MIN_SIZE: Final = 22
_WEEK_ALPHA: Final = 190
_AMPLE_PIXELS: Final = 2


class _Bars(NamedTuple):
    """Position and size of the bars in pixels."""

    left: int
    top: int
    width: int
    thickness: int
    gap: int


def draw_meter(
    canvas: IconCanvas, icon: IconModel, colors: IconColors
) -> None:
    """Draw the exact countdown above bars for the window and the week."""
    size = canvas.size
    pad = max(1, size // 16) if colors.is_boxed else 0
    bounds = TextBounds(size - 2 * pad, round(size * 0.56), size, "0:00")
    max_chars = 5 if size >= _THICK_BARS_MIN_SIZE else 4
    mask = draw_text_mask(icon.format_text(max_chars), bounds)
    thickness, gap = 2, 1
    if size >= _THICK_BARS_MIN_SIZE:
        thickness, gap = max(2, round(size * 0.1)), max(1, size // 16)
    bars_height = thickness * 2 + gap
    if icon.cost_cents is not None and icon.used_fraction is None:
        # A cost has no limit that a bar could show.
        canvas.paint_mask(mask, colors.text, colors.alpha, canvas.center(mask))
        return
    free = size - 2 * pad - mask.height - bars_height
    top = pad + max(0, free // 3)
    text_alpha = _get_text_alpha(icon, colors)
    canvas.paint_mask(mask, colors.text, text_alpha, canvas.center(mask, top))
    y = size - pad - bars_height - int(free > _AMPLE_PIXELS)
    if icon.state == "limit":
        unit = max(1, (size - pad - y) // 3)
        pause_y = y + (size - pad - y - 3 * unit) // 2
        canvas.draw_pause(pause_y, unit, colors.text)
        return
    if icon.week_fraction is None:
        # A single bar takes the height of both.
        y, thickness = (
            y + (bars_height - thickness - gap) // 2,
            thickness + gap,
        )
    _draw_bars(
        canvas, icon, colors, _Bars(2 * pad, y, size - 4 * pad, thickness, gap)
    )


def _get_text_alpha(icon: IconModel, colors: IconColors) -> int:
    """Return the opacity of the text: a countdown is exact, a share may age."""
    return colors.share_alpha if icon.shows_share else colors.alpha


def _draw_bars(
    canvas: IconCanvas, icon: IconModel, colors: IconColors, bars: _Bars
) -> None:
    used = icon.used_fraction
    if icon.state == "reading":
        used = icon.read_fraction
    elif used is None and icon.minutes_left is not None:
        used = 1 - icon.left_fraction
    rows = [(used, colors.accent, colors.share_alpha)]
    if icon.week_fraction is not None:
        rows.append(
            (
                icon.week_fraction,
                colors.week,
                min(colors.share_alpha, _WEEK_ALPHA),
            )
        )
    is_empty = icon.state in ("idle", "error")
    for number, (fraction, color, alpha) in enumerate(rows):
        top = bars.top + number * (bars.thickness + bars.gap)
        full_extent = (bars.width, bars.thickness)
        track_alpha = colors.track_alpha * colors.alpha // 255
        canvas.fill_box(
            (bars.left, top), full_extent, colors.track, track_alpha
        )
        if icon.state == "syncing" and not number:
            _draw_sync_marker(canvas, icon, colors, bars)
        elif fraction and not is_empty:
            filled_width = max(1, round(bars.width * min(1.0, fraction)))
            extent = (filled_width, bars.thickness)
            canvas.fill_box((bars.left, top), extent, color, alpha)
            if icon.state == "warning" and not number:
                _cut_notches(canvas, bars, filled_width)


def _cut_notches(canvas: IconCanvas, bars: _Bars, filled_width: int) -> None:
    """Cut notches into a bar, to show a warning without colors."""
    step = max(3, bars.width // 6)
    for x in range(bars.left + step - 1, bars.left + filled_width, step):
        canvas.erase_box((x, bars.top), (max(1, step // 5), bars.thickness))


def _draw_sync_marker(
    canvas: IconCanvas, icon: IconModel, colors: IconColors, bars: _Bars
) -> None:
    marker_width = max(3, bars.width // 4)
    left = bars.left + (bars.width - marker_width) * (icon.phase % 8) // 7
    canvas.fill_box(
        (left, bars.top), (marker_width, bars.thickness), colors.text
    )


if TYPE_CHECKING:
    StyleFunction = Callable[[IconCanvas, IconModel, IconColors], None]

_BLACK: Final = "#000000"
_HOUR: Final = 60
_DAY_HOURS: Final = 24
_TWO_ROWS_MIN_SIZE: Final = 20
_BADGE_STATES: Final = ("warning", "stale")


def draw_ring(canvas: IconCanvas, icon: IconModel, colors: IconColors) -> None:
    """Draw a ring that shrinks with the time left, around its hours."""
    size = canvas.size
    text = icon.format_text(2)
    if colors.is_filled:
        _draw_cut_out(canvas, colors, 0, _draw_ring_marks(icon, size, text))
        return
    inset = max(1, size // 12) if colors.is_tile else 0
    width = max(2.0, size * 0.115)
    canvas.paint_mask(
        draw_arc(size, inset, width, 1.0),
        colors.track,
        colors.track_alpha * colors.alpha // 255,
    )
    if icon.state == "syncing":
        spinner = draw_arc(size, inset, width, 0.25, -90.0 + 45 * icon.phase)
        canvas.paint_mask(spinner, colors.text, 230)
    else:
        fraction = _compute_ring_fraction(icon)
        canvas.paint_mask(
            draw_arc(size, inset, width, fraction),
            colors.accent,
            _get_text_alpha(icon, colors),
        )
    _draw_state_badge(canvas, icon, colors)
    inner_width = round(size - 2 * (inset + width) - 1)
    mask = draw_text_mask(
        text, TextBounds(inner_width, round(size * 0.6), size, "00")
    )
    text_alpha = _get_text_alpha(icon, colors)
    canvas.paint_mask(mask, colors.text, text_alpha, canvas.center(mask))


def _compute_ring_fraction(icon: IconModel) -> float:
    if icon.state == "reading":
        return icon.read_fraction
    if not icon.is_running:
        return 0.0
    if icon.shows_share:
        return min(1.0, icon.used_fraction or 0.0)
    return icon.left_fraction


def _draw_ring_marks(icon: IconModel, size: int, text: str) -> Picture:
    width, height = round(size * 0.72), round(size * 0.6)
    mask = draw_text_mask(text, TextBounds(width, height, size, "00"))
    unit = max(1, size // 14) if icon.state == "limit" else 0
    top = max(1, (size - mask.height - 4 * unit) // 2)
    marks = IconCanvas(size)
    marks.paint_mask(mask, _BLACK, at=marks.center(mask, top))
    if unit:
        marks.draw_pause(top + mask.height + unit, unit, _BLACK)
    return marks.mask


def draw_pie(canvas: IconCanvas, icon: IconModel, colors: IconColors) -> None:
    """Draw a wedge as large as the time left, without text."""
    size = canvas.size
    inset = max(1, size // 12) if colors.is_tile else 0
    line = max(1.5, size * 0.08)
    gap = inset + line + max(1.0, size * 0.06)
    canvas.paint_mask(
        draw_arc(size, inset, line, 1.0), colors.accent, colors.alpha
    )
    if icon.state == "syncing":
        spinner = draw_arc(
            size, gap, max(2, size * 0.12), 0.3, -90.0 + 45 * icon.phase
        )
        canvas.paint_mask(spinner, colors.accent)
    elif colors.is_filled:
        _draw_cut_out(canvas, colors, gap, _draw_pie_marks(icon, size))
    elif icon.state == "error":
        mask = draw_text_mask(
            "!", TextBounds(size, round(size * 0.6), size, "!")
        )
        canvas.paint_mask(mask, colors.text, at=canvas.center(mask))
    else:
        fraction = (
            icon.read_fraction
            if icon.state == "reading"
            else icon.left_fraction
        )
        is_empty = icon.state == "idle"
        piece = draw_wedge(size, gap, 0.0 if is_empty else fraction)
        canvas.paint_mask(piece, colors.accent, colors.alpha)
    _draw_state_badge(canvas, icon, colors)


def _draw_pie_marks(icon: IconModel, size: int) -> Picture:
    marks = IconCanvas(size)
    if icon.state == "limit":
        unit = max(2, round(size * 0.13))
        marks.draw_pause((size - 3 * unit) // 2, unit, _BLACK)
    else:
        mask = draw_text_mask(
            "!", TextBounds(size, round(size * 0.55), size, "!")
        )
        marks.paint_mask(mask, _BLACK, at=marks.center(mask))
    return marks.mask


def draw_text_only(
    canvas: IconCanvas, icon: IconModel, colors: IconColors
) -> None:
    """Draw text only, as large as possible: "2h" above "47", or "47m"."""
    size = canvas.size
    pad = max(1, size // 16) if colors.is_boxed else 0
    color = colors.accent if icon.state == "warning" else colors.text
    has_room = size >= _TWO_ROWS_MIN_SIZE or not colors.is_boxed
    is_long = (icon.minutes_left or 0) >= _HOUR
    is_time = not icon.shows_share and icon.cost_cents is None
    is_one_row = icon.state in ("error", "limit")
    if has_room and is_long and is_time and not is_one_row:
        _draw_two_rows(canvas, icon, colors, pad, color)
    else:
        _draw_one_row(canvas, icon, colors, pad, color)
    _draw_state_badge(canvas, icon, colors, is_above=True)


def _draw_one_row(
    canvas: IconCanvas,
    icon: IconModel,
    colors: IconColors,
    pad: int,
    color: str,
) -> None:
    size = canvas.size
    bounds = TextBounds(size - 2 * pad, round(size * 0.6), size, "00m")
    mask = draw_text_mask(icon.format_text(4), bounds)
    unit = max(1, size // 10) if icon.state == "limit" else 0
    top = (size - mask.height - 4 * unit) // 2
    text_alpha = _get_text_alpha(icon, colors)
    canvas.paint_mask(mask, color, text_alpha, canvas.center(mask, top))
    if unit:
        canvas.draw_pause(top + mask.height + unit, unit, color)


def _draw_two_rows(
    canvas: IconCanvas,
    icon: IconModel,
    colors: IconColors,
    pad: int,
    color: str,
) -> None:
    size, available = canvas.size, canvas.size - 2 * pad
    hours, minutes = divmod(icon.minutes_left or 0, _HOUR)
    texts = f"{hours}h", f"{minutes:02d}"
    if hours >= _DAY_HOURS:
        days, day_hours = divmod(hours, _DAY_HOURS)
        texts = f"{days}d", f"{day_hours}h"
    row_bounds = TextBounds(
        available, (available - max(1, size // 16)) // 2, size, "00"
    )
    above, below = (draw_text_mask(text, row_bounds) for text in texts)
    free = available - above.height - below.height
    gap = max(1, min(free, size // 12 or 1))
    top = (size - above.height - below.height - gap) // 2
    lower_alpha = colors.alpha if colors.is_filled else min(colors.alpha, 215)
    # Make room for the badge on the right.
    badge_offset = size // 8 if icon.state in _BADGE_STATES else 0
    x, y = canvas.center(above, top)
    canvas.paint_mask(
        above, color, colors.alpha, (max(0, x - badge_offset), y)
    )
    x, y = canvas.center(below, top + above.height + gap)
    canvas.paint_mask(below, color, lower_alpha, (max(0, x - badge_offset), y))


def _draw_cut_out(
    canvas: IconCanvas,
    colors: IconColors,
    inset: float,
    marks: Picture,
) -> None:
    """Fill a disc and draw the marks on it."""
    disc_mask = draw_disc(canvas.size, inset)
    if colors.is_mono:
        # There is no second color: cut the marks out of the disc.
        canvas.paint_mask(ImageChops.subtract(disc_mask, marks), _BLACK)
        return
    canvas.paint_mask(disc_mask, colors.accent)
    canvas.paint_mask(marks, colors.on_fill)


def _draw_state_badge(
    canvas: IconCanvas,
    icon: IconModel,
    colors: IconColors,
    *,
    is_above: bool = False,
) -> None:
    """Draw a dot with a transparent rim into a right corner; dim if stale."""
    if icon.state not in _BADGE_STATES:
        return
    size = canvas.size
    rim, dot = (
        draw_corner_dot(size, max(1.0, size / 18)),
        draw_corner_dot(size, 0.0),
    )
    if is_above:
        flip = Image.Transpose.FLIP_TOP_BOTTOM
        rim, dot = rim.transpose(flip), dot.transpose(flip)
    canvas.erase_mask(rim)
    canvas.paint_mask(dot, colors.accent, colors.share_alpha)
