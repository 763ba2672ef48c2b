from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.core.usage import TokenCounts
from claude_tray.store.session_list import (
    SessionQuery,
    count_matching_sessions,
    list_matching_sessions,
)
from claude_tray.store.usage_queries import list_sessions
from tests.support.builders import MODEL, make_record
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer


@pytest.fixture(autouse=True)
def _save_sessions(writer: Writer) -> None:
    save_records(
        writer,
        make_record("09:00", tokens=TokenCounts(input=3, output=1)),
        make_record("11:00"),
        make_record(
            "10:00",
            session="session-b",
            project="/home/ada/Shop",
            tokens=TokenCounts(input=9_000),
        ),
        make_record("10:30", session="session-b", project="/home/ada/Shop"),
        make_record("10:40", session="session-b", project="/home/ada/Shop"),
    )
    save_records(
        writer,
        make_record(
            "12:00",
            session="session-c",
            project="/home/ada/api",
            model="claude-unknown",
            tokens=TokenCounts(cache_read=90_000),
        ),
        account="work",
    )


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        ("", "cab"),
        ("used", "cab"),
        ("nothing", "cab"),
        ("duration", "abc"),
        ("project", "cab"),
        # The price of the model of session-c is unknown.
        ("cost", "bac"),
        ("messages", "bac"),
        ("tokens", "cba"),
    ],
)
def test_sessions_are_sorted_in_the_database(
    writer: Writer, order: str, ids: str
) -> None:
    forward = list_matching_sessions(writer, SessionQuery(order=order))
    backward = list_matching_sessions(
        writer, SessionQuery(order=order, is_reversed=True)
    )

    assert "".join(session.uuid[-1] for session in forward) == ids
    assert "".join(session.uuid[-1] for session in backward) == ids[::-1]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", "cab"),
        ("SESSION-B", "b"),
        ("/shop", "b"),
        ("unknown", "c"),
        (MODEL, "ab"),
        ("%", ""),
    ],
)
def test_a_text_is_found_in_id_path_and_model(
    writer: Writer, text: str, ids: str
) -> None:
    query = SessionQuery(text)

    found = list_matching_sessions(writer, query)

    assert "".join(session.uuid[-1] for session in found) == ids
    assert count_matching_sessions(writer, query) == len(ids)


def test_a_page_is_a_part_of_the_list(writer: Writer) -> None:
    pages = [
        list_matching_sessions(writer, SessionQuery(limit=2, offset=offset))
        for offset in (0, 2, 4)
    ]

    assert [len(page) for page in pages] == [2, 1, 0]
    everything = [session for page in pages for session in page]
    assert [
        (s.uuid, s.first_ms, s.last_ms, s.totals, s.models) for s in everything
    ] == [
        (s.uuid, s.first_ms, s.last_ms, s.totals, s.models)
        for s in list_sessions(writer)
    ]
