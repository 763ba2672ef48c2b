"""
Format the title and body of notifications.

A notification may stay on the screen for hours, so all times are absolute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.display_names import build_unique_labels
from claude_tray.core.notifications.model import Notification, NotificationKind
from claude_tray.core.time import from_epoch_ms
from claude_tray.presentation.limit_text import (
    describe_block,
    format_limit_label,
    format_limit_name,
    format_limit_reached,
    format_reset_day,
    format_reset_time,
)
from claude_tray.presentation.notes import format_deletion_warning

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.presentation.context import ViewContext


def format_notification(
    notification: Notification, context: ViewContext
) -> tuple[str, str]:
    """Format title and body of a notification as plain text."""
    title, body = _FORMATTERS[notification.kind](notification, context)
    return (
        f"{title} ({notification.name})" if notification.name else title
    ), body


def _format_run_out(
    notification: Notification, context: ViewContext
) -> tuple[str, str]:
    gettext, limit = context.translator.gettext, notification.limit
    runs_out_at = from_epoch_ms(notification.at_ms)
    resets_at = from_epoch_ms(notification.reset_ms)
    span = context.translator.format_duration(resets_at - runs_out_at)
    if limit is None:
        title = gettext(
            "You'll hit your limit around {clock}",
            clock=_format_clock(notification.at_ms, context),
        )
        reset = _format_clock(notification.reset_ms, context)
    else:
        title = gettext(
            "You'll hit the {limit} around {clock}",
            limit=format_limit_label(limit, context),
            clock=context.format_time(runs_out_at),
        )
        reset = format_reset_time(resets_at, context)
    return title, gettext(
        "At this pace, that's {span} before it resets at {clock}.",
        span=span,
        clock=reset,
    )


def _format_used(
    notification: Notification, context: ViewContext
) -> tuple[str, str]:
    gettext = context.translator.gettext
    percent = context.translator.format_percent(notification.percent)
    return (
        gettext("{percent} of the 5-hour limit used", percent=percent),
        gettext(
            "The limit resets at {clock}.",
            clock=_format_clock(notification.reset_ms, context),
        ),
    )


def _format_ready(
    notification: Notification, context: ViewContext
) -> tuple[str, str]:
    gettext, limit = context.translator.gettext, notification.limit
    if limit is None:
        return gettext("Claude Code is available again"), gettext(
            "Your 5-hour limit has reset."
        )
    title = gettext("Claude Code is available again")
    if limit.is_scoped:
        name = format_limit_name(limit, context)
        title = gettext("{model} is available again", model=name)
    return title, gettext(
        "Your {limit} has reset.", limit=format_limit_label(limit, context)
    )


def _format_week(
    notification: Notification, context: ViewContext
) -> tuple[str, str]:
    gettext = context.translator.gettext
    percent = context.translator.format_percent(notification.percent)
    limit = notification.limit
    label = (
        format_limit_label(limit, context)
        if limit
        else gettext("weekly limit")
    )
    resets_at = from_epoch_ms(notification.reset_ms)
    return (
        gettext("{percent} of the {limit} used", percent=percent, limit=label),
        gettext(
            "Resets {day} at {clock}.",
            day=format_reset_day(resets_at, context),
            clock=_format_clock(notification.reset_ms, context),
        ),
    )


def _format_limit(
    notification: Notification, context: ViewContext
) -> tuple[str, str]:
    """Format a limit that blocks Claude Code, or one model."""
    limit = notification.limit
    title = format_limit_reached(limit, context) if limit else ""
    return title, describe_block(limit, context) if limit else ""


def _format_budget(
    notification: Notification, context: ViewContext
) -> tuple[str, str]:
    gettext, format_money = (
        context.translator.gettext,
        context.translator.format_money,
    )
    return (
        gettext("Daily budget reached"),
        gettext(
            "{spent} of {budget} spent today.",
            spent=format_money(notification.spent),
            budget=format_money(notification.budget),
        ),
    )


def _format_not_synced(
    notification: Notification, context: ViewContext
) -> tuple[str, str]:
    gettext, synced_at = (
        context.translator.gettext,
        from_epoch_ms(notification.at_ms),
    )
    return gettext(
        "Not synced since {day}, {clock}",
        day=context.translator.format_day(synced_at, context.zone),
        clock=context.format_clock(synced_at),
    ), gettext("Your data is saved and will be synced later.")


def _format_problem(_: Notification, context: ViewContext) -> tuple[str, str]:
    gettext = context.translator.gettext
    return (
        gettext("Can't read Claude Code's logs"),
        gettext("Click for details."),
    )


def _format_cold_cache(
    notification: Notification, context: ViewContext
) -> tuple[str, str]:
    gettext, session = context.translator.gettext, notification.session
    clock = _format_clock(notification.reset_ms, context)
    if session is None or session.cache is None:
        return gettext("Prompt cache goes cold at {clock}", clock=clock), ""
    cache = session.cache
    tokens = context.translator.format_tokens(cache.tokens)
    body = gettext(
        "Waking the session then takes {tokens} tokens.", tokens=tokens
    )
    if session.project:
        project = build_unique_labels([session.project])[session.project]
        body = gettext(
            "{project}: waking the session then takes {tokens} tokens.",
            project=project,
            tokens=tokens,
        )
    if not cache.is_reported:
        title = gettext(
            "Prompt cache probably goes cold at {clock}", clock=clock
        )
        return title, body
    return gettext("Prompt cache goes cold at {clock}", clock=clock), body


def _format_saved(
    notification: Notification, context: ViewContext
) -> tuple[str, str]:
    gettext, retention = context.translator.gettext, notification.retention
    if retention is None:
        return gettext("Your history is safe"), ""
    body = format_deletion_warning(retention, context)
    if retention.saved < retention.files:
        return gettext("Claude Code is about to delete transcripts"), body
    return gettext("Your history is safe"), body


_FORMATTERS: Final[
    dict[
        NotificationKind,
        Callable[[Notification, ViewContext], tuple[str, str]],
    ]
] = {
    NotificationKind.LIMIT: _format_limit,
    NotificationKind.WEEK_LIMIT: _format_limit,
    NotificationKind.MODEL_LIMIT: _format_limit,
    NotificationKind.USED_AGAIN: _format_used,
    NotificationKind.RUN_OUT: _format_run_out,
    NotificationKind.WEEK_AGAIN: _format_week,
    NotificationKind.USED: _format_used,
    NotificationKind.WEEK: _format_week,
    NotificationKind.WEEK_RUN_OUT: _format_run_out,
    NotificationKind.READY: _format_ready,
    NotificationKind.BUDGET: _format_budget,
    NotificationKind.PROBLEM: _format_problem,
    NotificationKind.NOT_SYNCED: _format_not_synced,
    NotificationKind.COLD_CACHE: _format_cold_cache,
    NotificationKind.SAVED: _format_saved,
}


def _format_clock(at_ms: int, context: ViewContext) -> str:
    return context.format_clock(from_epoch_ms(at_ms))
