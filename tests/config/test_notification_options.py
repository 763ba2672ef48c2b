from __future__ import annotations

import pytest

from claude_tray.config import notification_options
from claude_tray.config.option import OptionKind, OptionTable
from claude_tray.config.schema import Settings
from claude_tray.config.settings import parse_settings


def test_the_command_has_a_field_of_its_own() -> None:
    table = OptionTable()

    notification_options.declare_notification_command(table)

    (option,) = table.options
    assert option.kind is OptionKind.COMMAND
    assert option.parse("key", ["/bin/true"]) == ("/bin/true",)


def test_cold_caches_are_announced_only_if_asked_for() -> None:
    settings = Settings()

    assert not settings.notifications_cold_cache
    assert settings.notifications_cold_cache_minutes == 3


@pytest.mark.parametrize("minutes", [0, 31, "3", True])
def test_other_minutes_are_refused(minutes: object) -> None:
    name = "cold_cache_minutes"
    settings = parse_settings({"notifications": {name: minutes}})

    assert list(settings.invalid) == [f"notifications.{name}"]
    assert settings.notifications_cold_cache_minutes == 3
