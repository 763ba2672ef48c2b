"""Run `claude-tray sessions`: list usage by session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from claude_tray.cli.lookup import find_project, not_found_error
from claude_tray.cli.shared import (
    LazyRows,
    Listing,
    ListingRequest,
    Table,
    add_reading_arguments,
    build_check_item,
    build_local_item,
    format_totals_row,
    get_token_headings,
    get_totals_headings,
    list_cost_notes,
    listing_command,
)
from claude_tray.core.cost import format_usd
from claude_tray.core.time import format_iso_ms
from claude_tray.errors import gettext_noop
from claude_tray.presentation.bill import (
    format_cost_check,
    format_pending_cost,
)
from claude_tray.protocol.usage_api import (
    MessageItem,
    SessionDetail,
    SessionItem,
    build_token_counts,
    build_usage_totals,
)
from claude_tray.store.cost_checks import (
    load_pending_costs,
    load_session_checks,
)
from claude_tray.store.usage_queries import (
    RecordListing,
    SessionListing,
    find_session,
    list_project_sessions,
    list_projects,
    list_session_records,
    list_sessions,
)

if TYPE_CHECKING:
    import argparse

    from claude_tray.i18n.translator import Translator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    parser.add_argument(
        "id", nargs="?", help=gettext_noop("show one session by message")
    )
    parser.add_argument(
        "--project",
        metavar="NAME",
        help=gettext_noop("only sessions of this project"),
    )


@listing_command
def run(request: ListingRequest) -> Listing:
    reader, arguments = request.reader, request.arguments
    if arguments.id is not None:
        return _load_session(request, arguments.id)
    if arguments.project is None:
        sessions = list_sessions(reader)
    else:
        projects = list_projects(reader)
        project = find_project(arguments.project, projects)
        sessions = list_project_sessions(reader, project.path)
    return Listing(
        lambda: {
            "count": len(sessions),
            "sessions": [_build_local_row(session) for session in sessions],
        },
        lambda translator: _build_table(sessions, translator),
    )


def _build_table(
    sessions: list[SessionListing], translator: Translator
) -> Table:
    gettext = translator.gettext
    return Table(
        gettext("Sessions"),
        [gettext("Session"), gettext("Project"), gettext("Last used")],
        get_totals_headings(translator),
        LazyRows(
            sessions,
            lambda session: [
                session.uuid,
                session.project,
                _format_utc(session.last_ms, "minutes"),
                *format_totals_row(session.totals, translator),
            ],
        ),
    )


def _load_session(request: ListingRequest, uuid: str) -> Listing:
    reader = request.reader
    session = find_session(reader, uuid)
    if session is None:
        raise not_found_error(
            gettext_noop("There is no session “{name}”."),
            uuid,
            (known.uuid for known in list_sessions(reader)),
        )
    records = list_session_records(reader, uuid)
    prices = request.context.engine_config().prices
    checks = [c for _, c in load_session_checks(reader, prices, uuid)]
    pending = load_pending_costs(reader, session=uuid).get(uuid)

    def build_json() -> dict[str, Any]:
        detail: SessionDetail = {
            **_build_row(session),
            "count": len(records),
            "messages": [_build_message_row(record) for record in records],
        }
        worktree = {"worktree": session.worktree} if session.worktree else {}
        return {
            **build_local_item(detail | worktree, session.totals),
            "pending_cost_usd": format_usd(pending),
            "self_check": build_check_item(checks[0]) if checks else None,
        }

    def build_table(translator: Translator) -> Table:
        gettext = translator.gettext
        return Table(
            f"{session.uuid} ({session.project})",
            [gettext("Time (UTC)"), gettext("Model")],
            get_token_headings(translator),
            [_build_message_cells(record, translator) for record in records],
            [
                *list_cost_notes(session.totals, translator),
                *(format_cost_check(check, translator) for check in checks),
                *(
                    [format_pending_cost(pending, translator)]
                    if pending
                    else []
                ),
            ],
        )

    return Listing(build_json, build_table)


def _build_message_cells(
    record: RecordListing, translator: Translator
) -> list[str]:
    tokens = record.tokens
    return [
        _format_utc(record.at_ms, "seconds"),
        record.model,
        translator.format_tokens(tokens.input),
        translator.format_tokens(tokens.output),
        translator.format_tokens(tokens.cache),
        translator.format_money(record.cost),
    ]


def _format_utc(at_ms: int, precision: str) -> str:
    """Format a time as "2026-11-24 15:00" or with seconds."""
    length = len("2026-11-24T15:00")
    if precision == "seconds":
        length += len(":00")
    return format_iso_ms(at_ms)[:length].replace("T", " ")


def _build_local_row(session: SessionListing) -> dict[str, Any]:
    worktree = {"worktree": session.worktree} if session.worktree else {}
    row = _build_row(session) | worktree
    return build_local_item(row, session.totals)


def _build_row(session: SessionListing) -> SessionItem:
    return {
        "session_id": session.uuid,
        "project": session.project,
        **build_usage_totals(session.totals),
        "models": list(session.models),
        "machines": [],
        "first_message_at": format_iso_ms(session.first_ms),
        "last_message_at": format_iso_ms(session.last_ms),
    }


def _build_message_row(record: RecordListing) -> MessageItem:
    return {
        "timestamp": format_iso_ms(record.at_ms),
        "message_id": record.message_id,
        "request_id": record.request_id,
        "model": record.model,
        **build_token_counts(record.tokens),
        "cost_usd": format_usd(record.cost),
    }
