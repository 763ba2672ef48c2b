"""Draw bars as SVG; style sheets give them their size and color."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.web.charts import TokenCostShare


def limit_bar(
    fraction: float,
    status: str = "",
    elapsed_fraction: float | None = None,
) -> Markup:
    """Draw a meter with a tick at the elapsed fraction of its period."""
    tick = Markup()
    if elapsed_fraction is not None:
        # The tick is 0.8 wide and must stay within the bar.
        tick = Markup('<rect class="tick" x="{}" width="0.8" height="7"/>')
        tick = tick.format(f"{min(max(elapsed_fraction * 100, 0), 99.2):.1f}")
    return Markup(
        '<svg class="bar {}" viewBox="0 0 100 7" preserveAspectRatio="none"'
        ' aria-hidden="true"><rect width="{}" height="7"/>{}</svg>'
    ).format(status, f"{min(max(fraction * 100, 0), 100):.1f}", tick)


def thin_bar(fraction: float) -> Markup:
    """Draw the size of a row relative to the largest, 0 to 1."""
    # Nothing to escape; a page has a bar in each row.
    return Markup(  # noqa: S704
        '<svg class="bar thin" viewBox="0 0 100 6" preserveAspectRatio="none"'
        f' aria-hidden="true"><rect width="{fraction * 100:.1f}" height="6"/>'
        "</svg>"
    )


def range_bar(low: float, middle: float, high: float) -> Markup:
    """Draw a range with a tick at its middle; all from 0 to 1."""
    left, width = low * 100, max((high - low) * 100, 0.8)
    tick = min(middle * 100, 99.2)
    return Markup(  # noqa: S704 - numbers need no escaping
        '<svg class="bar range" viewBox="0 0 100 7" preserveAspectRatio="none"'
        f' aria-hidden="true"><rect x="{left:.1f}" width="{width:.1f}"'
        f' height="7"/><rect class="tick" x="{tick:.1f}" width="0.8"'
        ' height="7"/></svg>'
    )


def stacked_bar(cost_shares: Sequence[TokenCostShare]) -> Markup:
    """Draw shares of a cost next to each other, with thin gaps."""
    rects = []
    left = 0.0
    for css_class, row in cost_shares:
        width = max(row.fraction * 100 - 0.3, 0)
        rects.append(
            Markup('<rect class="{}" x="{}" width="{}" height="12"/>').format(
                css_class, f"{left:.2f}", f"{width:.2f}"
            )
        )
        left += row.fraction * 100
    return Markup(
        '<svg class="bar stacked" viewBox="0 0 100 12"'
        ' preserveAspectRatio="none" aria-hidden="true">{}</svg>'
    ).format(Markup().join(rects))
