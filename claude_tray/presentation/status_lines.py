"""Describe an account in lines of text: tooltip, menu and terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.limits import FIVE_HOUR, SEVEN_DAY
from claude_tray.core.status import AccountStatus
from claude_tray.presentation.notes import list_remote_start
from claude_tray.presentation.status_text import (
    StatusDescription,
    describe_status,
    format_reset_source,
    format_usage_age,
)
from claude_tray.presentation.weekly_limits import format_limit_model

if TYPE_CHECKING:
    from claude_tray.core.cost import Totals
    from claude_tray.core.snapshot import BlockingLimit, LimitUsage, Snapshot
    from claude_tray.core.windows import Window
    from claude_tray.presentation.context import ViewContext


SEPARATOR: Final = " \N{MIDDLE DOT} "
_PRODUCT_NAME: Final = "Claude Code"
# `Pace.typical_tokens` has the median and the 90th percentile.
_TYPICAL_HIGH_PERCENT: Final = 90.0


def build_status_lines(snapshot: Snapshot, context: ViewContext) -> list[str]:
    """Describe the context's account, the most important line first."""
    first, *rest = _build_lines(snapshot, context)
    title = format_account_title(snapshot, context)
    return [f"{title}: {first}", *rest, *list_remote_start(context)]


def build_menu_lines(snapshot: Snapshot, context: ViewContext) -> list[str]:
    """Describe the context's account without totals, which follow it."""
    description = describe_status(snapshot, context)
    window, limit = context.window, context.blocking_limit
    if description.status is AccountStatus.ERROR:
        return [
            snapshot.problem,
            *(_build_window_menu_lines(context, window) if window else ()),
        ]
    if description.status is AccountStatus.READING:
        return [_format_scan_progress(snapshot, context, description)]
    if window is not None and limit is None:
        return _build_window_menu_lines(context, window)
    if limit is not None:
        second = _format_available_again(context, limit)
    else:
        second = description.sentence
    return [description.pill, second, *_format_all_weeks(context)]


def build_source_lines(context: ViewContext) -> list[str]:
    """Describe where reset time and usage come from."""
    if context.window is None:
        return []
    gettext, translator = context.translator.gettext, context.translator
    lines = [format_reset_source(context), format_usage_age(context)]
    pace = context.pace
    if context.usage is None and pace and pace.typical_tokens:
        typical, high = pace.typical_tokens
        lines.append(
            gettext(
                "Limit unknown. Typical window: {typical} tokens"
                " ({percent} stay under {high})",
                typical=translator.format_tokens(typical),
                percent=translator.format_percent(_TYPICAL_HIGH_PERCENT),
                high=translator.format_tokens(high),
            )
        )
    return [line for line in lines if line]


def format_account_title(snapshot: Snapshot, context: ViewContext) -> str:
    """Name the product, and the account if there are several."""
    if snapshot.is_demo:
        return context.translator.gettext("{name} (demo)", name=_PRODUCT_NAME)
    if len(snapshot.accounts) > 1 and context.account:
        return f"{_PRODUCT_NAME} ({context.account.name})"
    return _PRODUCT_NAME


def format_today(totals: Totals, context: ViewContext) -> str:
    """Format today's cost and tokens."""
    return context.translator.gettext(
        "Today {cost} \N{MIDDLE DOT} {tokens} tokens",
        **context.format_totals(totals),
    )


def format_last_7_days(totals: Totals, context: ViewContext) -> str:
    """Format cost and tokens of the last 7 days."""
    return context.translator.gettext(
        "Last 7 days {cost} \N{MIDDLE DOT} {tokens} tokens",
        **context.format_totals(totals),
    )


def format_last_30_days(totals: Totals, context: ViewContext) -> str:
    """Format cost and tokens of the last 30 days."""
    return context.translator.gettext(
        "Last 30 days {cost} \N{MIDDLE DOT} {tokens} tokens",
        **context.format_totals(totals),
    )


def format_window_totals(window: Window, context: ViewContext) -> str:
    """Format cost and tokens of the open window."""
    return context.translator.gettext(
        "This window {cost} \N{MIDDLE DOT} {tokens} tokens",
        **context.format_totals(window.totals),
    )


def _build_lines(snapshot: Snapshot, context: ViewContext) -> list[str]:
    description = describe_status(snapshot, context)
    window, limit = context.window, context.blocking_limit
    if description.status is AccountStatus.READING:
        return [_format_scan_progress(snapshot, context, description)]
    if description.status is AccountStatus.ERROR:
        known = (
            _build_window_lines(snapshot, context, window)
            if window
            else _build_usage_totals(snapshot, context)
        )
        return [snapshot.problem, *known]
    if limit is not None:
        totals = (
            [format_last_7_days(snapshot.last_7_days, context)]
            if limit.is_weekly
            else _build_usage_totals(snapshot, context)
        )
        available = _format_available_again(context, limit)
        return [description.pill, available, *totals]
    if window is not None:
        return _build_window_lines(snapshot, context, window)
    return [
        description.pill,
        description.sentence,
        *_build_usage_totals(snapshot, context),
    ]


def _format_scan_progress(
    snapshot: Snapshot, context: ViewContext, description: StatusDescription
) -> str:
    percent = (snapshot.scan_progress or 0) * 100
    percent_text = context.translator.format_percent(percent)
    return description.pill + SEPARATOR + percent_text


def _build_usage_totals(snapshot: Snapshot, context: ViewContext) -> list[str]:
    return [*_format_week(context), format_today(snapshot.today, context)]


def _build_window_lines(
    snapshot: Snapshot, context: ViewContext, window: Window
) -> list[str]:
    usage, left = context.usage, _format_time_left(context, window)
    if usage is None:
        usage_lines = [format_window_totals(window, context)]
    elif context.is_usage_stale:
        return [left, *_format_stale_usage(context, usage)]
    else:
        usage_lines = [_format_usage(context, usage)]
    return [left, *usage_lines, *_build_usage_totals(snapshot, context)]


def _build_window_menu_lines(
    context: ViewContext, window: Window
) -> list[str]:
    left = context.translator.gettext(
        "{left} left \N{MIDDLE DOT} resets {clock}",
        left=context.translator.format_duration(window.end - context.now),
        clock=context.format_clock(window.end),
    )
    usage = context.usage
    if usage is None:
        usage_text = format_reset_source(context)
    elif context.is_usage_stale:
        usage_text = _format_stale_usage(context, usage)[-1]
    else:
        usage_text = _format_usage(context, usage)
    return [left, *filter(None, [usage_text]), *_format_all_weeks(context)]


def _format_time_left(context: ViewContext, window: Window) -> str:
    return context.translator.gettext(
        "{left} left ({clock})",
        left=context.translator.format_duration(window.end - context.now),
        clock=context.format_clock(window.end),
    )


def _format_used(context: ViewContext, usage: LimitUsage) -> str:
    gettext, percent = (
        context.translator.gettext,
        context.format_percent(usage.percent_or_zero),
    )
    if context.shows_remaining:
        return gettext("{percent} left", percent=percent)
    return gettext("{percent} used", percent=percent)


def _format_usage(context: ViewContext, usage: LimitUsage) -> str:
    """Format the usage and where the pace leads: "38% used · on track …"."""
    gettext, pace = context.translator.gettext, context.pace
    parts = [_format_used(context, usage)]
    limit_at = context.projected_limit_at
    if limit_at is not None:
        clock = context.format_clock(limit_at)
        parts.append(gettext("limit around {clock}", clock=clock))
    elif pace and pace.percent_at_reset is not None:
        percent = context.format_percent(pace.percent_at_reset)
        parts.append(
            gettext("on track for {percent} at reset", percent=percent)
        )
    return SEPARATOR.join(parts)


def _format_stale_usage(context: ViewContext, usage: LimitUsage) -> list[str]:
    """Format an outdated percentage: its value and time, then its age."""
    gettext = context.translator.gettext
    age = context.translator.format_duration(context.now - usage.as_of)
    values = {
        "percent": context.format_percent(usage.percent_or_zero),
        "clock": context.format_clock(usage.as_of),
    }
    if context.shows_remaining:
        first = gettext("{percent} left as of {clock}", **values)
    else:
        first = gettext("{percent} used as of {clock}", **values)
    return [first, gettext("Usage limit last updated {span} ago", span=age)]


def _format_available_again(context: ViewContext, limit: BlockingLimit) -> str:
    if limit.until is None:
        return context.translator.gettext("Limit reached")
    if limit.is_weekly:
        time = context.format_weekday_and_clock(limit.until)
    else:
        time = context.format_clock(limit.until)
    return context.translator.gettext(
        "Available again at {time} (in {span})",
        time=time,
        span=context.translator.format_duration(limit.until - context.now),
    )


def _format_week(context: ViewContext) -> list[str]:
    """Format the weekly limit for all models, if reported."""
    week = context.weekly_usage
    return [_join_week(context, week, [])] if week else []


def _format_all_weeks(context: ViewContext) -> list[str]:
    """Format the weekly limit for all models and those of single models."""
    week, account = context.weekly_usage, context.account
    if week is None or account is None:
        return []
    models = [
        f"{format_limit_model(limit.name)}"
        f" {context.format_percent(limit.percent_or_zero)}"
        for limit in account.weekly
        if limit.name not in (FIVE_HOUR, SEVEN_DAY)
    ]
    return [_join_week(context, week, models)]


def _join_week(
    context: ViewContext, week: LimitUsage, models: list[str]
) -> str:
    gettext = context.translator.gettext
    parts = [
        gettext(
            "Week {usage}", usage=context.format_usage(week.percent_or_zero)
        )
    ]
    parts += models
    if week.resets_at is not None:
        time = context.format_weekday_and_clock(week.resets_at)
        parts.append(gettext("resets {time}", time=time))
    return SEPARATOR.join(parts)
