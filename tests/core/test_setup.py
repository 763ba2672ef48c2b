from __future__ import annotations

import pytest

from claude_tray.core.setup import (
    FileChange,
    SetupState,
    SetupSwitch,
    find_changed_lines,
)


@pytest.mark.parametrize(
    ("before", "after", "removed", "added"),
    [
        ("", "{\n}\n", (), ("{", "}")),
        ("a\nb\nc\n", "a\nx\nc\n", ("b",), ("x",)),
        ("a\nb\n", "a\nx\nb\n", (), ("x",)),
        ("a\na\n", "a\n", ("a",), ()),
        ("a\n", "a\n", (), ()),
        # Lines that stand at both ends count once.
        ("x\n", "x\nx\n", (), ("x",)),
    ],
)
def test_only_the_lines_that_differ_are_a_change(
    before: str, after: str, removed: tuple[str, ...], added: tuple[str, ...]
) -> None:
    assert find_changed_lines("f", before, after) == FileChange(
        "f", removed, added
    )


def test_each_switch_has_its_own_state_and_problem() -> None:
    state = SetupState(has_limits=True, notifies=False)

    assert [state.is_on(switch) for switch in SetupSwitch] == [
        True,
        False,
        False,
    ]
    failed = state.with_problem(SetupSwitch.AUTOSTART, "No.")
    assert failed.get_problem(SetupSwitch.AUTOSTART) == "No."
    assert failed.get_problem(SetupSwitch.LIMITS) == ""
    assert failed.with_problem(SetupSwitch.AUTOSTART, "") == state
