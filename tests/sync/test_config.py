from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.config.env import EnvVars
from claude_tray.config.schema import Settings
from claude_tray.config.secret import Secret
from claude_tray.errors import SyncMisconfiguredError
from claude_tray.platform.paths import AppPaths
from claude_tray.sync.config import SyncEndpoint, load_config, parse_endpoint

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
        ("http://ada.localhost", "http://ada.localhost", True),
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
