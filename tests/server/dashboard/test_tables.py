from __future__ import annotations

from datetime import timedelta

import pytest

from claude_tray.core.cost import ZERO_TOTALS
from claude_tray.core.snapshot import AccountSnapshot
from claude_tray.server.dashboard.tables import (
    build_account_rows,
    build_machine_rows,
    format_account_name,
)
from claude_tray.server.usage.queries.account_states import StoredAccountState
from claude_tray.server.usage.queries.machines import MachineInfo
from tests.web.builders import (
    CONTEXT,
    NOW,
    make_state,
    make_totals,
)

KEY = "6f1d0c9ab27e4d55"


def test_an_account_is_named_by_the_start_of_its_hash() -> None:
    assert format_account_name(KEY, CONTEXT) == "account 6f1d0c"
    assert format_account_name("", CONTEXT) == "unknown account"


def test_account_rows_have_time_left_and_usage() -> None:
    states = [
        StoredAccountState(1, 1, KEY, make_state()),
        StoredAccountState(1, 2, "", AccountSnapshot("", "")),
    ]

    rows = build_account_rows(states, {KEY: make_totals(3)}, CONTEXT)

    assert rows[0].time_left == timedelta(hours=2, minutes=47)
    assert rows[0].percent == 38
    assert rows[0].totals == make_totals(3)
    assert rows[0].link == KEY
    assert (rows[1].time_left, rows[1].percent) == (None, None)
    assert rows[1].link == "-"


def make_machine(
    skew_ms: int | None = 0, name: str = "thinkpad"
) -> MachineInfo:
    return MachineInfo(1, "id-1", name, "1.0", NOW, NOW, skew_ms, None)


@pytest.mark.parametrize(
    ("skew_ms", "text", "is_skewed"),
    [
        (None, "unknown", False),
        (999, "in sync", False),
        (-1_000, "1s behind", False),
        (119_000, "119s ahead", False),
        (120_000, "2m ahead", True),
        (-190_000, "3m behind", True),
        (7_200_000, "2h 00m ahead", True),
    ],
)
def test_the_offset_of_a_clock_is_described(
    skew_ms: int | None,
    text: str,
    is_skewed: bool,  # noqa: FBT001
) -> None:
    row = build_machine_rows([make_machine(skew_ms)], {}, CONTEXT)[0]

    assert (row.skew, row.is_skewed) == (text, is_skewed)


def test_machine_rows_have_their_totals() -> None:
    assert build_machine_rows(
        [make_machine()], {"id-1": make_totals(3)}, CONTEXT
    )[0].totals == make_totals(3)
    assert (
        build_machine_rows([make_machine()], {}, CONTEXT)[0].totals
        == ZERO_TOTALS
    )


def test_a_machine_without_a_name_is_unnamed() -> None:
    assert (
        build_machine_rows([make_machine(name="")], {}, CONTEXT)[0].name
        == "unnamed machine"
    )
