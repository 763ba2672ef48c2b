"""Decide what is said about limits that were reached."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core import display_names, snapshot, time, walls
from claude_tray.presentation.limit_text import format_limit_name
from claude_tray.text import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from claude_tray.i18n.translator import Translator
    from claude_tray.presentation.context import ViewContext


_MAX_PROJECTS: Final = 2
_NAME_WIDTH: Final = 14


class WallRow(NamedTuple):
    """
    A limit that was reached.

    Attributes:
        at: When.
        limit: As "5 hours" or "Opus".
        projects: What had run before.
        blocked: For how long.
        fraction: That as a part of the longest, 0 to 1.
    """

    at: str
    limit: str
    projects: str
    blocked: str
    fraction: float = 0.0


class PlanCount(NamedTuple):
    """
    How many windows would have reached the limit of a plan.

    Attributes:
        plan: Name of the plan.
        number: How many.
        fraction: That as a part of the highest, 0 to 1.
    """

    plan: str
    number: str
    fraction: float


class WallsView(NamedTuple):
    """
    Reached limits, as every surface shows them.

    Attributes:
        sentence: How many there were, and how long they blocked.
        plans: How many it would have been on other plans; may be empty.
        rows: The newest last.
        plan_counts: The same as `plans`, one by one.
    """

    sentence: str
    plans: str
    rows: tuple[WallRow, ...]
    plan_counts: tuple[PlanCount, ...] = ()


def build_walls_view(
    found: Sequence[walls.Wall],
    plans: Sequence[walls.PlanWalls],
    days: int,
    paths: Iterable[str],
    context: ViewContext,
) -> WallsView:
    """
    Build the view of reached limits.

    Args:
        found: The limits, oldest first.
        plans: How other plans would have done.
        days: Length of the period.
        paths: Of all projects, so that a name is the same everywhere.
        context: Language, zone and time.
    """
    names = display_names.build_unique_labels(paths)
    translator = context.translator
    period = translator.ngettext("{n} day", "{n} days", days)
    if not found:
        sentence = translator.gettext(
            "No limit was reached in {period}.", period=period
        )
    else:
        sentence = translator.ngettext(
            "{n} limit was reached in {period}; blocked for {duration}.",
            "{n} limits were reached in {period}; blocked for {duration}.",
            len(found),
            period=period,
            duration=_format_ms(walls.compute_blocked_ms(found), translator),
        )
    longest_ms = max((wall.blocked_ms for wall in found), default=0)
    most = max((item.number for item in plans), default=0)
    return WallsView(
        sentence,
        _format_plans(plans, translator),
        tuple(_build_row(wall, names, context, longest_ms) for wall in found),
        tuple(
            PlanCount(
                item.plan,
                translator.format_integer(item.number),
                item.number / most if most else 0.0,
            )
            for item in plans
        ),
    )


def _build_row(
    wall: walls.Wall,
    names: Mapping[str, str],
    context: ViewContext,
    longest_ms: int,
) -> WallRow:
    translator = context.translator
    limit = snapshot.BlockingLimit(None, wall.kind, wall.scope)
    return WallRow(
        _format_time(wall.start_ms, context),
        format_limit_name(limit, context) or translator.gettext("Unknown"),
        translator.join_names(
            [
                shorten(names.get(path, path), _NAME_WIDTH)
                for path, _ in wall.projects
            ],
            _MAX_PROJECTS,
        ),
        _format_ms(wall.blocked_ms, translator),
        wall.blocked_ms / longest_ms if longest_ms else 0.0,
    )


def _format_plans(
    plans: Sequence[walls.PlanWalls], translator: Translator
) -> str:
    if not plans:
        return ""
    counts = translator.join_parts(
        f"{item.plan} {translator.format_integer(item.number)}"
        for item in plans
    )
    return translator.gettext(
        "Windows that reach the 5-hour limit, by plan: {counts}.",
        counts=counts,
    )


def _format_time(at_ms: int, context: ViewContext) -> str:
    at = time.from_epoch_ms(at_ms).astimezone(context.zone)
    return f"{at:%Y-%m-%d %H:%M}"


def _format_ms(duration_ms: int, translator: Translator) -> str:
    return translator.format_duration(timedelta(milliseconds=duration_ms))
