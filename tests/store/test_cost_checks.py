from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.cost_check import CostCheck
from claude_tray.store.connection import open_writer
from claude_tray.store.cost_checks import load_session_checks
from tests.store.test_other_requests import REPLY, Machine
from tests.support.builders import (
    MODEL,
    PRICES,
    make_cost_state,
    make_line,
    ms,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Of REPLY, in nano-dollars: 10 + 5 * 10.
REPLY_COST = 60


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with closing(open_writer(tmp_path / "usage.db")) as writer:
        yield Machine(tmp_path, writer)


def test_compactions_and_advisors_are_told_apart(machine: Machine) -> None:
    passes = [
        {"type": "compaction", "input_tokens": 100},
        {"type": "advisor_message", "input_tokens": 1_000},
    ]
    machine.claude.append(
        make_line("09:00", usage={"iterations": passes}),
        make_cost_state(
            models={
                MODEL: {
                    "input": REPLY["input"] + 1_000 + 7,
                    "output": REPLY["output"],
                    "cost": 0.000001067,
                }
            }
        ),
    )
    machine.read()

    (one,) = load_session_checks(machine.writer, PRICES)
    (same,) = load_session_checks(machine.writer, PRICES, "session-a")

    assert one == same
    assert one.session == "session-a"
    assert one.check == CostCheck(
        ms("09:00"), REPLY_COST + 1_100, 7, 100, 1_067
    )
    assert one.check.difference == 0


def test_responses_after_the_sums_are_not_compared(machine: Machine) -> None:
    machine.claude.append(
        make_line("09:00"),
        make_cost_state(models={MODEL: {**REPLY, "cost": 0.00000006}}),
        make_line("10:00", "msg_2"),
    )
    machine.read()

    (one,) = load_session_checks(machine.writer, PRICES)

    assert one.check.transcripts == REPLY_COST
    assert load_session_checks(machine.writer, PRICES, "session-b") == []


def test_sessions_without_a_price_are_not_compared(machine: Machine) -> None:
    machine.claude.append(
        make_line("09:00", inner={"model": "claude-unknown-9"}),
        make_cost_state(models={"claude-unknown-9": {**REPLY, "cost": 1.0}}),
    )
    machine.read()

    assert load_session_checks(machine.writer, PRICES) == []


def test_a_fork_with_usage_of_others_is_not_compared(machine: Machine) -> None:
    shared = make_line("09:00")
    machine.claude.append(shared)
    machine.claude.append(
        shared.replace(b"session-a", b"session-b"),
        make_line("10:00", "msg_2", sessionId="session-b"),
        make_cost_state(
            session="session-b", models={MODEL: {"input": 50, "cost": 1.0}}
        ),
        name="session-b.jsonl",
    )
    machine.read()

    assert load_session_checks(machine.writer, PRICES) == []
