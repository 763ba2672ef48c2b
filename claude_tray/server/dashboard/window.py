"""The window of the account that is looked at, read for its card."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from claude_tray.server.dashboard import uses
from claude_tray.server.dashboard.accounts import profile_of
from claude_tray.server.dashboard.card import Card, card_of
from claude_tray.server.dashboard.curve import Step
from claude_tray.server.dashboard.kinds import Part, parts_of
from claude_tray.server.dashboard.notes import notes_of
from claude_tray.server.prices import price_table
from claude_tray.server.usage.queries import windows

if TYPE_CHECKING:
    from claude_tray.server.dashboard.viewer import Viewer
    from claude_tray.server.usage.queries.windows import AccountState


def card_for(
    state: AccountState | None,
    viewer: Viewer,
    *,
    is_alone: bool,
) -> Card:
    """Return the card of an account; without one, that of nothing sent."""
    if state is None:
        return card_of(None, (), (), viewer)
    pace = windows.pace(state, viewer.now)
    profile = profile_of(state, pace, is_alone=is_alone)
    return card_of(
        profile, _steps(state), notes_of(state.profile, viewer), viewer
    )


def kinds_for(state: AccountState | None) -> tuple[Part, ...]:
    """Return what the open window cost by kind of token."""
    if state is None or state.profile.window is None:
        return ()
    found = uses.of_window(state.number, state.profile.window)
    at_ms = windows.millis(state.profile.window.start)
    return parts_of(found, price_table(), at_ms)


def _steps(state: AccountState) -> tuple[Step, ...]:
    window = state.profile.window
    if window is None:
        return ()
    return tuple(
        Step(window.start + timedelta(minutes=minute + 1), totals)
        for minute, totals in windows.course(state.number, window)
    )
