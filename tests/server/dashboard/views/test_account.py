from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from claude_tray.server.teams.models import AuditEntry
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

    assert "Incorrect username or password." in responses[0].content.decode()
    assert "Too many failed attempts" in responses[5].content.decode()
    assert "Too many failed attempts" in right.content.decode()


def test_a_form_of_another_site_is_rejected(ana: User) -> None:
    client = Client(enforce_csrf_checks=True, HTTP_HOST="localhost")
    client.force_login(ana)

    response = client.post("/account/tokens/", {"name": "x"})

    assert response.status_code == 403
    assert "reload the page" in response.content.decode()


def test_a_device_token_is_shown_once_and_can_be_revoked(ana: User) -> None:
    client = make_browser(ana)

    made = client.post("/account/tokens/", {"name": "laptop"})
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
    response = make_browser(ana).post("/account/tokens/", {"name": name})

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


@pytest.mark.parametrize("scope", ["read", "metrics"])
def test_a_token_for_reading_is_created(ana: User, scope: str) -> None:
    client = make_browser(ana)

    made = client.post(
        "/account/tokens/", {"name": "Grafana", "scope": scope}
    ).content.decode()

    shown = re.search(r'id="secret"[^>]*>([^<]+)<', made)
    assert shown
    assert ApiClient(shown[1]).get("/metrics").status == 200
    assert "Authorization: Bearer" in made
    assert "--save-token" not in made


@pytest.mark.parametrize("scope", ["refresh", "", "all"])
def test_a_token_of_no_scope_is_not_created(ana: User, scope: str) -> None:
    form = {"name": "x", "scope": scope}

    response = make_browser(ana).post("/account/tokens/", form)

    assert response.status_code == 400
    assert "Select what the token can do." in response.content.decode()


def test_a_signed_in_program_is_listed_and_revoked(ana: User) -> None:
    client = make_browser(ana)
    pair = ApiClient().post(
        "/api/token/",
        {"username": ana.username, "password": PASSWORD},
        User_Agent="<b>cron</b>",
    )

    page = fetch_text(client, "/account/")
    address = re.search(r'action="(/account/tokens/[^"]+/revoke/)"', page)
    assert address
    revoked = client.post(address[1], follow=True).content.decode()

    assert "&lt;b&gt;cron&lt;/b&gt;" in page
    assert "The program is signed out." in revoked
    assert "No program is signed in." in revoked
    assert ApiClient(pair.body["access"]).get("stats/").status == 401


def test_a_new_password_signs_programs_out(ana: User) -> None:
    client = make_browser(ana)
    pair = ApiClient().post(
        "/api/token/", {"username": ana.username, "password": PASSWORD}
    )
    new = "another horse battery"

    client.post(
        "/account/password/",
        {
            "old_password": PASSWORD,
            "new_password1": new,
            "new_password2": new,
        },
    )

    refused = ApiClient().post(
        "/api/token/refresh/", {"refresh": pair.body["refresh"]}
    )
    assert refused.body["code"] == "password_changed"
    assert "No program is signed in." in fetch_text(client, "/account/")
    entry = AuditEntry.objects.get(subject=ana, action="password.changed")
    assert entry.actor == ana
