from __future__ import annotations

from typing import Any

import pytest

from claude_tray.core.limits import LimitSample, LimitSource
from claude_tray.core.time import Millis, format_iso_ms
from claude_tray.errors import ContractError
from claude_tray.protocol.agent_sync import (
    AbsentLimitPayload,
    AgentPayload,
    LimitPayload,
)
from claude_tray.protocol.agent_validation import (
    SenderReport,
    check_identity,
    validate_agent,
)
from claude_tray.protocol.wire_types import MAX_LIMITS
from tests.support.builders import ms

NOW = ms("12:00")
HOUR_MS = 3_600_000


def _make_limit(**changes: Any) -> LimitPayload:
    values: dict[str, Any] = {
        "name": "five_hour",
        "used_percentage": 5.0,
        "resets_at": format_iso_ms(NOW + HOUR_MS),
        "observed_at": format_iso_ms(NOW),
    }
    return LimitPayload(**(values | changes))


def _find_ignored(**agent: Any) -> list[tuple[str, str]]:
    report = validate_agent(AgentPayload("m", **agent), NOW)
    return [(value.field, value.code) for value in report.ignored]


def test_a_request_without_a_sender_reports_nothing() -> None:
    assert validate_agent(None, NOW) == SenderReport()


def test_plausible_values_are_used() -> None:
    agent = AgentPayload(
        "m",
        sent_at=format_iso_ms(NOW - 1),
        as_of=format_iso_ms(NOW - 2),
        account="a",
        limits=[_make_limit(), _make_limit(account="b")],
        absent_limits=[AbsentLimitPayload("seven_day", format_iso_ms(NOW))],
    )

    report = validate_agent(agent, NOW)

    assert report == SenderReport(
        Millis(NOW - 1),
        Millis(NOW - 2),
        (
            _make_sample("a", "five_hour", 5.0, NOW + HOUR_MS),
            _make_sample("b", "five_hour", 5.0, NOW + HOUR_MS),
            _make_sample("a", "seven_day", None, NOW),
        ),
    )


def _make_sample(
    account: str, name: str, percent: float | None, resets_ms: int
) -> LimitSample:
    return LimitSample(
        account, name, percent, resets_ms, NOW, LimitSource.MACHINE
    )


@pytest.mark.parametrize("field", ["sent_at", "as_of"])
@pytest.mark.parametrize(
    "text",
    [
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
        *("1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "yesterday"),
    ],
)
def test_an_impossible_time_is_ignored(field: str, text: str) -> None:
    assert _find_ignored(**{field: text}) == [(f"agent.{field}", "timestamp")]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "five\nhour"},
        {"name": "x" * 65},
        {"name": "a\u202eb"},
        {"used_percentage": -1.0},
        {"used_percentage": 10_001.0},
        {"resets_at": "9999-12-31T23:59:59-14:00"},
        {"resets_at": format_iso_ms(NOW - HOUR_MS)},
        {"resets_at": format_iso_ms(NOW + 6 * HOUR_MS)},
        {"observed_at": "0001-01-01T00:00:00+14:00"},
        {"observed_at": "yesterday"},
        {
            "observed_at": format_iso_ms(NOW + 25 * HOUR_MS),
            "resets_at": format_iso_ms(NOW + 26 * HOUR_MS),
        },
        {"account": "a\0"},
    ],
)
def test_an_impossible_limit_is_ignored_alone(changes: Any) -> None:
    ignored = _find_ignored(limits=[_make_limit(), _make_limit(**changes)])

    assert ignored == [("agent.limits[1]", "invalid")]


def test_an_impossible_absence_is_ignored() -> None:
    absent = AbsentLimitPayload("seven_day", "0001-01-01T00:00:00+14:00")

    assert _find_ignored(absent_limits=[absent]) == [
        ("agent.absent_limits[0]", "invalid")
    ]


def test_minus_zero_percent_is_zero() -> None:
    agent = AgentPayload("m", limits=[_make_limit(used_percentage=-0.0)])

    (sample,) = validate_agent(agent, NOW).limits

    assert str(sample.percent) == "0.0"


def test_further_limits_are_ignored_and_reported_up_to_a_bound() -> None:
    limits = [_make_limit() for _ in range(3 * MAX_LIMITS)]
    agent = AgentPayload("m", sent_at="yesterday", limits=limits)

    report = validate_agent(agent, NOW)

    assert len(report.limits) == MAX_LIMITS
    assert len(report.ignored) == 100
    assert report.ignored[0].field == "agent.sent_at"
    assert report.ignored[1].code == "too_many"


@pytest.mark.parametrize(
    "field", ["machine_id", "machine_name", "store_id", "account", "version"]
)
def test_a_control_character_in_the_identity_is_an_error(field: str) -> None:
    agent = AgentPayload("m")
    check_identity(agent)
    setattr(agent, field, "a\x1b")

    with pytest.raises(ContractError) as caught:
        check_identity(agent)

    assert f"$.agent.{field}" in caught.value.hint


def test_limits_of_some_accounts_can_be_left_out() -> None:
    agent = AgentPayload(
        "m", limits=[_make_limit(account=name) for name in ("a", "b")]
    )
    report = validate_agent(agent, NOW)

    rest = report.without_accounts({"a"}, "too many")

    assert [sample.account for sample in rest.limits] == ["b"]
    assert [value.code for value in rest.ignored] == ["too_many_accounts"]
    assert report.without_accounts({"c"}, "too many") is report
