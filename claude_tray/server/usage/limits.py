"""Store and load the limit samples that machines send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.limits import SAME_RESET_TOLERANCE_MS, LimitSample
from claude_tray.core.time import parse_iso_ms
from claude_tray.server.usage.lookup_ids import get_account_pks
from claude_tray.server.usage.models import LimitTold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.protocol.agent_sync import AgentPayload
    from claude_tray.server.accounts.models import User


# Bounds the rows that one request can write.
_MAX_LIMIT_SAMPLES: Final = 100
_MAX_PERCENT: Final = 10_000


def save_limit_samples(user: User, agent: AgentPayload) -> None:
    """Save one sample per window; the caller holds the user's lock."""
    samples = list(_iter_valid_samples(agent))[:_MAX_LIMIT_SAMPLES]
    account_pks = get_account_pks(user, {sample.account for sample in samples})
    for sample in samples:
        _save_highest_sample(account_pks[sample.account], sample)


def load_limit_samples(
    account_ids: list[int], account: str
) -> list[LimitSample]:
    """Load all limit samples of an account."""
    stored_samples = LimitTold.objects.filter(account_id__in=account_ids)
    return [
        LimitSample(account, row.name, row.percent, row.resets_ms, row.told_ms)
        for row in stored_samples
    ]


def _iter_valid_samples(agent: AgentPayload) -> Iterator[LimitSample]:
    for limit in agent.limits:
        resets_ms = parse_iso_ms(limit.resets_at)
        observed_ms = parse_iso_ms(limit.observed_at)
        percent = limit.used_percentage
        if resets_ms is None or observed_ms is None:
            continue
        if 0 <= percent <= _MAX_PERCENT:
            account = limit.account or agent.account
            yield LimitSample(
                account, limit.name, percent, resets_ms, observed_ms
            )


def _save_highest_sample(account_pk: int, sample: LimitSample) -> None:
    """Save the highest sample of a window; reset times jitter."""
    percent, resets_ms = sample.percent, sample.resets_ms
    if percent is None or resets_ms is None:
        return
    stored = LimitTold.objects.filter(
        account_id=account_pk,
        name=sample.name,
        resets_ms__gte=resets_ms - SAME_RESET_TOLERANCE_MS,
        resets_ms__lte=resets_ms + SAME_RESET_TOLERANCE_MS,
    ).first()
    if stored is None:
        LimitTold.objects.create(
            account_id=account_pk,
            name=sample.name,
            resets_ms=resets_ms,
            percent=percent,
            told_ms=sample.observed_at_ms,
        )
    elif (percent, sample.observed_at_ms) > (
        stored.percent,
        stored.told_ms,
    ):
        stored.percent, stored.told_ms = percent, sample.observed_at_ms
        stored.save()
