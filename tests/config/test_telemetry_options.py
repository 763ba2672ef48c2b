from __future__ import annotations

from claude_tray.config import telemetry_options
from claude_tray.config.option import OptionKind, OptionTable
from claude_tray.config.schema import Settings


def test_nothing_is_exported_by_default() -> None:
    settings = Settings()

    assert settings.notifications_command == ()
    assert settings.telemetry_prometheus_file == ""
    assert settings.telemetry_otlp_endpoint == ""
    assert settings.telemetry_projects == "hidden"
    assert settings.telemetry_interval_seconds == 60


def test_the_command_has_a_field_of_its_own() -> None:
    table = OptionTable()

    telemetry_options.declare_notification_command(table)

    (option,) = table.options
    assert option.kind is OptionKind.COMMAND
    assert option.parse("key", ["/bin/true"]) == ("/bin/true",)
