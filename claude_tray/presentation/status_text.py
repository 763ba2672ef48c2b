"""Describe the status of an account in a word and a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.pricing import NANO_USD_PER_USD
from claude_tray.core.status import AccountStatus, classify_status
from claude_tray.errors import gettext_noop

if TYPE_CHECKING:
    from claude_tray.core.snapshot import LimitUsage, Snapshot
    from claude_tray.core.windows import Window
    from claude_tray.presentation.context import ViewContext


IDLE_SENTENCE: Final = gettext_noop(
    "Your next message starts a new 5-hour window."
)


class StatusDescription(NamedTuple):
    """
    Status of an account in words.

    Attributes:
        status: Selects color, pictogram and CSS class.
        pill: One or two words.
        sentence: One sentence.
    """

    status: AccountStatus
    pill: str
    sentence: str


def describe_status(
    snapshot: Snapshot, context: ViewContext
) -> StatusDescription:
    """Describe the status of the context's account."""
    status = classify_status(snapshot, context.account, context.now)
    return StatusDescription(
        status,
        _format_pill(context, status),
        _format_sentence(snapshot, context, status),
    )


def _format_pill(context: ViewContext, status: AccountStatus) -> str:
    gettext, usage = context.translator.gettext, context.usage
    limit = context.blocking_limit
    if status is AccountStatus.LIMIT and limit and limit.is_weekly:
        return gettext("Weekly limit reached")
    if status is AccountStatus.STALE and usage:
        return gettext("As of {time}", time=context.format_time(usage.as_of))
    labels = {
        AccountStatus.OK: gettext("On pace"),
        AccountStatus.WARNING: gettext("Ahead of pace"),
        AccountStatus.CRITICAL: gettext("Almost out"),
        AccountStatus.LIMIT: gettext("Limit reached"),
        AccountStatus.IDLE: gettext("Ready"),
        AccountStatus.UNKNOWN: gettext("Limit unknown"),
        AccountStatus.READING: gettext("Reading logs"),
        AccountStatus.ERROR: gettext("Action needed"),
        AccountStatus.STALE: gettext("Out of date"),
    }
    return labels[status]


def _format_sentence(
    snapshot: Snapshot, context: ViewContext, status: AccountStatus
) -> str:
    gettext, limit = context.translator.gettext, context.blocking_limit
    if status is AccountStatus.ERROR:
        return snapshot.problem
    if limit is not None:
        return gettext(
            "Claude Code is available again at {time}.",
            time=context.format_time(limit.until),
        )
    if status is AccountStatus.READING:
        return format_read_progress(snapshot, context)
    if context.window is None:
        return gettext(IDLE_SENTENCE)
    return _format_window_usage(context, context.window)


def _format_window_usage(context: ViewContext, window: Window) -> str:
    usage = context.usage
    if usage is None:
        return _format_typical_usage(context, window)
    if context.is_usage_stale:
        return context.translator.gettext(
            "At least {percent} used (last update {time}).",
            percent=context.translator.format_percent(usage.percent),
            time=context.format_time(usage.as_of),
        )
    return _format_projection(context, window, usage)


def _format_projection(
    context: ViewContext, window: Window, usage: LimitUsage
) -> str:
    gettext, translator = context.translator.gettext, context.translator
    pace, limit_at = context.pace, context.projected_limit_at
    if limit_at is not None:
        return gettext(
            "You'll hit the limit at {time}, {span} before it resets.",
            time=context.format_time(limit_at),
            span=translator.format_duration(window.end - limit_at),
        )
    if pace and pace.percent_at_reset is not None:
        return gettext(
            "On track to use {percent} by the reset.",
            percent=translator.format_percent(pace.percent_at_reset),
        )
    return gettext(
        "{percent} of the 5-hour limit used.",
        percent=translator.format_percent(usage.percent),
    )


def _format_typical_usage(context: ViewContext, window: Window) -> str:
    gettext, translator = context.translator.gettext, context.translator
    pace = context.pace
    if pace is None or pace.typical_tokens is None:
        return gettext(
            "Connect the status line to see how much of your limit is left."
        )
    tokens = window.totals.tokens
    return gettext(
        "{tokens} tokens in and out. Your typical window: {usual}.",
        tokens=translator.format_tokens(tokens.input + tokens.output),
        usual=translator.format_tokens(pace.typical_tokens[0]),
    )


def format_read_progress(snapshot: Snapshot, context: ViewContext) -> str:
    """Describe the progress of the first scan."""
    percent = (snapshot.scan_progress or 0) * 100
    return context.translator.gettext(
        "Reading Claude Code's logs: {percent}. This happens only once.",
        percent=context.translator.format_percent(percent),
    )


def format_pace(context: ViewContext) -> str:
    """Format tokens per minute and cost per hour; empty when idle."""
    pace = context.pace
    if pace is None or context.window is None or context.blocking_limit:
        return ""
    translator = context.translator
    tokens = translator.format_tokens(round(pace.tokens_per_minute))
    if pace.cost_per_hour is None:
        return translator.gettext("{n} tok/min", n=tokens)
    cost = translator.format_money(
        round(pace.cost_per_hour * NANO_USD_PER_USD)
    )
    return translator.gettext(
        "{n} tok/min \N{MIDDLE DOT} {cost}/h", n=tokens, cost=cost
    )
