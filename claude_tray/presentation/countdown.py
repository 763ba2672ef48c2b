"""Format the countdown: the main figure, its end and where that comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.core.status import MainFigureKind
from claude_tray.core.windows import WINDOW_LENGTH, ValueSource, Window
from claude_tray.i18n.formats import DASH, round_up_to_minutes
from claude_tray.presentation.limit_text import (
    format_limit_value,
    format_reset_time,
)

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from claude_tray.core.snapshot import Snapshot
    from claude_tray.presentation.context import ViewContext


class Countdown(NamedTuple):
    """
    The countdown in words.

    Attributes:
        left: Time left, as "2h 47m"; a dash if unknown.
        until: End of the countdown, as "until 15:00"; may be empty.
    """

    left: str
    until: str


def get_deadline(context: ViewContext) -> datetime | None:
    """Return the end of the countdown that is shown first."""
    return context.main_figure.deadline


def compute_time_left(context: ViewContext) -> timedelta | None:
    deadline = get_deadline(context)
    return deadline - context.now if deadline else None


def compute_minutes_left(context: ViewContext) -> int | None:
    """Return the minutes left, rounded up like every displayed duration."""
    left = compute_time_left(context)
    return None if left is None else round_up_to_minutes(left)


def truncate_to_minute(at: datetime) -> datetime:
    """Return the start of the minute; views change when it does."""
    return at.replace(second=0, microsecond=0)


def build_countdown(snapshot: Snapshot, context: ViewContext) -> Countdown:
    """Return the main figure: time left, or else a share or today's cost."""
    gettext, translator = context.translator.gettext, context.translator
    main, left = context.assess(snapshot).main, compute_time_left(context)
    if left is not None:
        return Countdown(
            translator.format_duration(left), _format_end(context)
        )
    if snapshot.problem and main.kind is not MainFigureKind.LIMIT:
        return Countdown(DASH, "")
    if snapshot.scan_progress is not None:
        percent = translator.format_percent(snapshot.scan_progress * 100)
        return Countdown(percent, "")
    if main.kind is MainFigureKind.LIMIT:
        is_share = main.limit and not context.blocking_limit
        share = main.limit if is_share else None
        return Countdown(
            format_limit_value(share, context) if share else DASH, ""
        )
    if main.kind is MainFigureKind.COST:
        return Countdown(translator.format_cost(main.cost), gettext("today"))
    return Countdown(
        translator.format_duration(WINDOW_LENGTH), gettext("available")
    )


def _format_end(context: ViewContext) -> str:
    main, window = context.main_figure, context.window
    if main.kind is MainFigureKind.WINDOW and window is not None:
        return format_window_end(context, window)
    until = main.deadline or context.now
    return context.translator.gettext(
        "until {time}", time=format_deadline(until, context)
    )


def format_deadline(at: datetime, context: ViewContext) -> str:
    """Format the end of a countdown: "15:00", "Thu 09:00" or "Dec 8"."""
    if context.is_clock_enough(at):
        return context.format_clock(at)
    return format_reset_time(at, context)


def format_window_end(context: ViewContext, window: Window) -> str:
    """Format the end of a window and its margin of error."""
    gettext, time = context.translator.gettext, context.format_time(window.end)
    rule = context.account.inferred_rule if context.account else None
    if window.source is ValueSource.OFFICIAL:
        return gettext("until {time}", time=time)
    if window.source is ValueSource.INFERRED and rule is not None:
        margin = context.translator.format_duration(rule.max_error)
        return gettext("until {time} ± {span}", time=time, span=margin)
    return gettext("until about {time}", time=time)


def format_reset_source(context: ViewContext) -> str:
    """Describe an inferred or estimated reset; empty if reported."""
    translator, window = context.translator, context.window
    if window is None or window.source is ValueSource.OFFICIAL:
        return ""
    rule = context.account.inferred_rule if context.account else None
    if window.source is ValueSource.INFERRED and rule is not None:
        return translator.ngettext(
            "Inferred from {n} reset, ±{margin}",
            "Inferred from {n} resets, ±{margin}",
            rule.sample_count,
            margin=translator.format_duration(rule.max_error),
        )
    return translator.gettext("Estimated reset time")
