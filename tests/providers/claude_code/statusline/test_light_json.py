from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.providers.claude_code.statusline.light_json import (
    decode_object,
    encode_json,
)

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), VALUES))
def test_what_is_encoded_is_decoded(value: dict[str, Any]) -> None:
    text = encode_json(value)

    assert json.loads(text) == value
    assert decode_object(text.encode()) == value


@given(st.dictionaries(st.text(), VALUES), st.sampled_from([None, 1]))
def test_json_of_others_is_decoded(
    value: dict[str, Any], indent: int | None
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)

    assert decode_object(f"\ufeff \n{text}\r\n\t".encode()) == value


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" ",
        b"[]",
        b"null",
        b"3",
        b"{",
        b'{"a" 1}',
        b'{"a": 1,}',
        b'{"a": 1} x',
        b"{'a': 1}",
        b'{"a": "\n"}',
        b'{"a": ' + b"9" * 5_000 + b"}",
        b'{"a": ' + b"[" * 100_000,
        b"\xff\xfe{}",
    ],
)
def test_anything_else_is_an_empty_object(data: bytes) -> None:
    assert decode_object(data) == {}


def test_numbers_that_json_lacks_stay_as_python_writes_them() -> None:
    text = '{"a":NaN,"b":-Infinity,"c":Infinity}'

    assert encode_json(decode_object(text.encode())) == text
    assert encode_json([(1, object())]) == "[[1,null]]"
