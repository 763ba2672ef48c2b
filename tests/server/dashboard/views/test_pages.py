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
    upload(ana, *build_payloads(NOW, days=3))

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
    upload(ana, *build_payloads(NOW, days=3))
    response = make_browser(ana).get("/live/?days=90")

    assert response.headers["HX-Push-Url"] == "/?days=90"
    text = response.content.decode()
    assert "in 90 days" in text
    assert text.count(">last 90 days") == 5


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
    one = fetch_text(client, "/?machine=id-of-thinkpad")
    model = fetch_text(client, "/?model=claude-haiku-4-5")
    unknown = fetch_text(client, "/?machine=none&account=none&days=x&page=0")

    assert "On pace" in everything
    assert one != everything
    assert "the usage of all machines" in one
    assert 'title="claude-opus-4-6"' in everything
    assert 'title="claude-opus-4-6"' not in model
    assert '<option value="claude-haiku-4-5" selected>' in model
    assert "No usage in this period." in unknown
    assert "window-title" not in unknown


def test_a_machine_shows_the_window_of_its_own_account(ana: User) -> None:
    """The account used last is another one, and its window is open."""
    upload(ana, *build_payloads(NOW, days=20))
    client = make_browser(ana)

    for query, account in (
        ("", "6f1d0c"),
        ("?machine=id-of-thinkpad", "6f1d0c"),
        ("?machine=id-of-build-server", "c81e72"),
        ("?account=c81e728d9d4c2f63", "c81e72"),
    ):
        text = fetch_text(client, f"/{query}")
        title = re.search(r'id="window-title">([^<]+)<', text)
        assert title
        assert title[1].endswith(f"account {account}"), query
    both = "/?machine=id-of-build-server&account=6f1d0c9ab27e4d55"
    text = fetch_text(client, both)
    assert "window-title" not in text
    assert "This window" not in text


def test_a_project_has_a_page_instead_of_a_filter(ana: User) -> None:
    upload(ana, make_request(make_row(NOW), project="a b"))
    client = make_browser(ana)

    page = client.get("/?project=a+b&days=7&mark=1.2")
    live = client.get("/live/?project=a+b&days=7", HTTP_HX_REQUEST="true")

    assert page.status_code == 302
    assert page.headers["Location"] == "/projects/a%20b/?days=7"
    assert live.headers["HX-Redirect"] == "/projects/a%20b/?days=7"
    assert fetch_text(client, "/projects/a%20b/?days=7")


def test_the_first_page_shows_steps_and_nothing_else(ana: User) -> None:
    client = make_browser(ana)

    text = fetch_text(client, "/")
    live = re.search(r'hx-get="([^"]+)" hx-trigger="every 5s', text)

    assert "Waiting for the first sync" in text
    # No amount; the page only knows how one is written.
    assert "$" not in text.replace('data-money="${}"', "")
    assert "<table" not in text
    assert live
    address = live[1].replace("&amp;", "&")
    assert client.get(address).status_code == 204
    upload(ana, make_request(make_row(NOW), project="first"))
    response = client.get(address)
    assert response.status_code == 200
    assert "first" in response.content.decode()
    assert "Waiting" not in response.content.decode()


def test_bars_rows_and_cells_are_links_that_filter(ana: User) -> None:
    upload(ana, *build_payloads(NOW, days=20))
    client = make_browser(ana)

    text = fetch_text(client, "/?days=7&machine=id-of-thinkpad")

    today = NOW.date()
    for link in (
        f"?machine=id-of-thinkpad&from={today}&to={today}",
        "?days=7&machine=id-of-thinkpad&model=claude-opus-4-6",
        "/projects/claude-tray/?days=7&machine=id-of-thinkpad",
        "?days=7&machine=id-of-thinkpad&account=6f1d0c9ab27e4d55",
        f"/sessions/?days=7&machine=id-of-thinkpad&weekday={today.weekday()}",
    ):
        assert f'href="{link.replace("&", "&amp;")}' in text.replace(
            "&amp;amp;", "&amp;"
        ), link
    for link in set(re.findall(r'href="([^"#]*)"', text)):
        path = link.replace("&amp;", "&")
        path = f"/{path}" if path.startswith("?") else path
        if not path.startswith("/static/"):
            assert client.get(path).status_code in {200, 302}, path


@pytest.mark.parametrize(
    ("query", "bars"),
    [
        ("days=1", 24),
        ("days=7", 7),
        ("days=90", 90),
        ("from=2026-02-01&to=2026-02-28", 28),
        ("from=2020-01-01&to=2021-12-31", 24),
    ],
)
def test_a_range_has_a_bar_for_each_hour_day_or_month(
    ana: User, query: str, bars: int
) -> None:
    upload(ana, make_request(make_row(NOW), project="shop"))
    client = make_browser(ana)

    for path in ("/", "/projects/shop/"):
        text = fetch_text(client, f"{path}?{query}")
        assert text.count("<tr data-x=") == bars, path


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
