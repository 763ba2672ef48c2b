"""What Claude Code told of limits, as machines pass it on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.domain.limit import SAME_MS, Limit
from claude_tray.server.usage.models import LimitTold
from claude_tray.server.usage.names import account_numbers
from claude_tray.wire.rows import millis_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.server.accounts.models import User
    from claude_tray.wire.agent_sync import Agent

_MOST: Final = 100
_LARGEST_PERCENT: Final = 10_000


def keep(user: User, agent: Agent) -> None:
    """Keep what was told, one row a window; within the user's lock."""
    told = list(_readable(agent))[:_MOST]
    numbers = account_numbers(user, {limit.account for limit in told})
    for limit in told:
        _keep_one(numbers[limit.account], limit)


def told_to(account_ids: list[int], account: str) -> list[Limit]:
    """Return all that was told of an account's limits."""
    found = LimitTold.objects.filter(account_id__in=account_ids)
    return [
        Limit(account, row.name, row.percent, row.resets_ms, row.told_ms)
        for row in found
    ]


def _readable(agent: Agent) -> Iterator[Limit]:
    for limit in agent.limits:
        resets = millis_of(limit.resets_at)
        told = millis_of(limit.observed_at)
        percent = limit.used_percentage
        if resets is None or told is None:
            continue
        if 0 <= percent <= _LARGEST_PERCENT:
            account = limit.account or agent.account
            yield Limit(account, limit.name, percent, resets, told)


def _keep_one(account: int, limit: Limit) -> None:
    """Keep the most that was told of a window; resets jitter."""
    held = LimitTold.objects.filter(
        account_id=account,
        name=limit.name,
        resets_ms__gte=limit.resets_ms - SAME_MS,
        resets_ms__lte=limit.resets_ms + SAME_MS,
    ).first()
    if held is None:
        LimitTold.objects.create(
            account_id=account,
            name=limit.name,
            resets_ms=limit.resets_ms,
            percent=limit.percent,
            told_ms=limit.told_ms,
        )
    elif (limit.percent, limit.told_ms) > (held.percent, held.told_ms):
        held.percent, held.told_ms = limit.percent, limit.told_ms
        held.save()
