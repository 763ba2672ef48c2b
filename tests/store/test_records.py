from __future__ import annotations

from contextlib import closing
from itertools import permutations
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from claude_tray.domain.usage import Terms, TokenCounts, UsageRecord
from claude_tray.store.connection import Writer, open_writer
from tests.support.builders import a_record, ms
from tests.support.doses import dose
from tests.support.keeping import contents, keep

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    import pytest

few = st.builds(
    a_record,
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
found = st.lists(st.tuples(few, st.sampled_from(["", "work"])), max_size=6)


@settings(max_examples=dose(40), deadline=None)
@given(found, st.randoms(use_true_random=False))
def test_any_order_and_grouping_comes_to_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    records: list[tuple[UsageRecord, str]],
    random: Random,
) -> None:
    folder = tmp_path_factory.mktemp("order")
    shuffled = records * 2
    random.shuffle(shuffled)

    one = _stored(folder / "one.db", records)
    other = _stored(folder / "other.db", shuffled)

    assert one == other


@settings(max_examples=dose(25), deadline=None)
@given(found)
def test_the_sums_are_those_of_the_records(
    tmp_path_factory: pytest.TempPathFactory,
    records: list[tuple[UsageRecord, str]],
) -> None:
    stored = _stored(tmp_path_factory.mktemp("sums") / "s.db", records)

    whole = [0] * 9
    for row in stored["message"]:
        cost, flags = row[13], row[14]
        parts = (
            1,
            *row[6:11],
            cost or 0,
            cost is None,
            not int(str(flags)) & 1,
        )
        whole = [
            a + int(str(int(b))) for a, b in zip(whole, parts, strict=True)
        ]
    for table in ("cell", "usage_session", "usage_project"):
        sums = [list(map(int, map(str, row[-9:]))) for row in stored[table]]
        assert [sum(column) for column in zip(*sums, strict=True)] in (
            whole,
            [],
        )


def _stored(
    path: Path,
    records: list[tuple[UsageRecord, str]],
) -> dict[str, list[tuple[Any, ...]]]:
    with closing(open_writer(path)) as writer:
        for record, account in records:
            keep(writer, record, account=account)
        return contents(writer)


def test_a_record_that_is_known_is_no_news(writer: Writer) -> None:
    record = a_record("09:00")

    first = keep(writer, record)
    again = keep(writer, record)

    assert (first.added, first.updated, first.first_ms) == (1, 0, ms("09:00"))
    assert (again.added, again.updated, again.first_ms) == (0, 0, None)


def test_a_record_that_grew_takes_its_place_behind_all_others(
    writer: Writer,
) -> None:
    keep(writer, a_record("09:00", message="msg_1"), a_record("09:01"))

    grown = a_record("09:02", message="msg_1", tokens=TokenCounts(10, 172))
    kept = keep(writer, grown)

    rows = writer.execute(
        "SELECT at_ms, output FROM message ORDER BY seq",
    ).fetchall()
    assert kept == (0, 1, ms("09:00"))
    assert rows == [(ms("09:01"), 5), (ms("09:00"), 172)]


def test_a_record_moves_to_the_session_it_was_copied_from(
    writer: Writer,
) -> None:
    keep(writer, a_record("09:00", message="msg_1", session="b"))
    keep(writer, a_record("09:00", message="msg_1", session="a"))

    sessions = writer.execute(
        "SELECT uuid, first_ms FROM session ORDER BY uuid",
    ).fetchall()
    assert sessions == [("a", ms("09:00")), ("b", None)]


def test_a_sessions_project_is_that_of_its_first_main_line(
    writer: Writer,
) -> None:
    late = a_record("10:00", project="/later")
    aside = a_record("08:00", project="/worktree", is_sidechain=True)
    first = a_record("09:00", project="/home/ada/notes")

    for order in permutations((late, aside, first)):
        for record in order:
            keep(writer, record)

    rows = contents(writer)["usage_project"]
    assert {row[0] for row in rows} == {"/home/ada/notes"}
    assert rows[0][2] == 3


def test_a_guess_gives_way_to_a_path(writer: Writer) -> None:
    guessed = a_record("09:00", project="-home-ada-notes")
    known = a_record("10:00", project="/home/ada/notes")

    keep(writer, guessed, is_guess=True)
    keep(writer, known)

    rows = contents(writer)["usage_project"]
    assert [(row[0], row[2]) for row in rows] == [("/home/ada/notes", 2)]


def test_without_a_price_a_record_counts_but_costs_nothing_known(
    writer: Writer,
) -> None:
    keep(writer, a_record(model="nobody-knows"), a_record())

    costs = writer.execute("SELECT cost FROM message").fetchall()
    sums = writer.execute("SELECT sum(cost), sum(unpriced) FROM cell")
    assert sorted(costs, key=str) == [(60,), (None,)]
    assert sums.fetchall() == [(60, 1)]


def test_an_advisors_share_costs_and_is_no_message(writer: Writer) -> None:
    share = a_record(message="msg_1/advisor/1", is_message=False)

    kept = keep(writer, share, a_record(message="msg_1"))

    assert kept.added == 1
    (sums,) = writer.execute("SELECT messages, input FROM cell").fetchall()
    assert sums == (1, 20)


def test_the_terms_of_a_record_are_kept(writer: Writer) -> None:
    terms = Terms("fast", "us", "priority", 3)
    keep(writer, a_record(message="msg_1", terms=terms, is_final=False))

    again = keep(writer, a_record(message="msg_1", terms=terms))

    assert again.updated == 1
    row = writer.execute(
        "SELECT speed, inference_geo, service_tier, web_searches FROM terms",
    ).fetchone()
    assert row == terms
