"""Build the sync configuration from settings, environment and own files."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import os
import platform
import re
import secrets
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

import msgspec

from claude_tray.config.secret import Secret
from claude_tray.errors import (
    SettingsError,
    SyncMisconfiguredError,
    gettext_noop,
)
from claude_tray.platform.private_files import make_private_folder
from claude_tray.platform.small_file import read_small_file
from claude_tray.protocol.agent_sync import AGENT_SYNC_PATH
from claude_tray.protocol.codec import DECODE_ERRORS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from urllib3.util import Url

    from claude_tray.config.env import EnvVars
    from claude_tray.config.schema import Settings
    from claude_tray.platform.paths import AppPaths


_MIN_KEY_LENGTH = 16


def installation_id(path: Path) -> str:
    """
    Return the id of this installation; create it once.

    It has its own file, to survive a deleted or replaced store.

    Raises:
        SettingsError: The file cannot be created or read.
    """
    return _read_or_create(path, str(uuid.uuid4()))


def anonymization_key(path: Path) -> bytes:
    """
    Return the key of project aliases; create it once.

    Users copy it to their other machines to get the same aliases.

    Raises:
        SettingsError: The file cannot be created or read, or is too short.
    """
    text = _read_or_create(path, secrets.token_hex(32))
    if len(text) < _MIN_KEY_LENGTH:
        raise SettingsError(
            gettext_noop("The key in {path} is too short."),
            hint=gettext_noop("Delete the file to create a new key."),
            path=path,
        )
    return text.encode()


def _read_or_create(path: Path, default: str) -> str:
    """Read a private file; create it with the default if it is missing."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        make_private_folder(path.parent)
        try:
            with os.fdopen(os.open(path, flags, 0o600), "w") as file:
                file.write(f"{default}\n")
        except FileExistsError:
            pass
        return read_small_file(path).decode().strip() or default
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            gettext_noop("The file {path} cannot be used."),
            hint="{reason}",
            path=path,
            reason=error,
        ) from error


_SCHEMES: Final = ("Bearer ", "Token ")
_JWT_PARTS: Final = 3
_REFRESH_TYPE: Final = "refresh"
# A token that expires sooner is refreshed before it is used.
_EXPIRY_MARGIN_SECONDS: Final = 60


class _TokenClaims(msgspec.Struct):
    token_type: str | None = None
    exp: int | float | None = None


def build_auth_header(token: str) -> str:
    """
    Build the Authorization header; keep a scheme in the token.

    Raises:
        SyncMisconfiguredError: The token has characters that no token has.
    """
    if not token.isascii() or not token.isprintable():
        raise SyncMisconfiguredError(
            gettext_noop("The sync token contains invalid characters."),
            hint=gettext_noop("Copy the token again."),
        )
    return token if token.startswith(_SCHEMES) else f"Bearer {token}"


def is_refresh_token(token: str) -> bool:
    """Check for a token that only yields access tokens."""
    return _decode_claims(token).token_type == _REFRESH_TYPE


def is_expiring(token: str, now: float) -> bool:
    """Check whether a token must be refreshed; an empty one must."""
    expires_at = _decode_claims(token).exp
    return not token or (
        expires_at is not None and expires_at < now + _EXPIRY_MARGIN_SECONDS
    )


def fingerprint_token(token: str) -> str:
    """Hash a token, to compare it without storing it."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def _decode_claims(token: str) -> _TokenClaims:
    """Decode the claims of a JSON web token, unverified; else no claims."""
    for scheme in _SCHEMES:
        token = token.removeprefix(scheme)
    parts = token.split(".")
    if len(parts) != _JWT_PARTS:
        return _TokenClaims()
    try:
        data = base64.urlsafe_b64decode(parts[1] + "==")
        return msgspec.json.decode(data, type=_TokenClaims)
    except (ValueError, *DECODE_ERRORS):
        return _TokenClaims()


_LOCALHOST: Final = "localhost"
# Browsers and libraries disagree about these.
_INVALID_URL_CHARS: Final = re.compile(r"[\x00-\x20\\\x7f]")
_HOST_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
NAMES: Final = "names"
ALIASES: Final = "aliases"
HIDDEN: Final = "hidden"


class SyncEndpoint(NamedTuple):
    """
    Address of a server.

    Attributes:
        url: Base of all request URLs, without a trailing slash.
        is_loopback: The server runs on this machine.
    """

    url: str
    is_loopback: bool

    @property
    def agent_sync_url(self) -> str:
        return self.url + AGENT_SYNC_PATH


def parse_endpoint(text: str) -> SyncEndpoint:
    """
    Parse an address that a token may be sent to.

    Accept the address of the server or of agent-sync itself.

    Raises:
        SyncMisconfiguredError: The address is invalid or not encrypted.
    """
    parts = _parse_url(text.strip())
    host = parts.host or ""
    is_loopback = is_loopback_host(host)
    if parts.scheme == "http" and not is_loopback:
        _raise_invalid_url(
            gettext_noop(
                "The sync URL must start with https://, because http:// exposes the token."
            )
        )
    path = (parts.path or "").rstrip("/") + "/"
    for suffix in (
        AGENT_SYNC_PATH,
        AGENT_SYNC_PATH.removesuffix("agent-sync/"),
    ):
        path = path.removesuffix(suffix.lstrip("/"))
    port = f":{parts.port}" if parts.port is not None else ""
    url = f"{parts.scheme}://{host.lower()}{port}{path.rstrip('/')}"
    return SyncEndpoint(url, is_loopback)


def _parse_url(text: str) -> Url:
    """Parse a URL without user name, password, query and odd host."""
    # Late: most commands do not sync. It is the parser that also decides
    # which host is called.
    from urllib3.exceptions import LocationParseError
    from urllib3.util import parse_url

    if _INVALID_URL_CHARS.search(text):
        _raise_invalid_url(gettext_noop("The sync URL is invalid."))
    try:
        parts = parse_url(text)
    except LocationParseError:
        _raise_invalid_url(gettext_noop("The sync URL is invalid."))
    if parts.scheme not in ("http", "https") or not parts.host:
        _raise_invalid_url(
            gettext_noop(
                "The sync URL must start with https:// and name a server."
            )
        )
    if parts.auth is not None:
        _raise_invalid_url(
            gettext_noop(
                "The sync URL must not contain a user name or password."
            )
        )
    if "?" in text or "#" in text:
        _raise_invalid_url(
            gettext_noop("The sync URL must not contain ? or #.")
        )
    if not _is_host(parts.host):
        _raise_invalid_url(
            gettext_noop(
                "The sync URL must name a server by its name or IP address."
            )
        )
    return parts


def _is_host(host: str) -> bool:
    """Return whether a host is a name or an IP address, without escapes."""
    if host.startswith("["):
        return _parse_ip(host) is not None
    return _HOST_NAME.fullmatch(host) is not None


def is_loopback_host(host: str) -> bool:
    """
    Return whether a host is this computer.

    Only "localhost" and addresses of the loopback network are: other names,
    as "x.localhost", are looked up in the DNS.

    Args:
        host: Name or IP address, IPv6 with or without brackets.
    """
    if host.lower() == _LOCALHOST:
        return True
    address = _parse_ip(host)
    return address is not None and address.is_loopback


def _parse_ip(
    host: str,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def _raise_invalid_url(summary: str) -> NoReturn:
    # Without the URL itself: it may contain a password.
    raise SyncMisconfiguredError(
        summary,
        hint=gettext_noop(
            "Set sync.url in settings.toml or CLAUDE_USAGE_API_URL."
        ),
    )


class PrivacySettings(NamedTuple):
    """
    Names that the user shares.

    Attributes:
        projects: Send project "names" or "aliases", or "hidden".
        exclude: Patterns (*, ?) of names or paths of projects not to send.
        key: Secret for aliases, the same on all machines of the user.
        home: Home folder, sent as ~.
    """

    projects: str = NAMES
    exclude: tuple[str, ...] = ()
    key: bytes = b""
    home: str = ""


class SyncInterval(NamedTuple):
    """
    Time between requests.

    Attributes:
        batch_seconds: Seconds to collect new data.
        retry_seconds: Seconds between runs, for receivers that replace whole
            sessions.
    """

    batch_seconds: float = 10.0
    retry_seconds: float = 300.0


class SyncConfig(NamedTuple):
    """
    Where and what to send.

    Attributes:
        endpoint: Address of the server.
        token: Token for the server.
        privacy: What the user shares.
        account_folders: Claude folder by account, the last used first.
        machine_id: Id of this installation.
        machine_name: Its display name.
        interval: Time between requests.
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
    Build the sync configuration.

    Args:
        settings: Settings of the user.
        environment: Variables, which override the settings.
        paths: Paths of own files.
        account_folders: Claude folder by account, the last used first.
        load_token: Returns the saved token of a URL; empty without one.

    Raises:
        SyncMisconfiguredError: The URL or the token is missing or invalid.
        SettingsError: An own file cannot be read or written.
    """
    url = environment.api_url or settings.sync_url
    if not url:
        raise SyncMisconfiguredError(
            gettext_noop("No sync URL is set."),
            hint=gettext_noop(
                "Set sync.url in settings.toml or CLAUDE_USAGE_API_URL."
            ),
        )
    endpoint = parse_endpoint(url)
    token = environment.api_token or Secret(load_token(endpoint.url))
    if not token:
        _raise_missing_token(endpoint.url, paths)
    has_aliases = settings.sync_projects == ALIASES
    return SyncConfig(
        endpoint,
        token,
        PrivacySettings(
            settings.sync_projects,
            settings.sync_exclude,
            anonymization_key(paths.alias_key_file) if has_aliases else b"",
            str(Path.home()),
        ),
        account_folders,
        installation_id(paths.machine_id_file),
        settings.sync_machine_name or platform.node(),
        SyncInterval(retry_seconds=settings.sync_every_seconds),
    )


def _raise_missing_token(url: str, paths: AppPaths) -> NoReturn:
    raise SyncMisconfiguredError(
        gettext_noop("No token is set for {url}."),
        hint=gettext_noop(
            "Set CLAUDE_USAGE_API_TOKEN in the environment or {env_file}."
        ),
        url=url,
        env_file=paths.env_file,
    )
