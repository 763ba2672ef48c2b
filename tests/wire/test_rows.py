from __future__ import annotations

import json

import pytest

from claude_tray.domain.usage import Terms, TokenCounts
from claude_tray.wire.rows import clean, millis_of, row_of
from tests.support.builders import a_record


def test_a_row_has_the_words_of_the_contract() -> None:
    record = a_record(
        message="msg_1",
        request="req_1",
        tokens=TokenCounts(2000, 500, 0, 1000, 200),
        terms=Terms("fast", "us", "", 1),
    )

    assert json.loads(row_of(record)) == {
        "timestamp": "2026-03-01T09:00:00.000Z",
        "requestId": "req_1",
        "message": {
            "id": "msg_1",
            "model": "claude-fictive-1",
            "usage": {
                "input_tokens": 2000,
                "output_tokens": 500,
                "cache_creation_input_tokens": 1000,
                "cache_read_input_tokens": 200,
                "cache_creation": {
                    "ephemeral_5m_input_tokens": 0,
                    "ephemeral_1h_input_tokens": 1000,
                },
                "speed": "fast",
                "inference_geo": "us",
                "server_tool_use": {"web_search_requests": 1},
            },
        },
    }


@pytest.mark.parametrize(
    ("text", "at_ms"),
    [
        ("2025-09-14T11:57:01.497Z", 1_757_851_021_497),
        ("2025-09-14T13:57:01.497+02:00", 1_757_851_021_497),
        ("2025-09-14T11:57:01.497", 1_757_851_021_497),
        ("2025-09-14", 1_757_808_000_000),
        ("", None),
    ],
)
def test_times_are_milliseconds_in_utc(text: str, at_ms: int | None) -> None:
    assert millis_of(text) == at_ms


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("msg_1", "msg_1"),
        ("a\0b\n", "a\ufffdb\ufffd"),
        ("\ud800", "\ufffd"),
        ("a\u00a0b", "a\u00a0b"),
    ],
)
def test_what_no_receiver_can_store_is_replaced(text: str, kept: str) -> None:
    assert clean(text) == kept
