from __future__ import annotations

import json

import pytest

from claude_tray.core.usage import PricingTerms, TokenCounts
from claude_tray.protocol.agent_sync import encode_row, sanitize_text
from tests.support.builders import make_record


def test_row_has_the_fields_of_the_protocol() -> None:
    record = make_record(
        message="msg_1",
        request="req_1",
        tokens=TokenCounts(2000, 500, 0, 1000, 200),
        terms=PricingTerms("fast", "us", "", 1),
    )

    assert json.loads(encode_row(record)) == {
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
    ("text", "expected"),
    [
        ("msg_1", "msg_1"),
        ("a\0b\n", "a\ufffdb\ufffd"),
        ("\ud800", "\ufffd"),
        ("a\u00a0b", "a\u00a0b"),
    ],
)
def test_control_characters_are_replaced(text: str, expected: str) -> None:
    assert sanitize_text(text) == expected
