"""Draw sentences with buttons: banner, problem, welcome, keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.setup import SetupSwitch
from claude_tray.ui.graphics import canvas, shapes
from claude_tray.ui.graphics.palette import mix_colors
from claude_tray.ui.popup.render.choices import draw_button, measure_button
from claude_tray.ui.toolkit.widgets import Button

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.presentation.banner import Banner
    from claude_tray.presentation.help_sheet import KeyHelp
    from claude_tray.presentation.welcome import Welcome, WelcomeSwitch
    from claude_tray.ui.toolkit.surface import DrawSurface


BUTTONS_HEIGHT: Final = 34.0
_BUTTON_HEIGHT: Final = 26.0
_GAP: Final = 8.0
_LINE: Final = 16.0
_TEXT_SIZE: Final = 12.0
_PADDING: Final = 9.0
_CLOSE: Final = 24.0
_SWITCH_WIDTH: Final = 34.0
_SWITCH_HEIGHT: Final = 19.0
_HINT_SIZE: Final = 11.0
_HINT_LINE: Final = 14.5
_KEY_WIDTH: Final = 96.0
_KEY_LINE: Final = 25.0
_TITLE_SIZE: Final = 17.0
_TITLE_LINE: Final = 22.0
# Lines of a change that are shown; the rest is in the settings.
_MAX_CHANGE_LINES: Final = 8


def compute_banner_height(
    surface: DrawSurface, banner: Banner | None, width: float
) -> float:
    """Return the height of a banner and the space below it."""
    if banner is None:
        return 0.0
    lines = len(_wrap_banner(surface, banner, width))
    return max(lines * _LINE, _CLOSE - 4) + 2 * _PADDING - 2 + _GAP


def draw_banner(
    surface: DrawSurface, banner: Banner, bounds: canvas.Rect, close_label: str
) -> None:
    """Draw a sentence with its button and a cross."""
    palette = surface.palette
    box = bounds._replace(height=bounds.height - _GAP)
    fill = mix_colors(palette.background, palette.kinds[1], 0.14)
    surface.draw_box(box, fill, 8)
    lines = _wrap_banner(surface, banner, bounds.width)
    style = canvas.TextStyle(palette.text, _TEXT_SIZE)
    top = box.y + (box.height - len(lines) * _LINE) / 2
    for number, line in enumerate(lines):
        y = top + number * _LINE + 12
        surface.draw_text((box.x + _PADDING, y), line, style)
    middle = box.y + box.height / 2
    close = canvas.Rect(
        box.right - _CLOSE - 3, middle - _CLOSE / 2, _CLOSE, _CLOSE
    )
    surface.draw_icon_button("dismiss", "close", close, close_label)
    if banner.button:
        width = measure_button(surface, banner.button)
        button = canvas.Rect(
            close.x - 4 - width,
            middle - _BUTTON_HEIGHT / 2,
            width,
            _BUTTON_HEIGHT,
        )
        draw_button(surface, button, Button("banner", banner.button), fill)


def _wrap_banner(
    surface: DrawSurface, banner: Banner, width: float
) -> list[str]:
    space = width - 2 * _PADDING - _CLOSE
    if banner.button:
        space -= measure_button(surface, banner.button) + 4
    style = canvas.TextStyle("", _TEXT_SIZE)
    return canvas.wrap_text(surface.canvas, banner.text, style, space)


def draw_buttons(
    surface: DrawSurface, buttons: Sequence[Button], bounds: canvas.Rect
) -> None:
    """Draw buttons in a row."""
    x, fill = bounds.x, surface.palette.background
    for button in buttons:
        width = measure_button(surface, button.label)
        box = canvas.Rect(x, bounds.y + 4, width, _BUTTON_HEIGHT)
        draw_button(surface, box, button, fill)
        x += width + _GAP


class WelcomePainter:
    """
    Draw the welcome state from top to bottom.

    Args:
        surface: Surface to draw on; of any height to measure.
        bounds: Where it begins, and its width.
    """

    def __init__(self, surface: DrawSurface, bounds: canvas.Rect) -> None:
        self._surface = surface
        self._bounds = bounds
        self._y = bounds.y

    def draw(self, welcome: Welcome) -> float:
        """Draw it and return its height."""
        palette = self._surface.palette
        title = canvas.TextStyle(palette.text, _TITLE_SIZE, "semibold")
        self._y += 20
        self._draw_text(welcome.headline, title, _TITLE_LINE)
        self._y += 4
        soft = canvas.TextStyle(palette.soft, 12.5)
        self._draw_text(welcome.sentence, soft, 17)
        self._y += 14
        for switch in welcome.switches:
            self._draw_switch(switch)
        for number, suggestion in enumerate(welcome.suggestions):
            self._draw_suggestion(
                number, suggestion.sentence, suggestion.button
            )
        return self._y - self._bounds.y + 10

    def _draw_text(
        self,
        text: str,
        style: canvas.TextStyle,
        line: float,
        indent: float = 0,
    ) -> None:
        surface, width = self._surface, self._bounds.width - indent
        for part in canvas.wrap_text(surface.canvas, text, style, width):
            self._y += line
            position = (self._bounds.x + indent, self._y - 4)
            surface.draw_text(position, part, style)

    def _draw_switch(self, switch: WelcomeSwitch) -> None:
        """Draw a switch with label, hint, problem and changes."""
        surface, palette = self._surface, self._surface.palette
        top, indent = self._y, _SWITCH_WIDTH + 12
        label = canvas.TextStyle(palette.text, 13, "semibold")
        hint = canvas.TextStyle(palette.soft, _HINT_SIZE)
        name = f"switch:{switch.key}"
        row = canvas.Rect(
            self._bounds.x, top + 2, self._bounds.width, _SWITCH_HEIGHT + 2
        )
        surface.add_region(name, row, switch.label, tooltip=switch.hint)
        track = canvas.Rect(
            self._bounds.x, top + 3, _SWITCH_WIDTH, _SWITCH_HEIGHT
        )
        _draw_toggle(surface, name, track, is_on=switch.is_on)
        self._draw_text(switch.label, label, 19, indent)
        self._draw_text(switch.hint, hint, _HINT_LINE, indent)
        if switch.problem:
            critical = canvas.TextStyle(palette.critical, _HINT_SIZE, "medium")
            self._draw_text(switch.problem, critical, _HINT_LINE, indent)
        if switch.key is SetupSwitch.LIMITS and not switch.is_on:
            self._draw_changes(switch, indent)
        self._y += 12

    def _draw_changes(self, switch: WelcomeSwitch, indent: float) -> None:
        """Draw what the click changes in another program's file."""
        palette = self._surface.palette
        faint = canvas.TextStyle(palette.faint, _HINT_SIZE - 0.5)
        added = canvas.TextStyle(palette.ok, _HINT_SIZE - 0.5)
        removed = canvas.TextStyle(palette.critical, _HINT_SIZE - 0.5)
        lines: list[tuple[str, canvas.TextStyle]] = []
        for change in switch.changes:
            lines.append((change.path, faint))
            lines += [
                (f"\N{MINUS SIGN} {t.strip()}", removed)
                for t in change.removed
            ]
            lines += [(f"+ {t.strip()}", added) for t in change.added]
        self._y += 2
        for text, style in lines[:_MAX_CHANGE_LINES]:
            self._draw_text(text, style, _HINT_LINE, indent)

    def _draw_suggestion(self, number: int, sentence: str, label: str) -> None:
        surface = self._surface
        if sentence:
            style = canvas.TextStyle(surface.palette.soft, 12)
            self._draw_text(sentence, style, _LINE)
        width = measure_button(surface, label)
        box = canvas.Rect(self._bounds.x, self._y + 4, width, _BUTTON_HEIGHT)
        button = Button(f"suggest:{number}", label)
        draw_button(surface, box, button, surface.palette.background)
        self._y += _BUTTON_HEIGHT + 12


def _draw_toggle(
    surface: DrawSurface, name: str, track: canvas.Rect, *, is_on: bool
) -> None:
    palette = surface.palette
    surface.draw_focus_ring(name, track, track.height / 2, palette.background)
    fill = palette.ok if is_on else palette.track
    edge = None if is_on else shapes.Edge(palette.faint)
    surface.draw_box(track, fill, track.height / 2, edge)
    radius = track.height / 2 - 3.5
    x = track.right - track.height / 2 if is_on else track.x + track.height / 2
    color = palette.background if is_on else palette.text
    center = (x, track.y + track.height / 2)
    shapes.draw_dot(surface.canvas, center, radius, color)


def compute_help_height(keys: Sequence[KeyHelp]) -> float:
    """Return the height of the help sheet."""
    return len(keys) * _KEY_LINE + 20


def draw_help(
    surface: DrawSurface, keys: Sequence[KeyHelp], bounds: canvas.Rect
) -> None:
    """Draw a line for each key."""
    palette = surface.palette
    strong = canvas.TextStyle(palette.text, 12, "semibold")
    soft = canvas.TextStyle(palette.soft, 12.5)
    for number, key in enumerate(keys):
        y = bounds.y + 10 + number * _KEY_LINE
        width = surface.measure_text(key.keys, strong) + 14
        box = canvas.Rect(bounds.x, y, width, 20)
        surface.draw_box(box, palette.card, 5, shapes.Edge(palette.line))
        surface.draw_text((bounds.x + 7, y + 14.3), key.keys, strong)
        space = bounds.width - _KEY_WIDTH
        text = surface.truncate_text(key.text, soft, space)
        surface.draw_text((bounds.x + _KEY_WIDTH, y + 14.3), text, soft)
