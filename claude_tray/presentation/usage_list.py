"""Build the list of a period: by project, model, session, kind or day."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple
from unicodedata import normalize

from claude_tray.core.cost import Totals, rank_by_cost, sum_totals
from claude_tray.core.display_names import (
    build_unique_labels,
    format_model_name,
)
from claude_tray.core.limits import round_percent
from claude_tray.core.time import from_epoch_ms
from claude_tray.i18n.formats import DASH
from claude_tray.presentation.rows import (
    build_token_costs,
    compute_fractions,
    format_day_name,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from claude_tray.core.cost_breakdown import CostBreakdown
    from claude_tray.core.sessions import SessionRanking
    from claude_tray.i18n.translator import Translator
    from claude_tray.presentation.context import ViewContext


class Grouping(StrEnum):
    """What the rows of a list are."""

    PROJECT = "project"
    MODEL = "model"
    SESSION = "session"
    KIND = "kind"
    DAY = "day"


# The rest is summed up in one row.
MAX_ROWS: Final = 50
_UP: Final = "\N{BLACK UP-POINTING TRIANGLE}"
_DOWN: Final = "\N{BLACK DOWN-POINTING TRIANGLE}"
_MAX_CHANGE_PERCENT: Final = 999
# Selects no single project, session or day.
OTHERS_KEY: Final = ""


class ListRow(NamedTuple):
    """
    One row of a list.

    Attributes:
        key: Path, model ID, session ID, kind or date; OTHERS_KEY of the rest.
        name: Name in full; surfaces shorten it in the middle.
        tokens: As "11.9M".
        cost: As "$5.12".
        fraction: Size relative to the largest row, 0 to 1.
        tooltip: Path or ID, and what pressing the row does; may be empty.
        path: Folder of a project or session; empty for others.
    """

    key: str
    name: str
    tokens: str
    cost: str
    fraction: float
    tooltip: str = ""
    path: str = ""


class UsageList(NamedTuple):
    """The rows of a period, and the text of an empty list."""

    grouping: Grouping
    rows: tuple[ListRow, ...]
    empty_text: str

    def filter_rows(self, text: str) -> UsageList:
        """Keep the rows whose name or path contains a text."""
        wanted = _normalize(text)
        rows = tuple(
            row
            for row in self.rows
            if row.key != OTHERS_KEY
            and wanted in _normalize(f"{row.name}\n{row.path}")
        )
        return self._replace(rows=rows)


def _normalize(text: str) -> str:
    """Return text in which equal names are equal, however they are written."""
    # macOS writes letters of file names and their accents one by one.
    return normalize("NFC", text).casefold()


class _Entry(NamedTuple):
    """A row before it is measured against the others."""

    key: str
    name: str
    totals: Totals
    tooltip: str = ""
    path: str = ""


def build_project_list(
    projects: Sequence[tuple[str, Totals]], context: ViewContext
) -> UsageList:
    """Build a row for each project; the most expensive one first."""
    labels = build_unique_labels(path for path, _ in projects)
    hint = context.translator.gettext("Enter shows its sessions")
    entries = [
        _Entry(path, labels[path], totals, f"{path}\n{hint}", path)
        for path, totals in rank_by_cost(projects)
    ]
    return _build_list(Grouping.PROJECT, _sum_rest(entries, context), context)


def build_model_list(
    models: Sequence[tuple[str, Totals]], context: ViewContext
) -> UsageList:
    """Build a row for each model; the most expensive one first."""
    entries = [
        _Entry(model, format_model_name(model), totals, model)
        for model, totals in rank_by_cost(models)
    ]
    return _build_list(Grouping.MODEL, _sum_rest(entries, context), context)


def build_session_list(
    ranking: SessionRanking, total: Totals, context: ViewContext
) -> UsageList:
    """
    Build a row for each session.

    Args:
        ranking: The first sessions, in order of display.
        total: Usage of all sessions of the period.
        context: Time and formats.
    """
    sessions = ranking.sessions[:MAX_ROWS]
    labels = build_unique_labels(session.project for session in sessions)
    hint = context.translator.gettext("Enter copies the command to resume it")
    entries = [
        _Entry(
            session.uuid,
            f"{labels[session.project]} \N{MIDDLE DOT} "
            f"{format_session_time(session.last_ms, context)}",
            session.totals,
            f"{session.uuid}\n{session.path}\n{hint}",
            session.path,
        )
        for session in sessions
    ]
    hidden_count = ranking.total - len(sessions)
    if hidden_count > 0:
        listed = sum_totals(session.totals for session in sessions)
        rest = total.minus(listed)
        others = _build_others(hidden_count, rest, context)
        if ranking.is_by_time:
            number = context.translator.format_integer(hidden_count)
            name = context.translator.gettext("Older ({n})", n=number)
            others = others._replace(name=name)
        entries.append(others)
    return _build_list(Grouping.SESSION, entries, context)


def build_kind_list(
    breakdown: CostBreakdown, context: ViewContext
) -> UsageList:
    """Build a row for each kind of token, in a fixed order."""
    costs = build_token_costs(breakdown, context)
    largest = max((cost.fraction for cost in costs), default=0) or 1
    rows = tuple(
        ListRow(
            cost.name,
            cost.name,
            cost.tokens,
            cost.cost,
            cost.fraction / largest,
            cost.share,
        )
        for cost in costs
    )
    if not any(part.tokens for part in breakdown.parts):
        rows = ()
    return UsageList(Grouping.KIND, rows, _format_empty(context))


def build_day_list(
    days: Sequence[tuple[date, Totals]], earlier: Totals, context: ViewContext
) -> UsageList:
    """
    Build a row for each day with usage, newest first.

    Args:
        days: Days and their totals, oldest first.
        earlier: What was used before them.
        context: Formats.
    """
    entries = [
        _Entry(day.isoformat(), format_day_name(day, context), totals)
        for day, totals in reversed(days)
    ]
    if earlier.messages > 0:
        name = context.translator.gettext("Earlier")
        entries.append(_Entry(OTHERS_KEY, name, earlier))
    return _build_list(Grouping.DAY, entries, context)


def format_session_time(at_ms: int, context: ViewContext) -> str:
    """Format the last use of a session: "14:02", "Tue 14:02" or "Nov 3"."""
    at = from_epoch_ms(at_ms)
    days = (context.now - at).days
    if days < 6:  # noqa: PLR2004 - the weekday is clear within a week
        return context.format_time(at)
    return context.translator.format_day(at, context.zone)


def _sum_rest(entries: list[_Entry], context: ViewContext) -> list[_Entry]:
    """Replace all but the first entries by one, if that makes it shorter."""
    if len(entries) <= MAX_ROWS + 1:
        return entries
    rest = entries[MAX_ROWS:]
    total = sum_totals(entry.totals for entry in rest)
    return [*entries[:MAX_ROWS], _build_others(len(rest), total, context)]


def _build_others(count: int, totals: Totals, context: ViewContext) -> _Entry:
    translator = context.translator
    name = translator.gettext(
        "Others ({n})", n=translator.format_integer(count)
    )
    return _Entry(OTHERS_KEY, name, totals)


def _build_list(
    grouping: Grouping, entries: Sequence[_Entry], context: ViewContext
) -> UsageList:
    translator = context.translator
    named = [entry.totals for entry in entries if entry.key != OTHERS_KEY]
    fractions = [*compute_fractions(named), 0.0]
    return UsageList(
        grouping,
        tuple(
            ListRow(
                entry.key,
                entry.name,
                translator.format_tokens(entry.totals.tokens.total),
                translator.format_cost(entry.totals),
                fraction,
                entry.tooltip,
                entry.path,
            )
            for entry, fraction in zip(entries, fractions, strict=False)
        ),
        _format_empty(context),
    )


def _format_empty(context: ViewContext) -> str:
    return context.translator.gettext("Nothing used in this period")


class PeriodSum(NamedTuple):
    """
    What was used in a period.

    Attributes:
        cost: As "$13.57".
        cost_note: What the cost is, as "at API prices, not billed"; empty for
            an unknown cost.
        tokens: As "8.2M tokens, 136K without cache".
        tooltip: What the cost contains, and why it may be a minimum.
        change: As "▲ 18% vs. usual"; empty if unknown.
    """

    cost: str
    cost_note: str
    tokens: str
    tooltip: str = ""
    change: str = ""


def build_period_sum(
    total: Totals,
    notes: Sequence[str],
    context: ViewContext,
    change_percent: float | None = None,
) -> PeriodSum:
    """
    Build the sum of a period.

    Args:
        total: Usage of the period.
        notes: Remarks on the cost.
        context: Formats, and the plan.
        change_percent: Change of the cost from the usual; None if unknown.
    """
    cost = context.translator.format_cost(total)
    return PeriodSum(
        cost,
        "" if cost == DASH else format_cost_note(context),
        format_token_measure(total, context),
        "\n".join(notes),
        format_usual_change(change_percent, context.translator),
    )


def format_usual_change(percent: float | None, translator: Translator) -> str:
    """Format a change from the usual cost: "▲ 18% vs. usual"."""
    if percent is None:
        return ""
    size = round_percent(abs(percent))
    if not size:
        return translator.gettext("as usual")
    shown = translator.format_percent(min(size, _MAX_CHANGE_PERCENT))
    if size > _MAX_CHANGE_PERCENT:
        shown = f">{shown}"
    arrow = _UP if percent > 0 else _DOWN
    return translator.gettext("{change} vs. usual", change=f"{arrow} {shown}")


def format_cost_note(context: ViewContext) -> str:
    """Say whose prices a cost has; API users are billed by them."""
    gettext, account = context.translator.gettext, context.account
    if context.is_billed_by_use:
        return ""
    has_plan = bool(context.plan or (account and account.limits))
    if has_plan:
        return gettext("at API prices, not billed")
    return gettext("at API prices")


def format_token_measure(totals: Totals, context: ViewContext) -> str:
    """Format all tokens and those without cache, if these are fewer."""
    translator, tokens = context.translator, totals.tokens
    if not totals.is_known:
        return translator.gettext("{n} tokens", n=DASH)
    if tokens.total == tokens.input + tokens.output:
        number = translator.format_total_tokens(totals)
        return translator.gettext("{n} tokens", n=number)
    return translator.gettext(
        "{n} tokens, {uncached} without cache",
        n=translator.format_total_tokens(totals),
        uncached=translator.format_tokens(tokens.input + tokens.output),
    )
