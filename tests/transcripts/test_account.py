from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_tray.domain.limit import Limit, believable
from claude_tray.transcripts.account import Owner, decode, owner_of
from tests.support.doses import dose

if TYPE_CHECKING:
    from pathlib import Path

ANA = "0a1b2c3d"
TOLD = 1_795_340_400_123
RESET = "2026-11-22T14:50:00.412312+00:00"
RESET_MS = int(
    datetime(2026, 11, 22, 14, 50, 0, 412312, UTC).timestamp() * 1000,
)


def file(utilization: Any, account: Any = ANA, told: Any = TOLD) -> bytes:
    cached = {
        "fetchedAtMs": told,
        "accountUuid": account,
        "utilization": utilization,
    }
    oauth = {"accountUuid": ANA, "emailAddress": "ana@example.org"}
    return json.dumps(
        {"oauthAccount": oauth, "cachedUsageUtilization": cached},
    ).encode()


def test_all_windows_are_told_with_their_age() -> None:
    share = {"utilization": 34.0, "resets_at": RESET}
    scoped = {
        "kind": "weekly_scoped",
        "percent": 12,
        "resets_at": RESET,
        "scope": {"model": {"id": None, "display_name": "Fable"}},
    }
    everything = {"kind": "weekly_all", "percent": 41, "resets_at": RESET}

    found = decode(
        file(
            {
                "five_hour": share,
                "seven_day": share,
                "seven_day_opus": None,
                "limits": [everything, scoped],
            },
        ),
    )

    assert found == Owner(
        ANA,
        (
            Limit(ANA, "five_hour", 34.0, RESET_MS, TOLD),
            Limit(ANA, "seven_day", 34.0, RESET_MS, TOLD),
            Limit(ANA, "Fable", 12.0, RESET_MS, TOLD),
        ),
    )


def test_limits_of_another_account_are_not_ours() -> None:
    share = {"five_hour": {"utilization": 1, "resets_at": RESET}}

    assert decode(file(share, account="ben")) == Owner(ANA)


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
def test_what_is_of_another_form_is_not_told(utilization: Any) -> None:
    assert decode(file(utilization)) == Owner(ANA)


def test_a_torn_file_says_nothing_rather_than_nobody() -> None:
    data = file({})

    assert all(decode(data[:size]) is None for size in range(len(data)))


def test_a_folder_without_the_file_is_nobodys(tmp_path: Path) -> None:
    assert owner_of(tmp_path) is None


def test_the_usual_folder_has_its_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / ".claude.json").write_bytes(file({}))

    assert owner_of(tmp_path / ".claude") == Owner(ANA)
    assert owner_of(tmp_path / "work") is None


def test_a_folder_of_its_own_has_its_file_inside(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / ".claude.json").write_bytes(file({}))

    assert owner_of(folder) == Owner(ANA)


def test_a_file_that_cannot_be_read_is_not_told(tmp_path: Path) -> None:
    (tmp_path / ".claude.json").mkdir()

    assert owner_of(tmp_path) is None


def test_a_reset_without_a_zone_is_in_utc() -> None:
    told = {"five_hour": {"utilization": 1, "resets_at": "2026-03-01T14:00"}}
    file = {"cachedUsageUtilization": {"fetchedAtMs": 1, "utilization": told}}

    owner = decode(json.dumps(file).encode())

    assert owner is not None
    assert owner.limits[0].resets_ms == 1_772_373_600_000


anything = st.recursive(
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


@settings(max_examples=dose(60), deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "oauthAccount": anything,
            "cachedUsageUtilization": st.one_of(
                anything,
                st.fixed_dictionaries(
                    {
                        "utilization": st.fixed_dictionaries(
                            {},
                            optional={
                                "five_hour": anything,
                                "limits": anything,
                            },
                        )
                    },
                    optional={
                        "fetchedAtMs": anything,
                        "accountUuid": anything,
                    },
                ),
            ),
        },
    ),
)
def test_whatever_the_file_holds_is_no_error(file: dict[str, Any]) -> None:
    owner = decode(json.dumps(file).encode())

    assert owner is None or believable(owner.limits) is not None
