"""Describe an account in lines of text: tooltip, menu and terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.current_limits import (
    find_extra_usage,
    is_extra_usage,
    is_limit_of,
)
from claude_tray.core.limits import LimitKind
from claude_tray.core.status import (
    AccountStatus,
    Assessment,
    LimitProjection,
    MainFigureKind,
    Severity,
)
from claude_tray.presentation.countdown import (
    format_deadline,
    format_reset_source,
)
from claude_tray.presentation.limit_text import (
    SEPARATOR,
    format_amount,
    format_dated_value,
    format_extra_usage,
    format_limit_line,
    format_limit_name,
    format_limit_pace,
    format_limit_value,
)
from claude_tray.presentation.notes import (
    list_forecast_record,
    list_remote_start,
)
from claude_tray.presentation.status_text import (
    describe_status,
    format_usage_age,
)
from claude_tray.presentation.welcome import (
    format_waiting_headline,
    is_waiting,
)

if TYPE_CHECKING:
    from claude_tray.core.cost import Totals
    from claude_tray.core.snapshot import Snapshot
    from claude_tray.core.windows import Window
    from claude_tray.presentation.context import ViewContext


_TOOLTIP_KINDS: Final = (LimitKind.FIVE_HOUR, LimitKind.SEVEN_DAY)
_BLOCKED: Final = (AccountStatus.LIMIT, AccountStatus.MODEL_LIMIT)
_PRODUCT_NAME: Final = "Claude Code"
# `Pace.typical_tokens` has the median and the 90th percentile.
_TYPICAL_HIGH_PERCENT: Final = 90.0


def build_status_lines(snapshot: Snapshot, context: ViewContext) -> list[str]:
    """Describe the context's account, the most important line first."""
    limits = _build_limit_lines(context, context.assess(snapshot))
    return _build_titled_lines(snapshot, context, limits)


def build_headline_lines(
    snapshot: Snapshot, context: ViewContext
) -> list[str]:
    """
    Describe the context's account beside bars of its limits.

    Of the limits, only the pace of the window is put into words.
    """
    assessment = context.assess(snapshot)
    first = assessment.limits[:1]
    is_pace = any(projection.usage.is_window for projection in first)
    limits = _build_limit_lines(context, assessment._replace(limits=first))
    return _build_titled_lines(snapshot, context, limits if is_pace else [])


def build_tooltip_lines(snapshot: Snapshot, context: ViewContext) -> list[str]:
    """Describe the context's account in short lines, the worst limit first."""
    assessment = context.assess(snapshot)
    limits = _build_limit_lines(context, assessment, is_brief=True)
    return _build_titled_lines(snapshot, context, limits)


def build_menu_lines(snapshot: Snapshot, context: ViewContext) -> list[str]:
    """Describe the context's account without totals, which follow it."""
    assessment = context.assess(snapshot)
    if assessment.status is AccountStatus.READING:
        return [_format_scan_progress(snapshot, context)]
    if is_waiting(snapshot):
        return [format_waiting_headline(context.translator)]
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
        lines = [
            context.translator.translate_problem(snapshot.problem),
            *(lines if is_known else []),
        ]
    return [*lines, *_build_limit_lines(context, assessment)]


def build_source_lines(context: ViewContext) -> list[str]:
    """Describe where reset time and usage come from."""
    gettext, translator = context.translator.gettext, context.translator
    account = context.account
    record = list_forecast_record(
        account.forecast_record if account else None, translator
    )
    if context.window is None and context.main_figure.limit is None:
        return record
    source = "" if context.blocking_limit else format_reset_source(context)
    lines = [source, format_usage_age(context)]
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
    return [line for line in (*lines, *record) if line]


def format_account_title(snapshot: Snapshot, context: ViewContext) -> str:
    """Name the product, and the account if there are several."""
    if snapshot.is_demo:
        return context.translator.gettext(
            "{name} (sample data)", name=_PRODUCT_NAME
        )
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


def _build_titled_lines(
    snapshot: Snapshot, context: ViewContext, limits: list[str]
) -> list[str]:
    """Return all lines, those of limits among them, after the title."""
    first, *rest = _build_lines(snapshot, context, limits)
    title = format_account_title(snapshot, context)
    return [f"{title}: {first}", *rest, *list_remote_start(context)]


def _build_lines(
    snapshot: Snapshot, context: ViewContext, limits: list[str]
) -> list[str]:
    assessment = context.assess(snapshot)
    if assessment.status is AccountStatus.READING:
        return [_format_scan_progress(snapshot, context)]
    if is_waiting(snapshot):
        return [format_waiting_headline(context.translator)]
    lines = _build_main_lines(snapshot, context, assessment)
    if assessment.status is AccountStatus.ERROR:
        is_known = assessment.main.kind is not MainFigureKind.NONE
        lines = [
            context.translator.translate_problem(snapshot.problem),
            *(lines if is_known else []),
        ]
    window = context.window
    if window is not None and not (context.usage or context.blocking_limit):
        lines.append(format_window_totals(window, context))
    lines += limits
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
    description = describe_status(snapshot, context)
    is_blocked = assessment.status in _BLOCKED
    if is_blocked and main.kind is MainFigureKind.LIMIT:
        return [description.pill, _format_until(context, assessment)]
    extra = _format_condition(context, assessment, description.pill)
    if main.kind is MainFigureKind.WINDOW and window is not None:
        return [_format_time_left(context, window), *extra]
    if main.kind is MainFigureKind.LIMIT and main.limit is not None:
        return [*extra, *_format_main_limit(context, main.limit)]
    if main.kind is MainFigureKind.COST:
        return [format_today(main.cost, context), *extra]
    return [description.pill, description.sentence]


def _format_condition(
    context: ViewContext, assessment: Assessment, pill: str
) -> list[str]:
    """Return what stands beside the main figure: a block, extra usage."""
    if assessment.status is AccountStatus.MODEL_LIMIT:
        again = _format_available_again(context, assessment)
        return [pill + SEPARATOR + again]
    if assessment.status is AccountStatus.EXTRA_USAGE:
        usage = find_extra_usage(context.account, context.now)
        money = usage.money if usage else None
        return [format_extra_usage(money, context) if money else pill]
    is_unlimited = assessment.status is AccountStatus.UNLIMITED
    return [pill] if is_unlimited else []


def _format_main_limit(
    context: ViewContext, projection: LimitProjection
) -> list[str]:
    """Format a limit that is shown first: share and time left, then pace."""
    gettext, usage = context.translator.gettext, projection.usage
    name = format_limit_name(usage, context)
    first = f"{name} {format_limit_value(projection, context)}"
    if usage.resets_at is not None:
        first += SEPARATOR + gettext(
            "resets in {span} ({time})",
            span=context.translator.format_duration(
                usage.resets_at - context.now
            ),
            time=format_deadline(usage.resets_at, context),
        )
    details = [
        format_amount(usage.money, context)
        if usage.money and usage.percent is not None
        else "",
        format_dated_value(projection, context)
        if projection.is_minimum
        else format_limit_pace(projection, context),
    ]
    second = SEPARATOR.join(filter(None, details))
    return [first, second[:1].upper() + second[1:]] if second else [first]


def _build_limit_lines(
    context: ViewContext, assessment: Assessment, *, is_brief: bool = False
) -> list[str]:
    """
    Return a line for each limit, the worst first.

    Those that the main lines name are left out. A tooltip has only the limits
    of the window and the week, and those that are not calm.
    """
    blocking = assessment.blocking
    is_blocked = blocking is not None and not blocking.is_scoped
    shown_kinds = _TOOLTIP_KINDS[1:] if is_blocked else _TOOLTIP_KINDS
    lines = []
    for number, projection in enumerate(assessment.limits):
        is_calm = projection.severity is Severity.OK
        is_short = is_brief and is_calm
        if _is_named(assessment, projection) or (
            is_short and projection.usage.kind not in shown_kinds
        ):
            continue
        is_first = projection.usage.is_window and not number
        lines.append(
            _format_window_usage(context, projection)
            if is_first
            else format_limit_line(projection, context, is_brief=is_brief)
        )
    return lines


def _is_named(assessment: Assessment, projection: LimitProjection) -> bool:
    """Return whether the main lines are about a limit."""
    blocking, main = assessment.blocking, assessment.main
    if blocking is not None:
        return is_limit_of(projection.usage, blocking)
    if assessment.status is AccountStatus.EXTRA_USAGE:
        return is_extra_usage(projection.usage)
    is_limit = main.kind is MainFigureKind.LIMIT
    return is_limit and projection == main.limit


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
    """Say in few words when a model is available again."""
    gettext, limit = context.translator.gettext, assessment.blocking
    if limit is None or limit.until is None:
        return gettext("no reset time reported")
    time = format_deadline(limit.until, context)
    return gettext("available {time}", time=time)


def _format_until(context: ViewContext, assessment: Assessment) -> str:
    """Say when Claude Code, or a model, is available again."""
    gettext, limit = context.translator.gettext, assessment.blocking
    if limit is None or limit.until is None:
        return gettext("No reset time was reported.")
    return gettext(
        "Available again {time} (in {span})",
        time=format_deadline(limit.until, context),
        span=context.translator.format_duration(limit.until - context.now),
    )
