"""Build the growth of a session: its context and its cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.time import from_epoch_ms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claude_tray.core.cost import NanoUsd
    from claude_tray.web.page_context import PageContext


# More points are thinner than a pixel.
_MAX_POINTS: Final = 240
_WIDTH: Final = 600
_HEIGHT: Final = 100
_MIN_RESPONSES: Final = 2


class SessionCurve(NamedTuple):
    """
    A curve over the responses of a session.

    Attributes:
        name: What it shows.
        maximum: Label of its top.
        description: The curve in words.
        points: Points of an SVG polyline, 600 wide and 100 high.
    """

    name: str
    maximum: str
    description: str
    points: str


class SessionCurves(NamedTuple):
    """
    Curves of a session, with the time axis that they share.

    Attributes:
        start: Label of the first response.
        end: Label of the last one.
        curves: Context of each response, and cost so far.
    """

    start: datetime
    end: datetime
    curves: tuple[SessionCurve, ...]


def build_session_curves(
    responses: Sequence[tuple[int, int, NanoUsd | None]],
    context: PageContext,
) -> SessionCurves | None:
    """
    Build the curves; None for fewer than two responses.

    Args:
        responses: Time in milliseconds since 1970, tokens of the context and
            cost (None if unknown) of each response, oldest first.
        context: Formats.
    """
    if len(responses) < _MIN_RESPONSES:
        return None
    sizes = [tokens for _, tokens, _ in responses]
    costs, known = [], 0
    for _, _, cost in responses:
        known += cost or 0
        costs.append(known)
    return SessionCurves(
        from_epoch_ms(responses[0][0]),
        from_epoch_ms(responses[-1][0]),
        (
            _build_context_curve(sizes, context),
            _build_cost_curve(costs, context),
        ),
    )


def _build_context_curve(
    sizes: Sequence[int], context: PageContext
) -> SessionCurve:
    gettext = context.translator.gettext
    first, last, most = (
        context.translator.format_tokens(n)
        for n in (sizes[0], sizes[-1], max(sizes))
    )
    return SessionCurve(
        gettext("Context per response"),
        gettext("{n} tokens", n=most),
        gettext(
            "From {first} to {last} tokens, at most {most}.",
            first=first,
            last=last,
            most=most,
        ),
        _draw(sizes),
    )


def _build_cost_curve(
    costs: Sequence[int], context: PageContext
) -> SessionCurve:
    gettext = context.translator.gettext
    half = next(n for n, c in enumerate(costs, 1) if 2 * c >= costs[-1])
    total = context.translator.format_money(costs[-1])
    return SessionCurve(
        gettext("Cost so far"),
        total,
        gettext(
            "{cost} in {n} responses, half of it after {half}.",
            cost=total,
            n=context.translator.format_integer(len(costs)),
            half=context.translator.format_integer(half),
        ),
        _draw(costs),
    )


def _draw(values: Sequence[int]) -> str:
    """Place values at even distances; of many, the largest are drawn."""
    most = max(values) or 1
    count = min(len(values), _MAX_POINTS)
    points = []
    for n in range(count):
        start, end = (len(values) * k // count for k in (n, n + 1))
        x = round(n * _WIDTH / (count - 1))
        y = round(_HEIGHT - max(values[start:end]) * _HEIGHT / most, 1)
        points.append(f"{x},{y:g}")
    return " ".join(points)
