from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import make_line

if TYPE_CHECKING:
    from tests.local_page.site_client import LocalSite, SignedIn


@pytest.fixture
def client(empty_site: LocalSite) -> SignedIn:
    return empty_site.follow(empty_site.open())


def turn(client: SignedIn, switch: str, state: str) -> int:
    token = client.find_form_token("/")
    fields = {"form_token": token, "turn": state}
    return client.post(f"/welcome/{switch}", fields).status


def test_the_limits_are_connected_and_disconnected(
    empty_site: LocalSite, client: SignedIn
) -> None:
    file = empty_site.sandbox.claude.path / "settings.json"
    file.write_text('{"theme": "dark"}')
    page = client.get("/").text
    assert f"Changes {file}:" in page.replace("~", str(file.parents[1]))
    assert "statusLine" in page

    assert turn(client, "limits", "on") == 303
    connected = json.loads(file.read_text())
    assert turn(client, "limits", "off") == 303

    assert "statusline" in connected["statusLine"]["command"]
    assert json.loads(file.read_text()) == {"theme": "dark"}


def test_a_refusal_stays_beside_its_switch(
    empty_site: LocalSite, client: SignedIn
) -> None:
    file = empty_site.sandbox.claude.path / "settings.json"
    file.write_text("not JSON")
    fields = {"form_token": client.find_form_token("/"), "turn": "on"}

    refused = client.post("/welcome/limits", fields)

    assert refused.status == 422
    assert 'class="problem" role="alert"' in refused.text
    assert file.read_text() == "not JSON"
    assert client.post("/welcome/nothing", fields).status == 404
    assert client.post("/welcome/suggestion/nothing", fields).status == 404


def test_a_suggested_folder_is_followed(
    empty_site: LocalSite, client: SignedIn
) -> None:
    empty_site.sandbox.env.pop("CLAUDE_PATH")
    empty_site.sandbox.run("open", "--print")
    fields = {
        "form_token": client.find_form_token("/"),
        "folder": "/home/ada/.claude-work",
    }

    # The sandbox sets the folders by a variable.
    refused = client.post("/welcome/suggestion/folder", fields)

    assert refused.status == 503
    assert "CLAUDE_PATH" in refused.text


def test_the_first_usage_replaces_the_welcome(
    empty_site: LocalSite, client: SignedIn
) -> None:
    empty_site.sandbox.refresh()
    assert "Waiting for your first Claude Code message" in client.get("/").text

    empty_site.sandbox.claude.append(make_line())
    empty_site.sandbox.refresh()

    page = client.get("/").text
    assert "Waiting for your first Claude Code message" not in page
    assert "All time" in page


def test_only_its_own_forms_change_anything(
    empty_site: LocalSite, client: SignedIn
) -> None:
    own = empty_site.process.origin
    token = client.find_form_token("/")
    settings = empty_site.sandbox.app_home / "config" / "settings.toml"
    foreign = (
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": own.replace("http", "https")},
        {"Origin": own, "Sec-Fetch-Site": "cross-site"},
        {"Origin": own, "Sec-Fetch-Site": "same-site"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": None},
        {"Origin": None, "Sec-Fetch-Site": None},
    )
    fields = {"form_token": token, "turn": "off"}
    for headers in foreign:
        response = client.post("/welcome/notifications", fields, headers)
        assert response.status == 403, headers
    other = empty_site.sign_in().find_form_token("/")
    for wrong in ("", "x", other):
        response = client.post(
            "/welcome/notifications", {"form_token": wrong, "turn": "off"}
        )
        assert response.status == 403, wrong
    assert not settings.exists()

    allowed: dict[str, str | None] = {"Origin": "null"}
    by_header: dict[str, str | None] = {"X-Form-Token": token}
    for sent, headers in ((fields, allowed), ({"turn": "off"}, by_header)):
        done = client.post("/welcome/notifications", sent, headers)
        assert done.status == 303
    assert "enabled = false" in settings.read_text()
