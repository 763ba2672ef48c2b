from __future__ import annotations

import base64
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.errors import SettingsError, SyncMisconfiguredError
from claude_tray.sync.credentials import (
    anonymization_key,
    build_auth_header,
    fingerprint_token,
    installation_id,
    is_expiring,
    is_refresh_token,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_keys_are_created_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "own" / "machine-id"

    one = installation_id(path)

    assert installation_id(path) == one
    assert installation_id(tmp_path / "other") != one
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_copied_key_is_used(tmp_path: Path) -> None:
    path = tmp_path / "alias-key"
    path.write_text("a key of another machine\n")

    assert anonymization_key(path) == b"a key of another machine"


def test_a_short_key_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "alias-key"
    path.write_text("short")

    with pytest.raises(SettingsError, match="too short"):
        anonymization_key(path)


def test_a_file_that_cannot_be_created_raises(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingsError, match="cannot be used"):
        installation_id(tmp_path / "file" / "machine-id")


def make_jwt(**claims: Any) -> str:
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
def test_a_scheme_in_the_token_is_kept(token: str, header: str) -> None:
    assert build_auth_header(token) == header


@pytest.mark.parametrize("token", ["a\nb", "a\u00e4b"])
def test_an_invalid_token_is_rejected_without_revealing_it(token: str) -> None:
    with pytest.raises(SyncMisconfiguredError) as excinfo:
        build_auth_header(token)

    assert token not in str(excinfo.value)


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (make_jwt(token_type="refresh"), True),
        (f"Bearer {make_jwt(token_type='refresh')}", True),
        (make_jwt(token_type="access"), False),
        (make_jwt(), False),
        ("plain", False),
        ("a.b.c", False),
        ("a.bm90IGpzb24.c", False),
        ("", False),
    ],
)
def test_refresh_tokens_are_recognized(
    token: str,
    expected: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert is_refresh_token(token) is expected


def test_an_expiring_token_is_refreshed() -> None:
    assert is_expiring("", 1000)
    assert is_expiring(make_jwt(exp=1059), 1000)
    assert not is_expiring(make_jwt(exp=1061), 1000)
    assert not is_expiring("plain", 1000)


def test_a_fingerprint_identifies_a_token_without_revealing_it() -> None:
    assert fingerprint_token("a") != fingerprint_token("b")
    assert "secret" not in fingerprint_token("secret")
