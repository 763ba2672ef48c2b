"""Format the report of `status`: every account and the quality of its data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.live_text import format_session_count
from claude_tray.presentation.notes import build_snapshot_notes
from claude_tray.presentation.status_lines import (
    build_source_lines,
    build_status_lines,
)

if TYPE_CHECKING:
    from claude_tray.core.snapshot import Snapshot
    from claude_tray.i18n.translator import Translator


def format_status_report(snapshot: Snapshot, translator: Translator) -> str:
    """Format all accounts of a snapshot for a terminal."""
    context = ViewContext(snapshot.taken_at, translator=translator)
    if not snapshot.accounts:
        return "\n".join(build_status_lines(snapshot, context))
    lines: list[str] = []
    for account in snapshot.accounts:
        single = replace(snapshot, accounts=(account,), today=account.today)
        context = context._replace(account=account)
        first, *rest = build_status_lines(single, context)
        if len(snapshot.accounts) > 1:
            first = f"{account.name} \N{EN DASH} {first}"
        lines += [first, *rest, *build_source_lines(context), ""]
    sessions = format_session_count(snapshot.sessions, translator)
    if sessions:
        lines += [sessions, ""]
    if len(snapshot.accounts) > 1:
        cost = translator.format_cost(snapshot.today)
        lines += [
            translator.gettext("All accounts today {cost}", cost=cost),
            "",
        ]
    return "\n".join(
        [*lines, *build_snapshot_notes(snapshot, context)]
    ).rstrip()
