from __future__ import annotations

from typing import TYPE_CHECKING

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
