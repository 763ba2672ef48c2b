"""What the tooltip says, the weightiest line first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.snapshot import SyncPhase
from claude_tray.core.status import AccountStatus

if TYPE_CHECKING:
    from claude_tray.core.snapshot import LimitUsage
    from claude_tray.core.status import BlockingLimit
    from claude_tray.core.windows import Window
    from claude_tray.ui.tray.context import AccountContext


# Windows keeps 128 UTF-16 units, the last of them for the end.
MAX_TOOLTIP_UNITS: Final = 127
_PRODUCT_NAME: Final = "Claude Code"


def status_lines(context: AccountContext) -> list[str]:
    """Return what is said of an account; with an error also what is known."""
    status = context.status
    if status is AccountStatus.ERROR:
        lines = _format_error(context)
    elif status is AccountStatus.READING:
        percent_text = context.translator.format_percent(
            (context.snapshot.scan_progress or 0) * 100
        )
        text = context.translator.gettext(
            "reading the logs, {share}", share=percent_text
        )
        lines = [_format_headline(context, text)]
    elif blocking_limit := context.blocking_limit:
        lines = _format_blocked(context, blocking_limit)
    elif window := context.window:
        lines = _format_window(context, window)
    else:
        lines = _format_idle(context)
    return lines + _format_started_elsewhere(context)


def format_tooltip(context: AccountContext) -> str:
    """Return the lines that fit a tooltip; whole ones are left out."""
    lines = status_lines(context)
    if context.status is AccountStatus.ERROR and context.window is None:
        lines[1:] = [context.translator.gettext("Click for help")]
    if (sync_delay := _format_sync_delay(context)) and len(lines) > 1:
        lines[-1] = sync_delay
    while (
        len(lines) > 1
        and _count_utf16_units("\n".join(lines)) > MAX_TOOLTIP_UNITS
    ):
        lines = lines[:-1]
    return _truncate("\n".join(lines))


def account_title(context: AccountContext) -> str:
    """Return whose figures these are."""
    if context.snapshot.is_demo:
        return context.translator.gettext("{name} (demo)", name=_PRODUCT_NAME)
    if len(context.snapshot.accounts) > 1 and context.state:
        return f"{_PRODUCT_NAME} ({context.state.name})"
    return _PRODUCT_NAME


def _format_headline(context: AccountContext, text: str) -> str:
    return f"{account_title(context)}: {text}"


def _format_window(context: AccountContext, window: Window) -> list[str]:
    gettext = context.translator.gettext
    headline = gettext(
        "{left} left ({clock})",
        left=context.translator.format_duration(window.end - context.now),
        clock=context.format_clock(window.end),
    )
    lines = [_format_headline(context, headline)]
    used = context.state.used if context.state else None
    if used is None:
        totals_text = context.format_totals(window.totals)
        lines.append(
            gettext("This window {cost}, {tokens} tokens", **totals_text)
        )
        return [*lines, *_format_week(context), format_today(context)]
    if context.status is AccountStatus.STALE:
        return lines + format_stale_lines(context, used)
    return [
        *lines,
        _format_usage(context, used),
        *_format_week(context),
        format_today(context),
    ]


def format_stale_lines(context: AccountContext, used: LimitUsage) -> list[str]:
    """Say how old a percentage is."""
    gettext = context.translator.gettext
    age = context.translator.format_duration(context.now - used.as_of)
    values = {
        "percent": context.format_percent(used.percent),
        "clock": context.format_clock(used.as_of),
    }
    if context.shows_remaining:
        first = gettext("{percent} left, as of {clock}", **values)
    else:
        first = gettext("Used {percent}, as of {clock}", **values)
    return [first, gettext("No new data for {span}", span=age)]


def _format_usage(context: AccountContext, used: LimitUsage) -> str:
    gettext, percent = (
        context.translator.gettext,
        context.format_percent(used.percent),
    )
    pace = context.state.pace if context.state else None
    if pace and pace.limit_at:
        clock = context.format_clock(pace.limit_at)
        values = {"percent": percent, "clock": clock}
        if context.shows_remaining:
            return gettext("{percent} left, limit at about {clock}", **values)
        return gettext("Used {percent}, limit at about {clock}", **values)
    if pace and pace.percent_at_reset is not None:
        projected_percent = context.format_percent(pace.percent_at_reset)
        values = {"percent": percent, "share": projected_percent}
        if context.shows_remaining:
            return gettext("{percent} left, at this pace {share}", **values)
        return gettext("Used {percent}, at this pace {share}", **values)
    if context.shows_remaining:
        return gettext("{percent} left", percent=percent)
    return gettext("Used {percent}", percent=percent)


def _format_blocked(
    context: AccountContext, blocking_limit: BlockingLimit
) -> list[str]:
    gettext = context.translator.gettext
    remaining = context.translator.format_duration(
        blocking_limit.until - context.now
    )
    if blocking_limit.is_weekly:
        resume_time = context.format_day_and_clock(blocking_limit.until)
        resume_line = gettext(
            "Works again {moment}, in {span}",
            moment=resume_time,
            span=remaining,
        )
        totals_text = context.format_totals(context.snapshot.last_7_days)
        days = gettext("Last 7 days {cost}, {tokens} tokens", **totals_text)
        return [
            _format_headline(context, gettext("weekly limit reached")),
            resume_line,
            days,
        ]
    clock = context.format_clock(blocking_limit.until)
    resume_line = gettext(
        "Works again at {clock}, in {span}", clock=clock, span=remaining
    )
    head = _format_headline(context, gettext("limit reached"))
    return [head, resume_line, *_format_week(context), format_today(context)]


def _format_idle(context: AccountContext) -> list[str]:
    gettext = context.translator.gettext
    return [
        _format_headline(context, gettext("no window open")),
        gettext("Your next message starts 5 hours"),
        *_format_week(context),
        format_today(context),
    ]


def _format_error(context: AccountContext) -> list[str]:
    lines = [_format_headline(context, context.snapshot.problem)]
    window = context.window
    if window is None:
        return [*lines, *_format_idle(context)[1:]]
    window_lines = _format_window(context, window)
    return [*lines, window_lines[0].partition(": ")[2], *window_lines[1:]]


def _format_week(context: AccountContext) -> list[str]:
    week, gettext = context.week, context.translator.gettext
    if week is None:
        return []
    percent_text = context.format_percent(week.percent)
    if week.resets_at is None:
        if context.shows_remaining:
            return [gettext("Week {share} left", share=percent_text)]
        return [gettext("Week {share}", share=percent_text)]
    values = {
        "share": percent_text,
        "moment": context.format_day_and_clock(week.resets_at),
    }
    if context.shows_remaining:
        return [gettext("Week {share} left, resets {moment}", **values)]
    return [gettext("Week {share}, resets {moment}", **values)]


def format_today(context: AccountContext) -> str:
    """Say what was used today, by all accounts together."""
    totals_text = context.format_totals(context.snapshot.today)
    return context.translator.gettext(
        "Today {cost}, {tokens} tokens", **totals_text
    )


def _format_started_elsewhere(context: AccountContext) -> list[str]:
    state = context.state
    if state is None or state.started_elsewhere_at is None:
        return []
    clock = context.format_clock(state.started_elsewhere_at)
    return [
        context.translator.gettext("Started elsewhere at {clock}", clock=clock)
    ]


def _format_sync_delay(context: AccountContext) -> str:
    sync = context.snapshot.sync
    is_late = sync.phase in (SyncPhase.DELAYED, SyncPhase.STOPPED)
    if not is_late or sync.last_ok_at is None:
        return ""
    clock = context.format_clock(sync.last_ok_at)
    return context.translator.gettext("Not synced since {clock}", clock=clock)


def _truncate(text: str) -> str:
    while _count_utf16_units(text) > MAX_TOOLTIP_UNITS:
        text = text[:-2] + "\N{HORIZONTAL ELLIPSIS}"
    return text


def _count_utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
