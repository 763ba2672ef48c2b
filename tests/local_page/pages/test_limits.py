from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests.local_page.sample_usage import write_usage

if TYPE_CHECKING:
    from tests.local_page.site_client import LocalSite, SignedIn


@pytest.fixture
def client(empty_site: LocalSite) -> SignedIn:
    write_usage(empty_site.sandbox.claude)
    return empty_site.follow(empty_site.open("/limits"))


def get(client: SignedIn) -> str:
    return unescape(client.get("/limits").text)


def list_changes(page: str, mark: str) -> list[str]:
    """Return the lines that the page says it adds or removes."""
    found = re.search(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    assert found
    return [line for line in found[1].split("\n") if line.startswith(mark)]


def write_account(client: SignedIn) -> None:
    """Write what Claude Code fetched for its own /usage a minute ago."""
    now = datetime.now(UTC)
    limits = {"five_hour": (41, 3), "seven_day": (60, 48)}
    cached = {
        "accountUuid": "ada",
        "fetchedAtMs": int((now - timedelta(minutes=1)).timestamp() * 1000),
        "utilization": {
            name: {
                "utilization": percent,
                "resets_at": (now + timedelta(hours=hours)).isoformat(),
            }
            for name, (percent, hours) in limits.items()
        },
    }
    account = {
        "oauthAccount": {"accountUuid": "ada", "emailAddress": "a@b.example"},
        "cachedUsageUtilization": cached,
    }
    path = client.site.sandbox.claude.path / ".claude.json"
    path.write_text(json.dumps(account))


def test_a_new_user_is_told_what_comes_first(client: SignedIn) -> None:
    assert "Waiting for your first Claude Code message" in get(client)


def test_an_estimate_says_that_it_is_one(client: SignedIn) -> None:
    client.site.sandbox.refresh()

    page = get(client)

    assert "<strong>Estimated.</strong>" in page
    assert "no reset was reported yet" in page
    assert "No limit was reported for this account." in page


def test_each_limit_has_its_pace_and_its_source(client: SignedIn) -> None:
    write_account(client)
    client.site.sandbox.refresh()

    page = get(client)

    assert page.count("How do you know this?") == 2
    assert "41%" in page
    assert "<strong>Official.</strong> Claude Code stored it for its" in page
    assert "Week" in page
    assert "until the reset" in page or "runs out" in page


def test_the_status_line_is_connected_and_disconnected(
    client: SignedIn,
) -> None:
    path = client.site.sandbox.claude.path / "settings.json"
    before = '{\n  "model": "opus"\n}\n'
    path.write_text(before)
    token = {"form_token": client.find_form_token("/limits")}
    preview = get(client)

    turned_on = client.post("/limits/statusline", {"turn": "on", **token})
    after, page = path.read_text(), get(client)
    turned_off = client.post("/limits/statusline", {"turn": "off", **token})

    assert "Not connected" in preview
    added = list_changes(preview, "+ ")
    assert added
    assert all(line[2:].strip() in after for line in added)
    assert (turned_on.status, turned_off.status) == (303, 303)
    assert ">Connected<" in page
    removed = list_changes(page, "- ")
    assert removed
    assert all(line[2:].strip() in after for line in removed)
    assert path.read_text() == before


def test_a_refusal_is_shown_beside_the_button(client: SignedIn) -> None:
    path = client.site.sandbox.claude.path / "settings.json"
    path.write_text("[]")
    token = {"form_token": client.find_form_token("/limits")}

    response = client.post("/limits/statusline", {"turn": "on", **token})

    assert response.status == 422
    assert "cannot be parsed, so it was not changed" in response.text
    assert path.read_text() == "[]"


def test_the_hook_is_connected_and_disconnected(client: SignedIn) -> None:
    path = client.site.sandbox.claude.path / "settings.json"
    before = '{\n  "model": "opus"\n}\n'
    path.write_text(before)
    token = {"form_token": client.find_form_token("/limits")}
    preview = get(client).partition('id="hook"')[2]

    turned_on = client.post("/limits/hook", {"turn": "on", **token})
    after, page = path.read_text(), get(client).partition('id="hook"')[2]
    turned_off = client.post("/limits/hook", {"turn": "off", **token})

    assert "Not connected" in preview
    added = list_changes(preview, "+ ")
    assert added
    assert all(line[2:].strip() in after for line in added)
    assert "UserPromptSubmit" in after
    assert (turned_on.status, turned_off.status) == (303, 303)
    assert ">Connected<" in page
    removed = list_changes(page, "- ")
    assert removed
    assert all(line[2:].strip() in after for line in removed)
    assert path.read_text() == before


def test_a_refusal_of_the_hook_is_shown_there(client: SignedIn) -> None:
    path = client.site.sandbox.claude.path / "settings.json"
    path.write_text("[]")
    token = {"form_token": client.find_form_token("/limits")}

    response = client.post("/limits/hook", {"turn": "on", **token})

    assert response.status == 422
    assert 'id="hook-problem"' in response.text
    assert path.read_text() == "[]"
