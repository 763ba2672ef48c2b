"""What was used of each model under the terms of its price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.domain.usage import Terms
from claude_tray.server.dashboard.kinds import Use
from claude_tray.server.usage.models import SessionShare, UsageSnapshot
from claude_tray.server.usage.queries.sums import REPLY_SUMS, SUMS, totals_of
from claude_tray.server.usage.queries.windows import millis

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from claude_tray.domain.window import Window

_BY = (
    "model__name",
    "model__speed",
    "model__inference_geo",
    "model__service_tier",
)


def of_window(account: int, window: Window) -> tuple[Use, ...]:
    """Return what an account used in a window."""
    found = UsageSnapshot.objects.filter(
        account=account,
        at_ms__gte=millis(window.start),
        at_ms__lt=millis(window.end),
    )
    return _uses(found.values_list(*_BY).annotate(**REPLY_SUMS))


def of_session(user: int, session_id: str) -> tuple[Use, ...]:
    """Return what a session used."""
    found = SessionShare.objects.filter(
        user=user,
        session__session_id=session_id,
    )
    return _uses(found.values_list(*_BY).annotate(**SUMS))


def of_project(user: int, name: str) -> tuple[Use, ...]:
    """Return what a project used."""
    found = SessionShare.objects.filter(
        user=user,
        session__project__name=name,
    )
    return _uses(found.values_list(*_BY).annotate(**SUMS))


def _uses(rows: Iterable[Any]) -> tuple[Use, ...]:
    return tuple(
        Use(name, Terms(speed, geo, tier), totals_of(sums))
        for name, speed, geo, tier, *sums in rows
    )
