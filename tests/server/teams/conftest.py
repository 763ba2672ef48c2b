"""Run a mail server and a receiver of webhooks for alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from claude_tray.server.mail_settings import (
    build_mail_settings,
    build_mailer,
)
from tests.support.mail_server import MailServer, run_mail_server
from tests.support.webhook_receiver import (
    WebhookReceiver,
    run_webhook_receiver,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def mail_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server that this server is configured to use."""
    with run_mail_server() as server:
        url = f"smtp://127.0.0.1:{server.port}"
        found = build_mail_settings(url, sender="usage@example.org")
        config = settings.ENVIRONMENT._replace(
            email_url=url, public_url="https://usage.example.org"
        )
        monkeypatch.setattr(settings, "ENVIRONMENT", config)
        if hasattr(settings, "MAILERS"):
            mailers = {"default": build_mailer(found)}
            monkeypatch.setattr(settings, "MAILERS", mailers)
        else:
            monkeypatch.setattr(settings, "EMAIL_BACKEND", found.backend)
            monkeypatch.setattr(settings, "EMAIL_HOST", found.host)
            monkeypatch.setattr(settings, "EMAIL_PORT", found.port)
        monkeypatch.setattr(settings, "DEFAULT_FROM_EMAIL", found.sender)
        yield server


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebhookReceiver]:
    """A receiver on this computer, which is allowed on a loopback server."""
    config = settings.ENVIRONMENT._replace(is_loopback=True)
    monkeypatch.setattr(settings, "ENVIRONMENT", config)
    with run_webhook_receiver() as server:
        yield server
