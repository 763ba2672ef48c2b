"""Projects, sessions and machines, and each of them by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.auth.decorators import login_required
from django.contrib.messages import get_messages
from django.http import Http404
from django.views.decorators.http import require_safe

from claude_tray.server.accounts.person import person_of
from claude_tray.server.dashboard import machines as machine_rows
from claude_tray.server.dashboard import uses
from claude_tray.server.dashboard.choosing import choice_of, options_for
from claude_tray.server.dashboard.kinds import Use, parts_of
from claude_tray.server.dashboard.project import days_of_project
from claude_tray.server.dashboard.ranking import Row, Tile, ranked, sorted_by
from claude_tray.server.dashboard.sessions import SessionRow
from claude_tray.server.dashboard.views.page import (
    Part,
    number_of,
    show,
    viewer_at,
)
from claude_tray.server.dashboard.views.reading import can_read_here
from claude_tray.server.prices import price_table
from claude_tray.server.usage.queries import listings, messages
from claude_tray.server.usage.queries import machines as machine_reads
from claude_tray.server.usage.queries.filters import Filters
from claude_tray.server.usage.queries.windows import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from claude_tray.server.dashboard.viewer import Viewer

_USUAL_ORDER: Final = "used"


@login_required
@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """List all projects."""
    order = request.GET.get("sort", _USUAL_ORDER)
    user, choice = person_of(request).pk, choice_of(request.GET)
    found = ranked(
        Row(
            use.name,
            use.totals,
            sessions=use.sessions,
            last_at=moment(use.last_ms or 0),
        )
        for use in listings.projects(choice.of(user))
    )
    rows = sorted_by(found, order)
    part = Part(number_of(request), len(rows))
    values = {
        "rows": rows[part.offset : part.offset + part.size],
        "page": part,
        "order": order,
        "filters": options_for(user, choice),
    }
    return show(request, "projects", viewer_at(request), values)


@login_required
@require_safe
def project(request: HttpRequest, name: str) -> HttpResponse:
    """Show a project: its models, machines and sessions."""
    filters = Filters(person_of(request).pk)
    use = listings.project(filters, name)
    if use is None:
        raise Http404
    viewer = viewer_at(request)
    part = number_of(request)
    listed, count = _sessions(filters, part, project=name)
    length = choice_of(request.GET).days
    days, lately = days_of_project(filters.user, name, length, viewer)
    by_model = listings.models(filters, name)
    sent = listings.machines(filters, name)
    values = {
        "project": use,
        "tiles": (*lately, Tile("All time", use.totals)),
        "days": days,
        "kinds": _kinds(uses.of_project(person_of(request).pk, name), viewer),
        "kinds_title": "Cost of this project",
        "models": ranked(Row(m.name, m.totals) for m in by_model),
        "by_machine": ranked(
            Row(m.name or m.machine_id, m.totals) for m in sent
        ),
        "rows": listed,
        "page": Part(part, count),
    }
    return show(request, "project", viewer, values)


@login_required
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """List all sessions, the one used last first."""
    number = number_of(request)
    user, choice = person_of(request).pk, choice_of(request.GET)
    rows, count = _sessions(choice.of(user), number)
    values = {
        "rows": rows,
        "page": Part(number, count),
        "filters": options_for(user, choice),
    }
    return show(request, "sessions", viewer_at(request), values)


@login_required
@require_safe
def session(request: HttpRequest, session_id: str) -> HttpResponse:
    """Show a session: what each reply cost."""
    use = listings.session(person_of(request).pk, session_id)
    if use is None:
        raise Http404
    viewer = viewer_at(request)
    part = Part(number_of(request), use.totals.messages)
    replies, count = messages.of_session(use.number, part.size, part.offset)
    used = uses.of_session(person_of(request).pk, session_id)
    values = {
        "session": SessionRow.of(use),
        "kinds": _kinds(used, viewer),
        "kinds_title": "Cost of this session",
        "models": ranked(Row(u.model, u.totals) for u in used),
        "replies": [(moment(reply.at_ms), reply) for reply in replies],
        "page": part._replace(total=count),
    }
    return show(request, "session", viewer, values)


@login_required
@require_safe
def machines(request: HttpRequest) -> HttpResponse:
    """List the machines: last sync, clock, and what each has sent."""
    person = person_of(request)
    used = {
        use.machine_id: use.totals
        for use in listings.machines(Filters(person.pk))
    }
    values = {
        "machines": machine_rows.rows_of(
            machine_reads.listing(person.pk), used
        ),
        "told": list(get_messages(request)),
        "can_read_here": can_read_here(person),
    }
    return show(request, "machines", viewer_at(request), values)


def _sessions(
    filters: Filters,
    number: int,
    project: str | None = None,
) -> tuple[tuple[SessionRow, ...], int]:
    part = Part(number, 0)
    found, count = listings.sessions(
        filters,
        project=project,
        limit=part.size,
        offset=part.offset,
    )
    return tuple(SessionRow.of(use) for use in found), count


def _kinds(found: Sequence[Use], viewer: Viewer) -> object:
    at_ms = int(viewer.now.timestamp() * 1000)
    return parts_of(found, price_table(), at_ms)
