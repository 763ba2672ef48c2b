from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.server.dashboard.page_client import fetch_text, make_browser, upload
from tests.server.dashboard.sample_usage import build_payloads
from tests.support.builders import ClaudeFolder, make_line
from tests.support.request_json import make_request, make_row
from tests.support.server_api import make_user

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.server.accounts.models import User


NOW = datetime.now(UTC)
OVERVIEW = "/app/claude-usage/dashboard/"


def find_live_url(client: Client) -> str:
    found = re.search(
        r'hx-get="([^"]+mark=[^"]+)"', fetch_text(client, "/?days=7")
    )
    assert found
    return found[1].replace("&amp;", "&")


def test_the_overview_has_two_urls(ana: User) -> None:
    assert "5-hour window" in fetch_text(make_browser(ana), "/")
    assert "5-hour window" in fetch_text(make_browser(ana), OVERVIEW)


def test_programs_get_json_from_the_dashboard_url(ana: User) -> None:
    client = Client(HTTP_HOST="localhost")
    client.force_login(ana)

    response = client.get(OVERVIEW, HTTP_ACCEPT="*/*")

    assert response.headers["Content-Type"] == "application/json"
    assert "stats" in response.json()


def test_an_unchanged_page_takes_three_queries(
    ana: User,
) -> None:
    upload(ana, *build_payloads(NOW, days=3))
    client = make_browser(ana)
    address = find_live_url(client)

    assert client.get(address).status_code == 204
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    # Session, user, machines.
    assert len(captured) == 3


def test_new_usage_is_sent_as_a_fragment(ana: User) -> None:
    upload(ana, *build_payloads(NOW, days=3))
    client = make_browser(ana)
    address = find_live_url(client)

    upload(ana, make_request(make_row(NOW, "msg_new"), project="brand-new"))
    response = client.get(address)

    text = response.content.decode()
    assert response.status_code == 200
    assert "brand-new" in text
    assert text.lstrip().startswith('<div id="live"')
    assert "days=7" in text
    assert "mark=" in text
    assert text.count("mark=") == 1


def test_a_selection_changes_the_url(ana: User) -> None:
    response = make_browser(ana).get("/live/?days=90")

    assert response.headers["HX-Push-Url"] == "/?days=90"
    text = response.content.decode()
    assert "in 90 days" in text
    assert text.count(">last 90 days") == 4


def test_signed_out_pages_are_reloaded(ana: User) -> None:
    client = make_browser(ana)
    address = find_live_url(client)
    client.logout()

    response = client.get(address)

    assert response.status_code == 401
    assert response.headers["HX-Refresh"] == "true"


def test_filters_apply_to_the_overview(ana: User) -> None:
    upload(ana, *build_payloads(NOW, days=20))
    client = make_browser(ana)

    everything = fetch_text(client, "/")
    one = fetch_text(client, "/?machine=id-of-build-server")
    other = fetch_text(client, "/?account=c81e728d9d4c2f63")
    unknown = fetch_text(client, "/?machine=none&account=none&days=x&page=0")

    assert "On pace" in everything
    assert one != everything
    assert "On pace" not in other
    assert "the usage of all machines" in one
    assert "No usage in this period." in unknown


@pytest.fixture
def transcripts(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> ClaudeFolder:
    folder = ClaudeFolder(tmp_path / "claude")
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(folder.path))
    return folder


def test_the_first_page_offers_to_read_this_machine(
    ana: User,
    transcripts: ClaudeFolder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    near = settings.ENVIRONMENT._replace(is_loopback=True)
    monkeypatch.setattr(settings, "ENVIRONMENT", near)
    transcripts.transcript_path().write_bytes(make_line("09:00"))
    client = make_browser(ana)

    offered = fetch_text(client, "/")
    text = client.post("/machines/read-here/", follow=True).content.decode()

    assert "Read this machine's transcripts" in offered
    assert "Read 1 files: 1 new message." in text
    assert "notes" in fetch_text(client, "/projects/")


def test_only_staff_can_refresh_a_public_server(
    ana: User,
    transcripts: ClaudeFolder,
) -> None:
    transcripts.transcript_path().write_bytes(make_line("09:00"))
    client = make_browser(ana)

    assert "read-here" not in fetch_text(client, "/machines/")
    assert client.post("/machines/read-here/").status_code == 403


def test_a_refresh_without_transcripts_shows_an_error(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "none"))
    client = make_browser(make_user("staff", is_staff=True))

    text = client.post("/machines/read-here/", follow=True).content.decode()

    assert "There is no Claude folder on this machine." in text
