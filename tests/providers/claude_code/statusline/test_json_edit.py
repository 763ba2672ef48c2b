from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.providers.claude_code.statusline.json_edit import (
    find_member,
    insert_member,
    remove_member,
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


VALUES = st.recursive(
    st.none() | st.integers() | st.text('{}[]",: \\', max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.text("ab", max_size=2), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(
    st.dictionaries(st.sampled_from("abcde"), VALUES, min_size=1),
    st.sampled_from([None, 0, 2]),
    st.data(),
)
def test_a_removed_member_leaves_the_others(
    members: dict[str, Any], indent: int | None, data: st.DataObject
) -> None:
    text = f" {json.dumps(members, indent=indent)}\n"
    key = data.draw(st.sampled_from(sorted(members)))
    found = find_member(text, key)

    assert found is not None
    del members[key]
    assert json.loads(remove_member(text, found)) == members


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"k": 1}', "{}"),
        ('{\n  "k": 1\n}\n', "{\n}\n"),
        ('{\n  "k": 1,\n  "a": 2\n}', '{\n  "a": 2\n}'),
        ('{\n  "a": 2,\n  "k": 1\n}', '{\n  "a": 2\n}'),
        ('{"a": 1, "k": 1, "b": 2}', '{"a": 1, "b": 2}'),
    ],
)
def test_a_removed_member_takes_its_line_along(
    text: str, expected: str
) -> None:
    found = find_member(text, "k")

    assert found is not None
    assert remove_member(text, found) == expected
