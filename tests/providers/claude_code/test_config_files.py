from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_tray.core.limit_merge import filter_plausible
from claude_tray.core.limits import LimitMoney, LimitSample, LimitSource
from claude_tray.providers.base import AccountInfo
from claude_tray.providers.claude_code.config_files import (
    DEFAULT_CLEANUP_DAYS,
    load_account,
    load_cleanup_days,
    load_last_costs,
    parse_account,
)
from tests.support.workload import scale_count

if TYPE_CHECKING:
    from pathlib import Path


ANA = "0a1b2c3d"
OBSERVED_AT_MS = 1_795_340_400_123
RESET = "2026-11-22T14:50:00.412312+00:00"
RESET_MS = int(
    datetime(2026, 11, 22, 14, 50, 0, 412312, UTC).timestamp() * 1000,
)


def make_config(
    utilization: Any, account: Any = ANA, observed_at_ms: Any = OBSERVED_AT_MS
) -> bytes:
    cached = {
        "fetchedAtMs": observed_at_ms,
        "accountUuid": account,
        "utilization": utilization,
    }
    oauth = {"accountUuid": ANA, "emailAddress": "ana@example.org"}
    return json.dumps(
        {"oauthAccount": oauth, "cachedUsageUtilization": cached},
    ).encode()


def test_all_limits_are_returned_with_their_age() -> None:
    share = {"utilization": 34.0, "resets_at": RESET}
    scoped = {
        "kind": "weekly_scoped",
        "percent": 12,
        "resets_at": RESET,
        "scope": {"model": {"id": None, "display_name": "Fable"}},
    }
    everything = {"kind": "weekly_all", "percent": 41, "resets_at": RESET}

    found = parse_account(
        make_config(
            {
                "five_hour": share,
                "seven_day": share,
                "seven_day_opus": None,
                "limits": [everything, scoped],
            },
        ),
    )

    assert found == AccountInfo(
        ANA,
        (
            make_cached("five_hour", 34.0),
            make_cached("seven_day", 34.0),
            make_cached("Fable", 12.0),
        ),
    )


def make_cached(
    name: str,
    percent: float | None,
    resets_ms: int | None = RESET_MS,
    money: LimitMoney | None = None,
) -> LimitSample:
    return LimitSample(
        ANA,
        name,
        percent,
        resets_ms,
        OBSERVED_AT_MS,
        LimitSource.CACHE,
        money=money,
    )


def usd(used: str, limit: str | None = None, period: str = "") -> LimitMoney:
    limit_amount = None if limit is None else Decimal(limit)
    return LimitMoney(Decimal(used), limit_amount, "USD", period)


@pytest.mark.parametrize(
    ("utilization", "expected"),
    [
        (
            {"five_hour": {"utilization": 0.0, "resets_at": None}},
            [make_cached("five_hour", 0.0, None)],
        ),
        (
            {
                "limits": [
                    {"kind": "session", "percent": 3, "resets_at": RESET}
                ]
            },
            [make_cached("five_hour", 3.0)],
        ),
        (
            {
                "limits": [
                    {
                        "kind": "weekly_scoped",
                        "percent": 7,
                        "resets_at": RESET,
                        "scope": {"model": None, "surface": "cowork"},
                    },
                    {
                        "kind": "weekly_scoped",
                        "percent": 8,
                        "resets_at": RESET,
                        "scope": {
                            "model": {"id": "x", "display_name": "Opus"},
                            "surface": {"display_name": "Design"},
                        },
                    },
                    {
                        "kind": "daily_scoped",
                        "percent": 9,
                        "resets_at": RESET,
                        "scope": {"model": {"id": "haiku"}},
                    },
                    {"kind": "weekly_scoped", "percent": None, "scope": None},
                    {"kind": "thirty_day", "percent": 4, "resets_at": RESET},
                ]
            },
            [
                make_cached("Cowork", 7.0),
                make_cached("Opus Design", 8.0),
                make_cached("daily_scoped Haiku", 9.0),
                make_cached("thirty_day", 4.0),
            ],
        ),
        (
            {
                "seven_day_opus": {"utilization": 5, "resets_at": RESET},
                "seven_day_new": {"utilization": 6, "resets_at": RESET},
                "iguana": {"utilization": 7, "resets_at": RESET},
                "notes": {"text": "no limit"},
                "is_new": True,
            },
            [
                make_cached("Opus", 5.0),
                make_cached("seven_day_new", 6.0),
                make_cached("iguana", 7.0),
            ],
        ),
        (
            {
                "extra_usage": {
                    "is_enabled": True,
                    "monthly_limit": None,
                    "used_credits": 10631,
                    "currency": "USD",
                    "decimal_places": 2,
                },
                "spend": {
                    "used": {"amount_minor": 10631, "exponent": 2},
                    "limit": None,
                },
            },
            [
                make_cached(
                    "extra_usage", None, None, usd("106.31", None, "monthly")
                )
            ],
        ),
        (
            {
                "extra_usage": {
                    "is_enabled": True,
                    "monthly_limit": 5000,
                    "used_credits": 1250.0,
                    "utilization": None,
                }
            },
            [
                make_cached(
                    "extra_usage", 25.0, None, usd("12.50", "50.00", "monthly")
                )
            ],
        ),
        (
            {
                "extra_usage": {"is_enabled": False, "used_credits": None},
                "spend": {
                    "used": {
                        "amount_minor": 1234,
                        "currency": "EUR",
                        "exponent": 3,
                    },
                    "limit": {"amount_minor": 2468, "exponent": 3},
                },
            },
            [
                make_cached(
                    "spend",
                    50.0,
                    None,
                    LimitMoney(Decimal("1.234"), Decimal("2.468"), "EUR"),
                )
            ],
        ),
        (
            {
                "extra_usage": {"is_enabled": True, "used_credits": None},
                "spend": {"used": {"amount_minor": 0}, "limit": None},
            },
            [],
        ),
    ],
)
def test_forms_of_the_cache(
    utilization: dict[str, Any], expected: list[LimitSample]
) -> None:
    found = parse_account(make_config(utilization))

    assert found == AccountInfo(ANA, tuple(expected))


@pytest.mark.parametrize(
    ("oauth", "plan"),
    [
        ({}, ""),
        ({"organizationType": 3}, ""),
        ({"organizationType": "claude_pro"}, "Pro"),
        ({"organizationType": "claude_max"}, "Max"),
        (
            {
                "organizationType": "claude_max",
                "organizationRateLimitTier": "default_claude_max_5x",
            },
            "Max",
        ),
        (
            {
                "organizationType": "claude_max",
                "userRateLimitTier": "default_claude_max_20x",
            },
            "Ultra",
        ),
        ({"organizationType": "claude_ultra"}, "Ultra"),
        (
            {
                "organizationType": "claude_team",
                "seatTier": "claude_max",
            },
            "Team",
        ),
        ({"organizationType": "claude_enterprise"}, "Enterprise"),
        ({"organizationRateLimitTier": "default_claude_pro"}, "Pro"),
        ({"organizationType": "api"}, "API"),
        ({"organizationType": "something_new"}, ""),
    ],
)
def test_the_plan_is_named(oauth: dict[str, Any], plan: str) -> None:
    found = parse_account(json.dumps({"oauthAccount": oauth}).encode())

    assert found is not None
    assert found.plan == plan


def test_limits_of_another_account_are_not_ours() -> None:
    share = {"five_hour": {"utilization": 1, "resets_at": RESET}}

    assert parse_account(make_config(share, account="ben")) == AccountInfo(ANA)


@pytest.mark.parametrize(
    ("utilization", "ignored"),
    [
        (None, 0),
        ([], 1),
        ({"five_hour": 3}, 1),
        ({"five_hour": {"utilization": "much", "resets_at": RESET}}, 1),
        ({"five_hour": {"utilization": True, "resets_at": RESET}}, 1),
        ({"five_hour": {"utilization": -1, "resets_at": RESET}}, 1),
        ({"five_hour": {"utilization": 1e308, "resets_at": RESET}}, 1),
        ({"five_hour": {"utilization": 1, "resets_at": "soon"}}, 1),
        ({"five_hour": {"utilization": 1, "resets_at": "0001-01-01"}}, 1),
        ({"five_hour": {"utilization": 1, "resets_at": "9999-12-31"}}, 1),
        (
            {
                "five_hour": {
                    "utilization": 1,
                    "resets_at": "9999-12-31T23:59:59-14:00",
                }
            },
            1,
        ),
        ({"limits": [None, {"kind": "weekly_scoped", "scope": None}]}, 0),
        ({"limits": [{"kind": "weekly_all", "percent": "x"}]}, 1),
        ({"limits": [{"kind": "", "percent": 3}]}, 1),
        ({"limits": {"kind": "weekly_scoped"}}, 1),
        ({"limits": [{"percent": "x"}] * 100_000}, 100_000),
        (
            {
                "extra_usage": {
                    "is_enabled": True,
                    "used_credits": 1e14,
                    "decimal_places": 0,
                }
            },
            1,
        ),
        (
            {
                "extra_usage": {
                    "is_enabled": True,
                    "used_credits": 1,
                    "decimal_places": 0.5,
                }
            },
            1,
        ),
        ({"spend": {"used": {"amount_minor": "x"}, "limit": None}}, 1),
    ],
)
def test_other_forms_are_counted_and_ignored(
    utilization: Any, ignored: int
) -> None:
    found = parse_account(make_config(utilization))

    assert found is not None
    assert (found.account, found.limits) == (ANA, ())
    assert found.ignored == ignored


@pytest.mark.parametrize(
    "observed_at_ms", [None, "x", -1, 0, 1, 1e308, 10**30, True]
)
def test_a_cache_of_an_impossible_time_is_ignored(observed_at_ms: Any) -> None:
    share = {"five_hour": {"utilization": 1, "resets_at": RESET}}
    found = parse_account(make_config(share, observed_at_ms=observed_at_ms))

    assert found == AccountInfo(ANA, ignored=1)


def test_numbers_that_are_too_large_spoil_nothing_else() -> None:
    data = make_config({"five_hour": {"utilization": 1.5, "resets_at": RESET}})

    found = parse_account(data.replace(b"1.5", b"1e999"))
    assert found is not None
    assert (found.account, found.limits, found.ignored) == (ANA, (), 1)
    assert parse_account(data.replace(b"1.5", b"NaN")) == found
    assert parse_account(b"[1e999]") is None
    cached = {"cachedUsageUtilization": 1}
    assert parse_account(json.dumps(cached).encode()) == AccountInfo(ignored=1)


def test_an_incomplete_file_yields_none() -> None:
    data = make_config({})

    assert all(parse_account(data[:size]) is None for size in range(len(data)))


def test_a_folder_without_a_config_file_has_no_account(tmp_path: Path) -> None:
    assert load_account(tmp_path) is None


def test_the_default_folder_has_its_config_file_next_to_it(
    tmp_path: Path,
) -> None:
    (tmp_path / ".claude.json").write_bytes(make_config({}))

    assert load_account(tmp_path / ".claude") == AccountInfo(ANA)
    assert load_account(tmp_path / "work") is None


def test_a_custom_folder_contains_its_config_file(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / ".claude.json").write_bytes(make_config({}))

    assert load_account(folder) == AccountInfo(ANA)


def test_an_unreadable_config_file_yields_no_account(tmp_path: Path) -> None:
    (tmp_path / ".claude.json").mkdir()

    assert load_account(tmp_path) is None


def test_a_reset_without_a_zone_is_in_utc() -> None:
    utilization = {
        "five_hour": {"utilization": 1, "resets_at": "2026-03-01T14:00"}
    }
    file = {
        "cachedUsageUtilization": {
            "fetchedAtMs": OBSERVED_AT_MS,
            "utilization": utilization,
        }
    }

    owner = parse_account(json.dumps(file).encode())

    assert owner is not None
    assert owner.limits[0].resets_ms == 1_772_373_600_000


arbitrary_json = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from([10**400, -(10**30), "\u00fc", RESET, "0001-01-01"]),
        st.text(max_size=4),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(
            st.sampled_from(["utilization", "percent", "resets_at", "kind"]),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=scale_count(60), deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "oauthAccount": arbitrary_json,
            "cachedUsageUtilization": st.one_of(
                arbitrary_json,
                st.fixed_dictionaries(
                    {
                        "utilization": st.fixed_dictionaries(
                            {},
                            optional={
                                "five_hour": arbitrary_json,
                                "limits": arbitrary_json,
                            },
                        )
                    },
                    optional={
                        "fetchedAtMs": arbitrary_json,
                        "accountUuid": arbitrary_json,
                    },
                ),
            ),
        },
    ),
)
def test_any_file_content_is_accepted(file: dict[str, Any]) -> None:
    owner = parse_account(json.dumps(file).encode())

    assert owner is None or filter_plausible(owner.limits) is not None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ('{"cleanupPeriodDays": 90}', 90),
        ('{"cleanupPeriodDays": 1.0, "model": "x"}', 1),
        ('{"cleanupPeriodDays": 999999999999}', 36_500),
        ('{"cleanupPeriodDays": 1e300}', 36_500),
        ("{}", DEFAULT_CLEANUP_DAYS),
        ('{"cleanupPeriodDays": 0}', DEFAULT_CLEANUP_DAYS),
        ('{"cleanupPeriodDays": true}', DEFAULT_CLEANUP_DAYS),
        ('{"cleanupPeriodDays": "9"}', DEFAULT_CLEANUP_DAYS),
        ("{", None),
        ("[]", None),
    ],
)
def test_retention_is_read_from_the_settings(
    tmp_path: Path,
    text: str,
    days: int | None,
) -> None:
    (tmp_path / "settings.json").write_text(text)

    assert load_cleanup_days(tmp_path) == days


def test_without_settings_retention_is_thirty_days(tmp_path: Path) -> None:
    assert load_cleanup_days(tmp_path) == DEFAULT_CLEANUP_DAYS


def test_settings_that_cannot_be_read_delete_nothing(tmp_path: Path) -> None:
    (tmp_path / "settings.json").mkdir()

    assert load_cleanup_days(tmp_path) is None


@pytest.mark.parametrize(
    ("config", "plan"),
    [
        ({"customApiKeyResponses": {"approved": ["made-up"]}}, "API"),
        ({"customApiKeyResponses": {"approved": [], "rejected": ["x"]}}, ""),
        ({"customApiKeyResponses": ["made-up"]}, ""),
        ({}, ""),
        (
            {
                "oauthAccount": {"accountUuid": "ana"},
                "customApiKeyResponses": {"approved": ["made-up"]},
            },
            "",
        ),
    ],
)
def test_an_allowed_api_key_is_the_plan_of_nobody(
    config: dict[str, object], plan: str
) -> None:
    info = parse_account(json.dumps(config).encode())

    assert info is not None
    assert info.plan == plan


def test_the_last_cost_of_each_project_is_read(tmp_path: Path) -> None:
    projects = {
        "/a": {"lastSessionId": "s1", "lastCost": 1.25},
        "/b": {"lastSessionId": "s2", "lastCost": 0},
        "/c": {"lastSessionId": "s3", "lastCost": 2},
    }
    (tmp_path / ".claude.json").write_text(json.dumps({"projects": projects}))

    assert load_last_costs(tmp_path) == {
        "s1": 1_250_000_000,
        "s3": 2_000_000_000,
    }
