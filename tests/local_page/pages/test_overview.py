from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.local_page.sample_usage import OPUS, SampleSession

if TYPE_CHECKING:
    from tests.local_page.site_client import LocalSite


def test_a_change_of_the_settings_applies_to_the_next_page(
    empty_site: LocalSite,
) -> None:
    client = empty_site.follow(empty_site.open())
    assert 'lang="en" data-theme="system"' in client.get("/").text

    empty_site.sandbox.write_settings(
        '[general]\nlanguage = "de"\ntheme = "dark"\n'
    )

    page = client.get("/").text
    assert 'lang="de" data-theme="dark"' in page
    assert "<title>Übersicht · claude-tray</title>" in page


def test_the_last_days_are_compared_with_what_is_usual(
    empty_site: LocalSite,
) -> None:
    now = datetime.now(UTC)
    for weeks_ago, responses in enumerate((3, 2, 2, 2)):
        age = timedelta(weeks=weeks_ago, minutes=30)
        session = SampleSession(
            f"s{weeks_ago}", "/home/ada/notes", OPUS, age, responses, 90_000
        )
        session.write(empty_site.sandbox.claude, now)
    empty_site.sandbox.refresh()

    page = empty_site.follow(empty_site.open()).get("/").text

    tiles = page.partition('id="tiles"')[2].partition("</dl>")[0]
    assert tiles.count("\u25b2 50% vs. usual") == 1
    # Of today and 30 days, there are no three before.
    assert tiles.count("vs. usual") == 1
