"""Describe the status of an account in a word and a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.cost import NANO_USD_PER_USD
from claude_tray.core.status import AccountStatus, classify_status
from claude_tray.core.windows import WINDOW_LENGTH, ValueSource, Window
from claude_tray.errors import gettext_noop
from claude_tray.i18n.formats import DASH, round_up_to_minutes

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from claude_tray.core.snapshot import LimitUsage, Snapshot
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
    if limit is not None and limit.until is not None:
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
    if limit is not None and limit.until is not None:
        return _format_blocked(limit.until, context)
    if status is AccountStatus.READING:
        return format_read_progress(snapshot, context)
    if context.window is None:
        return gettext(IDLE_SENTENCE)
    return _format_window_usage(context, context.window)


def _format_blocked(until: datetime, context: ViewContext) -> str:
    translator = context.translator
    if context.is_clock_enough(until):
        return translator.gettext(
            "Claude Code is available again at {time}.",
            time=context.format_clock(until),
        )
    return translator.gettext(
        "Claude Code is available again {day} at {clock}.",
        day=translator.format_weekday(until, context.zone),
        clock=context.format_clock(until),
    )


def _format_window_usage(context: ViewContext, window: Window) -> str:
    usage = context.usage
    if usage is None:
        return _format_typical_usage(context, window)
    if context.is_usage_stale:
        return context.translator.gettext(
            "At least {percent} used (last update {time}).",
            percent=context.translator.format_percent(usage.percent_or_zero),
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
        percent=translator.format_percent(usage.percent_or_zero),
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


class Headline(NamedTuple):
    """
    Top of a view.

    Attributes:
        title: Name of the limit on display.
        corner: Plan name, age of the data or "Demo"; may be empty.
        countdown: Time left, as "2h 47m".
        until: End of the countdown, as "until 15:00"; may be empty.
        status: Selects color, pictogram and CSS class.
        pill: The status in one or two words.
        sentence: The status in one sentence.
        progress: 0 to 1 during the first scan, else None.
    """

    title: str
    corner: str
    countdown: str
    until: str
    status: AccountStatus
    pill: str
    sentence: str
    progress: float | None = None


def build_headline(snapshot: Snapshot, context: ViewContext) -> Headline:
    """Build the headline of the context's account."""
    text = describe_status(snapshot, context)
    countdown = build_countdown(snapshot, context)
    return Headline(
        title=_format_title(context),
        corner=_format_corner(snapshot, context),
        countdown=countdown.left,
        until=countdown.until,
        status=text.status,
        pill=text.pill,
        sentence=text.sentence,
        progress=snapshot.scan_progress,
    )


def format_summary_sentence(headline: Headline, context: ViewContext) -> str:
    """Join the headline to one line of text, as for a screen reader."""
    countdown = " ".join(filter(None, (headline.countdown, headline.until)))
    if context.usage is not None:
        usage = context.format_usage(context.usage.percent_or_zero)
        countdown = f"{countdown}, {usage}"
    return f"Claude Code: {countdown}. {headline.pill}. {headline.sentence}"


def _format_title(context: ViewContext) -> str:
    limit = context.blocking_limit
    if limit is not None and limit.is_weekly:
        return context.translator.gettext("Weekly limit")
    return context.translator.gettext("5-hour window")


def _format_corner(snapshot: Snapshot, context: ViewContext) -> str:
    if snapshot.is_demo:
        return context.translator.gettext("Demo")
    return context.plan or format_usage_age(context)


def format_usage_age(context: ViewContext) -> str:
    """Return when the percentage was reported; empty without one."""
    if context.usage is None:
        return ""
    return context.translator.gettext(
        "Limits updated {clock}",
        clock=context.format_time(context.usage.as_of),
    )
