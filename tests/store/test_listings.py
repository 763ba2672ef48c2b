from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.core.tokens import TokenCounts
from claude_tray.store import listings
from claude_tray.store.usage_queries import load_totals_by_bucket
from tests.support.builders import MODEL, make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer


def _fill_store(writer: Writer) -> None:
    save_records(
        writer,
        make_record("09:00", message="msg_1", project="/a/shop", session="s1"),
        make_record("09:30", project="/a/shop", session="s2"),
        make_record("10:00", project="/b/shop", session="s3", model="nobody"),
    )
    save_records(
        writer,
        make_record("11:00", session="s1", project="/a/shop"),
        account="w",
    )


def test_projects_are_listed_by_last_use(writer: Writer) -> None:
    _fill_store(writer)

    first, second = listings.list_projects(writer)

    assert (first.name, first.path) == ("a · shop", "/a/shop")
    assert (first.sessions, first.totals.messages) == (2, 3)
    assert (first.first_ms, first.last_ms) == (ms("09:00"), ms("11:00"))
    assert (second.name, second.totals.cost) == ("b · shop", None)


def test_session_of_two_accounts_is_listed_once(writer: Writer) -> None:
    _fill_store(writer)

    listed = listings.list_sessions(writer)

    assert [session.uuid for session in listed] == ["s1", "s3", "s2"]
    assert listed[0].totals.messages == 2
    assert listed[0].models == (MODEL,)
    assert listings.count_sessions_and_projects(writer) == (3, 2)


def test_sessions_and_models_of_a_project(writer: Writer) -> None:
    _fill_store(writer)

    listed = listings.list_project_sessions(writer, "/b/shop")

    assert [session.uuid for session in listed] == ["s3"]
    models = listings.load_project_models(writer, "/b/shop")
    assert {name: t.messages for name, t in models.items()} == {"nobody": 1}
    every = listings.load_all_models(writer)
    assert {name: t.messages for name, t in every.items()} == {
        MODEL: 3,
        "nobody": 1,
    }


def test_session_with_its_records(writer: Writer) -> None:
    _fill_store(writer)

    assert listings.find_session(writer, "nowhere") is None
    session = listings.find_session(writer, "s1")
    assert session is not None
    assert session.project == "a · shop"
    first, second = listings.list_session_records(writer, "s1")
    assert (first.at_ms, first.message_id) == (ms("09:00"), "msg_1")
    assert (first.model, first.tokens.output, first.cost) == (MODEL, 5, 60)
    assert second.at_ms == ms("11:00")


def test_buckets_are_listed_in_order(writer: Writer) -> None:
    save_records(
        writer,
        make_record("09:16"),
        make_record("09:00"),
        make_record("09:14", tokens=TokenCounts(1, 1)),
    )

    (first, sums), (second, _) = load_totals_by_bucket(writer)

    assert second == first + 1
    assert sums.tokens == TokenCounts(11, 6)
