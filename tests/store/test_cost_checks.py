from __future__ import annotations

from contextlib import closing
from datetime import UTC, date
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.cost_check import CostCheck
from claude_tray.store.connection import open_writer
from claude_tray.store.cost_checks import (
    SessionCheck,
    count_unconfirmed,
    list_days_with_totals,
    load_last_cost_checks,
    load_pending_costs,
    load_session_checks,
    load_tokens_by_day,
    sum_checks_by_day,
)
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


def test_checks_are_summed_by_the_day_of_the_last_sums() -> None:
    checks = [
        SessionCheck("a", CostCheck(ms("09:00"), 1, 2, 0, 3)),
        SessionCheck("b", CostCheck(ms("23:59"), 10, 20, 0, 30)),
        SessionCheck("c", CostCheck(ms("00:00", day=2), 5, 0, 0, 5)),
    ]

    assert sum_checks_by_day(checks, UTC) == {
        date(2026, 3, 1): CostCheck(ms("23:59"), 11, 22, 0, 33),
        date(2026, 3, 2): CostCheck(ms("00:00", day=2), 5, 0, 0, 5),
    }


def test_last_sessions_are_compared_with_the_written_sums(
    machine: Machine,
) -> None:
    machine.claude.append(
        make_line("09:00"),
        make_cost_state(models={MODEL: {**REPLY, "cost": 0.5}}),
    )
    machine.claude.append(
        make_line("09:00", "msg_2", sessionId="session-b"),
        name="session-b.jsonl",
    )
    machine.read()

    checks = load_last_cost_checks(
        machine.writer,
        {"session-a": 500_000_000, "session-b": 70, "session-x": 5},
    )

    assert checks == [
        SessionCheck(
            "session-a", CostCheck(ms("09:00"), 500_000_000, 0, 0, 500_000_000)
        ),
        SessionCheck(
            "session-b", CostCheck(ms("09:00"), REPLY_COST, 0, 0, 70)
        ),
    ]


def test_tokens_of_days_are_those_of_transcript_lines(
    machine: Machine,
) -> None:
    machine.claude.append(
        make_line("09:00"),
        make_line("10:00", "msg_2", day=2),
        make_cost_state(models={MODEL: {"input": 1_000, "output": 10}}),
    )
    machine.read()

    assert load_tokens_by_day(machine.writer, UTC) == {
        date(2026, 3, 1): 15,
        date(2026, 3, 2): 15,
    }
    assert count_unconfirmed(machine.writer) == (2, 0)
    assert list_days_with_totals(machine.writer) == set()


@pytest.mark.parametrize("cost", [0.00000011, 0.5])
def test_rounded_costs_of_the_status_line_are_not_pending(
    machine: Machine, cost: float
) -> None:
    machine.claude.append(make_line("09:00"))
    machine.read()
    machine.writer.execute(
        "INSERT INTO told_session"
        " (uuid, profile, told_ms, model, cwd, cost_usd)"
        " SELECT 'session-a', id, 5, 'm', '/p', ? FROM profile",
        (cost,),
    )

    pending = load_pending_costs(machine.writer)

    expected = {"session-a": 500_000_000 - REPLY_COST} if cost == 0.5 else {}
    assert pending == expected
    assert load_pending_costs(machine.writer, since_ms=6) == {}
    assert load_pending_costs(machine.writer, session="session-b") == {}
