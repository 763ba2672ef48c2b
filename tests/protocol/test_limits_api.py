from __future__ import annotations

from decimal import Decimal

import pytest

from claude_tray.core.cost import ZERO_TOTALS
from claude_tray.core.forecasts import (
    Forecast,
    ForecastMethod,
    ForecastRecord,
)
from claude_tray.core.limits import LimitMoney, round_percent
from claude_tray.core.status import assess_account
from claude_tray.core.time import format_iso
from claude_tray.protocol.limits_api import (
    build_forecast_item,
    build_forecast_record,
    build_limit_status,
)
from claude_tray.protocol.usage_api import build_stats
from tests.support.assessment_states import NOW, STATES, AssessmentState
from tests.support.builders import ms
from tests.support.limits import make_limit_usage
from tests.support.popup_states import make_popup_state


def test_limits_are_those_of_the_assessment() -> None:
    state = make_popup_state("model")
    snapshot, now = state.data.snapshot, state.context.now
    assessment = assess_account(snapshot, state.context.account, now)

    status = build_limit_status(assessment)

    assert (status["status"], status["severity"]) == (
        "model_limit",
        "critical",
    )
    assert [item["scope"] or item["name"] for item in status["limits"]] == [
        "Opus",
        "five_hour",
        "seven_day",
    ]
    assert status["binding_limit"] == status["limits"][0]
    assert status["blocking_limit"] == {
        "kind": "model",
        "scope": "Opus",
        "until": "2026-11-26T09:00:00.000Z",
    }


@pytest.mark.parametrize(
    ("money", "expected"),
    [
        (LimitMoney(Decimal("19.25"), Decimal(50), "USD"), ("19.25", "50")),
        (LimitMoney(Decimal("106.31"), None, "EUR"), ("106.31", None)),
        (None, (None, None)),
    ],
)
def test_money_is_a_decimal_string(
    money: LimitMoney | None, expected: tuple[str | None, str | None]
) -> None:
    state = make_popup_state("ultra")
    usage = make_limit_usage(
        "extra_usage", 38.5, None, state.context.now, money=money
    )
    state = state.change_account(limits=(usage,))
    assessment = assess_account(
        state.data.snapshot, state.context.account, state.context.now
    )

    (item,) = build_limit_status(assessment)["limits"]

    shown = item["money"]
    assert (shown and shown["used"], shown and shown["limit"]) == expected
    assert (shown is None) == (money is None)


def test_without_an_account_there_are_no_limits() -> None:
    state = make_popup_state("empty")
    assessment = assess_account(state.data.snapshot, None, state.context.now)

    status = build_limit_status(assessment)

    assert (status["limits"], status["binding_limit"]) == ([], None)


def test_a_forecast_has_its_margin() -> None:
    forecast = Forecast(ForecastMethod.LINE, 71, 140, ms("13:01"), 12 * 60_000)

    assert build_forecast_item(forecast) == {
        "method": "line",
        "percent_at_reset": 140,
        "limit_at": "2026-03-01T13:01:00.000Z",
        "margin_minutes": 12,
        "is_idle": False,
    }
    calm = build_forecast_item(forecast._replace(limit_ms=None))
    assert calm is not None
    assert calm["limit_at"] is None
    assert build_forecast_item(None) is None


def test_a_record_tells_percent_and_minutes() -> None:
    record = ForecastRecord(40, 6.5, 12, 12 * 60_000)

    assert build_forecast_record(record) == {
        "forecasts": 40,
        "off_by_percent": 6.5,
        "time_forecasts": 12,
        "off_by_minutes": 12,
    }
    few = build_forecast_record(record._replace(time_ms=None))
    assert few is not None
    assert few["off_by_minutes"] is None
    assert build_forecast_record(None) is None


@pytest.mark.parametrize("state", STATES, ids=[s.name for s in STATES])
def test_stats_show_what_every_surface_shows(state: AssessmentState) -> None:
    if state.account is None or state.snapshot.problem:
        # Stats know neither problems nor scans.
        return
    stats = build_stats(ZERO_TOTALS, (0, 0), state.account, NOW)

    if state.snapshot.scan_progress is None:
        assert stats["status"] == state.status
    assert stats["severity"] == state.severity
    assert stats["account"] == state.account.name
    binding = stats["binding_limit"]
    if state.share is not None:
        assert binding is not None
        assert binding["used_percentage"] is not None
        assert round_percent(binding["used_percentage"]) == state.share
    if state.deadline is not None:
        assert stats["deadline"] == format_iso(state.deadline)
