"""How a window stands: a word, its tone, and a sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core import status as domain
from claude_tray.core.windows import ValueSource
from claude_tray.i18n.translator import ENGLISH

if TYPE_CHECKING:
    from claude_tray.core.snapshot import AccountSnapshot, LimitUsage
    from claude_tray.core.windows import Window
    from claude_tray.server.dashboard.page_context import PageContext


def list_window_warnings(
    snapshot: AccountSnapshot, context: PageContext
) -> tuple[str, ...]:
    """Return what a person should know of an account's window."""
    warnings = []
    if snapshot.is_provisional and snapshot.window:
        warnings.append("A machine is behind; the window may begin earlier.")
    elif snapshot.is_provisional:
        warnings.append("A machine is behind; a window may be open already.")
    if snapshot.window and snapshot.window.source is ValueSource.INFERRED:
        margin = (
            snapshot.inferred_rule.max_error
            if snapshot.inferred_rule
            else timedelta()
        )
        margin_text = context.translator.format_duration(margin)
        warnings.append(
            f"The reset is learnt from earlier ones, within {margin_text}."
        )
    return tuple(warnings)


# Of the domain's standing: the tone and the word.
_STATUS_WORDS: Final = {
    domain.AccountStatus.OK: ("ok", "On pace"),
    domain.AccountStatus.WARNING: ("warning", "Too fast"),
    domain.AccountStatus.CRITICAL: ("critical", "Almost out"),
}


class StatusText(NamedTuple):
    """
    How a window stands.

    Attributes:
        tone: ok, warning, critical, limit, plain or idle: colour and sign.
        word: What the pill says.
        sentence: What it means.
    """

    tone: str
    word: str
    sentence: str


def describe_status(
    snapshot: AccountSnapshot | None, context: PageContext
) -> StatusText:
    """Return how an account stands now."""
    window = domain.get_open_window(snapshot, context.now)
    blocked_until = domain.get_blocked_until(snapshot, context.now)
    if blocked_until is not None:
        blocked_text = f"Claude Code works again at {context.format_clock(blocked_until)}."
        return StatusText("limit", "Limit reached", blocked_text)
    if snapshot is None or window is None:
        idle_text = "No window is open. Your next message starts one."
        return StatusText("idle", "Idle", idle_text)
    limit_usage = domain.get_current_usage(snapshot, context.now)
    if limit_usage is None:
        return StatusText(
            "plain",
            "No limit known",
            _describe_unknown_limit(snapshot, window),
        )
    if domain.is_usage_stale(snapshot, limit_usage, context.now):
        percent_text = context.translator.format_percent(limit_usage.percent)
        clock = context.format_clock(limit_usage.as_of)
        text = f"{percent_text} used as of {clock}; more was used since."
        return StatusText("plain", f"As of {clock}", text)
    return _describe_usage(snapshot, window, limit_usage, context)


def _describe_usage(
    snapshot: AccountSnapshot,
    window: Window,
    limit_usage: LimitUsage,
    context: PageContext,
) -> StatusText:
    sentence = _describe_projection(snapshot, window, limit_usage, context)
    if limit_usage.percent >= domain.FULL_PERCENT:
        return StatusText("limit", "Limit reached", sentence)
    severity = domain.classify_severity(
        limit_usage.percent,
        domain.get_projected_limit_at(snapshot, context.now),
        window.end,
        context.now,
    )
    return StatusText(*_STATUS_WORDS[severity], sentence)


def _describe_projection(
    snapshot: AccountSnapshot,
    window: Window,
    limit_usage: LimitUsage,
    context: PageContext,
) -> str:
    translator = context.translator
    limit_at = domain.get_projected_limit_at(snapshot, context.now)
    if limit_at is not None:
        clock, lead_time = (
            context.format_clock(limit_at),
            translator.format_duration(window.end - limit_at),
        )
        return (
            f"At this pace the limit comes at {clock}, {lead_time} too soon."
        )
    if snapshot.pace and snapshot.pace.percent_at_reset is not None:
        percent_text = translator.format_percent(
            snapshot.pace.percent_at_reset
        )
        return f"At this pace {percent_text} will be used by the reset."
    return f"{translator.format_percent(limit_usage.percent)} of the 5-hour limit is used."


def _describe_unknown_limit(snapshot: AccountSnapshot, window: Window) -> str:
    typical_tokens = snapshot.pace.typical_tokens if snapshot.pace else None
    if typical_tokens is None:
        return "Claude Code has not told how much of the limit is used."
    tokens = window.totals.tokens.input + window.totals.tokens.output
    return (
        f"{ENGLISH.format_tokens(tokens)} tokens in and out; "
        f"your usual window has {ENGLISH.format_tokens(typical_tokens[0])}."
    )
