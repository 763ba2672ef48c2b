from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from claude_tray.config.schema import Settings
from claude_tray.config.settings import LoadedSettings, parse_settings
from claude_tray.errors import SettingsError
from claude_tray.platform.paths import resolve_app_paths
from claude_tray.telemetry.targets import (
    build_privacy,
    check_telemetry_settings,
    parse_headers,
    parse_otlp_endpoint,
    resolve_prometheus_path,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://otlp.example.com", "https://otlp.example.com/v1/metrics"),
        (
            "https://O.example.com:4318/",
            "https://o.example.com:4318/v1/metrics",
        ),
        ("http://localhost:4318", "http://localhost:4318/v1/metrics"),
        ("http://[::1]:4318", "http://[::1]:4318/v1/metrics"),
        (
            "http://127.0.0.1:9090/api/v1/otlp",
            "http://127.0.0.1:9090/api/v1/otlp/v1/metrics",
        ),
        (" https://a.example/v1/metrics/ ", "https://a.example/v1/metrics"),
    ],
)
def test_the_path_of_metrics_is_added_once(text: str, expected: str) -> None:
    assert parse_otlp_endpoint(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com",
        "http://example.com:4318",
        "http://localhost.example.com",
        "ftp://localhost",
        "https://ana:s3cret@example.com",
        "https://example.com/?token=s3cret",
        "https://example.com#s3cret",
        "https://exa mple.com",
        "grpc://localhost:4317",
    ],
)
def test_addresses_that_leak_are_refused(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_otlp_endpoint(text)

    assert "https://" in caught.value.hint
    assert "s3cret" not in caught.value.describe()


def test_headers_are_decoded() -> None:
    text = "Authorization=Basic%20YWJj, X-Scope-OrgID = 1,"

    assert parse_headers(text) == {
        "Authorization": "Basic YWJj",
        "X-Scope-OrgID": "1",
    }
    assert parse_headers("a=b=c") == {"a": "b=c"}
    assert parse_headers("") == {}


@pytest.mark.parametrize(
    "text",
    ["s3cret", "a b=s3cret", "=s3cret", "a=s3cret%0d%0aX: y", "a=s3cretö"],
)
def test_malformed_headers_are_refused_without_showing_them(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_headers(text)

    assert "s3cret" not in caught.value.describe()
    assert "s3cret" not in repr(caught.value)


def test_the_file_needs_a_full_path_in_a_folder(tmp_path: Path) -> None:
    good = tmp_path / "claude.prom"

    assert resolve_prometheus_path(str(good)) == good
    for name, problem in (
        ("claude.prom", "full path"),
        (str(tmp_path / "gone" / "claude.prom"), "There is no folder"),
        (str(tmp_path), "not a file"),
        (os.devnull, "not a file" if os.name == "posix" else ""),
    ):
        with pytest.raises(SettingsError, match=problem):
            resolve_prometheus_path(name)


def test_unusable_settings_are_refused(tmp_path: Path) -> None:
    check_telemetry_settings(Settings())
    check_telemetry_settings(
        Settings(
            telemetry_otlp_endpoint="http://localhost:4318",
            telemetry_prometheus_file=str(tmp_path / "a.prom"),
        )
    )
    for settings in (
        Settings(telemetry_otlp_endpoint="http://example.com"),
        Settings(telemetry_prometheus_file="a.prom"),
    ):
        with pytest.raises(SettingsError):
            check_telemetry_settings(settings)


@pytest.mark.parametrize(
    ("values", "is_blocked"),
    [
        ({"telemetry": {"projects": "all"}}, True),
        ({"telemetry": {"interval_seconds": 0}}, True),
        ({"sync": {"exclude": "secret"}}, True),
        ({"sync": {"enabled": 3}}, False),
        ({"icon": {"style": "square"}}, False),
    ],
)
def test_an_invalid_option_stops_the_export(
    values: dict[str, dict[str, object]], *, is_blocked: bool
) -> None:
    loaded = LoadedSettings(parse_settings(values))

    assert (loaded.telemetry_error is not None) == is_blocked


def test_an_unreadable_file_stops_the_export() -> None:
    error = SettingsError("It is broken.")

    assert LoadedSettings(Settings(), error).telemetry_error is error


def test_names_of_projects_follow_the_setting(tmp_path: Path) -> None:
    paths = resolve_app_paths(str(tmp_path))
    settings = Settings(sync_exclude=("secret",))

    hidden = build_privacy("hidden", settings, paths)
    assert not paths.alias_key_file.exists()
    aliases = build_privacy("aliases", settings, paths)

    assert hidden.projects == "hidden"
    assert (aliases.projects, aliases.exclude) == ("aliases", ("secret",))
    assert aliases.key == paths.alias_key_file.read_bytes().strip()
    assert build_privacy("names", settings, paths).key == b""
