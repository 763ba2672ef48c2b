"""What the menu says of each account; every line opens the popup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.core.status import AccountStatus
from claude_tray.core.windows import ValueSource
from claude_tray.ui.tray.context import SEPARATOR
from claude_tray.ui.tray.title_case import apply_title_case

if TYPE_CHECKING:
    from claude_tray.core.snapshot import AccountSnapshot, LimitUsage
    from claude_tray.core.status import BlockingLimit
    from claude_tray.core.windows import Window
    from claude_tray.i18n.translator import Translator
    from claude_tray.ui.tray.context import AccountContext


def reset_source_text(
    window: Window,
    state: AccountSnapshot | None,
    translator: Translator,
) -> str:
    """Return a line; an empty one where Claude Code told the reset."""
    if window.source is ValueSource.OFFICIAL:
        return ""
    learned = state.inferred_rule if state else None
    if window.source is ValueSource.INFERRED and learned is not None:
        return translator.ngettext(
            "Learnt from {n} reset, ±{margin}",
            "Learnt from {n} resets, ±{margin}",
            learned.sample_count,
            margin=translator.format_duration(learned.max_error),
        )
    return translator.gettext("Estimated, no reset was told")


_FIVE_HOUR = "five_hour"
_SEVEN_DAY = "seven_day"


def format_account_lines(context: AccountContext) -> list[str]:
    """Return one to three lines, the first with the name if there are more."""
    lines = _format_account_status(context)
    if len(context.snapshot.accounts) > 1 and context.state:
        lines[0] = f"{context.state.name}: {lines[0]}"
    return lines


def _format_account_status(context: AccountContext) -> list[str]:
    status, gettext = context.status, context.translator.gettext
    window = context.window
    if status is AccountStatus.ERROR:
        problem = context.snapshot.problem
        language, style = context.translator.language, context.style
        help_label = apply_title_case(gettext("Show help"), language, style)
        lines = [f"{problem}{SEPARATOR}{help_label}"]
        return lines + (_format_window(context, window) if window else [])
    if status is AccountStatus.READING:
        percent_text = context.translator.format_percent(
            (context.snapshot.scan_progress or 0) * 100
        )
        return [gettext("Reading the logs, {share}", share=percent_text)]
    if blocking_limit := context.blocking_limit:
        return [
            _format_blocked(context, blocking_limit),
            *_format_week(context),
        ]
    if window is None:
        texts = (
            gettext("No window open"),
            gettext("Your next message starts 5 hours"),
        )
        return [*texts, *_format_week(context)]
    return _format_window(context, window)


def _format_blocked(
    context: AccountContext, blocking_limit: BlockingLimit
) -> str:
    gettext = context.translator.gettext
    if blocking_limit.is_weekly:
        resume_time = context.format_day_and_clock(blocking_limit.until)
        return gettext(
            "Weekly limit reached \N{MIDDLE DOT} works again {moment}",
            moment=resume_time,
        )
    return gettext(
        "Limit reached \N{MIDDLE DOT} works again {clock} ({span})",
        clock=context.format_clock(blocking_limit.until),
        span=context.translator.format_duration(
            blocking_limit.until - context.now
        ),
    )


def _format_window(context: AccountContext, window: Window) -> list[str]:
    gettext = context.translator.gettext
    left = gettext(
        "{left} left \N{MIDDLE DOT} resets {clock}",
        left=context.translator.format_duration(window.end - context.now),
        clock=context.format_clock(window.end),
    )
    used = context.state.used if context.state else None
    if used is None:
        source = reset_source_text(window, context.state, context.translator)
        return [left, *filter(None, [source]), *_format_week(context)]
    if context.status is AccountStatus.STALE:
        stale_text = gettext(
            "As of {clock}, no new data for {span}",
            clock=context.format_clock(used.as_of),
            span=context.translator.format_duration(context.now - used.as_of),
        )
        return [left, stale_text, *_format_week(context)]
    return [left, _format_usage(context, used), *_format_week(context)]


def _format_usage(context: AccountContext, used: LimitUsage) -> str:
    gettext = context.translator.gettext
    used_text = context.format_percent(used.percent)
    if context.shows_remaining:
        text = gettext("{percent} left", percent=used_text)
    else:
        text = gettext("{percent} used", percent=used_text)
    pace = context.state.pace if context.state else None
    if pace and pace.limit_at:
        clock = context.format_clock(pace.limit_at)
        return (
            text + SEPARATOR + gettext("limit at about {clock}", clock=clock)
        )
    if pace and pace.percent_at_reset is not None:
        projected_text = context.format_percent(pace.percent_at_reset)
        return (
            text
            + SEPARATOR
            + gettext("{percent} by the reset", percent=projected_text)
        )
    return text


def _format_week(context: AccountContext) -> list[str]:
    week, gettext = context.week, context.translator.gettext
    if week is None or context.state is None:
        return []
    parts = [
        gettext("Week {share}", share=context.format_percent(week.percent))
    ]
    parts += [
        f"{_format_model_name(used.name)} {context.format_percent(used.percent)}"
        for used in context.state.weekly
        if used.name not in (_FIVE_HOUR, _SEVEN_DAY)
    ]
    if week.resets_at is not None:
        reset_time = context.format_day_and_clock(week.resets_at)
        parts.append(gettext("resets {moment}", moment=reset_time))
    return [SEPARATOR.join(parts)]


def _format_model_name(name: str) -> str:
    """Return "Opus" of "seven_day_opus"."""
    return name.removeprefix(f"{_SEVEN_DAY}_").replace("_", " ").title()
