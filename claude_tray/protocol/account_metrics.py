"""Collect the metrics of accounts and models, the same for all programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core import cost, status, usage

if TYPE_CHECKING:
    from claude_tray.core.snapshot import AccountSnapshot
    from claude_tray.protocol.metrics import MetricSamples


_SEVERITIES: Final = tuple(status.Severity)
_FULL_PERCENT: Final = 100
_MINUTE_SECONDS: Final = 60
_HOUR_SECONDS: Final = 3600


def add_model(samples: MetricSamples, model: str, totals: cost.Totals) -> None:
    """Add the usage of a model."""
    for kind, count in zip(usage.TOKEN_KINDS, totals.tokens, strict=True):
        samples.set("claude_tokens", count, model=model, kind=kind.name)
    samples.set("claude_cost_usd", to_usd(totals), model=model)
    samples.set("claude_messages", totals.messages, model=model)
    samples.set("claude_unpriced_messages", totals.unpriced, model=model)


def add_account(
    samples: MetricSamples,
    key: str,
    state: AccountSnapshot,
    assessment: status.Assessment,
) -> None:
    """
    Add status, window, burn rate and limits of an account.

    Args:
        samples: Receives them.
        key: Value of the label `account`.
        state: The account.
        assessment: Its assessment.
    """
    _add_status(samples, key, assessment)
    samples.set_time(
        "claude_account_last_response_timestamp_seconds",
        state.last_record_at,
        account=key,
    )
    _add_window(samples, key, state)
    for limit in assessment.limits:
        is_binding = limit is assessment.binding
        _add_limit(samples, key, limit, is_binding=is_binding)


def _add_status(
    samples: MetricSamples, key: str, assessment: status.Assessment
) -> None:
    samples.set(
        "claude_account_severity",
        _SEVERITIES.index(assessment.severity),
        account=key,
    )
    samples.set_choice(
        "claude_account_status",
        {
            choice.value: choice is assessment.status
            for choice in status.AccountStatus
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


def _add_window(
    samples: MetricSamples, key: str, state: AccountSnapshot
) -> None:
    if window := state.window:
        prefix, tokens = "claude_window", window.totals.tokens
        samples.set_time(
            f"{prefix}_start_timestamp_seconds", window.start, account=key
        )
        samples.set_time(
            f"{prefix}_end_timestamp_seconds", window.end, account=key
        )
        samples.set(f"{prefix}_cost_usd", to_usd(window.totals), account=key)
        for kind, count in zip(usage.TOKEN_KINDS, tokens, strict=True):
            samples.set(f"{prefix}_tokens", count, account=key, kind=kind.name)
    if pace := state.pace:
        samples.set(
            "claude_burn_rate_tokens_per_second",
            pace.tokens_per_minute / _MINUTE_SECONDS,
            account=key,
        )
        dollars = pace.cost_per_hour
        samples.set(
            "claude_burn_rate_usd_per_second",
            None if dollars is None else dollars / _HOUR_SECONDS,
            account=key,
        )


def _add_limit(
    samples: MetricSamples,
    key: str,
    limit: status.LimitProjection,
    *,
    is_binding: bool,
) -> None:
    reported = limit.usage
    prefix = "claude_limit"
    labels = {"account": key, "limit": reported.name}
    ratios = {"used": reported.percent, "projected": limit.percent_at_reset}
    for name, percent in ratios.items():
        ratio = None if percent is None else percent / _FULL_PERCENT
        samples.set(f"{prefix}_{name}_ratio", ratio, **labels)
    severity = _SEVERITIES.index(limit.severity)
    samples.set(f"{prefix}_severity", severity, **labels)
    samples.set(f"{prefix}_binding", int(is_binding), **labels)
    times = {
        "reset": reported.resets_at,
        "runs_out": limit.runs_out_at,
        "report": reported.as_of,
    }
    for name, at in times.items():
        samples.set_time(f"{prefix}_{name}_timestamp_seconds", at, **labels)
    if money := reported.money:
        labels["currency"] = money.currency
        maximum = None if money.limit is None else float(money.limit)
        samples.set(f"{prefix}_amount_used", float(money.used), **labels)
        samples.set(f"{prefix}_amount_max", maximum, **labels)


def to_usd(totals: cost.Totals) -> float:
    """Return the known part of a cost in dollars."""
    return totals.priced_cost / cost.NANO_USD_PER_USD
