from __future__ import annotations

import json
from typing import Any

import pytest

from claude_tray.providers.claude_code.schema import (
    MalformedLineError,
    decode_line,
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
