"""Run `claude-tray live`: list the sessions that are running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.app.context import utc_now
from claude_tray.cli.shared import (
    Listing,
    ListingRequest,
    Table,
    add_reading_arguments,
    listing_command,
)
from claude_tray.core.bounds import MAX_LISTED_IN_SENTENCE
from claude_tray.core.cost import format_usd
from claude_tray.core.display_names import build_unique_labels
from claude_tray.core.live_sessions import SessionState
from claude_tray.core.time import format_iso, format_iso_ms, to_epoch_ms
from claude_tray.ingest.live_sessions import load_sessions
from claude_tray.presentation.live_text import (
    format_session_model,
    format_session_state,
)
from claude_tray.presentation.page_paths import build_resume_command

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from claude_tray.core.live_sessions import SessionInUse
    from claude_tray.i18n.translator import Translator


_SHORT_ID_LENGTH: Final = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)


@listing_command
def run(request: ListingRequest) -> Listing:
    now = utc_now()
    config = request.context.engine_config()
    sessions = load_sessions(request.reader, config, to_epoch_ms(now))
    return Listing(
        lambda: _build_json(sessions, now),
        lambda translator: _build_table(sessions, translator),
    )


def _build_json(
    sessions: tuple[SessionInUse, ...], now: datetime
) -> dict[str, Any]:
    states = [session.state for session in sessions]
    return {
        "as_of": format_iso(now),
        "running": len(states) - states.count(SessionState.ENDED),
        "waiting": states.count(SessionState.WAITING),
        "sessions": [_build_item(session) for session in sessions],
    }


def _build_item(session: SessionInUse) -> dict[str, Any]:
    last_ms = session.last_ms
    return {
        "session_id": session.uuid,
        "state": session.state.value,
        "since": format_iso_ms(session.since_ms),
        "waiting_for": session.waiting_for,
        "title": session.title,
        "project": session.project,
        "path": session.path,
        "model": session.model,
        "context_percentage": session.context_percent,
        "last_message_at": None if last_ms is None else format_iso_ms(last_ms),
        "last_message_cost_usd": format_usd(session.cost),
        "resume": build_resume_command(session.path, session.uuid),
    }


def _build_table(
    sessions: tuple[SessionInUse, ...], translator: Translator
) -> Table:
    gettext = translator.gettext
    labels = build_unique_labels([session.project for session in sessions])
    ended = [s for s in sessions if s.state is SessionState.ENDED]
    return Table(
        gettext("Sessions"),
        [
            gettext("State"),
            gettext("Session"),
            gettext("Project"),
            gettext("Model"),
        ],
        [gettext("Context"), gettext("Last response")],
        [
            _build_cells(session, labels[session.project], translator)
            for session in sessions
        ],
        [
            build_resume_command(session.path, session.uuid)
            for session in ended[:MAX_LISTED_IN_SENTENCE]
        ],
    )


def _build_cells(
    session: SessionInUse, project: str, translator: Translator
) -> list[str]:
    percent = session.context_percent
    return [
        format_session_state(session, translator),
        session.title or session.uuid[:_SHORT_ID_LENGTH],
        project,
        format_session_model(session),
        "" if percent is None else translator.format_percent(percent),
        "" if session.cost is None else translator.format_money(session.cost),
    ]
