"""The state of one account."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from claude_tray.domain.limit import FIVE_HOUR, current
from claude_tray.domain.limit_hit import LimitKind
from claude_tray.domain.pace import LATELY, pace_of
from claude_tray.domain.snapshot import ProfileState, Used
from claude_tray.domain.window import Source
from claude_tray.store import limits, windows
from claude_tray.store.sums import between

if TYPE_CHECKING:
    from claude_tray.domain.account import Account
    from claude_tray.domain.limit import Limit
    from claude_tray.domain.snapshot import Pace
    from claude_tray.domain.window import Window
    from claude_tray.store.connection import Reader, Writer

_LAST: Final = """
    SELECT last_ms FROM session JOIN profile ON profile.id = session.profile
    WHERE account = ? AND last_ms NOT NULL ORDER BY last_ms DESC LIMIT 1
"""
# Resets jitter; and a hit of the week may hold for seven days.
_SAME_MS: Final = 120_000
_WEEK_MS: Final = 7 * 86_400_000
_FIRST: Final = "SELECT min(at_ms) FROM message WHERE at_ms >= ?"
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
    window = windows.current(reader, account, now_ms)
    told = [_used(limit) for limit in _held(reader, account, now_ms)]
    used = next((u for u in told if u.name == FIVE_HOUR), None)
    return ProfileState(
        name=account.name,
        path=account.path,
        window=window,
        used=used,
        weekly=tuple(u for u in told if u.name != FIVE_HOUR),
        started_elsewhere_at=_elsewhere(reader, window),
        limit_reached_until=_reached_until(reader, account, now_ms),
        pace=_pace(reader, account, window, used, now) if window else None,
        last_record_at=(
            datetime.fromtimestamp(row[0] / 1000, UTC) if row else None
        ),
    )


def _held(
    reader: Reader | Writer,
    account: Account,
    now_ms: int,
) -> list[Limit]:
    """Return what was told of the account's limits and holds now."""
    return current(limits.told(reader, account.key, now_ms), now_ms)


def _used(limit: Limit) -> Used:
    return Used(
        limit.name,
        limit.percent,
        datetime.fromtimestamp(limit.resets_ms / 1000, UTC),
        Source.OFFICIAL,
        datetime.fromtimestamp(limit.told_ms / 1000, UTC),
    )


def _elsewhere(
    reader: Reader | Writer,
    window: Window | None,
) -> datetime | None:
    """Return an official start that no local record is as early as."""
    if window is None or window.source is not Source.OFFICIAL:
        return None
    start_ms = int(window.start.timestamp() * 1000)
    (first,) = reader.execute(_FIRST, (start_ms - _SAME_MS,)).fetchone()
    if first is not None and first <= start_ms + _SAME_MS:
        return None
    return window.start


def _reached_until(
    reader: Reader | Writer,
    account: Account,
    now_ms: int,
) -> datetime | None:
    """Return when Claude Code works again after a limit that still holds."""
    hits = limits.since(reader, account.key, now_ms - _WEEK_MS)
    ends = [
        hit.resets_ms
        for hit in hits
        if hit.kind is not LimitKind.MODEL
        and hit.resets_ms is not None
        and hit.resets_ms > now_ms
    ]
    if not ends:
        return None
    return datetime.fromtimestamp(max(ends) / 1000, UTC)


def _pace(
    reader: Reader | Writer,
    account: Account,
    window: Window,
    used: Used | None,
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
    return pace_of(window, lately, used, usual, now)
