"""Sessions on the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.server.usage.queries.windows import moment

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from claude_tray.domain.totals import Totals
    from claude_tray.server.usage.queries.listings import SessionUse


class SessionRow(NamedTuple):
    """A session and what it used."""

    session_id: str
    project: str
    totals: Totals
    first_at: datetime
    last_at: datetime

    @classmethod
    def of(cls, use: SessionUse) -> SessionRow:
        return cls(
            use.session_id,
            use.project,
            use.totals,
            moment(use.first_ms),
            moment(use.last_ms),
        )

    @property
    def lasted(self) -> timedelta:
        return self.last_at - self.first_at
