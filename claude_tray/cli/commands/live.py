"""Run `claude-tray live`: list the sessions that are running."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.app import context as contexts
from claude_tray.app.data_access import open_for_reading
from claude_tray.cli import shared
from claude_tray.core import bounds, cost, display_names, time
from claude_tray.core.live_sessions import SessionState
from claude_tray.errors import gettext_noop
from claude_tray.ingest.live_sessions import (
    LiveSessions,
    load_live,
    load_wake_costs,
)
from claude_tray.presentation import live_text, page_paths, welcome
from claude_tray.presentation.context import ViewContext
from claude_tray.store.health import has_usage
from claude_tray.text import make_visible, shorten

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from rich.console import Console

    from claude_tray.core.live_sessions import CutOffSession, SessionInUse
    from claude_tray.core.prompt_cache import PromptCache, WakeCost
    from claude_tray.i18n.translator import Translator


# Files of sessions are small, and there are few.
_POLL_SECONDS: Final = 0.5
# What a session waits for is to be read beside its title.
_MAX_TITLE: Final = 24
_DECIMALS: Final = 2


class _LiveReport(NamedTuple):
    """Sessions in use; without usage, sessions may still run."""

    sessions: LiveSessions
    has_usage: bool
    wakes: dict[str, WakeCost]

    @property
    def is_new(self) -> bool:
        return not (self.has_usage or self.sessions.in_use)

    @property
    def is_empty(self) -> bool:
        return not (self.sessions.in_use or self.sessions.cut_off)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    shared.add_reading_arguments(parser)
    parser.add_argument(
        "--watch",
        action="store_true",
        help=gettext_noop(
            "full screen, renewed at each change; q or Ctrl+C ends it"
        ),
    )


def run(arguments: argparse.Namespace) -> int:
    context = contexts.load_context(arguments)
    translator = context.translator
    if arguments.watch and not arguments.json:
        _watch(arguments, context)
        return 0
    while True:
        report = _load(arguments, context)
        if arguments.json:
            shared.print_json(_build_json(report, contexts.utc_now()))
        else:
            _print_report(report, translator)
        if not arguments.watch:
            return int(not shared.is_refresh_stored(arguments))
        _wait()


def _wait() -> None:
    import sys
    from time import sleep

    from claude_tray.cli.full_screen import REFRESH_SECONDS

    sys.stdout.flush()
    sleep(REFRESH_SECONDS)


def _watch(
    arguments: argparse.Namespace, context: contexts.AppContext
) -> None:
    # Late: one list needs none of it.
    from claude_tray.cli.full_screen import WatchedReport, watch_report

    is_refreshing = not arguments.no_refresh
    translator = context.translator

    def load(is_refresh: bool) -> _LiveReport:  # noqa: FBT001
        arguments.no_refresh = not (is_refresh and is_refreshing)
        return _load(arguments, context)

    watch_report(
        WatchedReport(
            load,
            lambda report, console: _draw(report, translator, console),
            lambda report: _print_report(report, translator),
            _POLL_SECONDS,
        ),
        translator,
    )


def _load(
    arguments: argparse.Namespace, context: contexts.AppContext
) -> _LiveReport:
    config = context.engine_config()
    now_ms = time.to_epoch_ms(contexts.utc_now())
    with open_for_reading(arguments, context) as reader:
        sessions = load_live(reader, config, now_ms)
        wakes = {}
        if any(session.cache for session in sessions.in_use):
            wakes = load_wake_costs(reader, config, sessions.in_use, now_ms)
        return _LiveReport(sessions, has_usage(reader), wakes)


def _print_report(report: _LiveReport, translator: Translator) -> None:
    if report.is_new:
        print(f"{welcome.format_waiting_headline(translator)}.")
        return
    if report.is_empty:
        print(translator.gettext("No session is running."))
        return
    for number, table in enumerate(_build_tables(report, translator)):
        if number:
            print()
        shared.print_table(table, translator)


def _draw(
    report: _LiveReport, translator: Translator, console: Console
) -> list[Any]:
    """Return what rich prints on the full screen."""
    from rich.text import Text

    from claude_tray.cli.tables import draw_table

    tables = _build_tables(report, translator)
    if report.is_new or report.is_empty:
        return [Text(translator.gettext("No session is running."))]
    drawn: list[Any] = []
    for table in tables:
        if table.rows:
            notes = [Text(make_visible(note), "dim") for note in table.notes]
            parts = draw_table(table, translator, console)
            drawn += [*parts, *notes, Text()]
    return drawn


def _build_json(report: _LiveReport, now: datetime) -> dict[str, Any]:
    sessions, now_ms = report.sessions, time.to_epoch_ms(now)
    states = [session.state for session in sessions.in_use]
    return {
        "as_of": time.format_iso(now),
        "running": len(states) - states.count(SessionState.ENDED),
        "waiting": states.count(SessionState.WAITING),
        "sessions": [
            {
                **_build_item(session),
                "prompt_cache": _build_cache(
                    session.cache, report.wakes.get(session.uuid), now_ms
                ),
            }
            for session in sessions.in_use
        ],
        "cut_off": [_build_cut_off(session) for session in sessions.cut_off],
    }


def _build_item(session: SessionInUse) -> dict[str, Any]:
    last_ms = session.last_ms
    return {
        "session_id": session.uuid,
        "state": session.state.value,
        "since": time.format_iso_ms(session.since_ms),
        "waiting_for": session.waiting_for,
        "title": session.title,
        "project": session.project,
        "path": session.path,
        "branch": session.branch,
        "model": session.model,
        "context_percentage": session.context_percent,
        "last_message_at": None
        if last_ms is None
        else time.format_iso_ms(last_ms),
        "last_message_cost_usd": cost.format_usd(session.cost),
        "resume": page_paths.build_resume_command(session.path, session.uuid),
    }


def _build_cache(
    cache: PromptCache | None, wake: WakeCost | None, now_ms: int
) -> dict[str, Any] | None:
    if cache is None:
        return None
    return {
        "is_warm": cache.is_warm(now_ms),
        "expires_at": time.format_iso_ms(cache.expires_ms),
        "is_reported": cache.is_reported,
        "wake_tokens": cache.tokens,
        "wake_points": wake and round(wake.points, _DECIMALS),
        "wake_points_error": wake and round(wake.error, _DECIMALS),
    }


def _build_cut_off(session: CutOffSession) -> dict[str, Any]:
    end_ms = session.hit.known_end_ms
    return {
        "session_id": session.uuid,
        "title": session.title,
        "project": session.project,
        "path": session.path,
        "limit": session.hit.kind.value,
        "scope": session.hit.scope,
        "at": time.format_iso_ms(session.hit.at_ms),
        "resets_at": None if end_ms is None else time.format_iso_ms(end_ms),
        "is_open": session.is_open,
        "resume": page_paths.build_resume_command(session.path, session.uuid),
    }


def _build_tables(
    report: _LiveReport, translator: Translator
) -> list[shared.Table]:
    """Build the table of sessions in use, and that of sessions cut off."""
    sessions = report.sessions
    tables = [_build_table(report, translator)]
    if not sessions.cut_off:
        return tables
    context = ViewContext(contexts.utc_now(), translator=translator)
    cut_off = live_text.build_cut_off_rows(sessions.cut_off, context)
    shelf = _build_shelf(cut_off, translator)
    return [*tables, shelf] if sessions.in_use else [shelf]


def _list_caches(report: _LiveReport, translator: Translator) -> list[str]:
    """Say of each session that runs when its prompt cache goes cold."""
    running = [
        session
        for session in report.sessions.in_use
        if session.state is not SessionState.ENDED
    ]
    return live_text.list_running_caches(
        running[: bounds.MAX_LISTED_IN_SENTENCE],
        contexts.utc_now(),
        translator,
        report.wakes,
    )


def _build_table(report: _LiveReport, translator: Translator) -> shared.Table:
    sessions = report.sessions
    gettext, in_use = translator.gettext, sessions.in_use
    labels = display_names.build_unique_labels(
        [session.project for session in in_use]
    )
    cut_off = {session.uuid for session in sessions.cut_off}
    ended = [
        session
        for session in in_use
        if session.state is SessionState.ENDED and session.uuid not in cut_off
    ]
    table = shared.Table(
        gettext("Sessions"),
        [
            gettext("State"),
            gettext("Session"),
            gettext("Project"),
            gettext("Branch"),
            gettext("Model"),
        ],
        [gettext("Context"), gettext("Last response")],
        [
            _build_cells(session, labels[session.project], translator)
            for session in in_use
        ],
        [
            *_list_caches(report, translator),
            *(
                page_paths.build_resume_command(session.path, session.uuid)
                for session in ended[: bounds.MAX_LISTED_IN_SENTENCE]
            ),
        ],
    )
    return _drop_empty_columns(table)


def _drop_empty_columns(table: shared.Table) -> shared.Table:
    """Leave more room for what is known."""
    headings = [*table.columns, *table.number_columns]
    used = [any(row[n] for row in table.rows) for n in range(len(headings))]
    count = len(table.columns)
    return table._replace(
        columns=tuple(compress(table.columns, used)),
        number_columns=tuple(compress(table.number_columns, used[count:])),
        rows=[tuple(compress(row, used)) for row in table.rows],
    )


def _build_cells(
    session: SessionInUse, project: str, translator: Translator
) -> list[str]:
    percent = session.context_percent
    return [
        live_text.format_session_state(session, translator),
        shorten(live_text.format_session_title(session), _MAX_TITLE),
        project,
        session.branch,
        live_text.format_session_model(session),
        "" if percent is None else translator.format_percent(percent),
        "" if session.cost is None else translator.format_money(session.cost),
    ]


def _build_shelf(
    rows: tuple[live_text.CutOffRow, ...], translator: Translator
) -> shared.Table:
    gettext = translator.gettext
    return shared.Table(
        gettext("Cut off by a limit"),
        [gettext("Session"), gettext("Project"), gettext("Limit")],
        [gettext("Cut off"), gettext("Available")],
        [
            (row.title, row.project, row.limit, row.at, row.until)
            for row in rows
        ],
        [row.command for row in rows[: bounds.MAX_LISTED_IN_SENTENCE]],
    )
