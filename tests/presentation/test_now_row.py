from __future__ import annotations

from claude_tray.core.cost import NanoUsd
from claude_tray.core.live_sessions import SessionCount
from claude_tray.core.sessions import LiveSession
from claude_tray.core.time import to_epoch_ms
from claude_tray.presentation.now_row import build_now_row
from tests.support.popup_states import make_popup_state

CONTEXT = make_popup_state("pace").context
SESSION = LiveSession(
    "id-1",
    "/home/ada/shop/web",
    "/home/ada/shop",
    "claude-opus-4-5-20251101",
    to_epoch_ms(CONTEXT.now),
    NanoUsd(120_000_000),
    41.4,
)


def test_the_row_names_project_model_context_and_last_cost() -> None:
    row = build_now_row(SESSION, CONTEXT)

    assert row is not None
    assert (row.title, row.project) == ("Now", "shop")
    assert row.details == "Opus 4.5 · 41% context · last $0.12"
    assert row.tooltip == "id-1\n/home/ada/shop/web\nLast response at 12:13"
    assert (row.session_id, row.path) == ("id-1", "/home/ada/shop/web")


def test_unknown_parts_are_absent() -> None:
    session = SESSION._replace(cost=None, context_percent=None)

    row = build_now_row(session, CONTEXT)

    assert row is not None
    assert row.details == "Opus 4.5"
    assert build_now_row(None, CONTEXT) is None


def test_sessions_that_wait_come_before_the_last_response() -> None:
    running = build_now_row(SESSION, CONTEXT, SessionCount(2))
    waiting = build_now_row(SESSION, CONTEXT, SessionCount(2, 1))

    assert running is not None
    assert waiting is not None
    details = "Opus 4.5 · 41% context · last $0.12"
    assert running.details == details
    assert running.tooltip.startswith("2 sessions running\nid-1\n")
    assert waiting.details == "1 waits for you"
    count, rest, *_ = waiting.tooltip.split("\n")
    assert count == "2 sessions running · 1 waits for you"
    assert rest == details
