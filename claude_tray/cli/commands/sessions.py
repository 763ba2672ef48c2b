"""`claude-tray sessions`: what each session used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.app.context import load_context
from claude_tray.app.data_access import add_reading_arguments, open_for_reading
from claude_tray.cli.commands.projects import find_project, suggest_names
from claude_tray.cli.output import (
    TOTALS_HEADINGS,
    format_totals_row,
    print_json,
    print_table,
)
from claude_tray.core.pricing import format_usd
from claude_tray.core.time import format_iso_ms
from claude_tray.errors import UsageError
from claude_tray.i18n.formats import format_money, format_tokens
from claude_tray.protocol.usage_api import (
    build_token_counts,
    build_usage_totals,
)
from claude_tray.store import listings

if TYPE_CHECKING:
    import argparse

    from claude_tray.protocol.usage_api import (
        MessageItem,
        SessionDetail,
        SessionItem,
    )
    from claude_tray.store.connection import Reader
    from claude_tray.store.listings import RecordListing as StoredMessage
    from claude_tray.store.listings import SessionListing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    parser.add_argument("id", nargs="?", help="one session")
    parser.add_argument("--project", metavar="NAME", help="only this one's")


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    with open_for_reading(arguments, context) as reader:
        if arguments.id is not None:
            return _show_session(reader, arguments.id, as_json=arguments.json)
        if arguments.project is None:
            found = listings.list_sessions(reader)
        else:
            project = find_project(
                arguments.project, listings.list_projects(reader)
            )
            found = listings.list_project_sessions(reader, project.path)
    if arguments.json:
        rows = [_build_row(session) for session in found]
        print_json({"count": len(rows), "sessions": rows})
    else:
        print_table(
            "Sessions",
            ("Session", "Project", "Last used", *TOTALS_HEADINGS),
            [
                [
                    session.uuid,
                    session.project,
                    format_iso_ms(session.last_ms)[:16].replace("T", " "),
                    *format_totals_row(session.totals),
                ]
                for session in found
            ],
        )
    return 0


def _show_session(reader: Reader, uuid: str, *, as_json: bool) -> int:
    session = listings.find_session(reader, uuid)
    if session is None:
        known_ids = (s.uuid for s in listings.list_sessions(reader))
        summary = f"There is no session {uuid!r}."
        raise UsageError(summary, hint=suggest_names(uuid, known_ids))
    messages = listings.list_session_records(reader, uuid)
    if as_json:
        detail: SessionDetail = {
            **_build_row(session),
            "count": len(messages),
            "messages": [_build_message_row(message) for message in messages],
        }
        print_json(detail)
        return 0
    print_table(
        f"{session.uuid} ({session.project})",
        ("Time (UTC)", "Model", ">Input", ">Output", ">Cache", ">Cost"),
        [
            [
                format_iso_ms(message.at_ms)[:19].replace("T", " "),
                message.model,
                format_tokens(message.tokens.input),
                format_tokens(message.tokens.output),
                format_tokens(
                    message.tokens.cache_write + message.tokens.cache_read
                ),
                format_money(message.cost),
            ]
            for message in messages
        ],
    )
    return 0


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


def _build_message_row(message: StoredMessage) -> MessageItem:
    return {
        "timestamp": format_iso_ms(message.at_ms),
        "message_id": message.message_id,
        "request_id": message.request_id,
        "model": message.model,
        **build_token_counts(message.tokens),
        "cost_usd": format_usd(message.cost),
    }
