from __future__ import annotations

from datetime import UTC, date
from typing import TYPE_CHECKING

from claude_tray.core.accounts import Account
from claude_tray.core.cost import Totals, merge_totals
from claude_tray.core.usage import PricingTerms, TokenCounts
from claude_tray.store import windows
from claude_tray.store.usage_queries import (
    TIME_BUCKET_MS,
    count_sessions_and_projects,
    find_session,
    list_projects,
    list_session_records,
    list_sessions,
    list_time_buckets,
    list_usage_groups,
    load_all_models,
    load_project_models,
    load_totals_before,
    load_totals_by_bucket,
)
from tests.support.builders import MODEL, make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer


DEFAULT = Account("", "default", "/home/ada/.claude", None)


def test_usage_is_grouped_by_two_minutes(writer: Writer) -> None:
    save_records(
        writer,
        make_record("09:00", tokens=TokenCounts(input=3, output=1)),
        make_record("09:01:30", tokens=TokenCounts(input=4, cache_read=9)),
        make_record("09:10", model="claude-unknown"),
    )

    first, last = list_time_buckets(writer, "", ms("09:00"), ms("14:00"))

    assert first.end_ms == ms("09:00") + TIME_BUCKET_MS
    assert (first.tokens, first.unpriced) == (8, 0)
    assert first.cost == 3 + 10 + 4 + 90_000
    assert (last.tokens, last.cost, last.unpriced) == (15, 0, 1)


def test_usage_is_grouped_by_project_model_and_terms(writer: Writer) -> None:
    save_records(
        writer,
        make_record("09:00"),
        make_record("09:01", terms=PricingTerms(inference_geo="us")),
        make_record("09:02", project="/home/ada/shop", session="session-b"),
    )

    found = list_usage_groups(writer, "", ms("09:00"), ms("14:00"))

    assert [(u.project, u.model, u.terms.inference_geo) for u in found] == [
        ("/home/ada/notes", MODEL, ""),
        ("/home/ada/notes", MODEL, "us"),
        ("/home/ada/shop", MODEL, ""),
    ]
    assert sum(u.totals.messages for u in found) == 3


def test_groups_are_limited_to_range_and_account(writer: Writer) -> None:
    save_records(writer, make_record("08:59:59"), make_record("14:00"))
    save_records(
        writer, make_record("10:00", session="session-x"), account="other"
    )

    assert list_time_buckets(writer, "", ms("09:00"), ms("14:00")) == []
    assert list_usage_groups(writer, "", ms("09:00"), ms("14:00")) == []
    assert (
        len(list_usage_groups(writer, "other", ms("09:00"), ms("14:00"))) == 1
    )


def test_the_last_window_is_the_open_one_or_the_one_before(
    writer: Writer,
) -> None:
    save_records(writer, make_record("09:00"), make_record("15:00"))

    for clock, start in (("16:00", "15:00"), ("23:00", "15:00")):
        window = windows.find_latest(writer, DEFAULT, ms(clock))
        assert window is not None
        assert window.start.timestamp() * 1000 == ms(start)


def test_the_last_window_is_known_when_it_is_closed(writer: Writer) -> None:
    save_records(writer, make_record("09:00"))
    windows.persist_closed(writer, DEFAULT, ms("23:00"))

    window = windows.find_latest(writer, DEFAULT, ms("23:30"))

    assert window is not None
    assert window.totals.messages == 1


def test_no_last_window_without_usage(writer: Writer) -> None:
    assert windows.find_latest(writer, DEFAULT, ms("09:00")) is None

    save_records(writer, make_record("09:00"), account="other")

    assert windows.find_latest(writer, DEFAULT, ms("10:00")) is None


TODAY = date(2026, 3, 30)


def test_history_covers_6_and_29_days_before_today(
    writer: Writer,
) -> None:
    for day in (1, 23, 24, 29, 30):
        save_records(writer, make_record("00:00", day=day))

    past = load_totals_before(writer, TODAY, UTC)

    assert (past.previous_6_days.messages, past.previous_29_days.messages) == (
        2,
        4,
    )
    assert past.models[MODEL].messages == 4
    assert past.projects["/home/ada/notes"].messages == 4


def test_merging_does_not_change_its_input() -> None:
    original = {"a": Totals(messages=1)}

    more = merge_totals(
        original, [("a", Totals(messages=2)), ("b", Totals(3))]
    )

    assert original == {"a": Totals(messages=1)}
    assert more == {"a": Totals(messages=3), "b": Totals(messages=3)}


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

    first, second = list_projects(writer)

    assert (first.name, first.path) == ("a · shop", "/a/shop")
    assert (first.sessions, first.totals.messages) == (2, 3)
    assert (first.first_ms, first.last_ms) == (ms("09:00"), ms("11:00"))
    assert (second.name, second.totals.cost) == ("b · shop", None)


def test_session_of_two_accounts_is_listed_once(writer: Writer) -> None:
    _fill_store(writer)

    listed = list_sessions(writer)

    assert [session.uuid for session in listed] == ["s1", "s3", "s2"]
    assert listed[0].totals.messages == 2
    assert listed[0].models == (MODEL,)
    assert count_sessions_and_projects(writer) == (3, 2)


def test_models_of_a_project(writer: Writer) -> None:
    _fill_store(writer)

    models = load_project_models(writer, "/b/shop")
    assert {name: t.messages for name, t in models.items()} == {"nobody": 1}
    every = load_all_models(writer)
    assert {name: t.messages for name, t in every.items()} == {
        MODEL: 3,
        "nobody": 1,
    }


def test_session_with_its_records(writer: Writer) -> None:
    _fill_store(writer)

    assert find_session(writer, "nowhere") is None
    session = find_session(writer, "s1")
    assert session is not None
    assert session.project == "a · shop"
    first, second = list_session_records(writer, "s1")
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
