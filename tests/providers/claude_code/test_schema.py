from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.providers.claude_code.schema import (
    DECODE_ERRORS,
    MalformedLineError,
    complete_response,
    decode_line,
    decode_response,
    decode_texts,
)


def _make_raw_line(**message: Any) -> bytes:
    return json.dumps({"type": "assistant", "message": message}).encode()


@pytest.mark.parametrize(
    "line",
    [b"", b"{", b"[1]", b"7", b'{"a":1}x', b'{"type":7,'],
)
def test_a_line_that_is_not_an_object_is_malformed(line: bytes) -> None:
    with pytest.raises(MalformedLineError):
        decode_line(line)


def test_keys_may_be_null_at_every_level() -> None:
    line = decode_line(
        _make_raw_line(
            id=None,
            model=None,
            stop_reason=None,
            usage={
                "input_tokens": None,
                "cache_creation": None,
                "server_tool_use": None,
                "iterations": [{"type": "message", "model": None}],
                "service_tier": None,
            },
        ),
    )

    assert line.message is not None
    assert line.message.usage is not None
    assert line.message.usage.input_tokens is None


def test_a_value_of_another_type_counts_as_missing() -> None:
    line = decode_line(
        _make_raw_line(
            id="msg_1",
            model=7,
            usage={
                "input_tokens": 3.0,
                "output_tokens": "many",
                "cache_read_input_tokens": 2.5,
                "cache_creation": {"ephemeral_1h_input_tokens": 4, "x": []},
                "server_tool_use": "none",
                "iterations": "odd",
            },
        ),
    )

    assert line.message is not None
    assert (line.message.id, line.message.model) == ("msg_1", None)
    usage = line.message.usage
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens) == (3, None)
    assert usage.cache_read_input_tokens is None
    assert usage.cache_creation is not None
    assert usage.cache_creation.ephemeral_1h_input_tokens == 4
    assert (usage.server_tool_use, usage.iterations) == (None, None)


def test_an_odd_time_counts_as_missing() -> None:
    line = decode_line(b'{"type":"assistant","timestamp":"yesterday"}')

    assert line.timestamp is None


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        (_make_raw_line(content="plain"), ["plain"]),
        (_make_raw_line(content=None), []),
        (_make_raw_line(content=[{"text": "a"}, {"text": 7}, "b"]), ["a"]),
        (b'{"message":null}', []),
        (b"no json", []),
    ],
)
def test_text_is_found_in_all_forms_of_content(
    line: bytes, texts: list[str]
) -> None:
    assert decode_texts(line) == texts


_COUNTS = st.none() | st.integers(-1, 9)
_TEXTS = st.none() | st.sampled_from(["", "a", 7])
_RESPONSES = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["assistant", "assistant", "user", None]),
        "message": st.fixed_dictionaries(
            {"model": _TEXTS, "id": _TEXTS, "stop_reason": _TEXTS},
            optional={
                "usage": st.none()
                | st.dictionaries(
                    st.sampled_from(
                        ["input_tokens", "output_tokens", "output_tokens"]
                    ),
                    _COUNTS,
                ),
            },
        ),
        "timestamp": st.sampled_from(
            [
                "2026-03-01T09:00:00Z",
                "2026-03-01T09:00:00+01:00",
                "2026-03-01T09:00:00",
                "soon",
                None,
            ]
        ),
    },
    optional={
        "uuid": _TEXTS,
        "sessionId": _TEXTS,
        "isSidechain": st.none() | st.booleans(),
        "requestId": _TEXTS,
    },
)


@given(_RESPONSES)
def test_a_well_formed_response_is_the_same_decoded_strictly(
    value: dict[str, Any],
) -> None:
    data = json.dumps(value).encode()
    with suppress(*DECODE_ERRORS):
        response = decode_response(data)

        assert response == complete_response(decode_line(data))
        assert response.type == value["type"] == "assistant"


@given(_RESPONSES)
def test_what_is_no_well_formed_response_lacks_something(
    value: dict[str, Any],
) -> None:
    line = decode_line(json.dumps(value).encode())
    response = complete_response(line)

    if response is None:
        message = line.message
        assert not (message and message.usage and message.model) or (
            line.timestamp is None
        )
    else:
        assert response.timestamp.tzinfo is not None
        assert response.message.model
