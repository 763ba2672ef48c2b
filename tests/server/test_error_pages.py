"""Addresses and bodies that no database can look up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from tests.server.dashboard.page_client import make_browser
from tests.support.server_addresses import list_plain_addresses
from tests.support.server_api import APP, ApiClient

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


@pytest.mark.parametrize(
    "path",
    [
        *("/projects/%00/", "/sessions/a%00b/", f"{APP}projects/%00/"),
        *(f"{APP}projects/%00/sessions/", f"{APP}sessions/%00/", "/%00"),
        *("/account/tokens/%00/revoke/", f"{APP}machines/%00/"),
    ],
)
def test_a_path_with_nul_is_not_found(
    ana: User, api: ApiClient, path: str
) -> None:
    assert make_browser(ana).get(path).status_code == 404
    assert api.get(path).status == 404
    assert api.request("DELETE", path).status == 404


def test_a_query_with_nul_is_malformed_everywhere(
    ana: User, api: ApiClient
) -> None:
    browser = make_browser(ana)
    fields = ("machine", "account", "model", "days", "sort", "page", "next")

    for path in sorted(set(list_plain_addresses())):
        for field in (*fields, "a\0"):
            query = f"{path}?{field.replace(chr(0), '%00')}=%00"
            assert browser.get(query).status_code == 400, query
            assert api.get(query).body["code"] == "invalid", query


def test_the_page_about_a_malformed_query_is_a_page(ana: User) -> None:
    response = make_browser(ana).get("/?machine=%00")

    assert "The request is malformed." in response.content.decode()


def test_an_encoded_percent_sign_is_no_nul(api: ApiClient) -> None:
    assert api.get("stats/?machine=%2500").status == 200


@pytest.mark.parametrize(
    "name", [settings.SESSION_COOKIE_NAME, "claude_tray_zone", "other"]
)
def test_a_cookie_with_nul_is_ignored(name: str) -> None:
    browser = make_browser()
    browser.cookies[name] = "\0abcdefghij"

    # Quoted with octal escapes on the wire, as http.cookies does.
    assert "\\000" in browser.cookies[name].OutputString()
    assert browser.get("/sign-in/").status_code == 200


@pytest.mark.parametrize("digits", [21, 5000])
def test_a_number_with_many_digits_is_malformed(
    api: ApiClient, digits: int
) -> None:
    for field in ("limit", "offset"):
        response = api.get("projects/", **{field: "9" * digits})
        assert response.status == 400
        assert field in response.body["errors"]


@pytest.mark.parametrize("depth", [500, 5000, 200_000])
@pytest.mark.parametrize("path", ["agent-sync/", "/api/token/"])
def test_deep_json_is_malformed(api: ApiClient, path: str, depth: int) -> None:
    nested = b"[" * depth + b"]" * depth
    for body in (nested, b'{"projects":[],"x":' + nested + b"}"):
        status = api.post(path, body).status
        assert status == 400 or (depth == 500 and status == 200), body[:20]
    row = (
        b'{"projects":[{"name":"n","sessions":[{"session_id":"s","messages":['
    )
    response = api.post(path, row + nested + b"]}]}]}")
    assert response.status in ((200, 400) if depth == 500 else (400,))


@pytest.mark.parametrize("text", ["\ud800", "a\0b", "\0", "\uffff" * 9])
def test_odd_text_in_credentials_is_malformed(text: str) -> None:
    api = ApiClient()

    assert api.post("/api/token/refresh/", {"refresh": text}).status in (
        400,
        401,
    )
    credentials = {"username": text, "password": text}
    assert api.post("/api/token/", credentials).status in (400, 401)
