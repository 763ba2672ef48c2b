from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.core.accounts import StatuslineSession
from claude_tray.core.limit_hits import LimitHit
from claude_tray.core.limits import LimitKind
from claude_tray.store.claude_reports import save_statusline_sessions
from claude_tray.store.limit_hits import save_hits
from claude_tray.store.live_session import (
    find_live_session,
    list_cut_off,
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

    assert live is not None
    assert live[:7] == (
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


def test_a_session_is_cut_off_until_a_later_request_is_answered(
    writer: Writer,
) -> None:
    save_records(
        writer,
        make_record("09:00", session="stopped"),
        make_record("09:00", message="2", session="resumed"),
        make_record("09:40", message="3", session="resumed"),
        # Requested before the limit was reached, and answered after it.
        make_record("09:31", message="4", session="late")._replace(
            requested_ms=ms("09:29")
        ),
    )
    names = ("stopped", "resumed", "late", "unknown", "")
    hits = [
        LimitHit(LimitKind.FIVE_HOUR, ms(clock), ms("10:00"), session=name)
        for clock, name in zip(
            ("09:30", "09:30:01", "09:30:02", "09:30:03", "09:30:04"),
            names,
            strict=True,
        )
    ]
    again = hits[0]._replace(at_ms=ms("09:50"))
    save_hits(writer, [*hits, again], "")

    found = list_cut_off(writer, NOW_MS)

    assert [session.uuid for session in found] == ["stopped", "late"]
    assert found[0].hit == again
    assert found[0].project == "/home/ada/notes"
    assert not list_cut_off(writer, NOW_MS + 40 * 86_400_000)
