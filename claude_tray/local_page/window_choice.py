"""Choose which window, or which part of time, the page *Window* shows."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.receipt_limits import (
    FIVE_HOUR_RECEIPT,
    ReceiptLimit,
    find_receipt_limit,
)
from claude_tray.core.time import to_epoch_ms
from claude_tray.store import receipts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

    from claude_tray.core.accounts import Account
    from claude_tray.core.windows import Window
    from claude_tray.local_page.usage import LocalUsage


# Longer parts are cut at their start: each record is work.
MAX_LENGTH: Final = timedelta(days=31)
# How far back windows are listed.
_LISTED: Final = timedelta(days=32)
_MAX_TEXT_LENGTH: Final = 64
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2999


class WindowChoice(NamedTuple):
    """
    What the page shows.

    Attributes:
        limit: The limit whose windows these are.
        windows: Its last windows, oldest first.
        window: The window that contains all of the part; None if the part is
            in several or in none.
        start: Start of the part.
        end: Its end, exclusive.
        is_current: Nothing was chosen: the open window, or else the last.
        is_cut: Only the last days of a longer part are shown.
    """

    limit: ReceiptLimit
    windows: Sequence[Window]
    window: Window | None
    start: datetime
    end: datetime
    is_current: bool = False
    is_cut: bool = False

    @property
    def is_full_window(self) -> bool:
        return self.window is not None and (self.start, self.end) == (
            self.window.start,
            self.window.end,
        )

    @property
    def bounds_ms(self) -> tuple[int, int]:
        return to_epoch_ms(self.start), to_epoch_ms(self.end)

    @property
    def earlier(self) -> Window | None:
        """The window before the one that is shown."""
        before = self.start if self.window is None else self.window.start
        return next(
            (w for w in reversed(self.windows) if w.end <= before), None
        )

    @property
    def later(self) -> Window | None:
        """The window after the one that is shown."""
        after = self.end if self.window is None else self.window.end
        return next((w for w in self.windows if w.start >= after), None)


def choose_window(
    query: Mapping[str, str], local: LocalUsage, account: Account
) -> WindowChoice | None:
    """
    Return what the query chooses: `limit`, and times as `from` and `to`.

    Whatever is malformed counts as absent. With one time only, the window of
    that time is shown.

    Returns:
        None if nothing is chosen and there is no window.
    """
    limit = find_receipt_limit(query.get("limit", "")) or FIVE_HOUR_RECEIPT
    zone, now = local.page.zone, local.page.now
    times = [
        at
        for at in (parse_time(query.get(key, ""), zone) for key in _KEYS)
        if at is not None
    ]
    first = min(times, default=now)
    found = receipts.list_limit_windows(
        local.reader,
        account,
        to_epoch_ms(now),
        limit,
        to_epoch_ms(first - _LISTED),
    )
    if len(times) < len(_KEYS) or first == max(times):
        window = _find_window(found, times[0] if times else None)
        if window is None:
            return None
        return WindowChoice(
            limit, found, window, window.start, window.end, not times
        )
    end = max(times)
    start = max(first, end - MAX_LENGTH)
    around = (w for w in found if w.start <= start and end <= w.end)
    return WindowChoice(
        limit, found, next(around, None), start, end, is_cut=start > first
    )


_KEYS: Final = ("from", "to")


def _find_window(
    found: Sequence[Window], at: datetime | None
) -> Window | None:
    if at is None:
        return found[-1] if found else None
    return next((w for w in found if w.start <= at < w.end), None)


def parse_time(text: str, zone: tzinfo) -> datetime | None:
    """
    Parse a time of the query; None for anything else.

    Args:
        text: As "2026-11-30T13:42", or with an offset or Z.
        zone: Time zone of a time without an offset.
    """
    with suppress(ValueError):
        at = datetime.fromisoformat(text[:_MAX_TEXT_LENGTH])
        if _FIRST_YEAR <= at.year <= _LAST_YEAR:
            return at if at.tzinfo else at.replace(tzinfo=zone)
    return None
