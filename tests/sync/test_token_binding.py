from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.config.secret import Secret
from claude_tray.errors import SettingsError, SyncMisconfiguredError
from claude_tray.sync.config import (
    PrivacySettings,
    SyncConfig,
    SyncInterval,
    parse_endpoint,
)
from claude_tray.sync.token_binding import (
    bind_token,
    check_token_server,
    get_origin,
)

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "a-made-up-token"
HOME = "https://usage.example/team"
OTHER = "https://other.example"


def _make_config(url: str, token: str = TOKEN) -> SyncConfig:
    return SyncConfig(
        parse_endpoint(url),
        Secret(token),
        PrivacySettings(),
        {},
        "machine",
        "",
        SyncInterval(),
    )


def test_a_new_token_may_be_sent_anywhere(tmp_path: Path) -> None:
    check_token_server(tmp_path / "servers.json", _make_config(HOME))


def test_a_bound_token_stays_with_its_server(tmp_path: Path) -> None:
    path = tmp_path / "servers.json"
    bind_token(path, TOKEN, HOME)

    check_token_server(path, _make_config("https://usage.example/other"))
    check_token_server(path, _make_config(OTHER, "another-token"))
    for url in (
        OTHER,
        "https://usage.example:8443",
        "https://a.usage.example",
    ):
        with pytest.raises(SyncMisconfiguredError) as excinfo:
            check_token_server(path, _make_config(url))
        assert "https://usage.example" in excinfo.value.summary
        assert TOKEN not in excinfo.value.describe()


def test_a_token_may_be_given_for_a_second_server(tmp_path: Path) -> None:
    path = tmp_path / "servers.json"
    bind_token(path, TOKEN, HOME)
    bind_token(path, TOKEN, OTHER)

    check_token_server(path, _make_config(HOME))
    check_token_server(path, _make_config(OTHER))
    assert TOKEN not in path.read_text()


def test_old_tokens_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "servers.json"
    for number in range(105):
        bind_token(path, f"token-{number}", HOME)

    assert len(json.loads(path.read_text())) == 100


@pytest.mark.parametrize("text", ["", "[1]", '{"a": "b"}', "\xff"])
def test_a_damaged_file_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "servers.json"
    path.write_text(text, encoding="latin-1")

    with pytest.raises(SettingsError, match="cannot be used"):
        check_token_server(path, _make_config(HOME))


def test_an_unwritable_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingsError, match="cannot be used"):
        bind_token(tmp_path / "file" / "servers.json", TOKEN, HOME)


@pytest.mark.skipif(sys.platform == "win32", reason="limits are of POSIX")
def test_a_full_disk_is_an_error(tmp_path: Path) -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not available on Windows

    least, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Files cannot grow, like on a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))
    try:
        with pytest.raises(SettingsError, match="cannot be used"):
            bind_token(tmp_path / "servers.json", TOKEN, HOME)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (least, most))

    assert list(tmp_path.iterdir()) == []


def test_the_origin_is_scheme_host_and_port() -> None:
    assert get_origin("http://[::1]:8000/a/b") == "http://[::1]:8000"


def test_a_token_given_with_an_address_may_follow_to_another_port(
    tmp_path: Path,
) -> None:
    path, moved = tmp_path / "servers.json", "http://127.0.0.1:9000"
    bind_token(path, TOKEN, "http://127.0.0.1:8000")

    check_token_server(path, _make_config(moved), moved)
    for token_url in ("", "http://127.0.0.1:8000"):
        with pytest.raises(SyncMisconfiguredError):
            check_token_server(path, _make_config(moved), token_url)
    with pytest.raises(SyncMisconfiguredError):
        check_token_server(path, _make_config(OTHER), OTHER)
