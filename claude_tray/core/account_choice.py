"""Choose the account that is shown first."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.core.status import AccountStatus, Severity, assess_account

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.core.snapshot import AccountSnapshot, Snapshot


# An account is active so long after its last record.
ACTIVE_WITHIN: Final = timedelta(hours=1)


def choose_account(
    snapshot: Snapshot, now: datetime
) -> AccountSnapshot | None:
    """
    Return the account that icon and popup show first; None without any.

    The worst of those used in the last hour; without such the one used last.
    """
    active = [
        account
        for account in snapshot.accounts
        if account.last_record_at is not None
        and now - account.last_record_at <= ACTIVE_WITHIN
    ]
    return max(
        active,
        key=lambda account: _build_rank(snapshot, account, now),
        default=snapshot.latest_account,
    )


def find_worse_account(
    snapshot: Snapshot, shown: AccountSnapshot | None, now: datetime
) -> AccountSnapshot | None:
    """Return the worst account if it is worse off than the one shown."""
    worst = find_worst_account(snapshot, now)
    if shown is None or worst is None:
        return None
    shown_rank = _build_rank(snapshot, shown, now)
    is_worse = _build_rank(snapshot, worst, now)[:2] > shown_rank[:2]
    return worst if is_worse else None


def find_worst_account(
    snapshot: Snapshot, now: datetime
) -> AccountSnapshot | None:
    """Return the account that is closest to a limit; None without any."""
    return max(
        snapshot.accounts,
        key=lambda account: _build_rank(snapshot, account, now),
        default=None,
    )


def rank_accounts(snapshot: Snapshot, now: datetime) -> list[AccountSnapshot]:
    """Return all accounts, the one that is closest to a limit first."""
    return sorted(
        snapshot.accounts,
        key=lambda account: _build_rank(snapshot, account, now),
        reverse=True,
    )


def _build_rank(
    snapshot: Snapshot, account: AccountSnapshot, now: datetime
) -> tuple[bool, int, float, float]:
    """Rank an account: blocked, severity, time to the limit, percentage."""
    assessment = assess_account(snapshot, account, now)
    binding = assessment.binding
    ends_at = binding.runs_out_at if binding else None
    return (
        assessment.status is AccountStatus.LIMIT,
        list(Severity).index(assessment.severity),
        -ends_at.timestamp() if ends_at else -math.inf,
        binding.usage.percent_or_zero if binding else 0.0,
    )
