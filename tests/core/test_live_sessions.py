from __future__ import annotations

import pytest

from claude_tray.core.limit_hits import LimitHit
from claude_tray.core.limits import LimitKind
from claude_tray.core.live_sessions import (
    CutOffSession,
    RunningSession,
    SessionCount,
    SessionState,
    count_sessions,
    merge_sessions,
    select_cut_off,
)
from claude_tray.core.sessions import LiveSession
from tests.support.builders import MODEL, ms, nano_usd

NOW_MS = ms("10:00")


def _make_running(
    uuid: str, state: SessionState | None, clock: str = "09:00"
) -> RunningSession:
    return RunningSession(
        uuid, "/home/ada/shop/src", state, ms(clock), "Fix it", "dialog"
    )


def _make_response(uuid: str, clock: str) -> LiveSession:
    path = "/home/ada/shop/src"
    project = "/home/ada/shop"
    return LiveSession(
        uuid, path, project, MODEL, ms(clock), nano_usd(60), 41.5
    )


def test_those_that_wait_come_first_then_the_latest_change() -> None:
    running = [
        _make_running("idle", SessionState.IDLE),
        _make_running("old work", SessionState.WORKING, "09:10"),
        _make_running("new work", SessionState.WORKING, "09:20"),
        _make_running("waits", SessionState.WAITING),
    ]

    merged = merge_sessions(running, [_make_response("gone", "09:59")], NOW_MS)

    assert [session.uuid for session in merged] == [
        "waits",
        "new work",
        "old work",
        "idle",
        "gone",
    ]
    assert count_sessions(running) == SessionCount(4, 1)


def test_a_running_session_has_the_figures_of_its_last_response() -> None:
    running = [_make_running("a", SessionState.WORKING)]

    (session,) = merge_sessions(
        running, [_make_response("a", "08:00")], NOW_MS
    )
    (first,) = merge_sessions(running, [], NOW_MS)

    assert session.title == "Fix it"
    # Only a session that waits has something that it waits for.
    assert session.waiting_for == ""
    assert (session.project, session.cost) == ("/home/ada/shop", 60)
    assert (session.model, session.context_percent) == (MODEL, 41.5)
    assert session.last_ms == ms("08:00")
    assert (first.project, first.model) == ("/home/ada/shop/src", "")
    assert (first.last_ms, first.cost) == (None, None)


@pytest.mark.parametrize(
    ("clock", "state"),
    [("09:59:01", SessionState.WORKING), ("09:59", SessionState.IDLE)],
)
def test_a_file_without_a_state_leaves_it_to_the_responses(
    clock: str, state: SessionState
) -> None:
    running = [_make_running("a", None)]

    (session,) = merge_sessions(running, [_make_response("a", clock)], NOW_MS)
    (quiet,) = merge_sessions(running, [], NOW_MS)

    assert session.state is state
    assert quiet.state is SessionState.IDLE


@pytest.mark.parametrize(
    ("clock", "state"),
    [
        ("09:59:01", SessionState.WORKING),
        ("09:59", SessionState.IDLE),
        ("09:50:01", SessionState.IDLE),
        ("09:50", SessionState.ENDED),
        ("09:45:01", SessionState.ENDED),
        ("09:45", None),
    ],
)
def test_without_any_file_responses_decide(
    clock: str, state: SessionState | None
) -> None:
    responses = [_make_response("a", clock)]

    without = merge_sessions(None, responses, NOW_MS)
    others_have_files = merge_sessions([], responses, NOW_MS)

    assert [session.state for session in without] == [state] * bool(state)
    assert [session.state for session in others_have_files] == [
        SessionState.ENDED
    ] * bool(state)


def test_cut_off_sessions_are_listed_for_a_day_after_the_reset() -> None:
    def cut_off(uuid: str, clock: str, resets: str) -> CutOffSession:
        hit = LimitHit(
            LimitKind.FIVE_HOUR, ms(clock), ms(resets), session=uuid
        )
        return CutOffSession(uuid, "/p", "/p", hit)

    sessions = [
        cut_off("old", "05:00", "09:00"),
        cut_off("a", "05:01", "09:01"),
        cut_off("b", "06:00", "09:01"),
    ]
    running = [_make_running("a", SessionState.IDLE)]

    listed = select_cut_off(sessions, running, ms("09:00", 2))

    assert [(s.uuid, s.title, s.is_open) for s in listed] == [
        ("b", "", False),
        ("a", "Fix it", True),
    ]
