from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.server.dashboard.page_client import fetch_text, make_browser, upload
from tests.server.dashboard.sample_usage import build_payloads
from tests.support.request_json import make_request, make_row
from tests.support.server_api import make_user

if TYPE_CHECKING:
    from django.test import Client

    from claude_tray.server.accounts.models import User


NOW = datetime.now(UTC)
PAGES = ("/", "/projects/", "/sessions/", "/machines/", "/account/")
OVERVIEW = "/app/claude-usage/dashboard/"


@pytest.mark.parametrize("path", [*PAGES, OVERVIEW, "/sessions/a/"])
def test_pages_require_sign_in(path: str) -> None:
    response = make_browser().get(path)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("path", PAGES)
def test_pages_work_without_usage(ana: User, path: str) -> None:
    assert fetch_text(make_browser(ana), path)


def test_users_see_only_their_own_usage(ana: User, bob: User) -> None:
    row = make_row(NOW - timedelta(minutes=9))
    upload(ana, make_request(row, project="hers", session="of-ana"))

    client = make_browser(bob)

    for path in PAGES:
        assert "hers" not in fetch_text(client, path)
    assert client.get("/projects/hers/").status_code == 404
    assert client.get("/sessions/of-ana/").status_code == 404
    assert "hers" in fetch_text(make_browser(ana), "/")


def test_the_content_security_policy_allows_own_files_only(ana: User) -> None:
    for path in (*PAGES, "/sign-in/"):
        response = make_browser(ana if path != "/sign-in/" else None).get(path)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "style-src 'self';" in policy
        assert "unsafe" not in policy
        assert "nonce" not in policy
        assert "http" not in policy


def test_pages_have_no_inline_scripts_or_styles(ana: User) -> None:
    upload(ana, *build_payloads(NOW, days=3))
    client = make_browser(ana)

    for path in (*PAGES, "/projects/claude-tray/", "/sessions/laptop-now/"):
        text = fetch_text(client, path)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
        assert re.findall(r"<script(?![^>]*\ssrc=)", text) == []


def test_pages_are_not_cached(ana: User) -> None:
    response = make_browser(ana).get("/")

    assert response.headers["Cache-Control"] == "private, no-store"


def test_times_are_in_the_zone_of_the_browser(ana: User) -> None:
    at = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    upload(
        ana, make_request(make_row(at), make_row(at, "msg_2"), session="night")
    )

    text = fetch_text(
        make_browser(ana, zone="Asia%2FKolkata"), "/sessions/night/"
    )
    american = make_browser(ana, zone="America%2FNew_York", clock="12h")

    assert "Mar 2, 05:00:00" in text
    assert "Mar 1, 6:30:00 PM" in fetch_text(american, "/sessions/night/")
    assert 'data-theme="dark"' in fetch_text(
        make_browser(ana, theme="dark"), "/"
    )


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", 45),
        ("/projects/", 9),
        ("/projects/claude-tray/", 25),
        ("/sessions/", 10),
        ("/sessions/laptop-now/", 10),
        ("/machines/", 5),
        ("/account/", 4),
    ],
)
def test_the_number_of_queries_does_not_grow(
    ana: User,
    bob: User,
    path: str,
    most: int,
) -> None:
    # Long enough for usage of both machines, which may rest at weekends.
    upload(ana, *build_payloads(NOW, days=14))
    upload(bob, *build_payloads(NOW, days=40))

    few = count_queries(make_browser(ana), path)
    query_count = count_queries(make_browser(bob), path)

    # A range that begins within the usage has one part more.
    assert few <= query_count <= few + 1
    assert few <= most


def count_queries(client: Client, path: str) -> int:
    # The first request fills the cache of typical usage.
    fetch_text(client, path)
    with CaptureQueriesContext(connection) as captured:
        fetch_text(client, path)
    return len(captured)


def test_filters_apply_to_lists(ana: User) -> None:
    upload(ana, *build_payloads(NOW, days=9))
    client = make_browser(ana)

    for path in ("/sessions/", "/projects/"):
        everything = fetch_text(client, path)
        one = fetch_text(client, f"{path}?machine=id-of-build-server")
        none = fetch_text(client, f"{path}?account=-")
        assert "build-server</option>" in everything
        assert one.count("<tr>") < everything.count("<tr>")
        assert "No results." in none


def test_the_current_page_is_marked(ana: User) -> None:
    upload(ana, make_request(make_row(NOW), project="shop"))
    client = make_browser(ana)

    assert '"/projects/" aria-current="page"' in fetch_text(
        client, "/projects/"
    )
    inside = fetch_text(client, "/projects/shop/")
    assert '"/projects/" aria-current="true"' in inside


def test_long_lists_are_paginated(ana: User) -> None:
    rows = [
        make_request(
            make_row(NOW - timedelta(hours=n), f"m{n}"), session=f"s{n}"
        )
        for n in range(60)
    ]
    upload(ana, *rows)
    client = make_browser(ana)

    first = fetch_text(client, "/sessions/")
    second = fetch_text(client, "/sessions/?page=2")

    assert "1\N{EN DASH}50 of 60" in first
    assert "51\N{EN DASH}60 of 60" in second
    assert "/sessions/s0/" in first
    assert "/sessions/s59/" in second
    assert fetch_text(client, "/sessions/?page=99999999999999")


@pytest.mark.parametrize("key", ["cost", "tokens", "sessions", "messages"])
def test_projects_are_sorted_by_the_query(ana: User, key: str) -> None:
    small = make_row(NOW, "small", input_tokens=10)
    great = [
        make_request(
            make_row(NOW, f"great-{n}", input_tokens=90_000),
            project="b-great",
            session=f"great-{n}",
        )
        for n in range(2)
    ]
    upload(ana, make_request(small, project="a-small", session="s"), *great)
    client = make_browser(ana)

    by_name = fetch_text(client, "/projects/?sort=name")
    by_size = fetch_text(client, f"/projects/?sort={key}")

    assert by_name.index("a-small") < by_name.index("b-great")
    assert by_size.index("b-great") < by_size.index("a-small")
    assert 'aria-sort="descending"' in by_size


def test_machines_are_sorted_by_their_last_sync(ana: User) -> None:
    upload(ana, *build_payloads(NOW, days=2))
    client = make_browser(ana)

    latest = fetch_text(client, "/machines/?sort=synced")
    oldest = fetch_text(client, "/machines/?sort=-synced")

    assert latest.index("thinkpad") > latest.index("build-server")
    assert oldest.index("thinkpad") < oldest.index("build-server")
    assert 'aria-sort="descending"' in latest
    assert 'aria-sort="ascending"' in oldest


def test_a_filter_that_matches_nothing_can_be_undone(ana: User) -> None:
    upload(ana, make_request(make_row(NOW), project="shop"))

    text = fetch_text(make_browser(ana), "/sessions/?project=gone")

    assert '<option value="gone" selected>' in text
    assert '<option value="">All projects</option>' in text
    assert "Clear filters" in text


def test_names_are_escaped() -> None:
    user = make_user("eve")
    name = "<b onclick=x> & 'co'"
    upload(user, make_request(make_row(NOW), project=name, session="x"))

    text = fetch_text(make_browser(user), "/")

    assert "<b onclick" not in text
    assert "&lt;b onclick=x&gt; &amp; &#39;co&#39;" in text


def test_an_unknown_address_shows_the_navigation_to_users(ana: User) -> None:
    user_page = make_browser(ana).get("/nowhere/")
    visitor_page = make_browser().get("/nowhere/")

    assert user_page.status_code == visitor_page.status_code == 404
    assert 'href="/sessions/"' in user_page.content.decode()
    assert "Sign out" in user_page.content.decode()
    assert 'href="/sessions/"' not in visitor_page.content.decode()


def test_errors_are_pages_for_browsers_and_problems_for_programs() -> None:
    page = make_browser().get("/nowhere/")
    problem = make_browser().get("/nowhere/", HTTP_ACCEPT="*/*")

    assert page.status_code == problem.status_code == 404
    assert "There is no page at this address." in page.content.decode()
    assert page.headers["Content-Type"].startswith("text/html")
    assert problem.json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("accepted", "language", "title"),
    [
        ("de-AT,en;q=0.5", "de", "Übersicht"),
        ("xx, de;q=0.9, en;q=0.5", "de", "Übersicht"),
        ("en-US,de;q=0.5", "en", "Overview"),
        ("fr-CA", "fr", "Aperçu"),
        ("nl", "en", "Overview"),
        ("", "en", "Overview"),
    ],
)
def test_pages_are_in_a_language_that_the_browser_accepts(
    ana: User, accepted: str, language: str, title: str
) -> None:
    upload(ana, *build_payloads(NOW, days=3))

    response = make_browser(ana).get("/", HTTP_ACCEPT_LANGUAGE=accepted)

    text = response.content.decode()
    assert f'<html lang="{language}"' in text
    assert f"<title>{title}" in text
    assert "Accept-Language" in response.headers["Vary"]


def test_numbers_errors_and_forms_are_in_that_language_too(ana: User) -> None:
    upload(ana, *build_payloads(NOW, days=3))
    client, visitor = make_browser(ana), make_browser()
    for browser in (client, visitor):
        browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"

    overview = fetch_text(client, "/")
    missing = client.get("/nowhere/").content.decode()
    form = {"old_password": "x", "new_password1": "y", "new_password2": "z"}
    refused = client.post("/account/password/", form)
    wrong = {"username": "ana", "password": "wrong"}
    sign_in = visitor.post("/sign-in/", wrong)

    assert re.search(r"\d,\d\d\N{NO-BREAK SPACE}\$", overview)
    assert "Seite nicht gefunden" in missing
    assert "Passwort" in refused.content.decode()
    assert "Falscher Benutzername" in sign_in.content.decode()


def test_the_api_is_english_in_every_language(ana: User) -> None:
    problem = make_browser(ana).get(
        "/nowhere/", HTTP_ACCEPT="*/*", HTTP_ACCEPT_LANGUAGE="de"
    )

    assert problem.json()["detail"] == "There is no page at this address."


def test_an_account_without_a_5_hour_limit_has_no_window(ana: User) -> None:
    observed_at = (NOW - timedelta(minutes=5)).isoformat()
    upload(
        ana,
        make_request(
            make_row(NOW - timedelta(minutes=9)),
            machine_id="m1",
            account="a",
            limits=[
                {
                    "name": name,
                    "used_percentage": percent,
                    # Half an hour more: NOW is when the tests started.
                    "resets_at": (
                        NOW + timedelta(days=3, hours=4, minutes=30)
                    ).isoformat(),
                    "observed_at": observed_at,
                }
                for name, percent in (
                    ("seven_day", 61),
                    ("seven_day_opus", 96),
                )
            ],
            absent_limits=[{"name": "five_hour", "observed_at": observed_at}],
        ),
    )

    text = fetch_text(make_browser(ana), "/")

    assert "This window" not in text
    assert "5-hour window" not in text
    assert "Opus limit" in text
    assert "3d 4h" in text
    assert text.index("96%") < text.index("61%")
