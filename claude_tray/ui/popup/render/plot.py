"""Map positions of a chart to points, and points back to positions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.ui.graphics.canvas import Rect

if TYPE_CHECKING:
    from claude_tray.presentation.chart import ChartPoint, Projection


PADDING_X: Final = 12.0
# Above the plot are switch and legend, then the label of the upper edge.
TOP: Final = 49.0
BOTTOM: Final = 22.0
# Part of the height that the highest bar has.
BAR_SHARE: Final = 0.55


class PlotArea(NamedTuple):
    """Edges of the plot in points; maps fractions to positions."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def bounds(self) -> Rect:
        return Rect(
            self.left, self.top, self.right - self.left, self.bottom - self.top
        )

    def x(self, fraction: float) -> float:
        return self.left + (self.right - self.left) * fraction

    def y(self, fraction: float) -> float:
        return self.bottom - (self.bottom - self.top) * fraction

    def to_point(self, point: ChartPoint | Projection) -> tuple[float, float]:
        return self.x(point.x), self.y(point.y)

    def to_fraction(self, x: float) -> float:
        """Convert a position in points to one in the chart."""
        return (x - self.left) / (self.right - self.left)


def place_plot(card: Rect) -> PlotArea:
    """Return the plot of a chart within its card."""
    return PlotArea(
        card.x + PADDING_X,
        card.y + TOP,
        card.right - PADDING_X,
        card.bottom - BOTTOM,
    )
