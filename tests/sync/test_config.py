from __future__ import annotations

import base64
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.config.env import EnvVars
from claude_tray.config.schema import Settings
from claude_tray.config.secret import Secret
from claude_tray.errors import SettingsError, SyncMisconfiguredError
from claude_tray.platform.paths import AppPaths
from claude_tray.sync.config import (
    SyncEndpoint,
    anonymization_key,
    build_auth_header,
    fingerprint_token,
    installation_id,
    is_expiring,
    is_refresh_token,
    load_config,
    parse_endpoint,
)

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.sync.config import SyncConfig


@pytest.mark.parametrize(
    ("text", "url", "is_loopback"),
    [
        ("https://usage.example", "https://usage.example", False),
        (" https://Usage.example/ ", "https://usage.example", False),
        ("https://usage.example/team", "https://usage.example/team", False),
        ("http://localhost:8000", "http://localhost:8000", True),
        ("http://LOCALHOST", "http://localhost", True),
        ("http://127.0.0.5:8000/", "http://127.0.0.5:8000", True),
        ("http://[::1]:8000", "http://[::1]:8000", True),
        (
            "https://usage.example/app/claude-usage/agent-sync/",
            "https://usage.example",
            False,
        ),
        (
            "https://usage.example/app/claude-usage",
            "https://usage.example",
            False,
        ),
    ],
)
def test_valid_urls(
    text: str,
    url: str,
    is_loopback: bool,  # noqa: FBT001 - a column of the table
) -> None:
    address = parse_endpoint(text)

    assert address == SyncEndpoint(url, is_loopback)
    assert address.agent_sync_url == f"{url}/app/claude-usage/agent-sync/"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "must start with https://"),
        ("usage.example", "must start with https://"),
        ("ftp://usage.example", "must start with https://"),
        ("https://", "must start with https://"),
        ("https://[::1", "is invalid"),
        ("https://usage.example:port", "is invalid"),
        ("https://ada:secret@usage.example", "user name or password"),
        ("https://usage.example/?a=b", "must not contain"),
        ("https://usage.example/#a", "must not contain"),
        ("http://usage.example", "exposes the token"),
        ("http://10.0.0.1", "exposes the token"),
        ("http://localhost.example", "exposes the token"),
        ("http://ada.localhost", "exposes the token"),
        ("http://2130706433", "exposes the token"),
        ("http://127.0.0.1.example", "exposes the token"),
        ("http://127.0.0.2\\.localhost", "is invalid"),
        ("http://usage.example\\@localhost", "is invalid"),
        ("http://localhost\t.usage.example", "is invalid"),
        ("http://usage.example%2elocalhost", "exposes the token"),
        ("http://[::1%25eth0]x", "is invalid"),
        ("https://usage.example!", "its name or IP address"),
    ],
)
def test_invalid_urls_are_rejected(text: str, why: str) -> None:
    with pytest.raises(SyncMisconfiguredError, match=why) as excinfo:
        parse_endpoint(text)

    assert "secret" not in str(excinfo.value)


URL = "https://usage.example"


@pytest.fixture
def app_paths(tmp_path: Path) -> AppPaths:
    return AppPaths(
        tmp_path / "settings.toml", tmp_path / "usage.db", tmp_path
    )


def _load_sync_config(
    app_paths: AppPaths,
    settings: Settings = Settings(),  # noqa: B008 - never changed
    environment: EnvVars = EnvVars(),  # noqa: B008 - likewise
    keyring: str = "",
) -> SyncConfig:
    return load_config(settings, environment, app_paths, {}, lambda _: keyring)


def test_the_environment_overrides_the_settings(app_paths: AppPaths) -> None:
    settings = Settings(sync_url="https://other.example")
    plan = _load_sync_config(
        app_paths, settings, EnvVars(api_url=URL), "from the keyring"
    )

    assert plan.endpoint.url == URL
    assert plan.token == "from the keyring"
    assert "keyring" not in repr(plan)


def test_the_environment_overrides_the_keyring(
    app_paths: AppPaths,
) -> None:
    environment = EnvVars(api_url=URL, api_token=Secret("mine"))

    assert (
        _load_sync_config(
            app_paths, environment=environment, keyring="x"
        ).token
        == "mine"
    )


def test_settings_are_applied(app_paths: AppPaths) -> None:
    settings = Settings(
        sync_url=URL,
        sync_projects="aliases",
        sync_exclude=("notes",),
        sync_every_seconds=60,
        sync_machine_name="desk",
    )

    plan = _load_sync_config(app_paths, settings, keyring="x")

    assert plan.privacy.projects == "aliases"
    assert plan.privacy.exclude == ("notes",)
    assert plan.privacy.key == app_paths.alias_key_file.read_bytes().strip()
    assert plan.interval.retry_seconds == 60
    assert plan.machine_name == "desk"
    assert plan.machine_id == app_paths.machine_id_file.read_text().strip()


def test_the_machine_name_defaults_to_the_host_name(
    app_paths: AppPaths,
) -> None:
    plan = _load_sync_config(app_paths, Settings(sync_url=URL), keyring="x")

    assert plan.machine_name
    assert plan.privacy.key == b""


def test_a_missing_url_or_token_raises_with_a_hint(
    app_paths: AppPaths,
) -> None:
    with pytest.raises(SyncMisconfiguredError, match="No sync URL") as excinfo:
        _load_sync_config(app_paths)
    assert "sync.url" in excinfo.value.hint

    with pytest.raises(SyncMisconfiguredError, match="No token") as excinfo:
        _load_sync_config(app_paths, Settings(sync_url=URL))
    assert str(app_paths.env_file) in excinfo.value.hint


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
