from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

from tests.server.dashboard.page_client import fetch_text, make_browser

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


def list_urls(user: User) -> list[str]:
    text = fetch_text(make_browser(user), "/")
    return re.findall(r'(?:href|src)="(/static/[^"]+)"', text)


def test_browsers_keep_static_files_for_a_year(ana: User) -> None:
    urls = list_urls(ana)

    assert len(urls) >= 8
    for url in urls:
        assert re.search(r"\.[0-9a-f]{12}\.(css|js|svg)$", url)
        response = make_browser().get(url)
        assert response.status_code == 200
        assert "max-age=31536000" in response.headers["Cache-Control"]
        assert "immutable" in response.headers["Cache-Control"]
        assert response.headers["Vary"] == "Accept-Encoding"
        assert "Content-Encoding" not in response.headers


def test_static_files_and_pages_are_compressed(ana: User) -> None:
    client = make_browser(ana)
    client.defaults["HTTP_ACCEPT_ENCODING"] = "gzip, br"

    for url in (*list_urls(ana), "/", "/projects/"):
        response = client.get(url)
        assert response.headers["Content-Encoding"] == "gzip", url
        assert gzip.decompress(response.content)


def test_a_font_is_sent_as_it_is(ana: User) -> None:
    colors = next(url for url in list_urls(ana) if "/colors." in url)
    sheet = make_browser().get(colors).content.decode()
    font = re.findall(r"url\(([^)]+)\)", sheet)[0]

    response = make_browser().get(
        f"/static/{font}", HTTP_ACCEPT_ENCODING="gzip"
    )

    assert response.headers["Content-Type"] == "font/woff2"
    assert "Content-Encoding" not in response.headers


def test_other_names_are_not_found(ana: User) -> None:
    for name in ("colors.css", "../settings.py", "vendor/README.md", ""):
        assert make_browser(ana).get(f"/static/{name}").status_code == 404
