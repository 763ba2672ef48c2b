"""What a person wants to be told, as the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.domain.notice import Kind, Wants
from claude_tray.domain.price import NANO_USD_PER_USD

if TYPE_CHECKING:
    from claude_tray.settings.parse import Settings


def wants_of(settings: Settings) -> Wants:
    """Return what these settings let be told."""
    kinds = {Kind.PROBLEM, Kind.NOT_SYNCED, Kind.SAVED}
    if settings.notifications_run_out:
        kinds |= {Kind.RUN_OUT, Kind.USED, Kind.USED_AGAIN}
    if settings.notifications_limit:
        kinds |= {Kind.LIMIT, Kind.WEEK_LIMIT}
    if settings.notifications_reset:
        kinds |= {Kind.READY}
    if settings.notifications_week:
        kinds |= {Kind.WEEK, Kind.WEEK_AGAIN}
    if settings.notifications_budget:
        kinds |= {Kind.BUDGET}
    return Wants(
        is_on=settings.notifications_enabled,
        kinds=frozenset(kinds),
        warn=settings.notifications_warn_percent,
        again=settings.notifications_warn_again_percent,
        week=settings.notifications_week_percent,
        budget=round(settings.limits_daily_budget_usd * NANO_USD_PER_USD),
        quiet=minutes_of(settings.notifications_quiet_hours),
    )


def minutes_of(hours: str) -> tuple[int, int] | None:
    """Return "22:00-08:00" as minutes of the day; None of no hours."""
    if not hours:
        return None
    begin, end = (
        int(hour) * 60 + int(minute)
        for hour, minute in (time.split(":") for time in hours.split("-"))
    )
    return begin, end
