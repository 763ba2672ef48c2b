"""What tells, at little cost, whether a page is still right."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from claude_tray.domain.usage import millis
from claude_tray.server.usage.queries import machines

# The pace changes while nothing is sent, too.
_PERIOD: Final = timedelta(minutes=5)


class Mark(NamedTuple):
    """
    When a page was made, and what had been sent by then.

    Attributes:
        sent: When anything was sent last.
        now: The moment.
    """

    sent: datetime | None
    now: datetime

    def text(self, until: datetime | None) -> str:
        """
        Return the mark for a page's address.

        Args:
            until: When what the page shows ends by itself.
        """
        end = self.now + _PERIOD
        if until is not None and until > self.now:
            end = min(end, until)
        return f"{_millis(self.sent)}.{_millis(end)}"

    def is_as(self, text: str) -> bool:
        """Tell whether a page with that mark would be made the same."""
        sent, _, end = text.partition(".")
        if sent != str(_millis(self.sent)) or not end.isdecimal():
            return False
        return len(end) < len(f"{10**15}") and _millis(self.now) < int(end)


def mark_of(user: int, now: datetime) -> Mark:
    """Return the mark of what a person has sent by now."""
    sent = [m.last_sync_at for m in machines.listing(user) if m.last_sync_at]
    return Mark(max(sent, default=None), now)


def _millis(moment: datetime | None) -> int:
    return 0 if moment is None else millis(moment)
