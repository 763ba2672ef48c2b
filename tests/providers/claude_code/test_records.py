from __future__ import annotations

from typing import Any

import pytest

from claude_tray.core.usage import (
    PricingTerms,
    ProjectPath,
    SessionId,
    TokenCounts,
    UsageRecord,
)
from claude_tray.providers.claude_code.discovery import TranscriptLocation
from claude_tray.providers.claude_code.records import (
    build_record,
    build_records_per_pass,
)
from claude_tray.providers.claude_code.schema import (
    MalformedLineError,
    complete_response,
    decode_line,
    has_extra_passes,
)
from tests.support.builders import make_line, ms

LOCATION = TranscriptLocation(
    ProjectPath("/home/ada/notes"), SessionId("from-the-file")
)


def _parse_records(**line: Any) -> list[UsageRecord]:
    decoded = complete_response(decode_line(make_line(**line)))
    assert decoded is not None
    if has_extra_passes(decoded.message.usage):
        return list(build_records_per_pass(decoded, LOCATION))
    return [build_record(decoded, decoded, LOCATION)]


def _parse_tokens(**usage: Any) -> TokenCounts:
    return _parse_records(usage=usage)[0].tokens


def test_a_line_yields_one_record() -> None:
    (record,) = _parse_records(clock="09:30", message="msg_1", output=7)

    assert record.at_ms == ms("09:30")
    assert record.message_id == "msg_1"
    assert record.request_id == "req_of_msg_1"
    assert record.tokens == TokenCounts(10, 7)
    assert record.session_id == "session-a"
    assert record.is_final


def test_a_line_without_stop_reason_is_not_final() -> None:
    assert not _parse_records(inner={"stop_reason": None})[0].is_final


def test_a_line_without_session_gets_that_of_its_file() -> None:
    (record,) = _parse_records(sessionId=None)

    assert record.session_id == "from-the-file"


@pytest.mark.parametrize(
    ("usage", "short", "long"),
    [
        ({"cache_creation_input_tokens": 9}, 9, 0),
        ({"cache_creation_input_tokens": 9, "cache_creation": None}, 9, 0),
        (
            {
                "cache_creation_input_tokens": 9,
                "cache_creation": {
                    "ephemeral_5m_input_tokens": 4,
                    "ephemeral_1h_input_tokens": 5,
                },
            },
            4,
            5,
        ),
        (
            {
                "cache_creation_input_tokens": 0,
                "cache_creation": {
                    "ephemeral_5m_input_tokens": 4,
                    "ephemeral_1h_input_tokens": 5,
                },
            },
            4,
            5,
        ),
        (
            {
                "cache_creation_input_tokens": 12,
                "cache_creation": {"ephemeral_1h_input_tokens": 5},
            },
            7,
            5,
        ),
    ],
)
def test_cache_writes_are_split_by_lifetime(
    usage: dict[str, Any],
    short: int,
    long: int,
) -> None:
    tokens = _parse_tokens(**usage)

    assert (tokens.cache_write_5m, tokens.cache_write_1h) == (short, long)


def test_compactions_are_added_and_advisors_are_separate_records() -> None:
    both = [
        {"type": "message", "model": None, "input_tokens": 10},
        {"type": "compaction", "input_tokens": 100, "output_tokens": 20},
        {
            "type": "advisor_message",
            "model": "claude-fictive-9",
            "input_tokens": 7,
            "output_tokens": 3,
            "cache_read_input_tokens": 2,
        },
        {"type": "advisor_message", "model": None, "output_tokens": 1},
    ]

    reply, first, second = _parse_records(usage={"iterations": both})

    assert reply.tokens == TokenCounts(110, 25)
    assert first.message_id == "msg_1/advisor/1"
    assert first.model == "claude-fictive-9"
    assert first.tokens == TokenCounts(7, 3, 0, 0, 2)
    assert not first.is_message
    assert second.model == reply.model
    assert len({reply.key, first.key, second.key}) == 3


def test_a_fallback_pass_mirrors_the_top_and_adds_nothing() -> None:
    passes = [{"type": "fallback_message", "output_tokens": 99}]

    assert _parse_tokens(iterations=passes) == TokenCounts(10, 5)


def test_pricing_terms_are_kept() -> None:
    (record,) = _parse_records(
        usage={
            "speed": "fast",
            "inference_geo": "us",
            "service_tier": "priority",
            "server_tool_use": {"web_search_requests": 2},
        },
    )

    assert record.terms == PricingTerms("fast", "us", "priority", 2)


@pytest.mark.parametrize(
    "usage",
    [
        {"speed": "standard", "inference_geo": "global"},
        {"speed": None, "inference_geo": "not_available"},
        {"service_tier": "standard", "server_tool_use": None},
        {"server_tool_use": {"web_search_requests": None}},
    ],
)
def test_standard_terms_are_empty(usage: dict[str, Any]) -> None:
    assert _parse_records(usage=usage)[0].terms == PricingTerms()


@pytest.mark.parametrize(
    "line",
    [
        {"usage": {"input_tokens": -1}},
        {"usage": {"output_tokens": 10**18}},
    ],
)
def test_impossible_usage_is_malformed(line: dict[str, Any]) -> None:
    with pytest.raises(MalformedLineError):
        _parse_records(**line)
