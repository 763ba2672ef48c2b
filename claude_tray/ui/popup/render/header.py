"""The answer at the top of the popup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.presentation.status_text import DisplayStatus
from claude_tray.ui.graphics.canvas import Rect
from claude_tray.ui.graphics.palette import Palette, tint_color
from claude_tray.ui.graphics.shapes import draw_bar, draw_dot
from claude_tray.ui.graphics.text_layout import TextStyle, wrap_text

if TYPE_CHECKING:
    from claude_tray.presentation.headline import Headline
    from claude_tray.ui.toolkit.surface import DrawSurface


_SIZES: Final = (36, 32, 28, 24, 20)
# So many of them are large enough to have something beside them.
_SIZES_WITH_UNTIL: Final = 3
_UNTIL_HEIGHT: Final = 20.0
_LINE_HEIGHT: Final = 16.5
# What is between the edges of the popup.
CONTENT_WIDTH: Final = 364.0
_PICTOGRAMS: Final = {
    DisplayStatus.OK: "check",
    DisplayStatus.WARNING: "warn",
    DisplayStatus.CRITICAL: "warn",
    DisplayStatus.LIMIT: "pause",
    DisplayStatus.ERROR: "warn",
    DisplayStatus.STALE: "clock",
}
_ALARMING: Final = frozenset(
    {DisplayStatus.CRITICAL, DisplayStatus.LIMIT, DisplayStatus.ERROR}
)


def wrap_sentence(
    surface: DrawSurface, headline: Headline, max_width: float
) -> list[str]:
    """Return the sentence as it is wrapped."""
    return wrap_text(
        surface.canvas,
        headline.sentence,
        _select_sentence_style(surface, headline),
        max_width,
    )


def compute_header_height(
    surface: DrawSurface, lines: list[str], headline: Headline
) -> float:
    """Return how high the head is."""
    progress = 14 if headline.progress is not None else 0
    _, is_below = _fit_countdown(surface, headline, CONTENT_WIDTH)
    until_height = _UNTIL_HEIGHT if is_below else 0
    return 80.0 + until_height + _LINE_HEIGHT * len(lines) + progress


def draw_header(
    surface: DrawSurface, headline: Headline, bounds: Rect
) -> None:
    palette = surface.palette
    soft, faint = (
        TextStyle(palette.soft, 12, "medium"),
        TextStyle(palette.faint, 12),
    )
    surface.draw_text((bounds.x, bounds.y + 25), headline.title, soft)
    surface.draw_text(
        (bounds.right, bounds.y + 25), headline.corner, faint, "end"
    )
    _draw_pill(surface, headline, bounds.right, bounds.y + 43)
    is_below = _draw_countdown(surface, headline, bounds)
    y = bounds.y + 86 + (_UNTIL_HEIGHT if is_below else 0)
    for line in wrap_sentence(surface, headline, bounds.width):
        surface.draw_text(
            (bounds.x, y), line, _select_sentence_style(surface, headline)
        )
        y += _LINE_HEIGHT
    if headline.progress is not None:
        track = Rect(bounds.x, y - 6, bounds.width, 5)
        filled = (headline.progress, palette.accent)
        draw_bar(surface.canvas, track, filled, palette.track)


def _draw_countdown(
    surface: DrawSurface, headline: Headline, bounds: Rect
) -> bool:
    """Draw the countdown; tell whether "until" went below it."""
    palette = surface.palette
    is_muted = headline.status in (DisplayStatus.IDLE, DisplayStatus.READING)
    color = palette.faint if is_muted else palette.text
    size, is_below = _fit_countdown(surface, headline, bounds.width)
    style = TextStyle(color, size, "bold")
    width = surface.draw_text(
        (bounds.x, bounds.y + 63), headline.countdown, style
    )
    position = (bounds.x + width + 8, bounds.y + 63)
    if is_below:
        position = (bounds.x, bounds.y + 84)
    if headline.until:
        surface.draw_text(
            position, headline.until, TextStyle(palette.soft, 14)
        )
    return is_below


def _fit_countdown(
    surface: DrawSurface, headline: Headline, max_width: float
) -> tuple[float, bool]:
    """Return the countdown's size, and whether "until" goes below it."""
    max_width_alone = max_width - _measure_pill(surface, headline) - 12
    max_width_beside = (
        max_width_alone
        - 8
        - surface.measure_text(headline.until, TextStyle("", 14))
    )
    widths = [
        (
            size,
            surface.measure_text(
                headline.countdown, TextStyle("", size, "bold")
            ),
        )
        for size in _SIZES
    ]
    for size, width in widths[:_SIZES_WITH_UNTIL]:
        if width <= max_width_beside:
            return size, False
    fitting = [size for size, width in widths if width <= max_width_alone]
    return fitting[0] if fitting else _SIZES[-1], True


def _measure_pill(surface: DrawSurface, headline: Headline) -> float:
    return (
        surface.measure_text(headline.pill, TextStyle("", 12, "semibold")) + 34
    )


def _draw_pill(
    surface: DrawSurface, headline: Headline, end: float, y: float
) -> None:
    """Draw the verdict as a sign and a word."""
    palette = surface.palette
    color = select_status_color(headline.status, palette)
    is_alarming = headline.status in _ALARMING
    text_color, fill = tint_color(palette, color)
    if is_alarming:
        text_color, fill = palette.on, palette.fill
    style = TextStyle(text_color, 12, "semibold")
    width = _measure_pill(surface, headline)
    x = end - width
    surface.draw_box(Rect(x, y, width, 23), fill, 11.5)
    pictogram = _PICTOGRAMS.get(headline.status)
    if pictogram:
        surface.draw_pictogram(pictogram, (x + 10, y + 5.5), 12, style.color)
    else:
        draw_dot(surface.canvas, (x + 16, y + 11.5), 3, style.color)
    surface.draw_text((x + 25, y + 15.8), headline.pill, style)


def select_status_color(status: DisplayStatus, palette: Palette) -> str:
    """Return the colour that tells a state, beside its sign."""
    if status is DisplayStatus.OK:
        return palette.ok
    if status in (DisplayStatus.WARNING, DisplayStatus.STALE):
        return palette.warning
    if status in _ALARMING:
        return palette.critical
    return palette.soft


def _select_sentence_style(
    surface: DrawSurface, headline: Headline
) -> TextStyle:
    palette = surface.palette
    is_alarming = headline.status in _ALARMING
    return TextStyle(palette.critical if is_alarming else palette.soft, 12.5)
