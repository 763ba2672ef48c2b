"""Describe an account in lines of text: tooltip, menu and terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.current_limits import is_limit_of
from claude_tray.core.limits import LimitKind
from claude_tray.core.status import AccountStatus, MainFigureKind, Severity
from claude_tray.presentation.countdown import (
    format_deadline,
    format_reset_source,
)
from claude_tray.presentation.limit_text import (
    SEPARATOR,
    format_dated_value,
    format_limit_line,
)
from claude_tray.presentation.notes import list_remote_start
from claude_tray.presentation.status_text import (
    describe_status,
    format_usage_age,
)

if TYPE_CHECKING:
    from claude_tray.core.cost import Totals
    from claude_tray.core.snapshot import Snapshot
    from claude_tray.core.status import Assessment, LimitProjection
    from claude_tray.core.windows import Window
    from claude_tray.presentation.context import ViewContext


_TOOLTIP_KINDS: Final = (LimitKind.FIVE_HOUR, LimitKind.SEVEN_DAY)
_PRODUCT_NAME: Final = "Claude Code"
# `Pace.typical_tokens` has the median and the 90th percentile.
_TYPICAL_HIGH_PERCENT: Final = 90.0


def build_status_lines(snapshot: Snapshot, context: ViewContext) -> list[str]:
    """Describe the context's account, the most important line first."""
    first, *rest = _build_lines(snapshot, context, is_brief=False)
    title = format_account_title(snapshot, context)
    return [f"{title}: {first}", *rest, *list_remote_start(context)]


def build_tooltip_lines(snapshot: Snapshot, context: ViewContext) -> list[str]:
    """Describe the context's account in short lines, the worst limit first."""
    first, *rest = _build_lines(snapshot, context, is_brief=True)
    title = format_account_title(snapshot, context)
    return [f"{title}: {first}", *rest, *list_remote_start(context)]


def build_menu_lines(snapshot: Snapshot, context: ViewContext) -> list[str]:
    """Describe the context's account without totals, which follow it."""
    assessment = context.assess(snapshot)
    if assessment.status is AccountStatus.READING:
        return [_format_scan_progress(snapshot, context)]
    lines = _build_main_lines(snapshot, context, assessment)
    window = context.window
    if assessment.main.kind is MainFigureKind.WINDOW and window is not None:
        left = context.translator.gettext(
            "{left} left · resets {clock}",
            left=context.translator.format_duration(window.end - context.now),
            clock=context.format_clock(window.end),
        )
        source = format_reset_source(context)
        is_unknown = source and context.usage is None
        lines = [left, *([source] if is_unknown else []), *lines[1:]]
    if assessment.status is AccountStatus.ERROR:
        is_known = assessment.main.kind is not MainFigureKind.NONE
        lines = [snapshot.problem, *(lines if is_known else [])]
    return [*lines, *_build_limit_lines(context, assessment, is_brief=False)]


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


def _build_lines(
    snapshot: Snapshot, context: ViewContext, *, is_brief: bool
) -> list[str]:
    assessment = context.assess(snapshot)
    if assessment.status is AccountStatus.READING:
        return [_format_scan_progress(snapshot, context)]
    lines = _build_main_lines(snapshot, context, assessment)
    if assessment.status is AccountStatus.ERROR:
        is_known = assessment.main.kind is not MainFigureKind.NONE
        lines = [snapshot.problem, *(lines if is_known else [])]
    window = context.window
    if window is not None and not (context.usage or context.blocking_limit):
        lines.append(format_window_totals(window, context))
    lines += _build_limit_lines(context, assessment, is_brief=is_brief)
    blocking = assessment.blocking
    if blocking is not None and blocking.kind is LimitKind.SEVEN_DAY:
        return [*lines, format_last_7_days(snapshot.last_7_days, context)]
    if assessment.main.kind is MainFigureKind.COST:
        return lines
    return [*lines, format_today(snapshot.today, context)]


def _format_scan_progress(snapshot: Snapshot, context: ViewContext) -> str:
    description = describe_status(snapshot, context)
    percent = (snapshot.scan_progress or 0) * 100
    percent_text = context.translator.format_percent(percent)
    return description.pill + SEPARATOR + percent_text


def _build_main_lines(
    snapshot: Snapshot, context: ViewContext, assessment: Assessment
) -> list[str]:
    """Return the main figure, then what blocks or is beyond its limit."""
    main, window = assessment.main, context.window
    pill, sentence = describe_status(snapshot, context)[1:]
    if assessment.status is AccountStatus.LIMIT:
        return [pill, _format_available_again(context, assessment)]
    extra: list[str] = []
    if assessment.status is AccountStatus.MODEL_LIMIT:
        extra = [
            pill + SEPARATOR + _format_available_again(context, assessment)
        ]
    elif assessment.status is AccountStatus.EXTRA_USAGE:
        extra = [pill]
    if main.kind is MainFigureKind.WINDOW and window is not None:
        return [_format_time_left(context, window), *extra]
    if main.kind is MainFigureKind.LIMIT:
        return extra or [pill]
    if main.kind is MainFigureKind.COST:
        return [format_today(main.cost, context), *extra]
    return [pill, sentence]


def _build_limit_lines(
    context: ViewContext, assessment: Assessment, *, is_brief: bool
) -> list[str]:
    """
    Return a line for each limit, the worst first.

    A blocked one is left out: the main lines name it. In a tooltip only the
    limits of the window and the week are shown, and those that are not calm.
    """
    blocking, lines = assessment.blocking, []
    is_blocked = blocking is not None and not blocking.is_scoped
    shown_kinds = _TOOLTIP_KINDS[1:] if is_blocked else _TOOLTIP_KINDS
    for number, projection in enumerate(assessment.limits):
        usage = projection.usage
        if blocking is not None and is_limit_of(usage, blocking):
            continue
        is_calm = projection.severity is Severity.OK
        if is_brief and is_calm and usage.kind not in shown_kinds:
            continue
        is_main = usage.is_window and not number
        lines.append(
            _format_window_usage(context, projection)
            if is_main
            else format_limit_line(projection, context, is_brief=is_brief)
        )
    return lines


def _format_time_left(context: ViewContext, window: Window) -> str:
    return context.translator.gettext(
        "{left} left ({clock})",
        left=context.translator.format_duration(window.end - context.now),
        clock=context.format_clock(window.end),
    )


def _format_window_usage(
    context: ViewContext, projection: LimitProjection
) -> str:
    """Format the usage and where the pace leads: "38% used · on track …"."""
    gettext, usage = context.translator.gettext, projection.usage
    if projection.is_minimum:
        text = format_dated_value(projection, context)
        return text[:1].upper() + text[1:]
    percent = context.format_percent(usage.percent_or_zero)
    parts = [
        gettext("{percent} left", percent=percent)
        if context.shows_remaining
        else gettext("{percent} used", percent=percent)
    ]
    if projection.runs_out_at is not None:
        clock = context.format_clock(projection.runs_out_at)
        parts.append(gettext("limit around {clock}", clock=clock))
    elif projection.percent_at_reset is not None:
        percent = context.format_percent(projection.percent_at_reset)
        parts.append(
            gettext("on track for {percent} at reset", percent=percent)
        )
    return SEPARATOR.join(parts)


def _format_available_again(
    context: ViewContext, assessment: Assessment
) -> str:
    gettext, limit = context.translator.gettext, assessment.blocking
    if limit is None or limit.until is None:
        return gettext("no reset time reported")
    if limit.is_scoped:
        return gettext(
            "available {time}", time=format_deadline(limit.until, context)
        )
    return gettext(
        "Available again {time} (in {span})",
        time=format_deadline(limit.until, context),
        span=context.translator.format_duration(limit.until - context.now),
    )
