from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.core.calendar import BUCKET_MS
from claude_tray.core.cost import Totals, sum_totals
from claude_tray.core.usage import PricingTerms, TokenCounts
from claude_tray.store import range_usage, session_list, usage_queries
from tests.support.builders import MODEL, make_record, ms, nano_usd
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer


def bucket(clock: str) -> int:
    return ms(clock) // BUCKET_MS


def save_morning(writer: Writer) -> None:
    """Save two sessions of one project, and one of another."""
    save_records(
        writer,
        make_record("09:00", tokens=TokenCounts(input=3, output=1)),
        make_record("09:20", tokens=TokenCounts(input=5)),
        make_record("09:21", model="claude-unknown"),
        make_record("10:00", session="session-b"),
    )
    save_records(
        writer,
        make_record("09:02", project="/home/ada/shop", session="session-c"),
        account="work",
    )


def test_ranges_are_summed_by_model(writer: Writer) -> None:
    save_morning(writer)

    hours = [
        (bucket("09:00"), bucket("09:15")),
        (bucket("08:00"), bucket("09:00")),
        (bucket("09:15"), bucket("10:00")),
    ]
    first, empty, rest = range_usage.load_model_totals_by_range(writer, hours)

    assert empty == {}
    assert first[MODEL].messages == 2
    assert set(rest) == {MODEL, "claude-unknown"}
    assert rest[MODEL] == Totals(
        1, TokenCounts(input=5), nano_usd(5), unconfirmed=1
    )
    assert rest["claude-unknown"].cost is None


def test_every_list_of_a_range_has_the_same_sum(writer: Writer) -> None:
    save_morning(writer)
    bounds = [
        (bucket("09:00"), bucket("09:15")),
        (bucket("09:15"), bucket("10:00")),
    ]

    parts = range_usage.load_model_totals_by_range(writer, bounds)
    projects = range_usage.list_range_projects(writer, bounds)
    sessions = range_usage.list_range_sessions(writer, bounds)
    tokens = range_usage.load_tokens_by_bucket(writer, bounds)

    total = sum_totals(t for models in parts for t in models.values())
    assert total.messages == 4
    assert sum_totals(p.totals for p in projects) == total
    assert sum_totals(s.totals for s in sessions) == total
    assert sum(number for _, number in tokens) == total.tokens.total
    assert [(p.path, p.sessions, p.last_bucket) for p in projects] == [
        ("/home/ada/notes", 1, bucket("09:15")),
        ("/home/ada/shop", 1, bucket("09:00")),
    ]
    assert [(s.uuid, s.path, s.first_ms, s.last_ms) for s in sessions] == [
        ("session-a", "/home/ada/notes", ms("09:00"), ms("09:21")),
        ("session-c", "/home/ada/shop", ms("09:02"), ms("09:02")),
    ]
    assert range_usage.count_range_sessions(writer, bounds) == 2
    assert (
        range_usage.list_range_sessions(writer, bounds, limit=1)
        == sessions[:1]
    )
    assert sessions[0].models == (MODEL, "claude-unknown")


def test_steps_are_exact_and_by_account(writer: Writer) -> None:
    save_morning(writer)
    save_records(
        writer,
        make_record("09:03", terms=PricingTerms(inference_geo="us")),
    )
    bounds = (ms("09:01"), ms("10:00"))

    own = range_usage.list_step_usage(writer, "", bounds, 600_000)
    everything = range_usage.list_step_usage(writer, None, bounds, 600_000)

    assert [
        (u.step, u.session, u.model, u.terms.inference_geo) for u in own
    ] == [
        (0, "session-a", MODEL, "us"),
        (1, "session-a", MODEL, ""),
        (2, "session-a", "claude-unknown", ""),
    ]
    assert [u.totals.messages for u in everything] == [1, 1, 1, 1]
    assert {u.project for u in everything} == {
        "/home/ada/notes",
        "/home/ada/shop",
    }


def test_ranges_of_one_project(writer: Writer) -> None:
    save_morning(writer)
    bounds = [(bucket("09:00"), bucket("10:00"))]
    shop = "/home/ada/shop"

    (models,) = range_usage.load_model_totals_by_range(writer, bounds, shop)
    sessions = range_usage.list_range_sessions(writer, bounds, shop)

    assert sum_totals(models.values()).messages == 1
    assert [session.uuid for session in sessions] == ["session-c"]


def test_the_folders_of_sessions_are_found(writer: Writer) -> None:
    save_morning(writer)

    folders = range_usage.load_session_folders(writer, ["session-c", "other"])

    assert folders == {
        "session-c": range_usage.SessionFolder(
            "/home/ada/shop", "/home/ada/shop"
        )
    }
    assert sorted(range_usage.list_project_paths(writer)) == [
        "/home/ada/notes",
        "/home/ada/shop",
    ]


def test_a_model_name_with_a_comma_stays_one(writer: Writer) -> None:
    """Names come from files; a gateway may call a model anything."""
    names = ("claude-a,b", 'claude-"c"')
    for clock, model in zip(("09:00", "09:20"), names, strict=True):
        save_records(writer, make_record(clock, model=model))

    listed = (
        range_usage.list_range_sessions(
            writer, [(bucket("09:00"), bucket("10:00"))]
        ),
        session_list.list_matching_sessions(
            writer, session_list.SessionQuery()
        ),
        usage_queries.list_sessions(writer),
    )

    assert [s.models for (s,) in listed] == [tuple(sorted(names))] * 3
