"""Parse the server's settings from environment variables."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.config.price_tables import PRICE_TABLES
from claude_tray.core.windows import WindowRule
from claude_tray.errors import SettingsError
from claude_tray.server import (
    database_config,
    origins,
    own_files,
    secret_variables,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


IpNetwork = IPv4Network | IPv6Network

_AUTO: Final = "auto"
_TRUE: Final = ("1", "true", "yes", "on")
_FALSE: Final = ("", "0", "false", "no", "off")
_MAX_WORKERS: Final = 64
# Two years, the most that browsers' lists ask for.
_MAX_HSTS_SECONDS: Final = 2 * 365 * 24 * 3600
# "*", a name, ".domain" for all below it, or an address.
_HOST_PATTERN: Final = re.compile(
    r"\*|\.?[\w-]+(\.[\w-]+)*|\[[0-9a-fA-F:.]+\]"
)
_PREFIX_PATTERN: Final = re.compile(r"(/[A-Za-z0-9._~-]+)+")


class ServerConfig(NamedTuple):
    """
    The server's settings.

    Attributes:
        secret_key: `CLAUDE_TRAY_SECRET_KEY`, or the content of
            `CLAUDE_TRAY_SECRET_KEY_FILE`; empty: use the key file.
        allowed_hosts: `CLAUDE_TRAY_ALLOWED_HOSTS`: accepted Host headers.
        trusts_proxy: `CLAUDE_TRAY_TRUST_PROXY`: a proxy terminates TLS and
            sets the X-Forwarded headers.
        workers: `CLAUDE_TRAY_WORKERS`: number of processes.
        window_rule: `CLAUDE_TRAY_WINDOW_RULE`; None is "auto".
        price_table: `CLAUDE_TRAY_PRICE_TABLE`.
        sync_networks: `CLAUDE_TRAY_SYNC_NETWORKS`: networks that may sync;
            empty: all.
        database_url: `DATABASE_URL`, or built from `DATABASE_HOST` and
            others; empty: SQLite in the data folder.
        has_rate_limits: `CLAUDE_TRAY_RATE_LIMITS`: turn off if a proxy
            limits rates.
        cors_origins: `CLAUDE_TRAY_CORS_ORIGINS`: web pages that may call the
            API.
        email_url: `CLAUDE_TRAY_EMAIL_URL`: the mail server; empty: no mail.
        email_password: `CLAUDE_TRAY_EMAIL_PASSWORD`.
        email_from: `CLAUDE_TRAY_EMAIL_FROM`: sender of mails.
        public_url: `CLAUDE_TRAY_PUBLIC_URL`: address of this server in mails.
        webhook_hosts: `CLAUDE_TRAY_WEBHOOK_HOSTS`: the only hosts that
            webhooks may be sent to; empty: all public ones.
        is_loopback: `CLAUDE_TRAY_LOOPBACK`, set by `serve`: only this
            machine can connect.
        url_prefix: `CLAUDE_TRAY_URL_PREFIX`: path that all pages are below,
            such as "/usage"; empty: none.
        hsts_seconds: `CLAUDE_TRAY_HSTS_SECONDS`: how long browsers may use
            only HTTPS for this host; 0: no such header.
    """

    secret_key: str = ""
    allowed_hosts: tuple[str, ...] = ()
    trusts_proxy: bool = False
    workers: int = 1
    window_rule: WindowRule | None = None
    price_table: str = "anthropic"
    sync_networks: tuple[IpNetwork, ...] = ()
    database_url: str = ""
    has_rate_limits: bool = True
    cors_origins: tuple[str, ...] = ()
    email_url: str = ""
    email_password: str = ""
    email_from: str = ""
    public_url: str = ""
    webhook_hosts: tuple[str, ...] = ()
    is_loopback: bool = False
    url_prefix: str = ""
    hsts_seconds: int = 0


def load_server_config(variables: Mapping[str, str]) -> ServerConfig:
    """
    Parse environment variables.

    Raises:
        SettingsError: A value is invalid; the summary names it.
    """
    values = {
        name.removeprefix("CLAUDE_TRAY_"): value.strip()
        for name, value in variables.items()
        if name.startswith("CLAUDE_TRAY_")
    }
    return ServerConfig(
        secret_key=_parse_secret_key(variables),
        allowed_hosts=tuple(
            _parse_host(text)
            for text in parse_list(values.get("ALLOWED_HOSTS", ""))
        ),
        trusts_proxy=parse_bool("TRUST_PROXY", values),
        workers=_parse_number(
            "WORKERS", values, 1, range(1, _MAX_WORKERS + 1)
        ),
        window_rule=_parse_window_rule(values.get("WINDOW_RULE", "") or _AUTO),
        price_table=_parse_price_table(
            values.get("PRICE_TABLE", "") or PRICE_TABLES[0]
        ),
        sync_networks=tuple(
            parse_network(text, name="SYNC_NETWORKS")
            for text in parse_list(values.get("SYNC_NETWORKS", ""))
        ),
        database_url=database_config.parse_database_url(variables),
        has_rate_limits=parse_bool(
            "RATE_LIMITS", {"RATE_LIMITS": "on"} | values
        ),
        cors_origins=origins.parse_origins(
            parse_list(values.get("CORS_ORIGINS", ""))
        ),
        email_url=values.get("EMAIL_URL", ""),
        email_password=values.get("EMAIL_PASSWORD", ""),
        email_from=values.get("EMAIL_FROM", ""),
        public_url=_parse_public_url(values.get("PUBLIC_URL", "")),
        webhook_hosts=parse_list(values.get("WEBHOOK_HOSTS", "").lower()),
        is_loopback=parse_bool("LOOPBACK", values),
        url_prefix=_parse_url_prefix(values.get("URL_PREFIX", "")),
        hsts_seconds=_parse_number(
            "HSTS_SECONDS", values, 0, range(_MAX_HSTS_SECONDS + 1)
        ),
    )


def parse_list(text: str) -> tuple[str, ...]:
    """Split a value at its commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def parse_bool(name: str, values: Mapping[str, str]) -> bool:
    """
    Parse a switch; off by default.

    Raises:
        SettingsError: It is neither true nor false.
    """
    text = values.get(name, "").lower()
    if text not in _TRUE + _FALSE:
        raise build_value_error(text, "Use true or false.", name=name)
    return text in _TRUE


def _parse_secret_key(variables: Mapping[str, str]) -> str:
    key = secret_variables.read_secret_variable(
        "CLAUDE_TRAY_SECRET_KEY", variables
    )
    if key and len(key) < own_files.MIN_SECRET_KEY_LENGTH:
        summary = (
            "CLAUDE_TRAY_SECRET_KEY has fewer than"
            f" {own_files.MIN_SECRET_KEY_LENGTH} characters."
        )
        hint = "Create one with `openssl rand -base64 48`."
        raise SettingsError(summary, hint=hint)
    return key


def _parse_host(text: str) -> str:
    if not _HOST_PATTERN.fullmatch(text):
        hint = "Use host names without scheme and port, such as a.example.org."
        raise build_value_error(text, hint, name="ALLOWED_HOSTS")
    return text


def _parse_url_prefix(text: str) -> str:
    prefix = f"/{text.strip('/')}" if text.strip("/") else ""
    is_relative = {".", ".."} & set(prefix.split("/"))
    if prefix and (is_relative or not _PREFIX_PATTERN.fullmatch(prefix)):
        hint = "Use a path such as /usage."
        raise build_value_error(text, hint, name="URL_PREFIX")
    return prefix


def _parse_number(
    name: str, values: Mapping[str, str], default: int, bounds: range
) -> int:
    text = values.get(name, "") or str(default)
    if not (text.isascii() and text.isdecimal() and int(text) in bounds):
        hint = f"Use a whole number from {bounds[0]} to {bounds[-1]}."
        raise build_value_error(text, hint, name=name)
    return int(text)


def _parse_window_rule(text: str) -> WindowRule | None:
    if text == _AUTO:
        return None
    if text not in list(WindowRule):
        names = ", ".join([_AUTO, *WindowRule])
        hint = f"Use one of: {names}."
        raise build_value_error(text, hint, name="WINDOW_RULE")
    return WindowRule(text)


def _parse_price_table(text: str) -> str:
    if text not in PRICE_TABLES:
        hint = f"Use one of: {', '.join(PRICE_TABLES)}."
        raise build_value_error(text, hint, name="PRICE_TABLE")
    return text


def _parse_public_url(text: str) -> str:
    if text and not text.startswith(("https://", "http://")):
        hint = "Use an address such as https://usage.example.org."
        raise build_value_error(text, hint, name="PUBLIC_URL")
    return text.rstrip("/")


def parse_network(text: str, *, name: str) -> IpNetwork:
    """
    Parse an address or network of the variable `name`.

    Raises:
        SettingsError: It is neither.
    """
    try:
        return ip_network(text, strict=False)
    except ValueError as error:
        hint = "Use networks such as 10.0.0.0/8, separated by commas."
        raise build_value_error(text, hint, name=name) from error


def build_value_error(text: str, hint: str, *, name: str) -> SettingsError:
    """Build the error of an invalid value of the variable `name`."""
    summary = f"CLAUDE_TRAY_{name}={text!r} is invalid."
    return SettingsError(summary, hint=hint)
