"""Where usage is forwarded to and how, made from what a person chose."""

from __future__ import annotations

import ipaddress
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn
from urllib.parse import urlsplit

from claude_tray.config.secret import Secret
from claude_tray.errors import SyncMisconfiguredError
from claude_tray.protocol.agent_sync import AGENT_SYNC_PATH
from claude_tray.sync.credentials import anonymization_key, installation_id
from claude_tray.sync.privacy import ALIASES, PrivacySettings
from claude_tray.sync.retry import SyncInterval

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from claude_tray.config.env import EnvVars
    from claude_tray.config.schema import Settings
    from claude_tray.platform.paths import AppPaths


_LOCALHOST: Final = "localhost"


class SyncEndpoint(NamedTuple):
    """
    A server's address.

    Attributes:
        url: Without what comes after it in requests.
        is_loopback: It is this machine.
    """

    url: str
    is_loopback: bool

    @property
    def agent_sync_url(self) -> str:
        return self.url + AGENT_SYNC_PATH


def parse_endpoint(text: str) -> SyncEndpoint:
    """
    Return an address that a token may be sent to.

    The address of agent-sync itself may be given, too.

    Raises:
        SyncMisconfiguredError: It is none.
    """
    try:
        parts = urlsplit(text.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        _raise_invalid_url("is no address")
    if parts.scheme not in ("http", "https") or not host:
        _raise_invalid_url("must begin with https:// and name a server")
    if parts.username is not None or parts.password is not None:
        _raise_invalid_url("must not hold a user name or password")
    if parts.query or parts.fragment:
        _raise_invalid_url("must not hold ? or #")
    is_loopback = _is_loopback(host)
    if parts.scheme == "http" and not is_loopback:
        _raise_invalid_url(
            "must begin with https://: http:// shows the token to others"
        )
    path = parts.path.rstrip("/") + "/"
    for suffix in (
        AGENT_SYNC_PATH,
        AGENT_SYNC_PATH.removesuffix("agent-sync/"),
    ):
        path = path.removesuffix(suffix.lstrip("/"))
    netloc = parts.netloc.lower()
    url = f"{parts.scheme}://{netloc}{path.rstrip('/')}"
    return SyncEndpoint(url, is_loopback)


def _is_loopback(host: str) -> bool:
    if host == _LOCALHOST or host.endswith(f".{_LOCALHOST}"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _raise_invalid_url(reason: str) -> NoReturn:
    # Never the text itself: it may hold a password.
    summary = f"The address to sync with {reason}."
    hint = "Set sync.url in settings.toml or CLAUDE_USAGE_API_URL."
    raise SyncMisconfiguredError(summary, hint=hint)


class SyncConfig(NamedTuple):
    """
    Where usage is forwarded to and how.

    Attributes:
        endpoint: The server's.
        token: For it.
        privacy: What is let out.
        account_folders: The Claude folder of each account, the one used last first.
        machine_id: This installation's.
        machine_name: For people.
        interval: How often that is.
    """

    endpoint: SyncEndpoint
    token: Secret
    privacy: PrivacySettings
    account_folders: Mapping[str, str]
    machine_id: str
    machine_name: str
    interval: SyncInterval


def load_config(
    settings: Settings,
    environment: EnvVars,
    paths: AppPaths,
    account_folders: Mapping[str, str],
    load_token: Callable[[str], str],
) -> SyncConfig:
    """
    Return the plan that a person's choices make.

    Args:
        settings: What they chose.
        environment: What it tells holds over the settings.
        paths: Where own files lie.
        account_folders: The Claude folder of each account, the one used last first.
        load_token: Returns the token kept for an address.

    Raises:
        SyncMisconfiguredError: The address or the token is missing or wrong.
        SettingsError: An own file cannot be used.
    """
    url = environment.api_url or settings.sync_url
    if not url:
        summary = "There is no address to sync with."
        hint = "Set sync.url in settings.toml or CLAUDE_USAGE_API_URL."
        raise SyncMisconfiguredError(summary, hint=hint)
    endpoint = parse_endpoint(url)
    token = environment.api_token or Secret(load_token(endpoint.url))
    if not token:
        summary = f"There is no token for {endpoint.url}."
        hint = f"Set CLAUDE_USAGE_API_TOKEN, or put it into {paths.env_file}."
        raise SyncMisconfiguredError(summary, hint=hint)
    uses_aliases = settings.sync_projects == ALIASES
    return SyncConfig(
        endpoint,
        token,
        PrivacySettings(
            settings.sync_projects,
            settings.sync_exclude,
            anonymization_key(paths.alias_key_file) if uses_aliases else b"",
            str(Path.home()),
        ),
        account_folders,
        installation_id(paths.machine_id_file),
        settings.sync_machine_name or platform.node(),
        SyncInterval(retry_seconds=settings.sync_every_seconds),
    )
