"""Define fields of local output beside the costs; a server has none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from claude_tray.core.cost import NanoUsd, Totals, format_usd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claude_tray.core.cost_check import CostCheck


def build_cost_details(totals: Totals) -> CostDetails:
    """Return what only the machine that has the transcripts knows."""
    return {
        "cost_is_lower_bound": totals.is_lower_bound,
        "other_requests": {
            "tokens": totals.other_tokens,
            "cost_usd": format_usd(totals.other_cost) or "",
        },
    }


def build_self_check(check: CostCheck) -> SelfCheck:
    """Return the comparison with Claude Code's own cost."""
    return {
        "transcripts_usd": format_usd(NanoUsd(check.transcripts)) or "",
        "other_requests_usd": format_usd(NanoUsd(check.other)) or "",
        "compactions_usd": format_usd(NanoUsd(check.compactions)) or "",
        "claude_code_usd": format_usd(NanoUsd(check.reported)) or "",
        "difference_usd": format_usd(check.difference) or "",
        "agrees": not check.difference,
    }


def add_cost_details(
    item: Mapping[str, Any], totals: Totals
) -> dict[str, Any]:
    """Return the object of local output: an item with its cost details."""
    return {**item, **build_cost_details(totals)}


class OtherRequestsPart(TypedDict):
    """
    Requests that no transcript line reports, a part of the totals.

    Compaction, titles, recaps, side questions, searches: derived from the
    sums that Claude Code writes when a session ends. They are no messages.
    `tokens` counts all kinds.
    """

    tokens: int
    cost_usd: str


class SelfCheck(TypedDict):
    """
    Costs of a session or a day, and those that Claude Code computed.

    Transcripts without compactions, and other requests, should be Claude Code's cost:
    its sums omit compactions within a response. `difference_usd` is "0.00" if
    they agree.
    """

    transcripts_usd: str
    other_requests_usd: str
    compactions_usd: str
    claude_code_usd: str
    difference_usd: str
    agrees: bool


class CostDetails(TypedDict):
    """
    Fields of local output beside the costs; a server has none of them.

    Attributes:
        cost_is_lower_bound: Whether the actual cost may be higher.
        other_requests: Part of tokens and cost.
    """

    cost_is_lower_bound: bool
    other_requests: OtherRequestsPart
