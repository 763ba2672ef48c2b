from __future__ import annotations

from contextlib import closing
from itertools import permutations
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from claude_tray.core.usage import PricingTerms, TokenCounts, UsageRecord
from claude_tray.store.connection import Writer, open_writer
from tests.support.builders import make_record, ms
from tests.support.store_records import dump_store, save_records
from tests.support.workload import scale_count

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    import pytest


few_records = st.builds(
    make_record,
    clock=st.sampled_from(["09:00", "09:01", "23:00"]),
    message=st.sampled_from(["msg_1", "msg_2", "msg_3"]),
    tokens=st.builds(TokenCounts, *[st.integers(0, 2)] * 5),
    model=st.sampled_from(["claude-fictive-1", "nobody-knows"]),
    session=st.sampled_from(["a", "b"]),
    project=st.sampled_from(["/x", "/y"]),
    is_sidechain=st.booleans(),
    is_final=st.booleans(),
    request=st.just("req_1"),
)
record_lists = st.lists(
    st.tuples(few_records, st.sampled_from(["", "work"])), max_size=6
)


@settings(max_examples=scale_count(40), deadline=None)
@given(record_lists, st.randoms(use_true_random=False))
def test_result_is_independent_of_order_and_batches(
    tmp_path_factory: pytest.TempPathFactory,
    records: list[tuple[UsageRecord, str]],
    random: Random,
) -> None:
    folder = tmp_path_factory.mktemp("order")
    shuffled = records * 2
    random.shuffle(shuffled)

    one = _store_records(folder / "one.db", records)
    other = _store_records(folder / "other.db", shuffled)

    assert one == other


@settings(max_examples=scale_count(25), deadline=None)
@given(record_lists)
def test_aggregates_equal_the_records(
    tmp_path_factory: pytest.TempPathFactory,
    records: list[tuple[UsageRecord, str]],
) -> None:
    stored = _store_records(tmp_path_factory.mktemp("sums") / "s.db", records)

    expected_sums = [0] * 9
    for row in stored["message"]:
        cost, flags = row[13], row[14]
        parts = (
            1,
            *row[6:11],
            cost or 0,
            cost is None,
            not int(str(flags)) & 1,
        )
        expected_sums = [
            a + int(str(int(b)))
            for a, b in zip(expected_sums, parts, strict=True)
        ]
    for table in ("cell", "usage_session", "usage_project"):
        sums = [list(map(int, map(str, row[-9:]))) for row in stored[table]]
        assert [sum(column) for column in zip(*sums, strict=True)] in (
            expected_sums,
            [],
        )


def _store_records(
    path: Path,
    records: list[tuple[UsageRecord, str]],
) -> dict[str, list[tuple[Any, ...]]]:
    with closing(open_writer(path)) as writer:
        for record, account in records:
            save_records(writer, record, account=account)
        return dump_store(writer)


def test_known_record_changes_nothing(writer: Writer) -> None:
    record = make_record("09:00")

    first = save_records(writer, record)
    again = save_records(writer, record)

    assert (first.added, first.updated, first.first_changed_ms) == (
        1,
        0,
        ms("09:00"),
    )
    assert (again.added, again.updated, again.first_changed_ms) == (0, 0, None)


def test_changed_record_gets_the_next_seq(
    writer: Writer,
) -> None:
    save_records(
        writer, make_record("09:00", message="msg_1"), make_record("09:01")
    )

    grown = make_record("09:02", message="msg_1", tokens=TokenCounts(10, 172))
    result = save_records(writer, grown)

    rows = writer.execute(
        "SELECT at_ms, output FROM message ORDER BY seq",
    ).fetchall()
    assert result == (0, 1, ms("09:00"))
    assert rows == [(ms("09:01"), 5), (ms("09:00"), 172)]


def test_copied_record_moves_to_its_original_session(
    writer: Writer,
) -> None:
    save_records(writer, make_record("09:00", message="msg_1", session="b"))
    save_records(writer, make_record("09:00", message="msg_1", session="a"))

    sessions = writer.execute(
        "SELECT uuid, first_ms FROM session ORDER BY uuid",
    ).fetchall()
    assert sessions == [("a", ms("09:00")), ("b", None)]


def test_session_takes_the_project_of_its_first_main_line(
    writer: Writer,
) -> None:
    late = make_record("10:00", project="/later")
    sidechain = make_record("08:00", project="/worktree", is_sidechain=True)
    first = make_record("09:00", project="/home/ada/notes")

    for order in permutations((late, sidechain, first)):
        for record in order:
            save_records(writer, record)

    rows = dump_store(writer)["usage_project"]
    assert {row[0] for row in rows} == {"/home/ada/notes"}
    assert rows[0][2] == 3


def test_path_replaces_a_guessed_project(writer: Writer) -> None:
    guessed = make_record("09:00", project="-home-ada-notes")
    known = make_record("10:00", project="/home/ada/notes")

    save_records(writer, guessed, is_guess=True)
    save_records(writer, known)

    rows = dump_store(writer)["usage_project"]
    assert [(row[0], row[2]) for row in rows] == [("/home/ada/notes", 2)]


def test_unpriced_record_counts_without_cost(
    writer: Writer,
) -> None:
    save_records(writer, make_record(model="nobody-knows"), make_record())

    costs = writer.execute("SELECT cost FROM message").fetchall()
    sums = writer.execute("SELECT sum(cost), sum(unpriced) FROM cell")
    assert sorted(costs, key=str) == [(60,), (None,)]
    assert sums.fetchall() == [(60, 1)]


def test_advisor_part_costs_but_is_no_message(writer: Writer) -> None:
    share = make_record(message="msg_1/advisor/1", is_message=False)

    result = save_records(writer, share, make_record(message="msg_1"))

    assert result.added == 1
    (sums,) = writer.execute("SELECT messages, input FROM cell").fetchall()
    assert sums == (1, 20)


def test_terms_of_a_record_are_stored(writer: Writer) -> None:
    terms = PricingTerms("fast", "us", "priority", 3)
    save_records(
        writer, make_record(message="msg_1", terms=terms, is_final=False)
    )

    again = save_records(writer, make_record(message="msg_1", terms=terms))

    assert again.updated == 1
    row = writer.execute(
        "SELECT speed, inference_geo, service_tier, web_searches FROM terms",
    ).fetchone()
    assert row == terms
