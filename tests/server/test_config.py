from __future__ import annotations

from ipaddress import ip_network

import pytest

from claude_tray.core.windows import WindowRule
from claude_tray.errors import SettingsError
from claude_tray.server.config import ServerConfig, load_server_config


def test_defaults_apply_without_variables() -> None:
    assert load_server_config({}) == ServerConfig()


def test_every_variable_is_read() -> None:
    settings = load_server_config(
        {
            "CLAUDE_TRAY_SECRET_KEY": "k" * 32,
            "CLAUDE_TRAY_ALLOWED_HOSTS": "a.example.org, b.example.org",
            "CLAUDE_TRAY_TRUST_PROXY": "Yes",
            "CLAUDE_TRAY_WORKERS": "4",
            "CLAUDE_TRAY_WINDOW_RULE": "hour",
            "CLAUDE_TRAY_PRICE_TABLE": "agent-sync",
            "CLAUDE_TRAY_SYNC_NETWORKS": "10.1.2.3/8,2001:db8::/32",
            "CLAUDE_TRAY_RATE_LIMITS": "off",
            "CLAUDE_TRAY_CORS_ORIGINS": "https://A.example.org, http://[::1]:5173",
            "CLAUDE_TRAY_EMAIL_URL": "smtp://mail.example.org",
            "CLAUDE_TRAY_EMAIL_PASSWORD": "p/w",
            "CLAUDE_TRAY_EMAIL_FROM": "usage@example.org",
            "CLAUDE_TRAY_PUBLIC_URL": "https://usage.example.org/",
            "CLAUDE_TRAY_WEBHOOK_HOSTS": "Chat.example.org, 127.0.0.1",
            "CLAUDE_TRAY_LOOPBACK": "1",
            "CLAUDE_TRAY_URL_PREFIX": "/tools/usage/",
            "CLAUDE_TRAY_HSTS_SECONDS": "3600",
            "DATABASE_URL": "postgres://localhost/usage",
        },
    )

    assert settings == ServerConfig(
        secret_key="k" * 32,
        allowed_hosts=("a.example.org", "b.example.org"),
        trusts_proxy=True,
        workers=4,
        window_rule=WindowRule.HOUR,
        price_table="agent-sync",
        sync_networks=(ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")),
        database_url="postgres://localhost/usage",
        has_rate_limits=False,
        cors_origins=("https://a.example.org", "http://[::1]:5173"),
        email_url="smtp://mail.example.org",
        email_password="p/w",
        email_from="usage@example.org",
        public_url="https://usage.example.org",
        webhook_hosts=("chat.example.org", "127.0.0.1"),
        is_loopback=True,
        url_prefix="/tools/usage",
        hsts_seconds=3600,
    )


def test_auto_uses_the_inferred_rule() -> None:
    settings = load_server_config({"CLAUDE_TRAY_WINDOW_RULE": "auto"})

    assert settings.window_rule is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "app.example.org"),
        ("CORS_ORIGINS", "https://app.example.org/"),
        ("CORS_ORIGINS", "https://user@app.example.org"),
        ("CORS_ORIGINS", "https://app.example.org:99999"),
        ("CORS_ORIGINS", "https://[::1"),
        ("CORS_ORIGINS", "null"),
        ("TRUST_PROXY", "perhaps"),
        ("WORKERS", "0"),
        ("WORKERS", "many"),
        ("WORKERS", "65"),
        ("WINDOW_RULE", "minute"),
        ("PRICE_TABLE", "free"),
        ("PUBLIC_URL", "usage.example.org"),
        ("SYNC_NETWORKS", "10.0.0.0/99"),
        ("ALLOWED_HOSTS", "https://a.example.org"),
        ("ALLOWED_HOSTS", "a.example.org:8000"),
        ("URL_PREFIX", "/a b"),
        ("URL_PREFIX", "/a/../b"),
        ("URL_PREFIX", "//a//b"),
        ("HSTS_SECONDS", "-1"),
        ("HSTS_SECONDS", "on"),
    ],
)
def test_errors_name_the_invalid_variable(
    name: str,
    value: str,
) -> None:
    with pytest.raises(SettingsError) as excinfo:
        load_server_config({f"CLAUDE_TRAY_{name}": value})

    assert f"CLAUDE_TRAY_{name}='{value}'" in excinfo.value.summary
    assert excinfo.value.hint


@pytest.mark.parametrize(
    "host", ["*", "a.example.org", ".example.org", "10.1.2.3", "[::1]", "a_b"]
)
def test_host_names_patterns_and_addresses_are_allowed(host: str) -> None:
    config = load_server_config({"CLAUDE_TRAY_ALLOWED_HOSTS": host})

    assert config.allowed_hosts == (host,)


@pytest.mark.parametrize("text", ["usage", "/usage", "usage/", "/usage/"])
def test_a_url_prefix_needs_no_slashes(text: str) -> None:
    config = load_server_config({"CLAUDE_TRAY_URL_PREFIX": text})

    assert config.url_prefix == "/usage"


@pytest.mark.parametrize("text", ["", "/"])
def test_the_root_is_no_url_prefix(text: str) -> None:
    assert not load_server_config({"CLAUDE_TRAY_URL_PREFIX": text}).url_prefix


def test_a_short_secret_key_is_refused_and_not_shown() -> None:
    with pytest.raises(SettingsError) as excinfo:
        load_server_config({"CLAUDE_TRAY_SECRET_KEY": "hunter2" * 4})

    assert "fewer than 32 characters" in excinfo.value.summary
    assert "hunter2" not in str(excinfo.value) + excinfo.value.hint
