from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from claude_tray.errors import SyncMisconfiguredError
from claude_tray.sync.token import (
    ends_soon,
    fingerprint,
    header_of,
    is_refresh,
)


def a_jwt(**claims: Any) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode())
    return f"eyJhbGciOiJIUzI1NiJ9.{body.decode().rstrip('=')}.c2lnbmVk"


@pytest.mark.parametrize(
    ("token", "header"),
    [
        ("abc", "Bearer abc"),
        ("Bearer abc", "Bearer abc"),
        ("Token abc", "Token abc"),
        ("Tokenabc", "Bearer Tokenabc"),
    ],
)
def test_a_scheme_that_is_given_is_kept(token: str, header: str) -> None:
    assert header_of(token) == header


@pytest.mark.parametrize("token", ["a\nb", "a\u00e4b"])
def test_a_broken_token_is_refused_without_telling_it(token: str) -> None:
    with pytest.raises(SyncMisconfiguredError) as caught:
        header_of(token)

    assert token not in str(caught.value)


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (a_jwt(token_type="refresh"), True),
        (f"Bearer {a_jwt(token_type='refresh')}", True),
        (a_jwt(token_type="access"), False),
        (a_jwt(), False),
        ("plain", False),
        ("a.b.c", False),
        ("a.bm90IGpzb24.c", False),
        ("", False),
    ],
)
def test_a_refresh_token_says_so(
    token: str,
    expected: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert is_refresh(token) is expected


def test_a_token_is_had_anew_before_it_ends() -> None:
    assert ends_soon("", 1000)
    assert ends_soon(a_jwt(exp=1059), 1000)
    assert not ends_soon(a_jwt(exp=1061), 1000)
    assert not ends_soon("plain", 1000)


def test_a_fingerprint_tells_tokens_apart_and_is_none() -> None:
    assert fingerprint("a") != fingerprint("b")
    assert "secret" not in fingerprint("secret")
