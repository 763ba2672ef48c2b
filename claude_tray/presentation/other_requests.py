"""Format the part of usage that no transcript line reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claude_tray.core.cost import Totals
    from claude_tray.i18n.translator import Translator


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
