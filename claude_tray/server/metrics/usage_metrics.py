"""Collect the usage, limits and machines of users as metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.cost import NANO_USD_PER_USD, Totals
from claude_tray.core.status import (
    AccountStatus,
    Assessment,
    LimitProjection,
    Severity,
)
from claude_tray.core.usage import TOKEN_KINDS
from claude_tray.server.accounts.models import User
from claude_tray.server.metrics.exposition import MetricSamples
from claude_tray.server.usage.assessments import (
    AssessedAccount,
    load_assessed_accounts,
)
from claude_tray.server.usage.queries import filters, listings, machines

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


_SEVERITIES: Final = tuple(Severity)
_FULL_PERCENT: Final = 100
_MS_PER_SECOND: Final = 1000
_MINUTE_SECONDS: Final = 60
_HOUR_SECONDS: Final = 3600


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
        totals, model = usage.totals, usage.name
        for kind, count in zip(TOKEN_KINDS, totals.tokens, strict=True):
            samples.set("claude_tokens", count, model=model, kind=kind.name)
        samples.set("claude_cost_usd", _to_usd(totals), model=model)
        samples.set("claude_messages", totals.messages, model=model)
        samples.set("claude_unpriced_messages", totals.unpriced, model=model)


def add_accounts(
    samples: MetricSamples, accounts: Iterable[AssessedAccount]
) -> None:
    """Add status, window, burn rate and limits of each account."""
    for account in accounts:
        _add_status(samples, account.key, account.assessment)
        _add_window(samples, account)
        for limit in account.assessment.limits:
            _add_limit(samples, account, limit)


def _add_status(
    samples: MetricSamples, key: str, assessment: Assessment
) -> None:
    samples.set(
        "claude_account_severity",
        _SEVERITIES.index(assessment.severity),
        account=key,
    )
    samples.set_choice(
        "claude_account_status",
        {
            status.value: status is assessment.status
            for status in AccountStatus
        },
        "status",
        account=key,
    )
    blocking = assessment.blocking
    samples.set(
        "claude_account_blocked", int(blocking is not None), account=key
    )
    samples.set_time(
        "claude_account_blocked_until_timestamp_seconds",
        blocking.until if blocking else None,
        account=key,
    )


def _add_window(samples: MetricSamples, account: AssessedAccount) -> None:
    key, state = account.key, account.state
    if window := state.window:
        prefix, tokens = "claude_window", window.totals.tokens
        samples.set_time(
            f"{prefix}_start_timestamp_seconds", window.start, account=key
        )
        samples.set_time(
            f"{prefix}_end_timestamp_seconds", window.end, account=key
        )
        samples.set(f"{prefix}_cost_usd", _to_usd(window.totals), account=key)
        for kind, count in zip(TOKEN_KINDS, tokens, strict=True):
            samples.set(f"{prefix}_tokens", count, account=key, kind=kind.name)
    if pace := state.pace:
        samples.set(
            "claude_burn_rate_tokens_per_second",
            pace.tokens_per_minute / _MINUTE_SECONDS,
            account=key,
        )
        cost = pace.cost_per_hour
        samples.set(
            "claude_burn_rate_usd_per_second",
            None if cost is None else cost / _HOUR_SECONDS,
            account=key,
        )


def _add_limit(
    samples: MetricSamples, account: AssessedAccount, limit: LimitProjection
) -> None:
    usage = limit.usage
    prefix = "claude_limit"
    labels = {"account": account.key, "limit": usage.name}
    ratios = {"used": usage.percent, "projected": limit.percent_at_reset}
    for name, percent in ratios.items():
        ratio = None if percent is None else percent / _FULL_PERCENT
        samples.set(f"{prefix}_{name}_ratio", ratio, **labels)
    severity = _SEVERITIES.index(limit.severity)
    samples.set(f"{prefix}_severity", severity, **labels)
    is_binding = limit is account.assessment.binding
    samples.set(f"{prefix}_binding", int(is_binding), **labels)
    times = {
        "reset": usage.resets_at,
        "runs_out": limit.runs_out_at,
        "report": usage.as_of,
    }
    for name, at in times.items():
        samples.set_time(f"{prefix}_{name}_timestamp_seconds", at, **labels)


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


def _to_usd(totals: Totals) -> float:
    """Return the known part of a cost."""
    return totals.priced_cost / NANO_USD_PER_USD
