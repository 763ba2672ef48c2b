from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("keyring", reason="the extra keyring")

import keyring
from keyring.backends.fail import Keyring as NoKeyring

from claude_tray.app.context import AppContext, load_context
from claude_tray.app.sync_token import (
    has_token,
    load_endpoint,
    set_env_token,
    store_token,
)
from claude_tray.config.secret import Secret
from claude_tray.errors import SettingsError, SyncMisconfiguredError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def context(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[AppContext]:
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call] # as the library has it
    monkeypatch.setenv("CLAUDE_TRAY_HOME", str(tmp_path))
    for name in ("CLAUDE_USAGE_API_URL", "CLAUDE_USAGE_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "config" / "settings.toml"
    path.parent.mkdir()
    path.write_text('[sync]\nurl = "https://usage.example/"\n')
    yield load_context(argparse.Namespace(claude_path=""))
    keyring.set_keyring(before)


def test_a_token_is_stored_beside_other_variables(context: AppContext) -> None:
    path = context.paths.env_file
    path.write_text("OTHER=1\nexport CLAUDE_USAGE_API_TOKEN=old")

    stored = store_token(context, " it's new\n")

    assert stored == path
    assert path.read_text() == (
        "OTHER=1\nCLAUDE_USAGE_API_TOKEN='it\\'s new'\n"
    )
    assert load_endpoint(context).url == "https://usage.example"


def test_a_token_needs_an_address_and_a_text(context: AppContext) -> None:
    without = context._replace(settings=context.settings._replace(sync_url=""))

    with pytest.raises(SyncMisconfiguredError, match="No token"):
        store_token(context, " ")
    with pytest.raises(SyncMisconfiguredError, match="name a server"):
        store_token(without, "token")
    with pytest.raises(SyncMisconfiguredError, match="invalid characters"):
        store_token(context, "t\u00f6ken")
    assert not context.paths.env_file.exists()


def test_a_file_that_cannot_be_written_is_reported(
    context: AppContext,
) -> None:
    context.paths.env_file.mkdir()

    with pytest.raises(SettingsError, match=r"Cannot write .*\.env"):
        store_token(context, "token")


def test_a_token_of_the_environment_is_known(context: AppContext) -> None:
    environment = context.environment._replace(api_token=Secret("token"))
    no_address = context._replace(
        settings=context.settings._replace(sync_url="")
    )

    assert has_token(context._replace(environment=environment))
    assert not has_token(context)
    assert not has_token(no_address)


def test_a_file_may_end_without_a_line_break() -> None:
    assert set_env_token("A=1", "t") == "A=1\nCLAUDE_USAGE_API_TOKEN='t'\n"
