"""Collect the usage, limits and machines of users as metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.protocol.account_metrics import add_account, add_model
from claude_tray.protocol.metrics import MetricSamples
from claude_tray.server.accounts.models import User
from claude_tray.server.usage.assessments import (
    AssessedAccount,
    load_assessed_accounts,
)
from claude_tray.server.usage.queries import filters, listings, machines

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


_MS_PER_SECOND: Final = 1000


def collect_user_samples(user: int, now: datetime) -> MetricSamples:
    """Collect the metrics of one user."""
    samples = MetricSamples()
    _add_user(samples, user, now)
    return samples


def collect_all_samples(now: datetime) -> MetricSamples:
    """Collect the metrics of all active users, with the label `user`."""
    samples = MetricSamples(has_users=True)
    active = User.objects.filter(is_active=True).order_by("pk")
    for pk, name in active.values_list("pk", "username"):
        samples.select_user(name)
        _add_user(samples, pk, now)
    return samples


def _add_user(samples: MetricSamples, user: int, now: datetime) -> None:
    add_models(samples, listings.list_model_usage(filters.Filters(user)))
    add_accounts(samples, load_assessed_accounts(user, now))
    add_machines(samples, machines.list_machines(user))


def add_models(
    samples: MetricSamples, usages: Iterable[listings.ModelUsage]
) -> None:
    """Add the usage of each model."""
    for usage in usages:
        add_model(samples, usage.name, usage.totals)


def add_accounts(
    samples: MetricSamples, accounts: Iterable[AssessedAccount]
) -> None:
    """Add status, window, burn rate and limits of each account."""
    for account in accounts:
        add_account(samples, account.key, account.state, account.assessment)


def add_machines(
    samples: MetricSamples, infos: Iterable[machines.MachineInfo]
) -> None:
    """Add each machine; its ID distinguishes machines of one name."""
    prefix = "claude_machine"
    for info in infos:
        labels = {"machine": info.machine_id, "name": info.name}
        samples.set_time(
            f"{prefix}_last_sync_timestamp_seconds",
            info.last_sync_at,
            **labels,
        )
        skew = info.clock_skew_ms
        samples.set(
            f"{prefix}_clock_skew_seconds",
            None if skew is None else skew / _MS_PER_SECOND,
            **labels,
        )
        is_revoked = info.revoked_at is not None
        samples.set(f"{prefix}_revoked", int(is_revoked), **labels)
