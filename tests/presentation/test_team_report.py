from __future__ import annotations

from datetime import UTC

from claude_tray.core.cost import Totals
from claude_tray.core.usage import TokenCounts
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.team_report import (
    TeamReport,
    format_report,
    rank_totals,
)
from claude_tray.presentation.team_text import BudgetSummary
from tests.support.builders import at, nano_usd

CONTEXT = ViewContext(at("12:13", 9), zone=UTC)


def make_totals(dollars: int) -> Totals:
    return Totals(
        1, TokenCounts(input=1000), nano_usd(dollars * 1_000_000_000)
    )


REPORT = TeamReport(
    "Platform",
    at("12:00", 2),
    at("12:00", 8),
    make_totals(12),
    make_totals(9),
    rank_totals([("bob", make_totals(4)), ("ada", make_totals(8))]),
    rank_totals((f"p{n:02}", make_totals(1)) for n in range(12)),
    (),
    (
        BudgetSummary(
            "Weekly budget of ada",
            is_money=True,
            used=5_000_000_000,
            amount=10_000_000_000,
            is_minimum=False,
            resets_at=at("00:00", 16),
        ),
    ),
    ("Seat 1: 92% of the weekly limit used",),
)


def test_the_report_lists_the_largest_first_and_counts_the_rest() -> None:
    subject, body = format_report(REPORT, CONTEXT)

    assert subject == "Platform: $12.00 from Mar 2 to Mar 8"
    assert body == (
        "$12.00 for 1.0K tokens; the week before: $9.00.\n"
        "\n"
        "People\n"
        "  $8.00  ada\n"
        "  $4.00  bob\n"
        "\n"
        "Projects\n"
        + "".join(f"  $1.00  p{n:02}\n" for n in range(10))
        + "  and 2 more\n"
        "\n"
        "Budgets\n"
        "  Weekly budget of ada: $5.00 of $10.00 (50%)\n"
        "\n"
        "Near a limit now\n"
        "  Seat 1: 92% of the weekly limit used\n"
        "\n"
        "Costs are API list prices, for comparison only.\n"
    )


def test_an_empty_week_has_no_empty_sections() -> None:
    empty = REPORT._replace(
        members=(), projects=(), models=(), budgets=(), warnings=()
    )
    _, body = format_report(empty, CONTEXT)

    assert body.count("\n\n") == 1
