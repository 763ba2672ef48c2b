from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.core.accounts import StatuslineSession
from claude_tray.store.claude_reports import save_statusline_sessions
from claude_tray.store.live_session import (
    find_live_session,
    list_last_responses,
)
from tests.support.builders import MODEL, make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer

NOW_MS = ms("10:00")


def _save_report(writer: Writer, clock: str) -> None:
    session = StatuslineSession("a", ms(clock), MODEL, "/home/ada", 1.0, 41.5)
    save_statusline_sessions(writer, [(session, "")])


def test_the_newest_response_names_the_session(writer: Writer) -> None:
    save_records(
        writer,
        make_record("09:59", session="a", project="/home/ada/shop"),
        make_record("09:58", session="b"),
    )
    _save_report(writer, "09:59")

    live = find_live_session(writer, "", NOW_MS)

    assert live == (
        "a",
        "/home/ada/shop",
        "/home/ada/shop",
        MODEL,
        ms("09:59"),
        60,
        41.5,
    )


@pytest.mark.parametrize(
    ("clock", "account", "is_live"),
    [
        ("09:50", None, True),
        ("09:49:59", None, False),
        ("10:06", None, False),
        ("09:55", "work", False),
    ],
)
def test_only_recent_use_of_the_account_counts(
    writer: Writer, clock: str, account: str | None, *, is_live: bool
) -> None:
    save_records(writer, make_record(clock))

    assert bool(find_live_session(writer, account, NOW_MS)) == is_live


def test_an_old_report_says_nothing_about_the_context(writer: Writer) -> None:
    save_records(writer, make_record("09:59", session="a"))
    _save_report(writer, "09:30")

    live = find_live_session(writer, None, NOW_MS)

    assert live is not None
    assert live.context_percent is None


def test_the_last_responses_of_sessions_are_listed(writer: Writer) -> None:
    save_records(
        writer,
        make_record("08:00", session="named"),
        make_record("08:01", session="unnamed"),
        make_record("09:50", session="recent"),
        make_record("09:55", session="recent"),
    )
    _save_report(writer, "09:59")

    found = list_last_responses(writer, ["named", "unknown"], ms("09:45"))

    assert [(r.uuid, r.last_ms) for r in found] == [
        ("named", ms("08:00")),
        ("recent", ms("09:55")),
    ]
    assert list_last_responses(writer, [], ms("09:56")) == []
