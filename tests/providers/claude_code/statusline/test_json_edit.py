from __future__ import annotations

import json

import pytest

from claude_tray.providers.claude_code.statusline.json_edit import (
    find_member,
    insert_member,
    replace_value,
)

TEXTS = [
    "{}",
    "{\n}\n",
    '{"a": 1}',
    '{\n  "a": {"statusLine": 1},\n  "b": "}"\n}\n',
    '{\r\n\t"a": [1, 2]\r\n}',
    ' \n{ "a" : "\\"{" , "b":[{}] }',
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_key_is_added_and_nothing_else_changes(text: str) -> None:
    new, piece = insert_member(text, "statusLine", '{"x": 2}')

    assert json.loads(new) == {"statusLine": {"x": 2}} | json.loads(text)
    assert new.replace(piece, "", 1) == text


@pytest.mark.parametrize("text", TEXTS)
def test_only_the_outermost_object_has_the_key(text: str) -> None:
    assert find_member(text, "statusLine") is None


def test_a_value_is_replaced_in_its_place() -> None:
    text = '{ "a" : [1],\n"statusLine" :  {"x": "}"} ,"c":3}\n'
    found = find_member(text, "statusLine")

    assert found is not None
    assert found.value == {"x": "}"}
    assert replace_value(text, found, "7") == (
        '{ "a" : [1],\n"statusLine" :  7 ,"c":3}\n'
    )


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", "// no\n{}", '{"k": 1, "k": 2}', "\ufeff{}", "{} x"],
)
def test_text_that_is_not_a_plain_object_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        find_member(text, "k")
