"""Draw a card to share: a large number, 30 days, models and the streak."""

from __future__ import annotations

import io
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.presentation.share_card import CardOptions, build_share_card
from claude_tray.ui.graphics import backdrop, shapes
from claude_tray.ui.graphics.canvas import (
    Canvas,
    Rect,
    TextStyle,
    draw_text,
    measure_width,
    truncate_text,
)
from claude_tray.ui.graphics.palette import (
    DARK,
    LIGHT,
    Palette,
    mix_colors,
    parse_rgb,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from claude_tray.presentation.context import ViewContext
    from claude_tray.presentation.share_card import (
        CardBar,
        CardData,
        CardPart,
        CardStat,
        ShareCard,
    )
    from claude_tray.ui.graphics.canvas import Picture


class CardShape(StrEnum):
    """Form of a card: that of link previews, or square."""

    WIDE = "wide"
    SQUARE = "square"


class _CardLayout(NamedTuple):
    """
    Places in pixels at scale 1; texts are placed by their baseline.

    Attributes:
        size: Width and height.
        margin: Left and right of everything.
        head: Baseline of the first line.
        figure: Baseline of the large number.
        figure_size: Its largest size.
        label: Baseline below it.
        stats: Baseline of the small numbers.
        text_width: Width of all of these.
        parts: Of the models or projects.
        bars: Of the days.
        foot: Baseline of the last line.
        zoom: Of the texts below the large number.
    """

    size: tuple[int, int]
    margin: int
    head: int
    figure: int
    figure_size: int
    label: int
    stats: int
    text_width: int
    parts: Rect
    bars: Rect
    foot: int
    zoom: float = 1.0


_LAYOUTS: Final = {
    CardShape.WIDE: _CardLayout(
        (1200, 630),
        72,
        head=88,
        figure=244,
        figure_size=148,
        label=298,
        stats=372,
        text_width=620,
        parts=Rect(768, 146, 360, 260),
        bars=Rect(72, 446, 1056, 104),
        foot=588,
    ),
    CardShape.SQUARE: _CardLayout(
        (1080, 1080),
        84,
        head=116,
        figure=326,
        figure_size=210,
        label=396,
        stats=486,
        text_width=912,
        parts=Rect(84, 574, 912, 150),
        bars=Rect(84, 776, 912, 170),
        zoom=1.25,
        foot=996,
    ),
}
_GRADIENTS: Final = {
    True: ("#1f1d1b", "#3b2820"),
    False: ("#fffdf8", "#f3e2d3"),
}
_LABEL_SIZE: Final = 30
_STAT_SIZE: Final = 30
_SMALL_SIZE: Final = 19
_PART_SIZE: Final = 24
_PART_LINE: Final = 46
_BAR_HEIGHT: Final = 16
_BAR_GAP: Final = 0.26
_MIN_BAR: Final = 4
_DOT_RADIUS: Final = 6
_STAT_GAP: Final = 40
_COLUMN_GAP: Final = 48


def draw_share_card(
    card: ShareCard,
    context: ViewContext,
    *,
    theme: str,
    scale: int = 1,
    shape: CardShape = CardShape.WIDE,
) -> Picture:
    """
    Draw the share card.

    Args:
        card: What to draw.
        context: Gives language and direction of the text.
        theme: "light" or "dark".
        scale: 1 for 1200 by 630 or 1080 by 1080 pixels.
        shape: Wide or square.
    """
    layout = _LAYOUTS[shape]
    palette = LIGHT if theme == "light" else DARK
    pen = _CardPen(
        Canvas(
            *layout.size,
            scale,
            palette.background,
            is_rtl=context.translator.is_rtl,
            language=context.translator.language,
        ),
        palette,
        layout,
    )
    top, bottom = map(parse_rgb, _GRADIENTS[palette.is_dark])
    canvas = pen.canvas
    canvas.picture.paste(
        backdrop.create_gradient(canvas.picture.size, top, bottom)
    )
    pen.draw_head(card)
    pen.draw_figure(card)
    pen.draw_stats(card.stats)
    pen.draw_parts(card.parts_title, card.parts)
    pen.draw_bars(card.bars)
    pen.draw_foot(card)
    return canvas.picture


def save_card(
    data: CardData, context: ViewContext, path: Path, *, is_dark: bool
) -> None:
    """
    Draw a wide card of tokens and models, and save it.

    Raises:
        OSError: The file cannot be written.
    """
    picture = draw_share_card(
        build_share_card(data, CardOptions(), context),
        context,
        theme="dark" if is_dark else "light",
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, "PNG")


def encode_card(picture: Picture) -> bytes:
    """Return a picture as PNG."""
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


class _CardPen:
    """Draws the parts of a card."""

    def __init__(
        self, canvas: Canvas, palette: Palette, layout: _CardLayout
    ) -> None:
        self.canvas = canvas
        self.palette = palette
        self.layout = layout
        accent, background = palette.accent, palette.background
        self.colors = (
            accent,
            palette.kinds[1],
            palette.ok,
            mix_colors(palette.faint, background, 0.35),
        )
        self.left = layout.margin
        self.right = layout.size[0] - layout.margin

    def draw_head(self, card: ShareCard) -> None:
        """Draw whose usage it is, and the dates."""
        size = 26
        palette, y = self.palette, self.layout.head
        x = self._draw_mark(y - 24)
        draw_text(
            self.canvas,
            (x, y),
            "Claude Code",
            TextStyle(palette.text, size, "semibold"),
        )
        style = TextStyle(palette.soft, 22)
        draw_text(self.canvas, (self.right, y - 1), card.dates, style, "end")

    def _draw_mark(self, top: float) -> float:
        """Draw three bars as a mark; return where the text begins."""
        for number, height in enumerate((12, 28, 20)):
            bar = Rect(self.left + number * 10, top + 28 - height, 7, height)
            shapes.draw_box(self.canvas, bar, self.palette.accent, 3)
        return self.left + 44

    def draw_figure(self, card: ShareCard) -> None:
        """Draw the large number as large as it fits, and what it is."""
        layout, palette = self.layout, self.palette
        style = TextStyle(palette.text, layout.figure_size, "bold")
        width = measure_width(self.canvas, card.figure, style)
        if width > layout.text_width:
            fitting = int(style.size * layout.text_width / width)
            style = style._replace(size=fitting)
        draw_text(self.canvas, (self.left, layout.figure), card.figure, style)
        size = _LABEL_SIZE * layout.zoom
        label = TextStyle(palette.accent, size, "medium")
        self._draw_cut(
            (self.left, layout.label), card.label, label, layout.text_width
        )

    def draw_stats(self, stats: Sequence[CardStat]) -> None:
        """Draw the small numbers side by side, as wide as their texts."""
        zoom = self.layout.zoom
        value = TextStyle(self.palette.text, _STAT_SIZE * zoom, "semibold")
        label = TextStyle(self.palette.soft, _SMALL_SIZE * zoom)
        x, y = float(self.left), self.layout.stats
        end = self.left + self.layout.text_width
        for stat in stats:
            width = max(
                measure_width(self.canvas, stat.value, value),
                measure_width(self.canvas, stat.label, label),
            )
            if x + width > end + 1 and x > self.left:
                return
            self._draw_cut((x, y), stat.value, value, end - x)
            self._draw_cut((x, y + 28 * zoom), stat.label, label, end - x)
            x += width + _STAT_GAP * zoom

    def draw_parts(self, title: str, parts: Sequence[CardPart]) -> None:
        """Draw a bar of the parts, and its legend in one or two columns."""
        at, palette = self.layout.parts, self.palette
        small = TextStyle(palette.soft, _SMALL_SIZE, "medium")
        if not parts:
            return
        draw_text(self.canvas, (at.x, at.y + 16), title, small)
        strip = Rect(at.x, at.y + 34, at.width, _BAR_HEIGHT)
        shapes.draw_stacked_bar(
            self.canvas,
            strip,
            [
                (part.fraction, color)
                for part, color in zip(parts, self.colors, strict=False)
            ],
            palette.track,
        )
        rows = int((at.bottom - strip.bottom) // _PART_LINE)
        columns = -(-len(parts) // rows)
        width = (at.width - (columns - 1) * _COLUMN_GAP) / columns
        for number, part in enumerate(parts):
            column, row = divmod(number, rows)
            x = at.x + column * (width + _COLUMN_GAP)
            y = strip.bottom + (row + 1) * _PART_LINE - 4
            self._draw_part(
                part, self.colors[number], Rect(x, y, width, _PART_LINE)
            )

    def _draw_part(self, part: CardPart, color: str, at: Rect) -> None:
        """Draw dot, name and share of a part on the baseline `at.y`."""
        name = TextStyle(self.palette.text, _PART_SIZE, "medium")
        share = TextStyle(self.palette.soft, _PART_SIZE)
        center = (at.x + _DOT_RADIUS, at.y - 8)
        shapes.draw_dot(self.canvas, center, _DOT_RADIUS, color)
        used = draw_text(
            self.canvas, (at.right, at.y), part.share, share, "end"
        )
        x = at.x + 3.5 * _DOT_RADIUS
        self._draw_cut((x, at.y), part.name, name, at.right - used - 12 - x)

    def draw_bars(self, bars: Sequence[CardBar]) -> None:
        """Draw a bar for each day; days without usage are a dot."""
        at, palette = self.layout.bars, self.palette
        step = at.width / (len(bars) - _BAR_GAP)
        width = step * (1 - _BAR_GAP)
        idle = mix_colors(palette.faint, palette.background, 0.55)
        dim = mix_colors(palette.accent, palette.background, 0.55)
        for number, bar in enumerate(bars):
            height = max(_MIN_BAR, bar.fraction * at.height)
            color = palette.accent if bar.is_in_period else dim
            shapes.draw_box(
                self.canvas,
                Rect(at.x + number * step, at.bottom - height, width, height),
                color if bar.fraction else idle,
                min(6, height / 2),
            )

    def draw_foot(self, card: ShareCard) -> None:
        """Draw the days of the chart, and the name of the program."""
        style, y = TextStyle(self.palette.faint, _SMALL_SIZE), self.layout.foot
        draw_text(self.canvas, (self.left, y), card.first_bar, style)
        draw_text(self.canvas, (self.right, y), card.last_bar, style, "end")
        brand = TextStyle(self.palette.soft, _SMALL_SIZE, "medium")
        center = self.layout.size[0] / 2
        draw_text(self.canvas, (center, y), card.brand, brand, "middle")

    def _draw_cut(
        self,
        at: tuple[float, float],
        text: str,
        style: TextStyle,
        max_width: float,
    ) -> None:
        """Draw text, cut if it is wider."""
        cut = truncate_text(self.canvas, text, style, max_width)
        draw_text(self.canvas, at, cut, style)
