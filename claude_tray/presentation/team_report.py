"""Format the weekly report of a team as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.presentation.team_text import (
    BudgetSummary,
    format_budget_amount,
    format_planned_amount,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from claude_tray.core.cost import Totals
    from claude_tray.presentation.context import ViewContext


_MAX_ROWS: Final = 10
_INDENT: Final = "  "


class NamedTotals(NamedTuple):
    """Usage of a member, project, model or account."""

    name: str
    totals: Totals


class TeamReport(NamedTuple):
    """
    Usage of a team in a week.

    Attributes:
        team: Name of the team.
        first_day: A time on the first day.
        last_day: A time on the last day.
        total: Usage of all members.
        previous: Usage in the week before.
        members: Usage by member, the largest first.
        projects: Usage by project, the largest first.
        models: Usage by model, the largest first.
        budgets: Budgets and what was used of them until now.
        warnings: Accounts that are near a limit, as sentences.
    """

    team: str
    first_day: datetime
    last_day: datetime
    total: Totals
    previous: Totals
    members: Sequence[NamedTotals]
    projects: Sequence[NamedTotals]
    models: Sequence[NamedTotals]
    budgets: Sequence[BudgetSummary]
    warnings: Sequence[str]


def rank_totals(rows: Iterable[tuple[str, Totals]]) -> list[NamedTotals]:
    """Return named totals, the most expensive first."""
    return sorted(
        (NamedTotals(*row) for row in rows),
        key=lambda row: (
            -row.totals.priced_cost,
            -row.totals.tokens.total,
            row.name,
        ),
    )


def format_report(report: TeamReport, context: ViewContext) -> tuple[str, str]:
    """Format subject and body of the weekly report."""
    gettext = context.translator.gettext
    subject = gettext(
        "{team}: {cost} from {first} to {last}",
        team=report.team,
        cost=context.translator.format_cost(report.total),
        first=context.translator.format_day(report.first_day, context.zone),
        last=context.translator.format_day(report.last_day, context.zone),
    )
    summary = gettext(
        "{cost} for {tokens} tokens; the week before: {previous}.",
        **context.format_totals(report.total),
        previous=context.translator.format_cost(report.previous),
    )
    sections = [
        summary,
        _format_section(gettext("People"), report.members, context),
        _format_section(gettext("Projects"), report.projects, context),
        _format_section(gettext("Models"), report.models, context),
        _format_budgets(report.budgets, context),
        _join_lines(gettext("Near a limit now"), report.warnings),
        gettext("Costs are API list prices, for comparison only."),
    ]
    return subject, "\n\n".join(filter(None, sections)) + "\n"


def _format_section(
    title: str, rows: Sequence[NamedTotals], context: ViewContext
) -> str:
    lines = [
        f"{context.translator.format_cost(row.totals)}  {row.name}"
        for row in rows[:_MAX_ROWS]
    ]
    if len(rows) > _MAX_ROWS:
        lines.append(
            context.translator.gettext(
                "and {count} more",
                count=context.translator.format_integer(len(rows) - _MAX_ROWS),
            )
        )
    return _join_lines(title, lines)


def _format_budgets(
    budgets: Sequence[BudgetSummary], context: ViewContext
) -> str:
    translator = context.translator
    lines = [
        translator.gettext(
            "{budget}: {spent} of {planned} ({percent})",
            budget=summary.label,
            spent=format_budget_amount(summary, context),
            planned=format_planned_amount(summary, context),
            percent=translator.format_percent(summary.percent),
        )
        for summary in budgets
    ]
    return _join_lines(translator.gettext("Budgets"), lines)


def _join_lines(title: str, lines: Sequence[str]) -> str:
    """Return a section; empty without lines."""
    if not lines:
        return ""
    return "\n".join([title, *(f"{_INDENT}{line}" for line in lines)])
