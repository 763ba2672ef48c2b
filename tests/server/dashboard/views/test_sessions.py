from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.server.dashboard.page_client import fetch_text, make_browser, upload
from tests.support.request_json import make_request, make_row

if TYPE_CHECKING:
    from django.test import Client

    from claude_tray.server.accounts.models import User


# A Tuesday.
DAY = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
HAIKU = "claude-haiku-4-5"


@pytest.fixture
def client(ana: User) -> Client:
    """Sessions: long on two days, short, and one of another model."""
    long_rows = [
        make_row(DAY + timedelta(hours=n), f"l{n}", input_tokens=10)
        for n in (0, 24)
    ]
    upload(
        ana,
        make_request(*long_rows, project="shop", session="a-long"),
        make_request(
            make_row(DAY + timedelta(hours=3), "s", input_tokens=90_000),
            project="notes",
            session="b-short",
        ),
        make_request(
            make_row(DAY + timedelta(hours=50), "h", model=HAIKU),
            project="Shop window",
            session="c-haiku",
            machine_id="m2",
        ),
    )
    return make_browser(ana)


def list_sessions(client: Client, query: str) -> list[str]:
    text = fetch_text(client, f"/sessions/?{query}")
    return re.findall(r'href="/sessions/([^/"]+)/"', text)


@pytest.mark.parametrize(
    ("query", "sessions"),
    [
        ("", ["c-haiku", "a-long", "b-short"]),
        ("sort=-used", ["b-short", "a-long", "c-haiku"]),
        ("sort=duration", ["a-long", "c-haiku", "b-short"]),
        ("sort=messages", ["a-long", "c-haiku", "b-short"]),
        ("sort=project", ["c-haiku", "b-short", "a-long"]),
        ("sort=-project", ["a-long", "b-short", "c-haiku"]),
        ("sort=nonsense", ["c-haiku", "a-long", "b-short"]),
        ("q=shop", ["c-haiku", "a-long"]),
        ("q=b-sh", ["b-short"]),
        ("q=%25", []),
        ("project=shop", ["a-long"]),
        (f"model={HAIKU}", ["c-haiku"]),
        ("machine=m2", ["c-haiku"]),
        ("from=2026-03-03&to=2026-03-03", ["a-long", "b-short"]),
        ("from=2026-03-03&to=2026-03-03&hour=9", ["a-long"]),
        ("from=2026-03-01&to=2026-03-09&weekday=2&hour=9", ["a-long"]),
        ("from=2026-03-01&to=2026-03-09&hour=12", ["b-short"]),
        ("from=2026-03-01&to=2026-03-09&weekday=3", ["c-haiku"]),
        ("from=2026-03-01&to=2026-03-09&weekday=6", []),
        ("from=2016-03-01&to=2026-03-09&hour=11&weekday=x", ["c-haiku"]),
        ("weekday=99&hour=-1", ["c-haiku", "a-long", "b-short"]),
    ],
)
def test_a_query_selects_and_sorts_sessions(
    client: Client, query: str, sessions: list[str]
) -> None:
    assert list_sessions(client, query) == sessions


@pytest.mark.parametrize("key", ["cost", "tokens"])
def test_sessions_are_sorted_by_size(client: Client, key: str) -> None:
    largest = list_sessions(client, f"sort={key}")
    smallest = list_sessions(client, f"sort=-{key}")

    assert largest == smallest[::-1]
    if key == "tokens":
        assert largest[0] == "b-short"


def test_rows_name_model_machine_and_duration(client: Client) -> None:
    text = fetch_text(client, "/sessions/?q=c-haiku&from=2026-03-01")

    assert "Haiku 4.5" in text
    assert "Mar 5, 11:30" in text
    assert "m2" in text or "unnamed machine" in text


def test_a_session_page_has_curves_if_it_has_responses(client: Client) -> None:
    long = fetch_text(client, "/sessions/a-long/")
    short = fetch_text(client, "/sessions/b-short/")

    assert "Context per response" in long
    assert long.count("<polyline points=") == 2
    assert "polyline" not in short
    assert client.get("/sessions/none/").status_code == 404


def test_the_responses_of_a_session_are_sorted(ana: User) -> None:
    rows = [
        make_row(
            DAY + timedelta(minutes=n),
            f"r{n}",
            input_tokens=n,
            output_tokens=100 - n,
        )
        for n in (10, 30, 20)
    ]
    upload(ana, make_request(*rows, session="sorted"))
    client = make_browser(ana)

    def list_minutes(order: str) -> list[str]:
        text = fetch_text(client, f"/sessions/sorted/?sort={order}")
        return re.findall(r">Mar 3, (?:09|10):(\d\d):00<", text)

    minutes = {
        order: list_minutes(order)
        for order in ("time", "-time", "input", "output", "cost", "x")
    }

    assert minutes["time"] == minutes["x"] == ["40", "50", "00"]
    assert minutes["-time"] == minutes["input"] == ["00", "50", "40"]
    assert minutes["output"] == minutes["cost"] == ["40", "50", "00"]


@pytest.mark.parametrize(
    ("path", "head", "lines"),
    [
        ("/usage.csv?from=2026-03-01&to=2026-03-09", "day,model,messages", 3),
        ("/usage.csv?from=2026-03-01&to=2026-03-01", "day,model,messages", 0),
        ("/projects.csv", "project,sessions,messages", 3),
        ("/projects.csv?q=shop", "project,sessions,messages", 2),
        ("/sessions.csv", "session,project,first_at,last_at,models", 3),
        (
            "/sessions.csv?from=2026-03-01&to=2026-03-09&hour=12",
            "session,project,first_at,last_at,models",
            1,
        ),
        (
            "/sessions.csv?hour=12",
            "session,project,first_at,last_at,models",
            0,
        ),
    ],
)
def test_lists_can_be_downloaded(
    client: Client, path: str, head: str, lines: int
) -> None:
    response = client.get(path)

    text = response.content.decode()
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    assert text.startswith(head)
    assert text.count("\n") == lines + 1


def test_a_spreadsheet_runs_no_name(ana: User) -> None:
    row = make_row(DAY, "f")
    upload(ana, make_request(row, project="=1+1", session="@SUM(1)"))

    text = make_browser(ana).get("/sessions.csv").content.decode()

    assert "'=1+1" in text
    assert "'@SUM(1)" in text
