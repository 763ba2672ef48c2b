"""Define and build the objects that describe limits in the usage API."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from claude_tray.core.forecasts import MINUTE_MS, Forecast, ForecastRecord
from claude_tray.core.time import format_iso, format_iso_ms

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.core.limits import LimitMoney
    from claude_tray.core.snapshot import BlockingLimit
    from claude_tray.core.status import Assessment, LimitProjection


class MoneyItem(TypedDict):
    """Amounts of a limit: decimal numbers as strings."""

    used: str
    limit: str | None
    currency: str
    period: str


class LimitItem(TypedDict):
    """
    A limit that is known now, and where its pace leads.

    `kind` is "five_hour", "seven_day", "model", "spend" or "other"; `source`
    is "statusline", "cache", "message" or "desktop".
    """

    name: str
    kind: str
    scope: str
    used_percentage: float | None
    is_minimum: bool
    severity: str
    resets_at: str | None
    runs_out_at: str | None
    percent_at_reset: float | None
    source: str
    as_of: str
    money: MoneyItem | None


class BlockingLimitItem(TypedDict):
    """The limit that blocks Claude Code or one model."""

    kind: str
    scope: str
    until: str | None


class LimitStatus(TypedDict):
    """Status of an account; `limits` has the binding limit first."""

    status: str
    severity: str
    deadline: str | None
    binding_limit: LimitItem | None
    blocking_limit: BlockingLimitItem | None
    limits: list[LimitItem]


class ForecastItem(TypedDict):
    """Forecast of the 5-hour limit; `limit_at` may be off by the margin."""

    method: str
    percent_at_reset: float
    limit_at: str | None
    margin_minutes: float
    is_idle: bool


class ForecastRecordItem(TypedDict):
    """
    How far off the latest forecasts were, as medians.

    `off_by_minutes` is of the `time_forecasts` that foresaw or met a limit;
    null if they are few. `off_by_percent` is of all `forecasts`.
    """

    forecasts: int
    off_by_percent: float
    time_forecasts: int
    off_by_minutes: float | None


def build_limit_status(assessment: Assessment) -> LimitStatus:
    """Return the status of an account and all of its limits."""
    limits = [build_limit_item(limit) for limit in assessment.limits]
    return {
        "status": assessment.status.value,
        "severity": assessment.severity.value,
        "deadline": _format_time(assessment.main.deadline),
        "binding_limit": limits[0] if limits else None,
        "blocking_limit": _build_blocking_item(assessment.blocking),
        "limits": limits,
    }


def build_limit_item(limit: LimitProjection) -> LimitItem:
    usage = limit.usage
    return {
        "name": usage.name,
        "kind": usage.kind.value,
        "scope": usage.scope,
        "used_percentage": usage.percent,
        "is_minimum": limit.is_minimum,
        "severity": limit.severity.value,
        "resets_at": _format_time(usage.resets_at),
        "runs_out_at": _format_time(limit.runs_out_at),
        "percent_at_reset": limit.percent_at_reset,
        "source": usage.source.value,
        "as_of": format_iso(usage.as_of),
        "money": _build_money(usage.money),
    }


def _build_money(money: LimitMoney | None) -> MoneyItem | None:
    if money is None:
        return None
    return {
        "used": str(money.used),
        "limit": None if money.limit is None else str(money.limit),
        "currency": money.currency,
        "period": money.period,
    }


def _build_blocking_item(
    blocking: BlockingLimit | None,
) -> BlockingLimitItem | None:
    if blocking is None:
        return None
    return {
        "kind": blocking.kind.value,
        "scope": blocking.scope,
        "until": _format_time(blocking.until),
    }


def build_forecast_item(forecast: Forecast | None) -> ForecastItem | None:
    """Return a forecast, None without one."""
    if forecast is None:
        return None
    limit_ms = forecast.limit_ms
    return {
        "method": forecast.method.value,
        "percent_at_reset": forecast.percent_at_reset,
        "limit_at": None if limit_ms is None else format_iso_ms(limit_ms),
        "margin_minutes": forecast.margin_ms / MINUTE_MS,
        "is_idle": forecast.is_idle,
    }


def build_forecast_record(
    record: ForecastRecord | None,
) -> ForecastRecordItem | None:
    """Return the record of forecasts, None while there are few."""
    if record is None:
        return None
    time_ms = record.time_ms
    return {
        "forecasts": record.total,
        "off_by_percent": record.percent,
        "time_forecasts": record.time_count,
        "off_by_minutes": None if time_ms is None else time_ms / MINUTE_MS,
    }


def _format_time(at: datetime | None) -> str | None:
    return format_iso(at) if at else None
