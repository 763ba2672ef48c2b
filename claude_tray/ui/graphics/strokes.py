"""Draw solid and dashed lines and the areas below them."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image as Picture

    from claude_tray.ui.graphics.canvas import Canvas


Point = tuple[float, float]

# Drawn this many times larger, then reduced: antialiasing.
_SUPERSAMPLING: Final = 4
# High-DPI screens need less antialiasing.
_SUPERSAMPLING_HIDPI: Final = 3
_HIDPI_SCALE: Final = 2.0


class Stroke(NamedTuple):
    """
    Style of a line.

    Attributes:
        color: "#rrggbb".
        width: In points.
        opacity: 0 to 1.
        dash: Length of dashes and of gaps in points; None for a solid line.
    """

    color: str
    width: float = 1.5
    opacity: float = 1.0
    dash: tuple[float, float] | None = None


class _MaskFrame(NamedTuple):
    """Position of a mask in pixels, and its supersampling factor."""

    left: int
    top: int
    width: int
    height: int
    supersampling: int

    def create_mask(self) -> Picture:
        size = (
            self.width * self.supersampling,
            self.height * self.supersampling,
        )
        return Image.new("L", size)

    def downscale(self, mask: Picture) -> Picture:
        size = (self.width, self.height)
        return mask.resize(size, Image.Resampling.BOX)


def draw_line(canvas: Canvas, points: Sequence[Point], stroke: Stroke) -> None:
    """Draw a line through points."""
    frame = _compute_frame(canvas, points, stroke.width + 1)
    frame_points = [_to_frame_point(canvas, frame, point) for point in points]
    mask = frame.create_mask()
    pen = ImageDraw.Draw(mask)
    unit = canvas.scale * frame.supersampling
    width = max(1, round(stroke.width * unit))
    if stroke.dash:
        dash_length, gap_length = stroke.dash[0] * unit, stroke.dash[1] * unit
        for part in _split_dashes(frame_points, dash_length, gap_length):
            pen.line(part, fill=255, width=width, joint="curve")
    else:
        pen.line(frame_points, fill=255, width=width, joint="curve")
        for x, y in (frame_points[0], frame_points[-1]):
            cap_radius = width / 2
            pen.ellipse(
                (
                    x - cap_radius,
                    y - cap_radius,
                    x + cap_radius,
                    y + cap_radius,
                ),
                fill=255,
            )
    mask = frame.downscale(mask)
    if stroke.opacity < 1:
        mask = mask.point([int(v * stroke.opacity) for v in range(256)])
    canvas.paint_mask(stroke.color, mask, (frame.left, frame.top))


def _compute_frame(
    canvas: Canvas, points: Sequence[Point], pad: float
) -> _MaskFrame:
    xs = [canvas.mirror_x(x) for x, _ in points]
    ys = [y for _, y in points]
    left = math.floor((min(xs) - pad) * canvas.scale)
    top = math.floor((min(ys) - pad) * canvas.scale)
    return _MaskFrame(
        left,
        top,
        math.ceil((max(xs) + pad) * canvas.scale) - left,
        math.ceil((max(ys) + pad) * canvas.scale) - top,
        _SUPERSAMPLING
        if canvas.scale < _HIDPI_SCALE
        else _SUPERSAMPLING_HIDPI,
    )


def _to_frame_point(canvas: Canvas, frame: _MaskFrame, point: Point) -> Point:
    x, y = canvas.mirror_x(point[0]) * canvas.scale, point[1] * canvas.scale
    return (x - frame.left) * frame.supersampling, (
        y - frame.top
    ) * frame.supersampling


def _split_dashes(
    points: Sequence[Point],
    dash_length: float,
    gap_length: float,
) -> list[list[Point]]:
    """Split a line into its dashes."""
    parts: list[list[Point]] = []
    part, remaining, is_on = [points[0]], dash_length, True
    for start, end in pairwise(points):
        length = math.dist(start, end)
        consumed = 0.0
        while length - consumed > remaining:
            consumed += remaining
            at = _interpolate(start, end, consumed / length)
            if is_on:
                parts.append([*part, at])
            part, is_on = [at], not is_on
            remaining = dash_length if is_on else gap_length
        remaining -= length - consumed
        part.append(end)
    return [*parts, part] if is_on and len(part) > 1 else parts


def _interpolate(start: Point, end: Point, fraction: float) -> Point:
    return (
        start[0] + (end[0] - start[0]) * fraction,
        start[1] + (end[1] - start[1]) * fraction,
    )
