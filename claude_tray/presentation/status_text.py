"""Describe the status of an account in a word and a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.cost import NANO_USD_PER_USD
from claude_tray.core.current_limits import find_extra_usage
from claude_tray.core.forecasts import MINUTE_MS
from claude_tray.core.status import (
    AccountStatus,
    Assessment,
    LimitProjection,
    MainFigureKind,
    Severity,
)
from claude_tray.errors import gettext_noop
from claude_tray.presentation.countdown import build_countdown
from claude_tray.presentation.limit_text import (
    describe_block,
    format_amount,
    format_limit_name,
    format_limit_reached,
    format_limit_sentence,
    format_limit_title,
)
from claude_tray.presentation.welcome import (
    CONNECT_SENTENCE,
    format_waiting_headline,
    is_waiting,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from claude_tray.core.snapshot import Snapshot
    from claude_tray.core.windows import Window
    from claude_tray.presentation.context import ViewContext


_BLOCKED: Final = (AccountStatus.LIMIT, AccountStatus.MODEL_LIMIT)
_WARNINGS: Final = (AccountStatus.WARNING, AccountStatus.CRITICAL)
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
    assessment = context.assess(snapshot)
    if assessment.status is AccountStatus.IDLE and is_waiting(snapshot):
        return StatusDescription(
            assessment.status,
            context.translator.gettext("Ready"),
            format_waiting_headline(context.translator) + ".",
        )
    return StatusDescription(
        assessment.status,
        _format_pill(context, assessment),
        _format_sentence(snapshot, context, assessment),
    )


def _format_pill(context: ViewContext, assessment: Assessment) -> str:
    gettext, status = context.translator.gettext, assessment.status
    blocking, share = assessment.blocking, assessment.main.limit
    if blocking and status in _BLOCKED:
        return format_limit_reached(blocking, context)
    if status is AccountStatus.STALE and share:
        time = context.format_time(share.usage.as_of)
        return gettext("As of {time}", time=time)
    if status in _WARNINGS and assessment.binding:
        return _format_warning(context, assessment.binding)
    labels = {
        AccountStatus.OK: gettext("On pace"),
        AccountStatus.EXTRA_USAGE: gettext("On extra usage"),
        AccountStatus.IDLE: gettext("Ready"),
        AccountStatus.UNLIMITED: gettext("No 5-hour limit"),
        AccountStatus.UNKNOWN: gettext("Limit unknown"),
        AccountStatus.READING: gettext("Reading logs"),
        AccountStatus.ERROR: gettext("Action needed"),
    }
    return labels[status]


def _format_warning(context: ViewContext, binding: LimitProjection) -> str:
    """Say how the limit is doing that comes first, by name if it is another."""
    gettext = context.translator.gettext
    is_window = binding.usage.is_window
    name = format_limit_name(binding.usage, context)
    if binding.severity is Severity.CRITICAL:
        if is_window:
            return gettext("Almost out")
        return gettext("{limit} almost out", limit=name)
    if binding.runs_out_at is not None:
        if is_window:
            return gettext("Ahead of pace")
        return gettext("{limit} ahead of pace", limit=name)
    if is_window:
        return gettext("Running low")
    return gettext("{limit} running low", limit=name)


def _format_sentence(
    snapshot: Snapshot, context: ViewContext, assessment: Assessment
) -> str:
    gettext, status = context.translator.gettext, assessment.status
    main, binding = assessment.main, assessment.binding
    sentences: dict[AccountStatus, Callable[[], str]] = {
        AccountStatus.ERROR: lambda: context.translator.translate_problem(
            snapshot.problem
        ),
        AccountStatus.LIMIT: lambda: _describe_block(context, assessment),
        AccountStatus.MODEL_LIMIT: lambda: _describe_block(
            context, assessment
        ),
        AccountStatus.EXTRA_USAGE: lambda: _format_extra_usage(context),
        AccountStatus.READING: lambda: format_read_progress(snapshot, context),
        AccountStatus.IDLE: lambda: gettext(IDLE_SENTENCE),
        AccountStatus.UNLIMITED: lambda: gettext(
            "This account has no 5-hour limit. {cost} today.",
            cost=context.translator.format_cost(main.cost),
        ),
    }
    if status in sentences:
        return sentences[status]()
    is_window = main.limit is None or main.limit.usage.is_window
    if context.window is not None and is_window:
        return _format_window_usage(context, context.window)
    shown = main.limit or binding
    return format_limit_sentence(shown, context) if shown else ""


def _describe_block(context: ViewContext, assessment: Assessment) -> str:
    blocking = assessment.blocking
    return describe_block(blocking, context) if blocking else ""


def _format_extra_usage(context: ViewContext) -> str:
    """Say that work goes on beyond a limit, and what was spent on it."""
    gettext, extra_usage = (
        context.translator.gettext,
        find_extra_usage(context.account, context.now),
    )
    if extra_usage is None or extra_usage.money is None:
        return gettext("The limit is used up, and work goes on beyond it.")
    return gettext(
        "The limit is used up; work goes on with extra usage: {amount}.",
        amount=format_amount(extra_usage.money, context),
    )


def _format_window_usage(context: ViewContext, window: Window) -> str:
    limit = context.window_limit
    if limit is None:
        return _format_typical_usage(context, window)
    if limit.is_minimum:
        return format_limit_sentence(limit, context)
    return _format_projection(context, window, limit)


def _format_projection(
    context: ViewContext, window: Window, limit: LimitProjection
) -> str:
    gettext, translator = context.translator.gettext, context.translator
    if limit.runs_out_at is not None:
        return gettext(
            "You'll hit the limit at {time}, {span} before it resets.",
            time=_format_forecast_time(limit.runs_out_at, context),
            span=translator.format_duration(window.end - limit.runs_out_at),
        )
    if limit.percent_at_reset is not None:
        return gettext(
            "On track to use {percent} by the reset.",
            percent=translator.format_percent(limit.percent_at_reset),
        )
    return format_limit_sentence(limit, context)


def _format_forecast_time(at: datetime, context: ViewContext) -> str:
    """Format the expected time of the 5-hour limit with its margin."""
    time = context.format_time(at)
    forecast = context.pace.forecast if context.pace else None
    if forecast is None or forecast.limit_ms is None:
        return time
    return context.translator.gettext(
        "{time} (±{minutes} min)",
        time=time,
        minutes=round(forecast.margin_ms / MINUTE_MS),
    )


def _format_typical_usage(context: ViewContext, window: Window) -> str:
    gettext, translator = context.translator.gettext, context.translator
    pace = context.pace
    if pace is None or pace.typical_tokens is None:
        return gettext(CONNECT_SENTENCE)
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
    pace, blocking = context.pace, context.blocking_limit
    is_blocked = blocking is not None and not blocking.is_scoped
    if pace is None or context.window is None or is_blocked:
        return ""
    translator = context.translator
    tokens = translator.format_tokens(round(pace.tokens_per_minute))
    if pace.cost_per_hour is None:
        return translator.gettext("{n} tokens/min in and out", n=tokens)
    cost = translator.format_money(
        round(pace.cost_per_hour * NANO_USD_PER_USD)
    )
    return translator.gettext(
        "{n} tokens/min in and out \N{MIDDLE DOT} {cost}/h",
        n=tokens,
        cost=cost,
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
        title=format_title(context),
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


def format_title(context: ViewContext) -> str:
    """Name what the headline counts, as "Weekly limit"."""
    gettext, main = context.translator.gettext, context.main_figure
    if main.kind is MainFigureKind.COST:
        return gettext("Today")
    limit = context.blocking_limit
    if limit is not None and limit.is_scoped:
        limit = None
    shown = limit or (main.limit.usage if main.limit else None)
    if main.kind is MainFigureKind.LIMIT and shown:
        return format_limit_title(shown, context)
    return gettext("5-hour window")


def _format_corner(snapshot: Snapshot, context: ViewContext) -> str:
    if snapshot.is_demo:
        return context.translator.gettext("Sample data")
    return context.plan or format_usage_age(context)


def format_usage_age(context: ViewContext) -> str:
    """Return when the percentage was reported; empty without one."""
    limit = context.main_figure.limit
    usage = context.usage or (limit.usage if limit else None)
    if usage is None:
        return ""
    return context.translator.gettext(
        "Limits updated {clock}", clock=context.format_time(usage.as_of)
    )
