"""Run `claude-tray sessions`: list usage by session."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from claude_tray.cli import report_options
from claude_tray.cli.lookup import find_session_by_prefix
from claude_tray.cli.reports import (
    Report,
    ReportRequest,
    ReportRow,
    group_parts,
    report_command,
)
from claude_tray.cli.shared import (
    Listing,
    Table,
    build_check_item,
    build_local_item,
    get_token_headings,
    list_cost_notes,
)
from claude_tray.core import cost, display_names, time
from claude_tray.errors import gettext_noop
from claude_tray.i18n.formats import format_date_and_clock
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
from claude_tray.store import cost_checks, period_usage, usage_queries

if TYPE_CHECKING:
    import argparse
    from datetime import tzinfo

    from claude_tray.i18n.translator import Translator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    report_options.add_report_arguments(parser)
    parser.add_argument(
        "id", nargs="?", help=gettext_noop("show one session by message")
    )


@report_command
def run(request: ReportRequest) -> Report | Listing:
    if request.arguments.id is not None:
        report_options.refuse_list_options(request.arguments)
        return _load_session(request)
    rows = _load_rows(request)
    short_ids = display_names.shorten_ids(row.source.uuid for row in rows)
    zone = request.options.zone
    return Report(
        title=gettext_noop("Sessions"),
        headings=(
            gettext_noop("Session"),
            gettext_noop("Project"),
            gettext_noop("Last used"),
        ),
        fields=(
            "session_id",
            "project",
            "first_message_at",
            "last_message_at",
        ),
        rows=rows,
        build_item=lambda session, _: _build_local_row(session),
        format_cells=lambda session: [
            short_ids[session.uuid],
            session.project,
            format_date_and_clock(time.from_epoch_ms(session.last_ms), zone),
        ],
        list_fields=lambda session: [
            session.uuid,
            session.project,
            time.format_iso_ms(session.first_ms),
            time.format_iso_ms(session.last_ms),
        ],
        sort="time",
        wrap=lambda items: {"count": len(items), "sessions": items},
    )


def _load_rows(request: ReportRequest) -> list[ReportRow]:
    """Return a row for each session with usage, the last used first."""
    models: dict[str, dict[str, cost.Totals]] = {}
    for part in period_usage.list_usage_parts(
        request.reader, request.options.usage_filter, "session", "model"
    ):
        models.setdefault(part.session, {})[part.model] = part.totals
    return [
        ReportRow(
            replace(
                session,
                totals=(totals := cost.sum_totals(used.values())),
                models=tuple(sorted(used)),
            ),
            session.project,
            session.last_ms,
            totals,
            group_parts(used.items(), request),
        )
        for session in usage_queries.list_sessions(request.reader)
        if (used := models.get(session.uuid))
    ]


def _load_session(request: ReportRequest) -> Listing:
    reader = request.reader
    session = find_session_by_prefix(reader, request.arguments.id)
    uuid, zone = session.uuid, request.options.zone
    records = usage_queries.list_session_records(reader, uuid)
    prices = request.context.engine_config().prices
    checks = [
        c for _, c in cost_checks.load_session_checks(reader, prices, uuid)
    ]
    pending = cost_checks.load_pending_costs(reader, session=uuid).get(uuid)

    def build_json() -> dict[str, Any]:
        detail: SessionDetail = {
            **_build_row(session),
            "count": len(records),
            "messages": [_build_message_row(record) for record in records],
        }
        worktree = {"worktree": session.worktree} if session.worktree else {}
        return {
            **build_local_item(detail | worktree, session.totals),
            "pending_cost_usd": cost.format_usd(pending),
            "self_check": build_check_item(checks[0]) if checks else None,
        }

    def build_table(translator: Translator) -> Table:
        gettext = translator.gettext
        return Table(
            f"{session.uuid} ({session.project})",
            [gettext("Time"), gettext("Model")],
            get_token_headings(translator),
            [
                _build_message_cells(record, translator, zone)
                for record in records
            ],
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
    record: usage_queries.RecordListing,
    translator: Translator,
    zone: tzinfo | None,
) -> list[str]:
    tokens = record.tokens
    return [
        f"{time.from_epoch_ms(record.at_ms).astimezone(zone):%Y-%m-%d %H:%M:%S}",
        display_names.format_model_name(record.model),
        translator.format_tokens(tokens.input),
        translator.format_tokens(tokens.output),
        translator.format_tokens(tokens.cache),
        translator.format_money(record.cost),
    ]


def _build_local_row(session: usage_queries.SessionListing) -> dict[str, Any]:
    worktree = {"worktree": session.worktree} if session.worktree else {}
    return {**_build_row(session), **worktree}


def _build_row(session: usage_queries.SessionListing) -> SessionItem:
    return {
        "session_id": session.uuid,
        "project": session.project,
        **build_usage_totals(session.totals),
        "models": list(session.models),
        "machines": [],
        "first_message_at": time.format_iso_ms(session.first_ms),
        "last_message_at": time.format_iso_ms(session.last_ms),
    }


def _build_message_row(record: usage_queries.RecordListing) -> MessageItem:
    return {
        "timestamp": time.format_iso_ms(record.at_ms),
        "message_id": record.message_id,
        "request_id": record.request_id,
        "model": record.model,
        **build_token_counts(record.tokens),
        "cost_usd": cost.format_usd(record.cost),
    }
