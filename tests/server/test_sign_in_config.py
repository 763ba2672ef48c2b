from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import SettingsError
from claude_tray.server.sign_in_config import (
    OidcConfig,
    ProxyConfig,
    SignInConfig,
    is_secure_url,
    load_sign_in_config,
)

if TYPE_CHECKING:
    from pathlib import Path


OIDC = {
    "CLAUDE_TRAY_OIDC_ISSUER": "https://login.example.org/realms/team",
    "CLAUDE_TRAY_OIDC_CLIENT_ID": "claude-tray",
    "CLAUDE_TRAY_OIDC_CLIENT_SECRET": "s",
}
PROXY = {
    "CLAUDE_TRAY_PROXY_USER_HEADER": "X-Remote-User",
    "CLAUDE_TRAY_PROXY_ADDRESSES": "10.0.0.2, fd00::/64",
}


def test_single_sign_on_is_off_by_default() -> None:
    assert load_sign_in_config({}) == SignInConfig(None, None, False)  # noqa: FBT003


def test_all_settings_are_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from a file\n")
    variables = {
        **OIDC,
        **PROXY,
        "CLAUDE_TRAY_OIDC_CLIENT_SECRET": "",
        "CLAUDE_TRAY_OIDC_CLIENT_SECRET_FILE": str(secret),
        "CLAUDE_TRAY_OIDC_DOMAINS": "example.org,@Example.com",
        "CLAUDE_TRAY_OIDC_TRUST_EMAIL": "on",
        "CLAUDE_TRAY_SSO_CREATE_USERS": "yes",
    }

    config = load_sign_in_config(variables)

    assert config.oidc == OidcConfig(
        "https://login.example.org/realms/team",
        "claude-tray",
        "from a file",
        ("example.org", "example.com"),
        trusts_addresses=True,
    )
    assert config.proxy == ProxyConfig(
        "X-Remote-User", (ip_network("10.0.0.2"), ip_network("fd00::/64"))
    )
    assert config.creates_users


@pytest.mark.parametrize("variables", [OIDC, PROXY])
def test_a_missing_setting_is_named(variables: dict[str, str]) -> None:
    for name in variables:
        rest = {key: value for key, value in variables.items() if key != name}

        with pytest.raises(SettingsError) as error:
            load_sign_in_config(rest)

        assert name in error.value.summary
        assert "s" not in error.value.summary.split()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CLAUDE_TRAY_OIDC_ISSUER", "login.example.org"),
        ("CLAUDE_TRAY_OIDC_ISSUER", "http://login.example.org"),
        ("CLAUDE_TRAY_OIDC_ISSUER", "https://["),
        ("CLAUDE_TRAY_OIDC_DOMAINS", "example"),
        ("CLAUDE_TRAY_OIDC_TRUST_EMAIL", "maybe"),
        ("CLAUDE_TRAY_SSO_CREATE_USERS", "maybe"),
        ("CLAUDE_TRAY_PROXY_USER_HEADER", "X Remote"),
        ("CLAUDE_TRAY_PROXY_USER_HEADER", "X_REMOTE"),
        ("CLAUDE_TRAY_PROXY_ADDRESSES", "proxy.example.org"),
    ],
)
def test_an_invalid_value_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_sign_in_config({**OIDC, **PROXY, name: value})


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example.org/x", True),
        ("http://localhost:9400", True),
        ("http://127.0.0.1:9400", True),
        ("http://[::1]:9400", True),
        ("http://a.example.org", False),
        ("http://localhost.example.org", False),
        ("ftp://localhost", False),
        ("https://", False),
        ("", False),
    ],
)
def test_tokens_are_sent_over_https_only(url: str, *, expected: bool) -> None:
    assert is_secure_url(url) is expected
