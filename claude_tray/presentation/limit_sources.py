"""Explain where a limit or a reset time comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.core.limits import LimitSource
from claude_tray.core.windows import ValueSource

if TYPE_CHECKING:
    from claude_tray.core.status import LimitProjection
    from claude_tray.core.windows import Window
    from claude_tray.presentation.context import ViewContext


class SourceExplanation(NamedTuple):
    """
    How a number is known.

    Attributes:
        label: "Official", "Learned" or "Estimated".
        sentences: Where it comes from, and what that means.
    """

    label: str
    sentences: tuple[str, ...]


def explain_limit(
    projection: LimitProjection, context: ViewContext
) -> SourceExplanation:
    """Explain the percentage of a limit; it is always official."""
    gettext, usage = context.translator.gettext, projection.usage
    reported_at = context.format_time(usage.as_of)
    texts = {
        LimitSource.STATUSLINE: gettext(
            "Claude Code reported it to the status line at {time}.",
            time=reported_at,
        ),
        LimitSource.CACHE: gettext(
            "Claude Code stored it for its own /usage at {time}.",
            time=reported_at,
        ),
        LimitSource.MESSAGE: gettext(
            "A limit message in a transcript said it at {time}.",
            time=reported_at,
        ),
        LimitSource.DESKTOP: gettext(
            "Claude Desktop recorded it at {time}.",
            time=reported_at,
        ),
        LimitSource.MACHINE: gettext(
            "Another computer reported it at {time}.",
            time=reported_at,
        ),
    }
    sentences = [texts[usage.source]]
    if projection.is_minimum:
        sentences.append(gettext("More was used since, so it is a minimum."))
    return SourceExplanation(gettext("Official"), tuple(sentences))


def explain_window(window: Window, context: ViewContext) -> SourceExplanation:
    """Explain the reset time of the 5-hour window."""
    translator = context.translator
    gettext = translator.gettext
    if window.source is ValueSource.OFFICIAL:
        return SourceExplanation(
            gettext("Official"),
            (gettext("Claude Code reported the reset time."),),
        )
    rule = context.account.inferred_rule if context.account else None
    if window.source is ValueSource.INFERRED and rule is not None:
        return SourceExplanation(
            gettext("Learned"),
            (
                translator.ngettext(
                    "Computed by the rule that matched {n} earlier reset,"
                    " ±{margin}.",
                    "Computed by the rule that matched {n} earlier resets,"
                    " ±{margin}.",
                    rule.sample_count,
                    margin=translator.format_duration(rule.max_error),
                ),
            ),
        )
    return SourceExplanation(
        gettext("Estimated"),
        (
            gettext(
                "Five hours from the first message; no reset was reported yet."
            ),
            gettext("Connect the status line for the official time."),
        ),
    )
