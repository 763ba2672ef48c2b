from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from tests.server.dashboard.page_client import fetch_text, make_browser
from tests.support.request_json import make_request, make_row
from tests.support.server_api import ApiClient, create_device_token
from tests.support.server_process import PASSWORD

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


NOW = datetime.now(UTC)


def test_sign_in_redirects_to_the_requested_page(ana: User) -> None:
    client = make_browser()

    response = client.post(
        "/sign-in/",
        {"username": ana.username, "password": PASSWORD, "next": "/machines/"},
    )

    assert response.headers["Location"] == "/machines/"


def test_sign_in_redirects_to_no_other_server(ana: User) -> None:
    response = make_browser().post(
        "/sign-in/",
        {
            "username": ana.username,
            "password": PASSWORD,
            "next": "https://evil.example/",
        },
    )

    assert response.headers["Location"] == "/"


def test_too_many_wrong_passwords_lock_out(ana: User) -> None:
    client = make_browser()
    wrong = {"username": ana.username, "password": "wrong"}

    responses = [client.post("/sign-in/", wrong) for _ in range(6)]
    right = client.post("/sign-in/", wrong | {"password": PASSWORD})

    assert "Wrong name or password" in responses[0].content.decode()
    assert "Too many failed attempts" in responses[5].content.decode()
    assert "Too many failed attempts" in right.content.decode()


def test_a_form_of_another_site_is_rejected(ana: User) -> None:
    client = Client(enforce_csrf_checks=True, HTTP_HOST="localhost")
    client.force_login(ana)

    response = client.post("/account/tokens/", {"machine": "x"})

    assert response.status_code == 403
    assert "reload the page" in response.content.decode()


def test_a_device_token_is_shown_once_and_can_be_revoked(ana: User) -> None:
    client = make_browser(ana)

    made = client.post("/account/tokens/", {"machine": "laptop"})
    shown = re.search(r'id="secret"[^>]*>([^<]+)<', made.content.decode())
    assert shown
    sent = ApiClient(shown[1]).post("agent-sync/", make_request(make_row(NOW)))
    later = fetch_text(client, "/account/")
    address = re.search(r'action="(/account/tokens/[^"]+/revoke/)"', later)
    assert address
    revoked = client.post(address[1], follow=True).content.decode()

    assert made.headers["Cache-Control"] == "private, no-store"
    assert sent.status == 200
    assert shown[1] not in later
    assert "The token is revoked and" in revoked
    refused = ApiClient(shown[1]).post(
        "agent-sync/", make_request(make_row(NOW))
    )
    assert refused.status == 401


@pytest.mark.parametrize("name", ["", "  ", "x" * 256, "a\nb"])
def test_a_machine_needs_a_name(ana: User, name: str) -> None:
    response = make_browser(ana).post("/account/tokens/", {"machine": name})

    assert response.status_code == 400
    assert "Enter a name of at most 255" in response.content.decode()


def test_a_token_of_another_user_cannot_be_revoked(
    ana: User,
    bob: User,
) -> None:
    token = create_device_token(ana)
    page = fetch_text(make_browser(ana), "/account/")
    address = re.search(r'action="(/account/tokens/[^"]+/revoke/)"', page)
    assert address

    make_browser(bob).post(address[1])

    assert (
        ApiClient(token)
        .post("agent-sync/", make_request(make_row(NOW)))
        .status
        == 200
    )


def test_the_password_can_be_changed(ana: User) -> None:
    client = make_browser(ana)
    new = "another horse battery"
    form = {"old_password": PASSWORD, "new_password1": new}

    refused = client.post("/account/password/", form | {"new_password2": "x"})
    changed = client.post(
        "/account/password/",
        form | {"new_password2": new},
        follow=True,
    )

    assert refused.status_code == 400
    assert "Password changed." in changed.content.decode()
    ana.refresh_from_db()
    assert ana.check_password(new)
