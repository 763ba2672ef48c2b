from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.desktop.paths import Own
from claude_tray.errors import SyncMisconfiguredError
from claude_tray.settings.environment import Environment
from claude_tray.settings.parse import Settings
from claude_tray.settings.secret import Secret
from claude_tray.sync.plan import plan_of

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.sync.plan import Plan

URL = "https://usage.example"


@pytest.fixture
def own(tmp_path: Path) -> Own:
    return Own(tmp_path / "settings.toml", tmp_path / "usage.db", tmp_path)


def _plan(
    own: Own,
    settings: Settings = Settings(),  # noqa: B008 - never changed
    environment: Environment = Environment(),  # noqa: B008 - likewise
    keyring: str = "",
) -> Plan:
    return plan_of(settings, environment, own, {}, lambda _: keyring)


def test_the_environment_holds_over_the_settings(own: Own) -> None:
    settings = Settings(sync_url="https://other.example")
    plan = _plan(own, settings, Environment(api_url=URL), "from the keyring")

    assert plan.address.url == URL
    assert plan.token == "from the keyring"
    assert "keyring" not in repr(plan)


def test_a_token_of_the_environment_holds_over_the_keyring(own: Own) -> None:
    environment = Environment(api_url=URL, api_token=Secret("mine"))

    assert _plan(own, environment=environment, keyring="x").token == "mine"


def test_choices_are_carried_over(own: Own) -> None:
    settings = Settings(
        sync_url=URL,
        sync_projects="aliases",
        sync_exclude=("notes",),
        sync_every_seconds=60,
        sync_machine_name="desk",
    )

    plan = _plan(own, settings, keyring="x")

    assert plan.privacy.projects == "aliases"
    assert plan.privacy.exclude == ("notes",)
    assert plan.privacy.key == own.alias_key.read_bytes().strip()
    assert plan.rhythm.every == 60
    assert plan.machine_name == "desk"
    assert plan.machine_id == own.machine_id.read_text().strip()


def test_a_machine_without_a_name_has_its_own(own: Own) -> None:
    plan = _plan(own, Settings(sync_url=URL), keyring="x")

    assert plan.machine_name
    assert plan.privacy.key == b""


def test_without_an_address_or_a_token_it_says_what_to_do(own: Own) -> None:
    with pytest.raises(SyncMisconfiguredError, match="no address") as caught:
        _plan(own)
    assert "sync.url" in caught.value.hint

    with pytest.raises(SyncMisconfiguredError, match="no token") as caught:
        _plan(own, Settings(sync_url=URL))
    assert str(own.env_file) in caught.value.hint
