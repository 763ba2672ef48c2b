from __future__ import annotations

import pytest

from claude_tray.domain.totals import NOTHING
from claude_tray.server.dashboard.machines import rows_of
from claude_tray.server.usage.queries.machines import MachineInfo
from tests.server.dashboard.made import NOW, totals


def a_machine(skew_ms: int | None = 0, name: str = "thinkpad") -> MachineInfo:
    return MachineInfo("id-1", name, "1.0", NOW, NOW, skew_ms, None)


@pytest.mark.parametrize(
    ("skew_ms", "text", "is_skewed"),
    [
        (None, "not told", False),
        (999, "right", False),
        (-1_000, "1s behind", False),
        (119_000, "119s ahead", False),
        (120_000, "2m ahead", True),
        (-190_000, "3m behind", True),
        (7_200_000, "2h 00m ahead", True),
    ],
)
def test_a_clock_is_told_in_words(
    skew_ms: int | None,
    text: str,
    is_skewed: bool,  # noqa: FBT001
) -> None:
    row = rows_of([a_machine(skew_ms)], {})[0]

    assert (row.skew, row.is_skewed) == (text, is_skewed)


def test_rows_have_what_was_sent() -> None:
    assert rows_of([a_machine()], {"id-1": totals(3)})[0].totals == totals(3)
    assert rows_of([a_machine()], {})[0].totals == NOTHING


def test_a_machine_without_a_name_is_called_so() -> None:
    assert rows_of([a_machine(name="")], {})[0].name == "unnamed machine"
