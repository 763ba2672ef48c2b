"""What `status` says to a person: each account, and how sure it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.notes import build_snapshot_notes
from claude_tray.ui.tray.context import ViewOptions
from claude_tray.ui.tray.menu_text import reset_source_text
from claude_tray.ui.tray.view_model import format_snapshot_lines

if TYPE_CHECKING:
    from claude_tray.core.snapshot import AccountSnapshot, Snapshot
    from claude_tray.i18n.translator import Translator


def format_status_text(snapshot: Snapshot, translator: Translator) -> str:
    """Return what is known of all accounts, for a terminal."""
    options = ViewOptions(translator=translator)
    now = snapshot.taken_at
    if not snapshot.accounts:
        return "\n".join(format_snapshot_lines(snapshot, now, options=options))
    lines: list[str] = []
    for state in snapshot.accounts:
        single = replace(snapshot, accounts=(state,), today=state.today)
        first, *rest = format_snapshot_lines(single, now, options=options)
        if len(snapshot.accounts) > 1:
            first = f"{state.name} \N{EN DASH} {first}"
        lines += [first, *rest, *_format_sources(state, translator), ""]
    if len(snapshot.accounts) > 1:
        cost = translator.format_cost(snapshot.today)
        lines += [
            translator.gettext("All accounts today {cost}", cost=cost),
            "",
        ]
    context = ViewContext(now, translator=translator)
    return "\n".join(
        [*lines, *build_snapshot_notes(snapshot, context)]
    ).rstrip()


def _format_sources(
    state: AccountSnapshot, translator: Translator
) -> list[str]:
    """Say where the figures of an account are from."""
    window, used = state.window, state.used
    if window is None:
        return []
    lines = [reset_source_text(window, state, translator)]
    if used is not None:
        clock = translator.format_clock(used.as_of)
        lines.append(
            translator.gettext("Told by Claude Code at {clock}", clock=clock)
        )
    elif state.pace and state.pace.typical_tokens:
        median, high = state.pace.typical_tokens
        lines.append(
            translator.gettext(
                "Used {unknown}; your usual window has {median} tokens in and"
                " out, one of ten more than {high}",
                unknown="\N{EN DASH}",
                median=translator.format_tokens(median),
                high=translator.format_tokens(high),
            ),
        )
    return [line for line in lines if line]
