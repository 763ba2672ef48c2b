"""Claude accounts on the pages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.totals import NOTHING, Totals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from claude_tray.domain.snapshot import Pace, ProfileState
    from claude_tray.domain.window import Window
    from claude_tray.server.usage.queries.windows import AccountState

# How addresses name the account that nobody told of.
UNKNOWN_LINK: Final = "-"
_WHOLE: Final = 100.0
_SHORT: Final = 6


class AccountRow(NamedTuple):
    """An account, what is left of its window, and what it used."""

    key: str
    name: str
    left: timedelta | None
    percent: float | None
    totals: Totals

    @property
    def link(self) -> str:
        """The key as addresses name it."""
        return self.key or UNKNOWN_LINK


def name_of(key: str) -> str:
    """Return how an account is called; its real name is sent nowhere."""
    return f"account {key[:_SHORT]}" if key else "unknown account"


def profile_of(
    state: AccountState,
    pace: Pace | None,
    *,
    is_alone: bool,
) -> ProfileState:
    """Return an account's state with its pace; named where there are more."""
    return replace(
        state.profile,
        name="" if is_alone else name_of(state.key),
        pace=pace,
        limit_reached_until=_stopped_until(state.profile),
    )


def rows_of(
    states: Sequence[AccountState],
    used: Mapping[str, Totals],
    now: datetime,
) -> tuple[AccountRow, ...]:
    """
    Return the accounts with what they used.

    Args:
        states: The accounts.
        used: What each key used in the time that is looked at.
        now: The moment.
    """
    return tuple(
        AccountRow(
            state.key,
            name_of(state.key),
            _left(state.profile.window, now),
            state.profile.used.percent if state.profile.used else None,
            used.get(state.key, NOTHING),
        )
        for state in states
    )


def _left(window: Window | None, now: datetime) -> timedelta | None:
    return window.end - now if window else None


def _stopped_until(profile: ProfileState) -> datetime | None:
    """Return when the last of the limits that are used up resets."""
    told = [*profile.weekly, *([profile.used] if profile.used else [])]
    ends = [u.resets_at for u in told if u.percent >= _WHOLE and u.resets_at]
    return max(ends, default=None)
