"""Names from transcripts are text on every page that a link leads to."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from tests.support.hostile_names import find_controls, write_hostile_usage

if TYPE_CHECKING:
    from tests.local_page.site_client import LocalSite

_LINK = re.compile(r'(?:href|hx-get)="([^"#]*)')
_MAX_PAGES = 250
_MIN_PAGES = 40


def test_every_linked_page_shows_the_names(empty_site: LocalSite) -> None:
    write_hostile_usage(empty_site.sandbox.claude)
    empty_site.sandbox.refresh()
    client = empty_site.follow(empty_site.open())

    waiting, seen = ["/"], {"/"}
    while waiting and len(seen) < _MAX_PAGES:
        path = waiting.pop(0)
        response = client.get(path)
        content_type = response.headers.get("Content-Type", "")
        assert response.status in {200, 302, 303}, path
        if not content_type.startswith("text/html"):
            continue
        assert not find_controls(response.text.replace("\r", "")), path
        assert "<script>alert" not in response.text, path
        for link in map(unescape, _LINK.findall(response.text)):
            found = urljoin(path, link)
            # A page once for each query that links to it.
            if not urlsplit(found).netloc and found not in seen:
                seen.add(found)
                waiting.append(found)

    assert len(seen) > _MIN_PAGES
