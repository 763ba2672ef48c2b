"""Check and convert the settings of the export for monitoring."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from claude_tray.errors import (
    SettingsError,
    SyncMisconfiguredError,
    gettext_noop,
)
from claude_tray.sync import config as sync_config

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claude_tray.config.env import EnvVars
    from claude_tray.config.schema import Settings
    from claude_tray.platform.paths import AppPaths


STDOUT_NAME: Final = "-"
_METRICS_PATH: Final = "/v1/metrics"
_LIBRARY: Final = "opentelemetry.exporter.otlp.proto.http.metric_exporter"
# See https://www.rfc-editor.org/rfc/rfc9110#name-tokens
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


class OtlpTarget(NamedTuple):
    """
    Where metrics are sent.

    Attributes:
        url: Address of the metrics of an OTLP receiver.
        headers: Secret headers of each request.
        instance: Identifies this computer among those that send there.
    """

    url: str
    headers: Mapping[str, str]
    instance: str = ""


def parse_otlp_endpoint(text: str) -> str:
    """
    Return the address that metrics are posted to.

    Args:
        text: Address of a receiver, with or without `/v1/metrics`.

    Raises:
        SettingsError: It is invalid or not encrypted.
    """
    try:
        url = sync_config.parse_endpoint(text).url
    except SyncMisconfiguredError as error:
        # Without the address itself: it may contain a password.
        raise SettingsError(
            gettext_noop("The OpenTelemetry address cannot be used."),
            hint=gettext_noop(
                "It must start with https:// (http:// on this computer only)"
                " and have no user name, password, ? or #."
            ),
        ) from error
    return url if url.endswith(_METRICS_PATH) else url + _METRICS_PATH


def check_otlp_library() -> None:
    """
    Check that the optional library is installed, without importing it.

    Raises:
        SettingsError: It is not.
    """
    try:
        is_installed = find_spec(_LIBRARY) is not None
    except ModuleNotFoundError:
        is_installed = False
    if not is_installed:
        raise SettingsError(
            gettext_noop("Sending metrics needs the OpenTelemetry SDK."),
            hint=gettext_noop("Run: pip install 'claude-tray[telemetry]'"),
        )


def parse_headers(text: str) -> dict[str, str]:
    """
    Parse headers as OTEL_EXPORTER_OTLP_HEADERS has them.

    Args:
        text: Such as "Authorization=Basic%20abc,X-Scope-OrgID=1".

    Raises:
        SettingsError: It is malformed; the message does not contain it.
    """
    headers = {}
    for part in filter(str.strip, text.split(",")):
        name, separator, value = part.partition("=")
        name, value = name.strip(), unquote(value.strip())
        is_valid = value.isascii() and value.isprintable()
        if not separator or not _HEADER_NAME.fullmatch(name) or not is_valid:
            raise SettingsError(
                gettext_noop("CLAUDE_TRAY_OTLP_HEADERS is malformed."),
                hint=gettext_noop(
                    "Write NAME=VALUE, several separated by commas."
                ),
            )
        headers[name] = value
    return headers


def load_otlp_target(
    endpoint: str, settings: Settings, environment: EnvVars, paths: AppPaths
) -> OtlpTarget:
    """
    Return where metrics are sent.

    Args:
        endpoint: Address of the receiver.
        settings: Settings of the user.
        environment: Variables, with the secret headers.
        paths: Own files; one has the ID of this installation.

    Raises:
        SettingsError: Address or headers are invalid, or the library is not
            installed.
    """
    check_otlp_library()
    instance = settings.sync_machine_name or sync_config.installation_id(
        paths.machine_id_file
    )
    return OtlpTarget(
        parse_otlp_endpoint(endpoint),
        parse_headers(str(environment.otlp_headers)),
        instance,
    )


def resolve_prometheus_path(text: str) -> Path:
    """
    Return the path of the file for Prometheus.

    Raises:
        SettingsError: It is no full path of a file, or its folder is missing.
    """
    path = Path(text).expanduser() if text.startswith("~") else Path(text)
    if not path.is_absolute():
        raise SettingsError(
            gettext_noop("The file for Prometheus needs a full path."),
            hint=gettext_noop("Begin with the root folder or with ~."),
        )
    check_file_target(path)
    return path


def check_file_target(path: Path) -> None:
    """
    Check that a file can be replaced.

    Raises:
        SettingsError: It is a folder or device, or its folder is missing.
    """
    if path.exists() and not path.is_file():
        raise SettingsError(
            gettext_noop("{path} is not a file that can be replaced."),
            path=path,
        )
    if not path.parent.is_dir():
        raise SettingsError(
            gettext_noop("There is no folder {path}."),
            hint=gettext_noop("Create it first."),
            path=path.parent,
        )


def check_telemetry_settings(settings: Settings) -> None:
    """
    Check changed settings before they are saved.

    Raises:
        SettingsError: The address or the file cannot be used.
    """
    if settings.telemetry_otlp_endpoint:
        parse_otlp_endpoint(settings.telemetry_otlp_endpoint)
        check_otlp_library()
    if settings.telemetry_prometheus_file:
        resolve_prometheus_path(settings.telemetry_prometheus_file)


def build_privacy(
    projects: str, settings: Settings, paths: AppPaths
) -> sync_config.PrivacySettings:
    """
    Return how projects are named.

    Args:
        projects: "hidden", "aliases" or "names".
        settings: Has the excluded projects.
        paths: Own files; one has the key of aliases.

    Raises:
        SettingsError: The key of aliases cannot be used.
    """
    if projects == sync_config.HIDDEN:
        return sync_config.PrivacySettings(sync_config.HIDDEN)
    has_aliases = projects == sync_config.ALIASES
    return sync_config.PrivacySettings(
        projects,
        settings.sync_exclude,
        sync_config.anonymization_key(paths.alias_key_file)
        if has_aliases
        else b"",
        str(Path.home()),
    )
