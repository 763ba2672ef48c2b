from __future__ import annotations

import pytest

from claude_tray.config.env import EnvVars
from claude_tray.config.schema import Settings
from claude_tray.errors import ClaudeTrayError
from claude_tray.sync.settings_check import check_sync_settings

URL = "https://tray.example"


@pytest.mark.parametrize(
    ("settings", "environment"),
    [
        (Settings(), EnvVars()),
        (Settings(sync_enabled=True, sync_url=URL), EnvVars()),
        (Settings(sync_enabled=True), EnvVars(api_url=URL)),
        (Settings(sync_url="http://localhost:8000"), EnvVars()),
    ],
)
def test_sync_can_be_on_with_an_address(
    settings: Settings, environment: EnvVars
) -> None:
    check_sync_settings(settings, environment)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Settings(sync_enabled=True), "needs the address"),
        (Settings(sync_url="http://tray.example"), "exposes the token"),
        (Settings(sync_url="tray"), "must start with https://"),
    ],
)
def test_sync_without_a_usable_address_is_refused(
    settings: Settings, expected: str
) -> None:
    with pytest.raises(ClaudeTrayError) as excinfo:
        check_sync_settings(settings, EnvVars())

    assert expected in excinfo.value.summary
