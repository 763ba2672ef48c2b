"""`claude-tray sessions`: what each session used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.cli.context import context_of
from claude_tray.cli.projects import named, nearest
from claude_tray.cli.reading import add_reading_arguments, reading
from claude_tray.cli.show import (
    SUM_HEADINGS,
    print_json,
    print_table,
    sum_texts,
)
from claude_tray.domain.price import NanoUsd, dollars
from claude_tray.errors import UsageError
from claude_tray.store import projects
from claude_tray.wire.sums import totals_of
from claude_tray.wire.timestamps import iso_of
from claude_tray.words import numbers

if TYPE_CHECKING:
    import argparse

    from claude_tray.store.connection import Reader
    from claude_tray.store.projects import MessageRow as StoredMessage
    from claude_tray.store.projects import SessionSums
    from claude_tray.wire.usage_api import (
        MessageRow,
        SessionDetail,
        SessionRow,
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    parser.add_argument("id", nargs="?", help="one session")
    parser.add_argument("--project", metavar="NAME", help="only this one's")


def run(arguments: argparse.Namespace) -> int:
    context = context_of(arguments)
    with reading(arguments, context) as reader:
        if arguments.id is not None:
            return _show_one(reader, arguments.id, as_json=arguments.json)
        if arguments.project is None:
            found = projects.sessions(reader)
        else:
            project = named(arguments.project, projects.every(reader))
            found = projects.sessions_of(reader, project.path)
    if arguments.json:
        rows = [_row(session) for session in found]
        print_json({"count": len(rows), "sessions": rows})
    else:
        print_table(
            "Sessions",
            ("Session", "Project", "Last used", *SUM_HEADINGS),
            [
                [
                    session.uuid,
                    session.project,
                    iso_of(session.last_ms)[:16].replace("T", " "),
                    *sum_texts(session.totals),
                ]
                for session in found
            ],
        )
    return 0


def _show_one(reader: Reader, uuid: str, *, as_json: bool) -> int:
    session = projects.session(reader, uuid)
    if session is None:
        known = (s.uuid for s in projects.sessions(reader))
        summary = f"There is no session {uuid!r}."
        raise UsageError(summary, hint=nearest(uuid, known))
    messages = projects.messages_of(reader, uuid)
    if as_json:
        detail: SessionDetail = {
            **_row(session),
            "count": len(messages),
            "messages": [_message(message) for message in messages],
        }
        print_json(detail)
        return 0
    print_table(
        f"{session.uuid} ({session.project})",
        ("Time (UTC)", "Model", ">Input", ">Output", ">Cache", ">Cost"),
        [
            [
                iso_of(message.at_ms)[:19].replace("T", " "),
                message.model,
                numbers.tokens(message.input),
                numbers.tokens(message.output),
                numbers.tokens(message.cache_write + message.cache_read),
                numbers.money(message.cost),
            ]
            for message in messages
        ],
    )
    return 0


def _row(session: SessionSums) -> SessionRow:
    return {
        "session_id": session.uuid,
        "project": session.project,
        **totals_of(session.totals),
        "models": list(session.models),
        "machines": [],
        "first_message_at": iso_of(session.first_ms),
        "last_message_at": iso_of(session.last_ms),
    }


def _message(message: StoredMessage) -> MessageRow:
    cost = None if message.cost is None else NanoUsd(message.cost)
    return {
        "timestamp": iso_of(message.at_ms),
        "message_id": message.message_id,
        "request_id": message.request_id,
        "model": message.model,
        "input_tokens": message.input,
        "output_tokens": message.output,
        "cache_creation_tokens": message.cache_write,
        "cache_read_tokens": message.cache_read,
        "cost_usd": dollars(cost),
    }
