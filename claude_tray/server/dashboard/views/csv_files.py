"""Lists and days as CSV files."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from claude_tray.core.cost import NANO_USD_PER_USD
from claude_tray.core.time import format_iso
from claude_tray.core.usage import TokenCounts
from claude_tray.server.accounts.permissions import require_user
from claude_tray.server.dashboard.selection import (
    limit_to_days,
    parse_selection,
)
from claude_tray.server.dashboard.views.base import (
    ListPage,
    get_page_context,
)
from claude_tray.server.dashboard.views.projects import (
    load_project_rows,
    select_days,
)
from claude_tray.server.dashboard.views.sessions import load_session_rows
from claude_tray.server.usage.queries import calendar_sums, machines
from claude_tray.text import escape_cell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from claude_tray.core.cost import Totals


_SUM_COLUMNS: Final = (
    "messages",
    *(f"{kind}_tokens" for kind in TokenCounts._fields),
    *("cost_usd", "unpriced_messages"),
)
_MAX_SESSIONS: Final = 10_000


@login_required
@require_safe
def usage_csv(request: HttpRequest) -> HttpResponse:
    """Send the selected days by model."""
    context = get_page_context(request)
    selection = parse_selection(request.GET, context)
    totals_by_day = calendar_sums.load_model_totals_by_day(
        selection.to_filters(require_user(request).pk),
        selection.days.first,
        selection.days.last,
        context.zone,
    )
    lines = (
        (f"{day}", model, *_format_sums(totals))
        for day, by_model in sorted(totals_by_day.items())
        for model, totals in sorted(by_model.items())
    )
    return _build_response("usage", ("day", "model"), lines)


@login_required
@require_safe
def project_csv(request: HttpRequest) -> HttpResponse:
    """Send the selected projects."""
    context = get_page_context(request)
    selection = parse_selection(request.GET, context)
    listed = load_project_rows(require_user(request).pk, selection, context)
    lines = (
        (row.name, row.sessions, *_format_sums(row.totals)) for row in listed
    )
    return _build_response("projects", ("project", "sessions"), lines)


@login_required
@require_safe
def session_csv(request: HttpRequest) -> HttpResponse:
    """Send the selected sessions, at most 10,000."""
    context = get_page_context(request)
    selection = parse_selection(request.GET, context)
    filters = select_days(require_user(request).pk, selection, context)
    if selection.weekday is not None or selection.hour is not None:
        filters = limit_to_days(filters, selection.days, context)
    listed, _ = load_session_rows(
        filters,
        selection,
        ListPage(1, 0, _MAX_SESSIONS),
        machines.list_machines(filters.user),
        context,
    )
    lines = (
        (
            row.session_id,
            row.project,
            format_iso(row.first_at),
            format_iso(row.last_at),
            row.models,
            row.machines,
            *_format_sums(row.totals),
        )
        for row in listed
    )
    heads = ("session", "project", "first_at", "last_at", "models", "machines")
    return _build_response("sessions", heads, lines)


def _format_sums(totals: Totals) -> tuple[str | int, ...]:
    return (
        totals.messages,
        *totals.tokens,
        f"{totals.priced_cost / NANO_USD_PER_USD:.6f}",
        totals.unpriced,
    )


def _build_response(
    name: str, heads: tuple[str, ...], lines: Iterable[tuple[str | int, ...]]
) -> HttpResponse:
    """Build a file; cells that a spreadsheet would run are escaped."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow((*heads, *_SUM_COLUMNS))
    for line in lines:
        writer.writerow(
            escape_cell(v) if isinstance(v, str) else v for v in line
        )
    return HttpResponse(
        file.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}.csv"',
            "Cache-Control": "private, no-store",
        },
    )
