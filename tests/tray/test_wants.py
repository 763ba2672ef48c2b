from __future__ import annotations

from typing import Any

import pytest

from claude_tray.domain.notice import Kind, Wants
from claude_tray.settings.parse import Settings
from claude_tray.tray.wants import minutes_of, wants_of


def test_the_defaults_are_those_of_the_policy() -> None:
    assert wants_of(Settings()) == Wants()


@pytest.mark.parametrize(
    ("switch", "kinds"),
    [
        (
            "notifications_run_out",
            {Kind.RUN_OUT, Kind.USED, Kind.USED_AGAIN},
        ),
        ("notifications_limit", {Kind.LIMIT, Kind.WEEK_LIMIT}),
        ("notifications_reset", {Kind.READY}),
        ("notifications_week", {Kind.WEEK, Kind.WEEK_AGAIN}),
        ("notifications_budget", {Kind.BUDGET}),
    ],
)
def test_each_switch_is_about_its_own(switch: str, kinds: set[Kind]) -> None:
    change: dict[str, Any] = {switch: False}
    settings = Settings()._replace(**change)

    assert set(Kind) - wants_of(settings).kinds == kinds


def test_numbers_are_passed_on() -> None:
    wants = wants_of(
        Settings(
            notifications_enabled=False,
            notifications_warn_percent=60,
            notifications_warn_again_percent=85,
            notifications_week_percent=70,
            notifications_quiet_hours="22:00-08:30",
            limits_daily_budget_usd=25.5,
        ),
    )

    assert wants == Wants(
        is_on=False,
        warn=60,
        again=85,
        week=70,
        budget=25_500_000_000,
        quiet=(1320, 510),
    )


def test_no_hours_are_never_quiet() -> None:
    assert minutes_of("") is None
