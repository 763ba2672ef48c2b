"""Draw the headline: countdown, status pill and sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.status import AccountStatus
from claude_tray.ui.graphics import canvas, shapes
from claude_tray.ui.graphics.palette import Palette, tint_color

if TYPE_CHECKING:
    from claude_tray.presentation.status_text import Headline
    from claude_tray.ui.toolkit.surface import DrawSurface
    from claude_tray.ui.toolkit.widgets import Button


# Width of the popup without its padding.
CONTENT_WIDTH: Final = 364.0
# Sizes of the countdown; the first that fits is taken.
_COUNTDOWN_SIZES: Final = (36, 32, 28, 24, 20)
# The first three sizes may have "until" next to them; with a smaller one it
# goes below, at full width.
_SIZES_WITH_UNTIL: Final = 3
_PIN_SIZE: Final = 26.0
_TITLE_BASELINE: Final = 25.0
_PILL_TOP: Final = 43.0
_COUNTDOWN_BASELINE: Final = 63.0
_UNTIL_BASELINE: Final = 84.0
_SENTENCE_BASELINE: Final = 86.0
_UNTIL_HEIGHT: Final = 20.0
_UNTIL_SIZE: Final = 14.0
_UNTIL_GAP: Final = 8.0
_LINE_HEIGHT: Final = 16.5
# The line of what fits; it overlaps the space below the sentence.
FIT_HEIGHT: Final = 17.0
_FIT_OVERLAP: Final = 10.0
_FIT_BASELINE: Final = 3.0
_FIT_SIZE: Final = 12.5
# Height without the sentence, "until" and the progress bar.
_BASE_HEIGHT: Final = 80.0
_PROGRESS_HEIGHT: Final = 14.0
_PROGRESS_BAR_HEIGHT: Final = 5.0
_PILL_HEIGHT: Final = 23.0
_PILL_GAP: Final = 12.0
_PILL_TEXT_SIZE: Final = 12.0
_PILL_TEXT_X: Final = 25.0
_PILL_TEXT_BASELINE: Final = 15.8
# Space in a pill besides its text, pictogram included.
_PILL_PADDING: Final = 34.0
_PICTOGRAMS: Final = {
    AccountStatus.OK: "check",
    AccountStatus.WARNING: "warn",
    AccountStatus.CRITICAL: "warn",
    AccountStatus.LIMIT: "pause",
    AccountStatus.ERROR: "warn",
    AccountStatus.STALE: "clock",
}
ALARMING_STATUSES: Final = frozenset(
    {AccountStatus.CRITICAL, AccountStatus.LIMIT, AccountStatus.ERROR}
)


def wrap_sentence(
    surface: DrawSurface, headline: Headline, max_width: float
) -> list[str]:
    """Wrap the sentence into lines."""
    return canvas.wrap_text(
        surface.canvas,
        headline.sentence,
        _select_sentence_style(surface, headline),
        max_width,
    )


def compute_header_height(
    surface: DrawSurface, lines: list[str], headline: Headline
) -> float:
    """Return the height of the headline in points."""
    progress_height = _PROGRESS_HEIGHT if headline.progress is not None else 0
    _, is_below = _fit_countdown(surface, headline, CONTENT_WIDTH)
    until_height = _UNTIL_HEIGHT if is_below else 0
    return (
        _BASE_HEIGHT
        + until_height
        + _LINE_HEIGHT * len(lines)
        + progress_height
    )


def draw_header(
    surface: DrawSurface,
    headline: Headline,
    bounds: canvas.Rect,
    pin: Button | None,
) -> None:
    """Draw the headline; without a pin, as on a card, it has no button."""
    palette = surface.palette
    title_y = bounds.y + _TITLE_BASELINE
    title_style = canvas.TextStyle(palette.soft, 12, "medium")
    corner_style = canvas.TextStyle(palette.faint, 12)
    surface.draw_text((bounds.x, title_y), headline.title, title_style)
    end = bounds.right
    if pin is not None:
        size = _PIN_SIZE
        button = canvas.Rect(
            end - size + 5, title_y - size / 2 - 4, size, size
        )
        name = "pinned" if surface.view_state.is_pinned else "pin"
        surface.draw_icon_button(pin.action, name, button, pin.label)
        end = button.x - 2
    surface.draw_text((end, title_y), headline.corner, corner_style, "end")
    _draw_pill(surface, headline, bounds.right, bounds.y + _PILL_TOP)
    is_below = _draw_countdown(surface, headline, bounds)
    y = bounds.y + _SENTENCE_BASELINE + (_UNTIL_HEIGHT if is_below else 0)
    for line in wrap_sentence(surface, headline, bounds.width):
        surface.draw_text(
            (bounds.x, y), line, _select_sentence_style(surface, headline)
        )
        y += _LINE_HEIGHT
    if headline.progress is not None:
        track = canvas.Rect(
            bounds.x, y - 6, bounds.width, _PROGRESS_BAR_HEIGHT
        )
        filled = (headline.progress, palette.accent)
        shapes.draw_bar(surface.canvas, track, filled, palette.track)


def draw_fit(surface: DrawSurface, text: str, bounds: canvas.Rect) -> None:
    """Draw what still fits, as a button that opens more about it."""
    if not text:
        return
    palette = surface.palette
    button = bounds._replace(y=bounds.y - _FIT_OVERLAP, height=FIT_HEIGHT)
    is_hovered = surface.add_region("fit", button, text)
    surface.draw_focus_ring("fit", button, 4, palette.background)
    color = palette.text if is_hovered else palette.soft
    style = canvas.TextStyle(color, _FIT_SIZE)
    text = surface.truncate_text(text, style, bounds.width)
    surface.draw_text((bounds.x, bounds.y + _FIT_BASELINE), text, style)


def _draw_countdown(
    surface: DrawSurface, headline: Headline, bounds: canvas.Rect
) -> bool:
    """Draw the countdown; return whether "until" is below it."""
    palette = surface.palette
    is_muted = headline.status in (AccountStatus.IDLE, AccountStatus.READING)
    color = palette.faint if is_muted else palette.text
    size, is_below = _fit_countdown(surface, headline, bounds.width)
    style = canvas.TextStyle(color, size, "bold")
    y = bounds.y + _COUNTDOWN_BASELINE
    width = surface.draw_text((bounds.x, y), headline.countdown, style)
    position = (bounds.x + width + _UNTIL_GAP, y)
    if is_below:
        position = (bounds.x, bounds.y + _UNTIL_BASELINE)
    if headline.until:
        until_style = canvas.TextStyle(palette.soft, _UNTIL_SIZE)
        surface.draw_text(position, headline.until, until_style)
    return is_below


def _fit_countdown(
    surface: DrawSurface, headline: Headline, max_width: float
) -> tuple[float, bool]:
    """Return the size of the countdown, and whether "until" goes below."""
    pill_width = _measure_pill(surface, headline) + _PILL_GAP
    max_width_alone = max_width - pill_width
    until_width = surface.measure_text(
        headline.until, canvas.TextStyle("", _UNTIL_SIZE)
    )
    max_width_with_until = max_width_alone - _UNTIL_GAP - until_width
    widths = [
        (
            size,
            surface.measure_text(
                headline.countdown, canvas.TextStyle("", size, "bold")
            ),
        )
        for size in _COUNTDOWN_SIZES
    ]
    for size, width in widths[:_SIZES_WITH_UNTIL]:
        if width <= max_width_with_until:
            return size, False
    fitting = [size for size, width in widths if width <= max_width_alone]
    return fitting[0] if fitting else _COUNTDOWN_SIZES[-1], True


def _measure_pill(surface: DrawSurface, headline: Headline) -> float:
    style = canvas.TextStyle("", _PILL_TEXT_SIZE, "semibold")
    return surface.measure_text(headline.pill, style) + _PILL_PADDING


def _draw_pill(
    surface: DrawSurface, headline: Headline, end: float, y: float
) -> None:
    """Draw the status as a pictogram and a word."""
    palette = surface.palette
    color = select_status_color(headline.status, palette)
    is_alarming = headline.status.color_status in ALARMING_STATUSES
    text_color, fill = tint_color(palette, color)
    if is_alarming:
        text_color, fill = palette.on, palette.fill
    style = canvas.TextStyle(text_color, _PILL_TEXT_SIZE, "semibold")
    width = _measure_pill(surface, headline)
    x = end - width
    pill = canvas.Rect(x, y, width, _PILL_HEIGHT)
    surface.draw_box(pill, fill, _PILL_HEIGHT / 2)
    pictogram = _PICTOGRAMS.get(headline.status.color_status)
    if pictogram:
        surface.draw_pictogram(pictogram, (x + 10, y + 5.5), 12, style.color)
    else:
        center = (x + 16, y + _PILL_HEIGHT / 2)
        shapes.draw_dot(surface.canvas, center, 3, style.color)
    position = (x + _PILL_TEXT_X, y + _PILL_TEXT_BASELINE)
    surface.draw_text(position, headline.pill, style)


def select_status_color(status: AccountStatus, palette: Palette) -> str:
    """Return the color of a status; a pictogram repeats it as a shape."""
    status = status.color_status
    if status is AccountStatus.OK:
        return palette.ok
    if status in (AccountStatus.WARNING, AccountStatus.STALE):
        return palette.warning
    if status in ALARMING_STATUSES:
        return palette.critical
    return palette.soft


def _select_sentence_style(
    surface: DrawSurface, headline: Headline
) -> canvas.TextStyle:
    palette = surface.palette
    is_alarming = headline.status.color_status in ALARMING_STATUSES
    return canvas.TextStyle(
        palette.critical if is_alarming else palette.soft, 12.5
    )
