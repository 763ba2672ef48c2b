"""Request pages like a browser, without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.test import Client

from tests.support.server_api import ApiClient, create_access_token

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


def make_browser(user: User | None = None, **cookies: str) -> Client:
    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT="text/html,*/*;q=0.8")
    if user is not None:
        client.force_login(user)
    for name, value in cookies.items():
        client.cookies[f"claude_tray_{name}"] = value
    return client


def fetch_text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def upload(user: User, *requests: dict[str, Any]) -> None:
    """Send as any machine: a device token belongs to one."""
    agent = ApiClient(create_access_token(user))
    for request in requests:
        assert agent.post("agent-sync/", request).status == 200
