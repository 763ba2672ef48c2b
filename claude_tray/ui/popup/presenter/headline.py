"""The headline: how long, until when, and whether it will do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.status import AccountStatus, classify_severity
from claude_tray.core.windows import WINDOW_LENGTH, ValueSource
from claude_tray.i18n.formats import DASH
from claude_tray.ui.popup.view_model import Headline
from claude_tray.ui.toolkit.widgets import DisplayStatus

if TYPE_CHECKING:
    from claude_tray.core.windows import Window
    from claude_tray.ui.popup.presenter.context import PopupContext


_STATUS_BY_SEVERITY: Final = {
    AccountStatus.OK: DisplayStatus.OK,
    AccountStatus.WARNING: DisplayStatus.WARNING,
    AccountStatus.CRITICAL: DisplayStatus.CRITICAL,
}


def build_headline(context: PopupContext) -> Headline:
    """Return the answer that stands at the top."""
    snapshot = context.data.snapshot
    status = classify_window(context)
    if status is DisplayStatus.ERROR:
        sentence = snapshot.problem
    elif status is DisplayStatus.READING:
        sentence = _format_read_progress(context)
    else:
        sentence = format_status_sentence(context, status)
    countdown, until = _format_countdown(context)
    return Headline(
        title=_format_title(context),
        corner=_format_corner(context),
        countdown=countdown,
        until=until,
        status=status,
        pill=_format_pill(context, status),
        sentence=sentence,
        progress=snapshot.scan_progress,
    )


def classify_window(context: PopupContext) -> DisplayStatus:
    """Return how the window stands."""
    snapshot = context.data.snapshot
    if snapshot.problem:
        return DisplayStatus.ERROR
    if context.blocked_until is not None:
        return DisplayStatus.LIMIT
    if context.window is None:
        return (
            DisplayStatus.READING
            if snapshot.scan_progress is not None
            else DisplayStatus.IDLE
        )
    if context.usage is None:
        return DisplayStatus.UNKNOWN
    if context.is_usage_stale:
        return DisplayStatus.STALE
    return _classify_by_usage(context, context.window)


def _classify_by_usage(context: PopupContext, window: Window) -> DisplayStatus:
    percent = context.usage.percent if context.usage else 0.0
    return _STATUS_BY_SEVERITY[
        classify_severity(
            percent, context.projected_limit_at, window.end, context.now
        )
    ]


def format_status_sentence(
    context: PopupContext, status: DisplayStatus
) -> str:
    """Return what the state means, in a sentence."""
    gettext = context.translator.gettext
    if status is DisplayStatus.LIMIT:
        blocked_until = context.blocked_until or context.now
        return gettext(
            "Claude Code works again at {time}.",
            time=context.format_time(blocked_until),
        )
    if status is DisplayStatus.IDLE:
        return gettext("No window is open. Your next message starts one.")
    if status is DisplayStatus.UNKNOWN:
        return _format_typical_usage(context)
    if status is DisplayStatus.STALE:
        usage = context.usage
        return gettext(
            "{percent} used as of {time}; more was used since.",
            percent=context.translator.format_percent(
                usage.percent if usage else 0
            ),
            time=context.format_time(usage.as_of if usage else context.now),
        )
    return _format_projection(context)


def _format_projection(context: PopupContext) -> str:
    gettext, translator = context.translator.gettext, context.translator
    pace = context.account_state.pace if context.account_state else None
    limit_at = context.projected_limit_at
    if limit_at and context.window:
        return gettext(
            "At this pace the limit comes at {time}, {span} too soon.",
            time=context.format_time(limit_at),
            span=translator.format_duration(context.window.end - limit_at),
        )
    if pace and pace.percent_at_reset is not None:
        return gettext(
            "At this pace {percent} will be used by the reset.",
            percent=translator.format_percent(pace.percent_at_reset),
        )
    usage = context.usage
    return gettext(
        "{percent} of the 5-hour limit is used.",
        percent=translator.format_percent(usage.percent if usage else 0),
    )


def _format_typical_usage(context: PopupContext) -> str:
    gettext, translator = context.translator.gettext, context.translator
    pace = context.account_state.pace if context.account_state else None
    typical_tokens = pace.typical_tokens if pace else None
    window = context.window
    if typical_tokens and window:
        tokens = window.totals.tokens
        return gettext(
            "{tokens} tokens in and out; your usual window has {usual}.",
            tokens=translator.format_tokens(tokens.input + tokens.output),
            usual=translator.format_tokens(typical_tokens[0]),
        )
    return gettext("Claude Code has not told how much of the limit is used.")


def _format_read_progress(context: PopupContext) -> str:
    percent = (context.data.snapshot.scan_progress or 0) * 100
    return context.translator.gettext(
        "Reading Claude Code's logs, {percent}. It is done once.",
        percent=context.translator.format_percent(percent),
    )


def _format_title(context: PopupContext) -> str:
    if context.is_weekly_limit_reached:
        return context.translator.gettext("Weekly limit")
    return context.translator.gettext("5-hour window")


def _format_corner(context: PopupContext) -> str:
    if context.data.snapshot.is_demo:
        return context.translator.gettext("Demo")
    if context.plan or context.usage is None:
        return context.plan
    return context.translator.gettext(
        "Told by Claude Code at {clock}",
        clock=context.format_time(context.usage.as_of),
    )


def _format_countdown(context: PopupContext) -> tuple[str, str]:
    """Return the large text and what stands beside it."""
    gettext, translator = context.translator.gettext, context.translator
    blocked_until, window = context.blocked_until, context.window
    if blocked_until is not None:
        remaining = translator.format_duration(blocked_until - context.now)
        return remaining, gettext(
            "until {time}", time=context.format_time(blocked_until)
        )
    if window is not None:
        remaining = translator.format_duration(window.end - context.now)
        return remaining, _format_window_end(context, window)
    if context.data.snapshot.problem:
        return DASH, ""
    if context.data.snapshot.scan_progress is not None:
        return translator.format_percent(
            context.data.snapshot.scan_progress * 100
        ), ""
    return translator.format_duration(WINDOW_LENGTH), gettext("ready")


def _format_window_end(context: PopupContext, window: Window) -> str:
    """Say when the window ends, and how sure that is."""
    gettext, time = context.translator.gettext, context.format_time(window.end)
    inferred_rule = (
        context.account_state.inferred_rule if context.account_state else None
    )
    if window.source is ValueSource.OFFICIAL:
        return gettext("until {time}", time=time)
    if window.source is ValueSource.INFERRED and inferred_rule is not None:
        margin = context.translator.format_duration(inferred_rule.max_error)
        return gettext("until {time} ± {span}", time=time, span=margin)
    return gettext("until about {time}", time=time)


def _format_pill(context: PopupContext, status: DisplayStatus) -> str:
    gettext = context.translator.gettext
    if status is DisplayStatus.LIMIT and context.is_weekly_limit_reached:
        return gettext("Week is over")
    if status is DisplayStatus.STALE and context.usage:
        return gettext(
            "As of {time}", time=context.format_time(context.usage.as_of)
        )
    labels = {
        DisplayStatus.OK: gettext("On pace"),
        DisplayStatus.WARNING: gettext("Too fast"),
        DisplayStatus.CRITICAL: gettext("Almost out"),
        DisplayStatus.LIMIT: gettext("Limit reached"),
        DisplayStatus.IDLE: gettext("Idle"),
        DisplayStatus.UNKNOWN: gettext("No limit known"),
        DisplayStatus.READING: gettext("Reading"),
        DisplayStatus.ERROR: gettext("Needs you"),
        DisplayStatus.STALE: gettext("Old"),
    }
    return labels[status]
