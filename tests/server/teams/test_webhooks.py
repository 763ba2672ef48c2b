"""Check which addresses webhooks reach, and which they must not."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from claude_tray.server.config import ServerConfig
from claude_tray.server.teams import webhooks
from claude_tray.server.teams.memberships import TeamRuleError
from claude_tray.server.teams.webhooks import WebhookError, parse_webhook_url
from tests.support.webhook_receiver import (
    WebhookReceiver,
    run_webhook_receiver,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


PUBLIC = ServerConfig()
LOOPBACK = ServerConfig(is_loopback=True)
LISTED = ServerConfig(webhook_hosts=("127.0.0.1", "chat.internal"))


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with run_webhook_receiver() as server:
        yield server


@pytest.mark.parametrize(
    ("url", "config"),
    [
        ("https://hooks.example.org/services/T0/x?a=b", PUBLIC),
        ("https://hooks.example.org:8443/", PUBLIC),
        ("http://127.0.0.1:9000/", LOOPBACK),
        ("http://localhost/", LOOPBACK),
        ("http://[::1]:9000/", LOOPBACK),
        ("http://127.0.0.1:9000/", LISTED),
        ("https://chat.internal/", LISTED),
    ],
)
def test_allowed_addresses(url: str, config: ServerConfig) -> None:
    assert parse_webhook_url(url, config).path.startswith("/")


@pytest.mark.parametrize(
    ("url", "config"),
    [
        ("", PUBLIC),
        ("hooks.example.org", PUBLIC),
        ("http://hooks.example.org/", PUBLIC),
        ("http://hooks.example.org/", LOOPBACK),
        ("ftp://hooks.example.org/", LOOPBACK),
        ("file:///etc/passwd", LOOPBACK),
        ("http://127.0.0.1:9000/", PUBLIC),
        ("https://127.0.0.1:9000/", PUBLIC),
        ("https://localhost/", PUBLIC),
        ("http://chat.internal/", LISTED),
        ("https://hooks.example.org/", LISTED),
        ("https://user:hunter2@hooks.example.org/", PUBLIC),
        ("https://hooks.example.org/a b", PUBLIC),
        ("https://hooks.example.org/\r\nHost: x", PUBLIC),
        ("https://hooks.example.org:99999/", PUBLIC),
        ("https://[::1", PUBLIC),
        ("https://hooks.example.org/" + "x" * 2048, PUBLIC),
        ("https:///path", PUBLIC),
    ],
)
def test_refused_addresses(url: str, config: ServerConfig) -> None:
    with pytest.raises(TeamRuleError, match="cannot be sent"):
        parse_webhook_url(url, config)


@pytest.mark.parametrize(
    "host",
    [
        *("10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254"),
        *("0.0.0.1", "[::]", "[fe80::1]", "[fc00::1]", "127.1", "2130706433"),
        *(
            "[::ffff:127.0.0.1]",
            "100.64.0.1",
            "[64:ff9b::a00:1]",
            "224.0.0.1",
            "[2002:a00:1::]",
        ),
    ],
)
def test_private_addresses_are_not_reached(host: str) -> None:
    """The name may also resolve to them: the address itself is checked."""
    target = parse_webhook_url(f"https://{host}:1/", PUBLIC)

    with pytest.raises(WebhookError, match=r"private address|gaierror"):
        webhooks.post_webhook(target, b"{}", "", "0")


def test_a_name_of_this_computer_is_not_reached(
    receiver: WebhookReceiver,
) -> None:
    """`localhost.localdomain` is no loopback name, but resolves to one."""
    port = receiver.server_address[1]
    target = parse_webhook_url(f"https://ip6-localhost:{port}/", PUBLIC)

    with pytest.raises(WebhookError):
        webhooks.post_webhook(target, b"{}", "", "0")
    assert receiver.requests == []


def test_a_redirect_is_not_followed(receiver: WebhookReceiver) -> None:
    receiver.status, receiver.location = 307, f"{receiver.url}/other"
    target = parse_webhook_url(f"{receiver.url}/first", LOOPBACK)

    with pytest.raises(WebhookError, match="HTTP 307"):
        webhooks.post_webhook(target, b"{}", "", "0")
    assert [r.path for r in receiver.requests] == ["/first"]


def test_a_receiver_that_hangs_is_given_up(
    receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "_TIMEOUT_SECONDS", 0.2)
    receiver.delay = 1.8
    target = parse_webhook_url(receiver.url, LOOPBACK)
    started = time.monotonic()

    with pytest.raises(WebhookError, match="TimeoutError"):
        webhooks.post_webhook(target, b"{}", "", "0")
    assert time.monotonic() - started < 1.5


def test_the_signature_is_that_of_the_documentation() -> None:
    """Computed with openssl dgst -sha256 -hmac s3cret."""
    assert webhooks.sign("s3cret", "1700000000", b'{"text":"x"}') == (
        "sha256="
        "7677b67bae5d4918bf4fde5e36d2ac70805fcdeb83f2b7fc38b1bd8cea227d65"
    )
