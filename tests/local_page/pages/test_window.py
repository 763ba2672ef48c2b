from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from claude_tray.core.limits import FIVE_HOUR, SEVEN_DAY, LimitSample
from claude_tray.core.time import to_epoch_ms
from claude_tray.store.connection import open_writer, transaction
from claude_tray.store.limit_reports import save_samples
from tests.local_page.sample_usage import OPUS, SONNET, SampleSession

if TYPE_CHECKING:
    from tests.local_page.site_client import LocalSite, SignedIn

START = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(
    minutes=200
)


def test_the_window_page_shows_what_used_the_limit(
    empty_site: LocalSite,
) -> None:
    """Two projects one after the other, then twenty points elsewhere."""
    sandbox = empty_site.sandbox
    for name, model, minute, count in (
        ("shop", OPUS, 1, 20),
        ("notes", SONNET, 90, 10),
    ):
        last = START + timedelta(minutes=minute + 4 * (count - 1), seconds=5)
        SampleSession(
            name, f"/home/ada/{name}", model, timedelta(0), count, 900
        ).write(sandbox.claude, last)
    sandbox.refresh()
    path = sandbox.app_home / "data" / "usage.db"
    reset_ms = to_epoch_ms(START + timedelta(hours=5))
    with open_writer(path) as writer, transaction(writer):
        for minute, percent in ((41, 10), (81, 22), (140, 28), (180, 48)):
            at_ms = to_epoch_ms(START + timedelta(minutes=minute))
            sample = LimitSample("", FIVE_HOUR, percent, reset_ms, at_ms)
            save_samples(writer, [sample._replace(session="shop")])
    client = empty_site.follow(empty_site.open())

    page = client.get("/window").text
    part = client.get("/window?at=9").text

    assert "48 points of the 5-hour limit until" in page
    card = page.partition('id="receipt-card"')[2].partition("</section>")[0]
    elsewhere = card.partition(">Elsewhere (web")[2].partition("</tr>")[0]
    assert ">20.0<" in elsewhere
    assert ">42%<" in elsewhere
    card = part.partition('id="receipt-card"')[2].partition("</section>")[0]
    assert ">notes<" in card
    assert ">shop<" not in card


def _read_link(page: str, name: str) -> str:
    """Return the address of the link with a text."""
    links = re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', page)
    return html.unescape(next(link for link, text in links if text == name))


def _find_card(page: str, name: str) -> str:
    return page.partition(f'id="{name}-card"')[2].partition("</section>")[0]


@pytest.fixture
def used_site(empty_site: LocalSite) -> SignedIn:
    """A window two days ago, and two projects in the open one."""
    sandbox = empty_site.sandbox
    for name, minute, count in (
        ("old", -2880, 3),
        ("shop", 1, 10),
        ("notes", 90, 10),
    ):
        last = START + timedelta(minutes=minute + 4 * (count - 1), seconds=5)
        SampleSession(
            name, f"/home/ada/{name}", OPUS, timedelta(0), count, 900
        ).write(sandbox.claude, last)
    sandbox.refresh()
    return empty_site.follow(empty_site.open())


def test_earlier_windows_are_opened_and_left(used_site: SignedIn) -> None:
    current = used_site.get("/window").text

    earlier = used_site.get(f"/window{_read_link(current, 'Earlier')}").text
    later = used_site.get(f"/window{_read_link(earlier, 'Later')}").text

    assert ">shop<" in _find_card(current, "projects")
    assert ">old<" in _find_card(earlier, "projects")
    assert ">shop<" not in _find_card(earlier, "projects")
    assert ">shop<" in _find_card(later, "projects")
    # Only the open window has a countdown.
    assert 'id="window-card"' in current
    assert 'id="window-card"' not in earlier
    listed = _find_card(current, "times")
    assert listed.count('<th scope="row">') == 2
    assert listed.count('aria-current="true"') == 1


@pytest.mark.parametrize("style", ["local", "zone"])
def test_a_part_of_a_window_is_selected_by_two_times(
    used_site: SignedIn, style: str
) -> None:
    """A form sends times of the zone, the chart exact ones."""
    times = START + timedelta(minutes=80), START + timedelta(minutes=120)
    if style == "local":
        texts = [f"{at:%Y-%m-%dT%H:%M}" for at in times]
    else:
        texts = [at.isoformat() for at in times]
    query = urlencode({"from": texts[0], "to": texts[1]})

    page = used_site.get(f"/window?{query}", Cookie=_in_utc(used_site)).text

    for card in ("projects", "receipt"):
        assert ">notes<" in _find_card(page, card)
        assert ">shop<" not in _find_card(page, card)
    # Every ten minutes that the part touches are marked.
    assert _find_card(page, "slots").count('class="chosen"') in (4, 5)
    assert "Show the whole window" in page


def _in_utc(client: SignedIn) -> str:
    return f"{client.cookie}; claude_tray_zone=UTC"


def test_a_part_of_several_windows_has_lists_without_a_chart(
    used_site: SignedIn,
) -> None:
    start, end = START - timedelta(days=3), START + timedelta(hours=3)
    query = urlencode({"from": start.isoformat(), "to": end.isoformat()})

    page = used_site.get(f"/window?{query}").text

    for name in ("old", "shop", "notes"):
        assert f">{name}<" in _find_card(page, "projects")
    assert 'id="slots-card"' not in page


def test_long_parts_are_cut_and_say_so(used_site: SignedIn) -> None:
    start, end = START - timedelta(days=400), START + timedelta(hours=3)
    query = urlencode({"from": start.isoformat(), "to": end.isoformat()})

    page = used_site.get(f"/window?{query}").text

    assert "Only the last 31 days of it are shown." in page
    assert ">old<" in _find_card(page, "projects")


def test_times_in_the_wrong_order_are_swapped(used_site: SignedIn) -> None:
    start, end = START + timedelta(minutes=80), START + timedelta(minutes=120)
    query = urlencode({"from": end.isoformat(), "to": start.isoformat()})

    page = used_site.get(f"/window?{query}").text

    assert ">notes<" in _find_card(page, "projects")


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday&to=",
        "from=0001-01-01T00:00&to=9999-12-31T23:59",
        "from=2026-13-45&to=%00",
        "limit=spend",
        "limit=%3Cscript%3E",
        "at=99999",
    ],
)
def test_what_makes_no_sense_counts_as_absent(
    used_site: SignedIn, query: str
) -> None:
    response = used_site.get(f"/window?{query}")

    assert response.status == 200
    assert ">shop<" in _find_card(response.text, "projects")


def test_a_time_without_a_window_is_no_error(used_site: SignedIn) -> None:
    page = used_site.get("/window?from=2020-01-01T10:00").text

    assert "There is no window at this time." in page
    assert 'id="times-card"' in page


def test_the_week_has_a_page(used_site: SignedIn) -> None:
    path = used_site.site.sandbox.app_home / "data" / "usage.db"
    reset_ms = to_epoch_ms(START + timedelta(days=2))
    at_ms = to_epoch_ms(START + timedelta(minutes=130))
    with open_writer(path) as writer, transaction(writer):
        sample = LimitSample("", SEVEN_DAY, 12.0, reset_ms, at_ms)
        save_samples(writer, [sample._replace(session="notes")])

    page = used_site.get("/window").text
    week = used_site.get(f"/window{_read_link(page, 'Weekly limit')}").text

    assert "Weekly limit: 12 points until " in _find_card(week, "receipt")
    for name in ("old", "shop", "notes"):
        assert f">{name}<" in _find_card(week, "receipt")
