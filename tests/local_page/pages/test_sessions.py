from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from tests.local_page.test_same_figures import read_rows
from tests.support.stand_in_session import StandInSession

if TYPE_CHECKING:
    from tests.local_page.site_client import LocalSite

_POLL = re.compile(r'id="live"[^>]* hx-get="([^"]+)"')
_ID = re.compile(r'href="/[\w-]+/sessions/([\w-]+)"')


def test_sessions_are_found_by_project_and_model(site: LocalSite) -> None:
    client = site.sign_in()

    by_id = client.get("/sessions?q=SHOP-now").text
    by_model = client.get("/sessions?q=haiku&page=1").text
    nothing = client.get("/sessions?q=%3Cb%3Enothing").text

    assert set(_ID.findall(by_id)) == {"shop-now"}
    assert {row[2] for row in read_rows(by_model, "Sessions")} == {"Haiku 4.5"}
    assert "No results." in nothing
    assert "<b>" not in nothing


def test_sessions_are_sorted_by_any_column(site: LocalSite) -> None:
    client = site.sign_in()

    def list_ids(sort: str) -> list[str]:
        return _ID.findall(client.get(f"/sessions?sort={sort}").text)

    assert list_ids("cost")[0] == "shop-now"
    assert list_ids("-used")[0] == "day-59"
    assert list_ids("duration")[0] == "shop-now"
    projects = [
        row[1]
        for row in read_rows(
            client.get("/sessions?sort=project").text, "Sessions"
        )
    ]
    assert projects == sorted(projects)
    assert list_ids("nothing") == list_ids("used")


def test_a_session_has_its_responses_and_resume_command(
    site: LocalSite,
) -> None:
    client = site.sign_in()
    page = client.get("/sessions/notes-now?sort=-output").text

    rows = read_rows(page, "Responses")
    assert len(rows) == 9
    # The sample's outputs are 400, 407, … 456.
    assert (rows[0][3], rows[-1][3]) == ("400", "456")
    command = "cd /home/ada/notes &amp;&amp; claude --resume notes-now"
    assert f'data-copy-text="{command}"' in page
    assert client.get("/sessions/nobody").status == 404


def test_only_sessions_with_a_recent_response_are_live(
    site: LocalSite,
) -> None:
    page = site.sign_in().get("/live").text

    assert _ID.findall(page) == ["shop-now"]
    # 40 + 1,500 + 20,000 + 23 * 900 tokens were read by the last one.
    assert "42.2K tokens" in page


def test_times_select_sessions(site: LocalSite) -> None:
    client = site.sign_in()
    everything = client.get("/sessions?days=90").text
    last_week = client.get("/sessions?days=7").text

    assert "90 days" in everything
    # Sessions of day 6 and of six days' multiples do not exist.
    assert {i for i in _ID.findall(last_week) if i.startswith("day")} <= {
        *(f"day-0{day}" for day in range(1, 8)),
    }
    assert len(set(_ID.findall(last_week))) < len(set(_ID.findall(everything)))
    every_hour = [
        session
        for hour in range(24)
        for session in set(
            _ID.findall(client.get(f"/sessions?days=30&hour={hour}").text)
        )
    ]
    assert set(every_hour) == set(
        _ID.findall(client.get("/sessions?days=30").text)
    )


def test_running_sessions_are_live_with_their_state(site: LocalSite) -> None:
    client = site.sign_in()
    before = client.get("/live").text
    with StandInSession(
        site.sandbox.claude.path, "new-1", "/home/ada/<new>", "Fix <it>"
    ) as session:
        session.write("waiting", "permission prompt")
        page = client.get("/live").text
        poll = html.unescape(_POLL.findall(page)[0])
        unchanged = client.get(poll)
        session.write("busy")
        changed = client.get(poll)
        session.leave()
    after = client.get("/live").text

    assert "Fix &lt;it&gt;" in page
    assert page.index("waits for you: asks for permission") < page.index(
        "shop-now"
    )
    assert "claude --resume new-1" in page
    assert _ID.findall(page) == ["shop-now"]
    # A new minute changes the page, too.
    assert unchanged.status == 204 or unchanged.text != page
    assert changed.status == 200
    assert "working" in changed.text
    assert "Fix" not in before + after


def test_a_session_that_runs_says_when_its_cache_goes_cold(
    site: LocalSite,
) -> None:
    client = site.sign_in()
    with StandInSession(
        site.sandbox.claude.path, "shop-now", "/home/ada/shop", "Fix it"
    ) as session:
        session.write("idle")
        running = client.get("/live").text
        session.leave()
    after = client.get("/live").text

    sentence = (
        r"Prompt cache (probably goes|is|goes) cold[^<]*: waking it takes"
    )
    assert len(re.findall(sentence, running)) == 1
    assert "Prompt cache" not in after
