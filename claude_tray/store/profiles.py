"""The state of one account."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from claude_tray.domain.pace import LATELY, pace_of
from claude_tray.domain.snapshot import ProfileState
from claude_tray.store import windows
from claude_tray.store.sums import between

if TYPE_CHECKING:
    from claude_tray.domain.account import Account
    from claude_tray.domain.snapshot import Pace
    from claude_tray.domain.window import Window
    from claude_tray.store.connection import Reader, Writer

_LAST: Final = """
    SELECT last_ms FROM session JOIN profile ON profile.id = session.profile
    WHERE account = ? AND last_ms NOT NULL ORDER BY last_ms DESC LIMIT 1
"""
_NUMBER: Final = "SELECT id FROM profile WHERE account = ?"
_USUAL: Final = """
    SELECT input + output FROM closed_window WHERE profile = ?
    ORDER BY start_ms DESC LIMIT 100
"""


def state_of(
    reader: Reader | Writer,
    account: Account,
    now: datetime,
) -> ProfileState:
    """Return what is known of an account at a moment."""
    now_ms = int(now.timestamp() * 1000)
    row = reader.execute(_LAST, (account.key,)).fetchone()
    window = windows.current(reader, account.key, account.how, now_ms)
    return ProfileState(
        name=account.name,
        path=account.path,
        window=window,
        pace=_pace(reader, account, window, now) if window else None,
        last_record_at=(
            datetime.fromtimestamp(row[0] / 1000, UTC) if row else None
        ),
    )


def _pace(
    reader: Reader | Writer,
    account: Account,
    window: Window,
    now: datetime,
) -> Pace | None:
    (profile,) = reader.execute(_NUMBER, (account.key,)).fetchone()
    start = max(window.start, now - LATELY)
    lately = between(
        reader,
        int(start.timestamp() * 1000),
        int(now.timestamp() * 1000) + 1,
        profile,
    )
    usual = [row[0] for row in reader.execute(_USUAL, (profile,))]
    return pace_of(window, lately, None, usual, now)
