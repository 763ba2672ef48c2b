"""Format parts of the cost, and what Claude Code itself computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claude_tray.core.cost import NanoUsd, Totals
    from claude_tray.core.cost_check import CostCheck
    from claude_tray.i18n.translator import Translator


def format_cost_check(check: CostCheck, translator: Translator) -> str:
    """Return "Transcripts $1.90 + other $0.23 = Claude Code's own $2.13: agrees"."""
    gettext, money = translator.gettext, translator.format_money
    transcripts = money(check.transcripts)
    other, reported = money(check.other), money(check.reported)
    if not check.difference:
        text = gettext(
            "Transcripts {transcripts} + other {other} ="
            " Claude Code's own {reported}: agrees",
            transcripts=transcripts,
            other=other,
            reported=reported,
        )
    elif check.difference > 0:
        text = gettext(
            "Transcripts {transcripts} + other {other}: {difference} more"
            " than Claude Code's own {reported}",
            transcripts=transcripts,
            other=other,
            difference=money(check.difference),
            reported=reported,
        )
    else:
        text = gettext(
            "Transcripts {transcripts} + other {other}: {difference} less"
            " than Claude Code's own {reported}",
            transcripts=transcripts,
            other=other,
            difference=money(-check.difference),
            reported=reported,
        )
    if not check.compactions:
        return text
    return gettext(
        "{sentence} (without {cost} for compactions, which it leaves out)",
        sentence=text,
        cost=money(check.compactions),
    )


def format_pending_cost(cost: NanoUsd, translator: Translator) -> str:
    """Return what open sessions cost beyond the transcripts."""
    return translator.gettext(
        "Not in a transcript yet: \N{GREATER-THAN OR EQUAL TO} {cost}",
        cost=translator.format_money(cost),
    )


def format_other_requests(totals: Totals, translator: Translator) -> str:
    """Return "Compaction, titles, searches: $0.15"; empty without any."""
    if not totals.other_tokens and not totals.other_cost:
        return ""
    return translator.gettext(
        "Compaction, titles, searches: {cost}",
        cost=translator.format_money(totals.other_cost),
    )


def list_other_requests(totals: Totals, translator: Translator) -> list[str]:
    """Return the same as lines."""
    line = format_other_requests(totals, translator)
    return [line] if line else []
