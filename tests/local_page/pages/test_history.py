from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.local_page.test_same_figures import read_rows

if TYPE_CHECKING:
    from tests.local_page.site_client import LocalSite


_BARS = "Tokens and cost, newest first"


def test_a_bar_leads_to_the_lists_of_its_days(site: LocalSite) -> None:
    client = site.sign_in()
    page = client.get("/history?days=90&by=week").text
    link = re.search(
        r'<tr data-x="[^"]*" data-y="[^"]+"><th scope="row"><a href="([^"]+)"',
        page,
    )
    assert link

    week = client.get(f"/history{link[1].replace('&amp;', '&')}").text

    messages = int(read_rows(page, _BARS)[0][1])
    for rows in (
        read_rows(week, "Sessions"),
        read_rows(week, "Usage by model"),
    ):
        assert rows
    assert (
        sum(int(r[2]) for r in read_rows(week, "Usage by model")) == messages
    )


def test_every_unit_has_the_same_sum(site: LocalSite) -> None:
    client = site.sign_in()

    sums = {
        sum(
            int(row[1])
            for row in read_rows(
                client.get(f"/history?days=90&by={unit}").text, _BARS
            )
        )
        for unit in ("day", "week", "month")
    }

    assert sums == {437}


def test_a_day_has_bars_of_hours(site: LocalSite) -> None:
    page = site.sign_in().get("/history?days=1").text

    assert len(read_rows(page, _BARS)) == 24
    assert 'aria-label="Bars"' not in page


def test_a_new_user_sees_what_will_be_here(empty_site: LocalSite) -> None:
    client = empty_site.follow(empty_site.open())

    for path in ("/", "/window", "/history", "/projects", "/sessions"):
        assert "Waiting for your first Claude Code message" in (
            client.get(path).text
        ), path
    assert "No session is running." in client.get("/live").text
    # An empty store is no usage either.
    empty_site.sandbox.refresh()
    for path in ("/", "/window", "/projects", "/sessions"):
        assert "Waiting for your first Claude Code message" in (
            client.get(path).text
        ), path
