from __future__ import annotations

from claude_tray.config.schema import Settings


def test_nothing_is_exported_by_default() -> None:
    settings = Settings()

    assert settings.notifications_command == ()
    assert settings.telemetry_prometheus_file == ""
    assert settings.telemetry_otlp_endpoint == ""
    assert settings.telemetry_projects == "hidden"
    assert settings.telemetry_interval_seconds == 60
