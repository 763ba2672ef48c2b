"""Build the headline: title, countdown, status pill and sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.presentation.countdown import build_countdown
from claude_tray.presentation.status_text import describe_status

if TYPE_CHECKING:
    from claude_tray.core.snapshot import Snapshot
    from claude_tray.core.status import AccountStatus
    from claude_tray.presentation.context import ViewContext


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
        usage = context.format_usage(context.usage.percent)
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
