"""List a user's Claude accounts by their last use."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import OuterRef, Subquery

from claude_tray.core.time import to_epoch_ms
from claude_tray.server.usage.models import ClaudeAccount, UsageSnapshot
from claude_tray.server.usage.queries.windows import CLOCK_TOLERANCE_MS

if TYPE_CHECKING:
    from datetime import datetime


class UsedAccount(NamedTuple):
    """An account and the time of its last record, 0 without one."""

    pk: int
    key: str
    last_ms: int


def list_by_last_use(
    user: int, now: datetime, key: str | None = None
) -> list[UsedAccount]:
    """
    List accounts, the one used last first.

    One query; each account takes one index seek.

    Args:
        user: Primary key of the user.
        now: Current time.
        key: Only this account; None is all.
    """
    records = UsageSnapshot.objects.filter(
        user=user,
        account=OuterRef("pk"),
        at_ms__lte=to_epoch_ms(now) + CLOCK_TOLERANCE_MS,
    )
    last_record = records.order_by("-at_ms").values("at_ms")[:1]
    accounts = ClaudeAccount.objects.filter(user=user)
    if key is not None:
        accounts = accounts.filter(key=key)
    rows = accounts.annotate(last_ms=Subquery(last_record))
    used = [
        UsedAccount(pk, name, last_ms or 0)
        for pk, name, last_ms in rows.values_list("pk", "key", "last_ms")
    ]
    return sorted(used, key=lambda one: (-one.last_ms, one.key))
