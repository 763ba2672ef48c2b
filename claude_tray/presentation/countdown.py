"""Compute and format the time left, and name the source of a reset time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.core.windows import (
    WINDOW_LENGTH,
    ValueSource,
    Window,
)
from claude_tray.i18n.formats import DASH, round_up_to_minutes

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
    """Return the end of the blocking limit or else of the open window."""
    limit, window = context.blocking_limit, context.window
    if limit is not None:
        return limit.until
    return window.end if window else None


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
    """Return the time left, or its replacement while no window is open."""
    gettext, translator = context.translator.gettext, context.translator
    left = compute_time_left(context)
    if left is not None:
        return Countdown(
            translator.format_duration(left), _format_end(context)
        )
    if snapshot.problem:
        return Countdown(DASH, "")
    if snapshot.scan_progress is not None:
        percent = translator.format_percent(snapshot.scan_progress * 100)
        return Countdown(percent, "")
    return Countdown(
        translator.format_duration(WINDOW_LENGTH), gettext("available")
    )


def _format_end(context: ViewContext) -> str:
    limit, window = context.blocking_limit, context.window
    if limit is not None:
        return context.translator.gettext(
            "until {time}", time=context.format_time(limit.until)
        )
    return format_window_end(context, window) if window else ""


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
