from __future__ import annotations

import tomllib
from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests.local_page.sample_usage import write_usage
from tests.support.fake_receiver import (
    TOKEN,
    FakeReceiver,
    FakeReceiverKind,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.local_page.site_client import SignedIn


FORM = {
    "sync.every_seconds": "300",
    "sync.machine_name": "laptop",
    "sync.projects": "aliases",
    "sync.exclude": "diary\nsecret-*",
}


@pytest.fixture
def client(shared_client: SignedIn) -> SignedIn:
    folder = shared_client.site.sandbox.app_home / "config"
    for name in ("settings.toml", ".env"):
        (folder / name).unlink(missing_ok=True)
    return shared_client


def send(
    client: SignedIn, path: str, fields: Mapping[str, str]
) -> tuple[int, str]:
    token = {"form_token": client.find_form_token("/sync")}
    response = client.post(path, {**fields, **token})
    return response.status, unescape(response.text)


def set_address(client: SignedIn, url: str) -> None:
    assert send(client, "/sync", {**FORM, "sync.url": url})[0] == 303


def test_the_options_of_sync_are_saved(client: SignedIn) -> None:
    client.site.sandbox.refresh()
    url = "https://usage.example.com"
    fields = {**FORM, "sync.enabled": "on", "sync.url": url}

    status, _ = send(client, "/sync", fields)

    path = client.site.sandbox.app_home / "config" / "settings.toml"
    assert status == 303
    assert tomllib.loads(path.read_text())["sync"] == {
        "enabled": True,
        "url": url,
        "machine_name": "laptop",
        "projects": "aliases",
        "exclude": ["diary", "secret-*"],
    }
    assert "No token is set for" in unescape(client.get("/sync").text)


@pytest.mark.parametrize(
    ("fields", "element", "expected"),
    [
        (
            {"sync.enabled": "on"},
            "sync-enabled-error",
            "Sync needs the address of your server.",
        ),
        (
            {"sync.url": "http://far.example"},
            "sync-url-error",
            "must start with https://",
        ),
    ],
)
def test_sync_without_a_usable_address_is_refused_beside_its_field(
    client: SignedIn, fields: dict[str, str], element: str, expected: str
) -> None:
    status, page = send(client, "/sync", {**FORM, **fields})

    assert status == 422
    assert expected in page.partition(f'id="{element}"')[2][:120]
    assert 'value="laptop"' in page
    assert not (
        client.site.sandbox.app_home / "config" / "settings.toml"
    ).exists()


def test_the_token_is_saved_privately_and_never_shown(
    client: SignedIn,
) -> None:
    _, refused = send(client, "/sync/token", {"token": TOKEN})
    set_address(client, "https://usage.example.com")
    _, empty = send(client, "/sync/token", {"token": " "})
    status, saved = send(client, "/sync/token", {"token": TOKEN})
    later = client.get("/sync").text

    assert "The sync URL must start with https://" in refused
    assert "No token was entered." in empty
    assert status == 200
    path = client.site.sandbox.app_home / "config" / ".env"
    assert path.read_text() == f"CLAUDE_USAGE_API_TOKEN='{TOKEN}'\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert f"Saved the token in {path}." in saved
    assert "Set by CLAUDE_USAGE_API_TOKEN." in later
    assert TOKEN not in saved + later


def test_the_connection_is_tested_without_sending(client: SignedIn) -> None:
    sandbox = client.site.sandbox
    sandbox.store.unlink(missing_ok=True)
    _, before = send(client, "/sync/test", {})
    write_usage(sandbox.claude)
    sandbox.refresh()
    with FakeReceiver() as receiver:
        set_address(client, receiver.url)
        _, no_token = send(client, "/sync/test", {})
        send(client, "/sync/token", {"token": TOKEN})
        _, good = send(client, "/sync/test", {})
        receiver.token = "Bearer another"
        _, refused = send(client, "/sync/test", {})
        receiver.kind = FakeReceiverKind.MERGING
        receiver.token = f"Bearer {TOKEN}"
        _, other = send(client, "/sync/test", {})
        url = receiver.url
    _, gone = send(client, "/sync/test", {})

    assert "There is no usage to send yet." in before
    assert "No token is set for" in no_token
    assert "accepts your token." in good
    assert "Create a new token on the server" in refused
    assert f"{url} answers. It checks the token" in other
    assert "Usage could not be synced" in gone
    assert not any(request.is_post for request in receiver.requests)


def test_what_would_be_sent_is_shown(client: SignedIn) -> None:
    sandbox = client.site.sandbox
    write_usage(sandbox.claude)
    sandbox.refresh()
    _, problem = send(client, "/sync/preview", {})
    set_address(client, "http://127.0.0.1:9")
    send(client, "/sync/token", {"token": TOKEN})

    _, page = send(client, "/sync/preview", {})

    assert "No sync URL is set." in problem
    assert "POST http://127.0.0.1:9/app/claude-usage/agent-sync/" in page
    assert "/home/ada/shop" not in page


def test_sync_now_needs_a_tray(client: SignedIn) -> None:
    _, page = send(client, "/sync/now", {})

    assert "claude-tray is not running." in page
