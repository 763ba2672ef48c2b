"""Usage that no transcript line reports, from real files to the store."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claude_tray.core.cost import Totals
from claude_tray.core.price_table import ModelPrices, PriceTable
from claude_tray.core.usage import Rate, SessionId
from claude_tray.importers.claude_tray_export import parse_export
from claude_tray.ingest.config import EngineConfig
from claude_tray.ingest.history_import import import_history
from claude_tray.ingest.pipeline import Ingester, RunObserver, run_once
from claude_tray.providers.registry import AccountFolder
from claude_tray.store import reprice
from claude_tray.store.connection import Writer, open_writer
from claude_tray.store.cost_states import (
    drop_large_families,
    find_related,
    save_shared_lines,
)
from claude_tray.store.export import iter_export_rows
from claude_tray.store.integrity import is_intact
from claude_tray.store.metadata import has_cost_states
from claude_tray.store.usage_queries import (
    find_session,
    list_session_records,
    load_all_models,
)
from tests.support.builders import (
    MODEL,
    PRICES,
    ClaudeFolder,
    at,
    make_cost_state,
    make_line,
    ms,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

HAIKU = "claude-haiku-9-20260101"
# A response of `make_line`.
REPLY = {"input": 10, "output": 5}


def _sum(*parts: dict[str, int]) -> dict[str, int]:
    return {
        name: sum(part.get(name, 0) for part in parts)
        for name in {name for part in parts for name in part}
    }


class Machine:
    """A Claude folder and the store that its transcripts are read into."""

    def __init__(self, path: Path, writer: Writer) -> None:
        self.claude = ClaudeFolder(path / "claude")
        self.writer = writer
        folder = AccountFolder(self.claude.path)
        self.config = EngineConfig((folder,), PRICES)
        self.ingester = Ingester(writer, self.config.folders, PRICES)

    def read(self) -> None:
        run_once(
            self.writer,
            self.ingester,
            self.config,
            lambda: at("23:00"),
            RunObserver(),
        )

    def list_other(self) -> list[dict[str, Any]]:
        return [
            dict(row)
            for row in iter_export_rows(self.writer)
            if row["kind"] == "other"
        ]

    def count_other(self) -> dict[str, tuple[int, int]]:
        """Return input and output of other requests by session."""
        counts: dict[str, tuple[int, int]] = {}
        for row in self.list_other():
            known = counts.get(row["session"], (0, 0))
            counts[row["session"]] = (
                known[0] + row["input_tokens"],
                known[1] + row["output_tokens"],
            )
        return counts

    def totals(self) -> Totals:
        (totals,) = load_all_models(self.writer).values()
        return totals


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with closing(open_writer(tmp_path / "usage.db")) as writer:
        yield writer


@pytest.fixture
def machine(tmp_path: Path, writer: Writer) -> Machine:
    return Machine(tmp_path, writer)


def test_what_the_sums_contain_beyond_the_records_counts(
    machine: Machine,
) -> None:
    machine.claude.append(
        make_line("09:00"),
        make_cost_state(
            models={
                MODEL: {
                    **_sum(REPLY, {"input": 100, "output": 400}),
                    "write_5m": 1,
                    "write_1h": 2,
                    "cache_read": 3,
                    "searches": 4,
                },
                HAIKU: {"input": 300, "output": 600},
            }
        ),
    )

    machine.read()

    by_model = {row["model"]: row for row in machine.list_other()}
    assert {m: r["input_tokens"] for m, r in by_model.items()} == {
        MODEL: 100,
        HAIKU: 300,
    }
    row = by_model[MODEL]
    assert row["time"] == "2026-03-01T09:00:00.000Z"
    assert (row["cache_write_5m_tokens"], row["cache_write_1h_tokens"]) == (
        1,
        2,
    )
    assert (row["cache_read_tokens"], row["web_searches"]) == (3, 4)
    # 100 + 4,000 + 100 + 2,000 + 30,000 nano-dollars, a cent for a search.
    assert row["cost_usd"] == "0.0400362"
    totals = load_all_models(machine.writer)[MODEL]
    assert (totals.messages, totals.unconfirmed) == (1, 0)
    assert totals.other_tokens == 506
    assert totals.other_cost == 40_036_200
    assert totals.tokens.input == 110
    assert not totals.is_lower_bound


def test_other_requests_are_no_messages_of_the_session(
    machine: Machine,
) -> None:
    machine.claude.append(
        make_line("09:00"),
        make_cost_state(models={MODEL: _sum(REPLY, REPLY)}),
    )

    machine.read()

    records = list_session_records(machine.writer, "session-a")
    session = find_session(machine.writer, "session-a")
    assert len(records) == 1
    assert session is not None
    assert session.totals.messages == 1
    assert session.totals.tokens.input == 20


def test_sums_equal_to_the_records_leave_nothing(machine: Machine) -> None:
    machine.claude.append(
        make_line("09:00"), make_cost_state(models={MODEL: REPLY})
    )

    machine.read()

    assert machine.list_other() == []
    assert not machine.totals().is_lower_bound


def test_a_session_without_sums_is_a_lower_bound(machine: Machine) -> None:
    machine.claude.append(make_line("09:00"))

    machine.read()

    assert machine.totals().unconfirmed == 1
    assert machine.totals().is_lower_bound


def test_a_session_that_goes_on_is_a_lower_bound_until_it_ends(
    machine: Machine,
) -> None:
    machine.claude.append(
        make_line("09:00"), make_cost_state(models={MODEL: REPLY})
    )
    machine.claude.append(make_line("10:00", "msg_2"))
    machine.read()
    assert machine.totals().unconfirmed == 1

    machine.claude.append(
        make_cost_state(models={MODEL: _sum(REPLY, REPLY, {"input": 7})})
    )
    machine.read()

    assert machine.totals().unconfirmed == 0
    (row,) = machine.list_other()
    assert (row["input_tokens"], row["time"]) == (
        7,
        "2026-03-01T10:00:00.000Z",
    )


def test_each_day_has_the_other_requests_of_its_own_sums(
    machine: Machine,
) -> None:
    machine.claude.append(
        make_line("09:00"),
        make_cost_state(models={MODEL: _sum(REPLY, {"input": 3})}),
        make_line("09:00", "msg_2", day=2),
        make_cost_state(models={MODEL: _sum(REPLY, REPLY, {"input": 8})}),
    )

    machine.read()

    assert [
        (r["time"][:10], r["input_tokens"]) for r in machine.list_other()
    ] == [
        ("2026-03-01", 3),
        ("2026-03-02", 5),
    ]


def test_smaller_sums_are_clamped_for_each_kind(machine: Machine) -> None:
    machine.claude.append(
        make_line("09:00"),
        make_cost_state(models={MODEL: {"input": 4, "output": 9}}),
    )

    machine.read()

    assert machine.count_other() == {"session-a": (0, 4)}


def test_records_before_the_start_are_not_in_the_sums(
    machine: Machine,
) -> None:
    """After kill -9 the next run starts new sums from zero."""
    machine.claude.append(
        make_line("09:00", "msg_killed"),
        make_line("10:00", "msg_2"),
        make_cost_state("09:30", models={MODEL: _sum(REPLY, {"input": 6})}),
    )

    machine.read()

    assert machine.count_other() == {"session-a": (6, 0)}
    assert machine.totals().unconfirmed == 1


def test_compactions_are_in_the_record_but_not_in_the_sums(
    machine: Machine,
) -> None:
    passes = [
        {"type": "compaction", "input_tokens": 180, "output_tokens": 35},
        {"type": "message", "input_tokens": 10, "output_tokens": 5},
        {
            "type": "advisor_message",
            "model": HAIKU,
            "input_tokens": 9,
            "output_tokens": 7,
        },
    ]
    machine.claude.append(
        make_line("09:00", usage={"iterations": passes}),
        make_cost_state(
            models={MODEL: REPLY, HAIKU: {"input": 9, "output": 8}}
        ),
    )

    machine.read()

    (row,) = machine.list_other()
    assert (row["model"], row["output_tokens"]) == (HAIKU, 1)


def test_subagents_are_in_the_sums(machine: Machine) -> None:
    machine.claude.append(
        make_line("09:00"),
        make_cost_state(models={MODEL: _sum(REPLY, REPLY, {"input": 1})}),
    )
    machine.read()
    assert machine.count_other() == {"session-a": (11, 5)}

    machine.claude.append(
        # Later than the last line of the session itself.
        make_line("09:30", "msg_agent", isSidechain=True),
        name="session-a/subagents/agent-a1.jsonl",
    )
    machine.read()

    assert machine.count_other() == {"session-a": (1, 0)}
    assert machine.totals().unconfirmed == 0


def test_a_model_is_the_same_with_and_without_date_and_context(
    machine: Machine,
) -> None:
    model = "claude-opus-4-1"
    machine.claude.append(
        make_line("09:00", inner={"model": f"{model}-20250805"}),
        make_cost_state(
            models={
                f"{model}[1m]": REPLY,
                "claude-sonnet-4-5[1m]": {"input": 2},
            }
        ),
    )

    machine.read()

    assert [r["model"] for r in machine.list_other()] == ["claude-sonnet-4-5"]


def test_lost_lines_are_in_the_sums(machine: Machine) -> None:
    """The rest of the session's usage counts, whatever its lines were."""
    machine.claude.append(
        make_line("10:00", "msg_9"),
        make_cost_state(models={MODEL: {"input": 1_000, "output": 500}}),
    )

    machine.read()

    assert machine.count_other() == {"session-a": (990, 495)}


def test_a_session_without_any_response_counts(machine: Machine) -> None:
    user = {"type": "user", "timestamp": "2026-03-01T09:00:00.000Z"}
    cwd = {"cwd": "/home/ada/notes", "sessionId": "session-a"}
    machine.claude.append(
        f"{json.dumps(user | cwd)}\n".encode(),
        make_cost_state(models={MODEL: {"input": 70}}),
    )

    machine.read()

    (row,) = machine.list_other()
    assert (row["project"], row["session"]) == (
        "/home/ada/notes",
        "session-a",
    )


def test_other_requests_open_no_window(machine: Machine) -> None:
    machine.claude.append(
        make_line("02:00"),
        b'{"type":"user","timestamp":"2026-03-01T14:00:00.000Z"}\n',
        make_cost_state("01:59", models={MODEL: _sum(REPLY, {"input": 1})}),
    )

    machine.read()

    starts = machine.writer.execute(
        "SELECT start_ms FROM closed_window"
    ).fetchall()
    assert starts == [(ms("02:00"),)]


def test_new_prices_apply_to_other_requests(machine: Machine) -> None:
    machine.claude.append(
        make_line("09:00"),
        make_cost_state(models={MODEL: _sum(REPLY, {"input": 100})}),
    )
    machine.read()
    doubled = PriceTable(
        "fictive 2",
        {MODEL: (ModelPrices(0, Rate(2, 20, 200, 2_000, 20_000)),)},
    )

    for _ in reprice.reprice(machine.writer, doubled):
        pass

    assert machine.totals().other_cost == 200
    assert machine.totals().priced_cost == 2 * 10 + 20 * 5 + 200


def test_the_size_of_a_single_request_is_unknown(machine: Machine) -> None:
    tiered = PriceTable(
        "tiered",
        {
            MODEL: (
                ModelPrices(
                    0,
                    Rate(1, 1, 1, 1, 1),
                    tiers=((1_000, Rate(9, 9, 9, 9, 9)),),
                ),
            )
        },
    )
    machine.config = machine.config._replace(prices=tiered)
    machine.ingester = Ingester(machine.writer, machine.config.folders, tiered)
    machine.claude.append(
        make_line("09:00"),
        make_cost_state(models={MODEL: _sum(REPLY, {"input": 5_000})}),
    )

    machine.read()

    assert machine.totals().other_cost == 5_000


def _fork(line: bytes, session: str) -> bytes:
    """Copy a line into a fork: same id and time, another session."""
    return (
        json.dumps(json.loads(line) | {"sessionId": session}).encode() + b"\n"
    )


@pytest.mark.parametrize("is_parent_first", [True, False])
@pytest.mark.parametrize("fork", ["session-z", "session-0"])
def test_a_family_of_forks_counts_inherited_sums_once(
    machine: Machine, fork: str, *, is_parent_first: bool
) -> None:
    """Whichever session is taken for the owner of the shared lines."""
    shared = make_line("09:00")
    files = {
        "session-a": [
            shared,
            make_cost_state(models={MODEL: _sum(REPLY, {"input": 30})}),
        ],
        fork: [
            _fork(shared, fork),
            make_line("10:00", "msg_2", sessionId=fork),
            make_cost_state(
                session=fork,
                models={MODEL: _sum(REPLY, REPLY, {"input": 35})},
            ),
        ],
    }
    for name in sorted(files, reverse=not is_parent_first):
        machine.claude.append(*files[name], name=f"{name}.jsonl")
        machine.read()

    assert sum(i for i, _ in machine.count_other().values()) == 35
    assert sum(o for _, o in machine.count_other().values()) == 0


def test_several_forks_of_one_session_count_each_of_their_own(
    machine: Machine,
) -> None:
    shared = make_line("09:00")
    machine.claude.append(
        shared, make_cost_state(models={MODEL: _sum(REPLY, {"input": 30})})
    )
    for number, extra in enumerate((1, 2, 4)):
        fork = f"session-f{number}"
        machine.claude.append(
            _fork(shared, fork),
            make_line(f"1{number}:00", f"msg_{fork}", sessionId=fork),
            make_cost_state(
                session=fork,
                models={MODEL: _sum(REPLY, REPLY, {"input": 30 + extra})},
            ),
            name=f"{fork}.jsonl",
        )

    machine.read()

    assert machine.count_other() == {
        "session-a": (30, 0),
        "session-f0": (1, 0),
        "session-f1": (2, 0),
        "session-f2": (4, 0),
    }


def test_a_fork_of_a_session_without_sums_contains_its_records(
    machine: Machine,
) -> None:
    """As when the parent was killed, or is still open."""
    shared = make_line("09:00")
    machine.claude.append(shared, make_line("09:10", "msg_later"))
    machine.claude.append(
        make_line("09:05", "msg_agent", isSidechain=True),
        name="session-a/subagents/agent-a1.jsonl",
    )
    machine.claude.append(
        _fork(shared, "session-b"),
        make_line("10:00", "msg_2", sessionId="session-b"),
        make_cost_state(
            session="session-b",
            models={MODEL: _sum(REPLY, REPLY, REPLY, REPLY, {"input": 3})},
        ),
        name="session-b.jsonl",
    )

    machine.read()

    assert machine.count_other() == {"session-b": (3, 0)}


def test_copied_lines_may_keep_their_session(machine: Machine) -> None:
    """In forks of Claude Code 2.1.246 to 2.1.269."""
    shared = make_line("09:00")
    machine.claude.append(
        shared, make_cost_state(models={MODEL: _sum(REPLY, {"input": 30})})
    )
    machine.claude.append(
        shared,
        make_line("10:00", "msg_2", sessionId="session-b"),
        make_cost_state(
            session="session-b",
            models={MODEL: _sum(REPLY, REPLY, {"input": 33})},
        ),
        name="session-b.jsonl",
    )

    machine.read()

    assert machine.count_other() == {
        "session-a": (30, 0),
        "session-b": (3, 0),
    }


def test_sessions_started_in_the_same_millisecond_are_no_family(
    machine: Machine,
) -> None:
    for session, extra in (("session-a", 5), ("session-b", 9)):
        machine.claude.append(
            make_line("09:00", f"msg_{session}", sessionId=session),
            make_cost_state(
                session=session,
                models={MODEL: _sum(REPLY, {"input": extra})},
            ),
            name=f"{session}.jsonl",
        )

    machine.read()

    assert machine.count_other() == {
        "session-a": (5, 0),
        "session-b": (9, 0),
    }


def test_read_sums_replace_imported_other_requests(
    machine: Machine, tmp_path: Path
) -> None:
    machine.claude.append(
        make_line("09:00"),
        make_cost_state(models={MODEL: _sum(REPLY, {"input": 3})}),
    )
    machine.read()
    export = {"version": 1, "records": list(iter_export_rows(machine.writer))}

    with closing(open_writer(tmp_path / "other.db")) as writer:
        other = Machine(tmp_path / "other", writer)
        import_history(writer, parse_export(export), "", PRICES)
        assert other.list_other() == machine.list_other()
        assert other.totals().other_tokens == 3
        assert other.totals().messages == 1
        other.claude.append(
            make_line("09:00"),
            make_line("09:01", "msg_2"),
            make_cost_state(models={MODEL: _sum(REPLY, REPLY, {"input": 4})}),
        )
        other.read()
        assert other.count_other() == {"session-a": (4, 0)}
        import_history(writer, parse_export(export), "", PRICES)
        assert other.count_other() == {"session-a": (4, 0)}


def test_a_compaction_without_sums_is_kept_for_them(machine: Machine) -> None:
    passes = [{"type": "compaction", "input_tokens": 180}]
    line = make_line("09:00", usage={"iterations": passes})
    machine.claude.append(line)
    machine.read()
    machine.claude.append(line, make_line("09:01", "msg_2"))
    machine.read()
    machine.claude.append(
        make_cost_state(models={MODEL: _sum(REPLY, REPLY, {"input": 4})})
    )
    machine.read()

    assert machine.count_other() == {"session-a": (4, 0)}


def test_a_later_response_changes_nothing_but_is_unconfirmed(
    machine: Machine,
) -> None:
    machine.claude.append(
        make_line("09:00"), make_cost_state(models={MODEL: REPLY})
    )
    machine.read()
    machine.claude.append(make_line("10:00", "msg_2"))

    machine.read()

    assert machine.list_other() == []
    assert machine.totals().unconfirmed == 1


def test_forks_without_any_sums_have_no_other_requests(
    machine: Machine,
) -> None:
    machine.claude.append(
        make_line("08:00", "msg_x", sessionId="session-x"),
        make_cost_state("07:59", "session-x", models={MODEL: REPLY}),
        name="session-x.jsonl",
    )
    shared = make_line("09:00")
    machine.claude.append(shared)
    machine.read()
    machine.claude.append(_fork(shared, "session-b"), name="session-b.jsonl")
    machine.read()
    machine.claude.append(make_line("09:30", "msg_3"))
    machine.read()

    assert machine.list_other() == []


def test_without_sums_nothing_is_searched(writer: Writer) -> None:
    assert not has_cost_states(writer)
    assert find_related(writer, []) == set()


def test_only_small_families_are_compared(writer: Writer) -> None:
    pairs = {
        (SessionId(f"large-{n}"), SessionId(f"large-{n + 1}")): 1
        for n in range(150)
    } | {(SessionId("a"), SessionId("b")): 1}
    save_shared_lines(writer, pairs)
    sessions = find_related(
        writer, [SessionId("a"), SessionId("large-7"), SessionId("alone")]
    )
    assert len(sessions) == 154

    assert drop_large_families(writer, sessions) == {"a", "b", "alone"}


class Piece(NamedTuple):
    """A part of a transcript."""

    name: str
    lines: tuple[bytes, ...]


def _build_scenario() -> list[Piece]:
    """Return a resumed session with a subagent, a fork and a killed run."""
    shared = make_line("09:00")
    return [
        Piece(
            "session-a.jsonl",
            (
                shared,
                make_cost_state(
                    models={MODEL: _sum(REPLY, REPLY, {"input": 30})}
                ),
            ),
        ),
        Piece(
            "session-a/subagents/agent-a1.jsonl",
            (make_line("09:00:30", "msg_agent", isSidechain=True),),
        ),
        Piece(
            "session-a.jsonl",
            (
                make_line("09:20", "msg_3"),
                make_cost_state(
                    models={
                        MODEL: _sum(REPLY, REPLY, REPLY, {"input": 37}),
                        HAIKU: {"output": 2},
                    }
                ),
                make_line("09:40", "msg_killed"),
                make_line("11:00", "msg_4"),
                make_cost_state(
                    "10:30", models={MODEL: _sum(REPLY, {"output": 1})}
                ),
            ),
        ),
        Piece(
            "session-b.jsonl",
            (
                _fork(shared, "session-b"),
                make_line("09:10", "msg_2", sessionId="session-b"),
                make_cost_state(
                    session="session-b",
                    models={MODEL: _sum(REPLY, REPLY, REPLY, {"input": 32})},
                ),
            ),
        ),
    ]


# 30 of the first sums, 7 more of the second, 2 of the fork, and the outputs.
EXPECTED = {"session-a": (37, 3), "session-b": (2, 0)}


def test_the_scenario_has_these_other_requests(machine: Machine) -> None:
    for piece in _build_scenario():
        machine.claude.append(*piece.lines, name=piece.name)

    machine.read()

    assert machine.count_other() == EXPECTED


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_order_and_any_repetition_gives_the_same(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Lines of a file keep their order; all else may happen in any."""
    path = tmp_path_factory.mktemp("machine")
    waiting: dict[str, list[bytes]] = {}
    for piece in _build_scenario():
        waiting.setdefault(piece.name, []).extend(piece.lines)
    with closing(open_writer(path / "usage.db")) as writer:
        machine = Machine(path, writer)
        while any(waiting.values()):
            name = data.draw(
                st.sampled_from([n for n in waiting if waiting[n]])
            )
            count = data.draw(st.integers(1, len(waiting[name])))
            machine.claude.append(*waiting[name][:count], name=name)
            del waiting[name][:count]
            if data.draw(st.booleans()):
                machine.read()
            if data.draw(st.integers(0, 4)) == 0:
                # As after an upgrade: everything is read again.
                writer.execute("DELETE FROM file")
                machine.ingester = Ingester(
                    writer, machine.config.folders, PRICES
                )
        machine.read()

        assert machine.count_other() == EXPECTED
        totals = _sum_totals(writer)
        # The killed run only.
        assert totals.unconfirmed == 1
        assert totals.messages == 6
        assert is_intact(writer)


def _sum_totals(writer: Writer) -> Totals:
    parts: Sequence[Totals] = list(load_all_models(writer).values())
    total = Totals()
    for part in parts:
        total = total.plus(part)
    return total


@pytest.mark.parametrize("clock", ["08:58", "09:30", "10:30"])
def test_a_request_without_a_response_leaves_a_lower_bound(
    machine: Machine, clock: str
) -> None:
    """The sums have its input, but not the output that never arrived."""
    machine.claude.append(make_line("09:00"), make_line("10:00", "msg_2"))
    machine.read()
    machine.writer.execute(
        "INSERT INTO open_request"
        " (ref, thread, account, session, model, at_ms, is_last)"
        " VALUES ('r', 1, '', 'session-a', 'm', ?, 0)",
        (ms(clock),),
    )
    machine.claude.append(
        make_cost_state(models={MODEL: _sum(REPLY, REPLY, {"input": 3})})
    )

    machine.read()

    assert machine.count_other() == {"session-a": (3, 0)}
    assert machine.totals().unconfirmed == 1
    assert is_intact(machine.writer)


def test_a_lost_request_of_a_session_without_responses(
    machine: Machine,
) -> None:
    machine.claude.append(
        b'{"type":"user","timestamp":"2026-03-01T09:00:00.000Z"}\n',
        make_cost_state(models={MODEL: {"input": 70}}),
    )

    machine.read()

    assert machine.count_other() == {"session-a": (70, 0)}
