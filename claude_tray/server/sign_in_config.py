"""Parse the settings of single sign-on from environment variables."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from claude_tray.errors import SettingsError
from claude_tray.server.config import (
    IpNetwork,
    build_value_error,
    parse_bool,
    parse_list,
    parse_network,
)
from claude_tray.server.secret_variables import read_secret_variable

if TYPE_CHECKING:
    from collections.abc import Mapping


_PREFIX: Final = "CLAUDE_TRAY_"
_HEADER_PATTERN: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_DOMAIN_PATTERN: Final = re.compile(r"[\w-]+(\.[\w-]+)+")


class OidcConfig(NamedTuple):
    """
    Settings of an OpenID Connect provider.

    Attributes:
        issuer: `CLAUDE_TRAY_OIDC_ISSUER`: URL of the provider.
        client_id: `CLAUDE_TRAY_OIDC_CLIENT_ID`.
        client_secret: `CLAUDE_TRAY_OIDC_CLIENT_SECRET`, or the content of
            `CLAUDE_TRAY_OIDC_CLIENT_SECRET_FILE`.
        domains: `CLAUDE_TRAY_OIDC_DOMAINS`: domains of the e-mail addresses
            that may sign in; empty: all.
        trusts_addresses: `CLAUDE_TRAY_OIDC_TRUST_EMAIL`: accept e-mail
            addresses that the provider does not mark as verified.
    """

    issuer: str
    client_id: str
    client_secret: str
    domains: tuple[str, ...] = ()
    trusts_addresses: bool = False


class ProxyConfig(NamedTuple):
    """
    Settings of a proxy that authenticates users.

    Attributes:
        header: `CLAUDE_TRAY_PROXY_USER_HEADER`: its header with the name or
            e-mail address of the user.
        addresses: `CLAUDE_TRAY_PROXY_ADDRESSES`: where it connects from.
    """

    header: str
    addresses: tuple[IpNetwork, ...]


class SignInConfig(NamedTuple):
    """
    How users sign in besides by password.

    Attributes:
        oidc: None without a provider.
        proxy: None without such a proxy.
        creates_users: `CLAUDE_TRAY_SSO_CREATE_USERS`: create users who sign
            in for the first time.
    """

    oidc: OidcConfig | None = None
    proxy: ProxyConfig | None = None
    creates_users: bool = False


def load_sign_in_config(variables: Mapping[str, str]) -> SignInConfig:
    """
    Parse environment variables.

    Raises:
        SettingsError: A value is invalid or missing; the summary names it.
    """
    values = {
        name.removeprefix(_PREFIX): value.strip()
        for name, value in variables.items()
        if name.startswith(_PREFIX)
    }
    return SignInConfig(
        _load_oidc(values, variables),
        _load_proxy(values),
        parse_bool("SSO_CREATE_USERS", values),
    )


def _load_oidc(
    values: Mapping[str, str], variables: Mapping[str, str]
) -> OidcConfig | None:
    secret_name = "OIDC_CLIENT_SECRET"  # noqa: S105 - a name
    secret = read_secret_variable(_PREFIX + secret_name, variables)
    required = {
        "OIDC_ISSUER": values.get("OIDC_ISSUER", ""),
        "OIDC_CLIENT_ID": values.get("OIDC_CLIENT_ID", ""),
        secret_name: secret,
    }
    if not _require_all_or_none(required):
        return None
    return OidcConfig(
        _parse_issuer(required["OIDC_ISSUER"]),
        required["OIDC_CLIENT_ID"],
        secret,
        tuple(map(_parse_domain, parse_list(values.get("OIDC_DOMAINS", "")))),
        parse_bool("OIDC_TRUST_EMAIL", values),
    )


def _load_proxy(values: Mapping[str, str]) -> ProxyConfig | None:
    name = "PROXY_ADDRESSES"
    header = values.get("PROXY_USER_HEADER", "")
    addresses = values.get(name, "")
    required = {"PROXY_USER_HEADER": header, name: addresses}
    if not _require_all_or_none(required):
        return None
    if not _HEADER_PATTERN.fullmatch(header):
        hint = "Use the name of a header, such as X-Remote-User."
        raise build_value_error(header, hint, name="PROXY_USER_HEADER")
    return ProxyConfig(
        header,
        tuple(
            parse_network(text, name=name) for text in parse_list(addresses)
        ),
    )


def _require_all_or_none(values: Mapping[str, str]) -> bool:
    """Return whether all are set; some without the others are an error."""
    missing = [name for name, value in values.items() if not value]
    if missing and len(missing) < len(values):
        summary = f"{_PREFIX}{missing[0]} is not set."
        names = ", ".join(_PREFIX + name for name in values)
        raise SettingsError(summary, hint=f"Set all of {names}, or none.")
    return not missing


def _parse_issuer(text: str) -> str:
    if not is_secure_url(text):
        hint = "Use a URL such as https://login.example.org/realms/team."
        raise build_value_error(text, hint, name="OIDC_ISSUER")
    return text


def is_secure_url(text: str) -> bool:
    """Return whether a URL uses HTTPS, or HTTP on this machine."""
    try:
        url = urlsplit(text)
    except ValueError:
        return False
    host = url.hostname or ""
    if url.scheme == "https":
        return bool(host)
    return url.scheme == "http" and _is_loopback(host)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _parse_domain(text: str) -> str:
    domain = text.lower().removeprefix("@")
    if not _DOMAIN_PATTERN.fullmatch(domain):
        hint = "Use domains such as example.org, separated by commas."
        raise build_value_error(text, hint, name="OIDC_DOMAINS")
    return domain
