"""Check commands against limits of any shape, and many of them."""

from __future__ import annotations

import json
import math
import shutil
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claude_tray.core.time import format_iso, from_epoch_ms
from claude_tray.providers.claude_code.statusline.handler import (
    SPOOL_DIR_NAME,
    StatuslinePaths,
    build_output,
)
from tests.support.builders import make_line
from tests.support.workload import scale_count

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal


NOW = time.time()
NAMES = (
    "five_hour",
    "seven_day",
    "seven_day_opus",
    "spend_limit",
    "extra_usage",
    "limits",
    "new",
    "\x1b[31m",
    "",
)
KEYS = (
    "used_percentage",
    "utilization",
    "percent",
    "resets_at",
    "used_credits",
    "used_usd",
    "limit_usd",
    "monthly_limit",
    "decimal_places",
    "kind",
    "scope",
    "model",
    "display_name",
    "is_enabled",
)
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 120),
    st.sampled_from(
        [
            math.nan,
            math.inf,
            -math.inf,
            1e308,
            -1e308,
            10**400,
            NOW + 3600,
            NOW + 86_400,
            NOW * 1000,
            253_402_300_799,
            -62_135_596_800,
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59-14:00",
            format_iso(from_epoch_ms(int(NOW * 1000) + 3_600_000)),
            "weekly_scoped",
            "\ud800",
            "x" * 5000,
        ]
    ),
)
limits = st.recursive(
    values,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    ),
    max_leaves=12,
)
tables = st.one_of(
    limits, st.dictionaries(st.sampled_from(NAMES), limits, max_size=5)
)


def run_statusline(terminal: Terminal, payload: Any, number: int = 0) -> str:
    state = terminal.app_home / "state"
    paths = StatuslinePaths(
        state / SPOOL_DIR_NAME,
        terminal.app_home / "config" / "backup.json",
        str(terminal.claude.path),
    )
    data = json.dumps(payload).encode()
    return build_output(data, time.time_ns() + number, paths).decode()


def make_payload(terminal: Terminal, rate_limits: Any) -> dict[str, Any]:
    return {
        "session_id": "s1",
        "transcript_path": f"{terminal.claude.path}/projects/-p/s1.jsonl",
        "rate_limits": rate_limits,
    }


def check_status(terminal: Terminal) -> Any:
    """Return the account of `status --json`; its numbers are plausible."""
    text = terminal.run("status")
    assert (text.status, "Traceback" in text.err) == (0, False)
    assert "nan" not in text.out
    result = terminal.run("status", "--json")
    assert result.status == 0
    (profile,) = result.json["profiles"]
    for limit in profile["limits"]:
        percent = limit["used_percentage"]
        assert percent is None or 0 <= percent <= 10_000
        resets_at = limit["resets_at"]
        assert resets_at is None or resets_at[:2] == "20"
        money = limit["money"]
        assert money is None or 0 <= float(money["used"]) <= 1e9
        assert len(limit["name"]) <= 64
        assert limit["name"].isprintable()
    return profile


@settings(
    max_examples=scale_count(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(table=tables, cached=tables, fetched=values, account=values)
def test_limits_of_any_shape_are_read_or_ignored(
    terminal: Terminal, table: Any, cached: Any, fetched: Any, account: Any
) -> None:
    shutil.rmtree(terminal.app_home, ignore_errors=True)
    payload = make_payload(terminal, table)
    config = {
        "oauthAccount": {"accountUuid": account, "organizationType": account},
        "cachedUsageUtilization": {
            "fetchedAtMs": fetched,
            "accountUuid": account,
            "utilization": cached,
        },
    }
    (terminal.claude.path / ".claude.json").write_text(json.dumps(config))

    assert "Traceback" not in run_statusline(terminal, payload)
    check_status(terminal)
    run_statusline(terminal, payload | {"rate_limits": cached}, 10**6)
    check_status(terminal)


@pytest.mark.parametrize("count", [100, scale_count(5_000)])
def test_very_many_limits_are_not_read(terminal: Terminal, count: int) -> None:
    terminal.claude.append(make_line(sessionId="s1"))
    limit = {"used_percentage": 5, "resets_at": int(NOW) + 3600}
    many = {f"limit_{number}": limit for number in range(count)}
    started = time.process_time()

    for number in range(3):
        run_statusline(terminal, make_payload(terminal, many), number)
    profile = check_status(terminal)

    assert len(profile["limits"]) <= 32
    assert time.process_time() - started < 2 + count * 0.0003
    found = terminal.run("doctor", "--json").json
    assert found["ignored_limits"]["statusline"] > 0


def test_new_names_do_not_fill_the_store(terminal: Terminal) -> None:
    for number in range(60):
        limit = {"used_percentage": 5, "resets_at": int(NOW) + 3600}
        table = {f"limit_{number}_{part}": limit for part in range(30)}
        run_statusline(terminal, make_payload(terminal, table), number)

    profile = check_status(terminal)

    assert {limit["name"] for limit in profile["limits"]} == {
        f"limit_59_{part}" for part in range(30)
    }


def test_the_doctor_counts_unreadable_limits(terminal: Terminal) -> None:
    broken = {"used_percentage": 1e308, "resets_at": int(NOW) + 3600}
    before = terminal.run("doctor", "--json").json["ignored_limits"]
    assert before == {"statusline": 0, "cache": 0}
    for number in range(2):
        table = {"five_hour": broken}
        run_statusline(terminal, make_payload(terminal, table), number)
    cache = {"cachedUsageUtilization": {"utilization": {"five_hour": broken}}}
    (terminal.claude.path / ".claude.json").write_text(json.dumps(cache))

    after = terminal.run("doctor", "--json").json["ignored_limits"]

    assert after == {"statusline": 2, "cache": 1}
    text = terminal.run("doctor").out
    assert "status line: 2, .claude.json: 1" in text


def test_the_plan_is_read(terminal: Terminal) -> None:
    oauth = {"accountUuid": "a", "organizationType": "claude_max"}
    path = terminal.claude.path / ".claude.json"
    path.write_text(json.dumps({"oauthAccount": oauth}))

    assert check_status(terminal)["plan"] == "Max"
    path.write_text(
        json.dumps(
            {"oauthAccount": oauth | {"organizationType": "claude_pro"}}
        )
    )
    assert check_status(terminal)["plan"] == "Pro"
