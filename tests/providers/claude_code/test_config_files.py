from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_tray.core.limits import LimitSample, filter_plausible
from claude_tray.providers.base import AccountInfo
from claude_tray.providers.claude_code.config_files import (
    DEFAULT_CLEANUP_DAYS,
    load_account,
    load_cleanup_days,
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
            LimitSample(ANA, "five_hour", 34.0, RESET_MS, OBSERVED_AT_MS),
            LimitSample(ANA, "seven_day", 34.0, RESET_MS, OBSERVED_AT_MS),
            LimitSample(ANA, "Fable", 12.0, RESET_MS, OBSERVED_AT_MS),
        ),
    )


def test_limits_of_another_account_are_not_ours() -> None:
    share = {"five_hour": {"utilization": 1, "resets_at": RESET}}

    assert parse_account(make_config(share, account="ben")) == AccountInfo(ANA)


@pytest.mark.parametrize(
    "utilization",
    [
        None,
        [],
        {"five_hour": 3},
        {"five_hour": {"utilization": "much", "resets_at": RESET}},
        {"five_hour": {"utilization": True, "resets_at": RESET}},
        {"five_hour": {"utilization": 1, "resets_at": None}},
        {"five_hour": {"utilization": 1, "resets_at": "soon"}},
        {"limits": [None, {"kind": "weekly_scoped", "scope": None}]},
        {"limits": {"kind": "weekly_scoped"}},
    ],
)
def test_other_forms_yield_no_account(utilization: Any) -> None:
    assert parse_account(make_config(utilization)) == AccountInfo(ANA)


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
            "fetchedAtMs": 1,
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
