from __future__ import annotations

import gzip
import re
from importlib import import_module
from typing import TYPE_CHECKING

from claude_tray.local_page.routes import ROUTES

if TYPE_CHECKING:
    from tests.local_page.site_client import LocalSite


def test_every_listed_page_is_shown(site: LocalSite) -> None:
    client = site.sign_in()
    listed = [route for route in ROUTES if route.label]
    navigation = client.get("/").text.partition("</nav>")[0]

    assert listed
    for route in listed:
        response = client.get(route.path)
        assert response.status == 200, route.path
        assert " · claude-tray</title>" in response.text
        assert f">{route.label}</a>" in navigation
        assert "Sample data" not in response.text
        assert f'href="{client.place(route.path)}"' in navigation


def test_every_route_names_a_function_of_a_page() -> None:
    for route in ROUTES:
        for name in filter(None, (route.handler, route.read_mark)):
            module, _, function = name.partition(".")
            page = import_module(f"claude_tray.local_page.pages.{module}")
            assert callable(getattr(page, function)), name


def test_an_unknown_page_is_an_error_page(site: LocalSite) -> None:
    response = site.sign_in().get("/nowhere")

    assert response.status == 404
    assert "<h1>Page not found</h1>" in response.text


def test_other_methods_are_refused(site: LocalSite) -> None:
    client = site.sign_in()
    headers = {"Cookie": client.cookie, "Origin": site.process.origin}

    path = client.place("/")
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert site.request(path, method, headers).status == 403
    assert site.request(path, "HEAD", {"Cookie": client.cookie}).body == b""


def test_static_files_are_compressed_and_kept(site: LocalSite) -> None:
    client = site.sign_in()
    found = re.search(r'href="([^"]+/static/page[^"]+)"', client.get("/").text)
    assert found

    plain = client.get(found[1])
    compressed = client.get(found[1], **{"Accept-Encoding": "gzip"})

    assert plain.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in plain.headers["Cache-Control"]
    assert gzip.decompress(compressed.body) == plain.body
    assert client.get("/static/page.css").status == 404


def test_a_live_page_answers_204_while_nothing_has_changed(
    site: LocalSite,
) -> None:
    client = site.sign_in()
    found = re.search(r'hx-get="([^"]+)"', client.get("/").text)
    assert found

    # The minute may change between the two requests.
    statuses = [client.get(found[1]).status]
    if statuses == [200]:
        found = re.search(r'hx-get="([^"]+)"', client.get("/").text)
        assert found
        statuses = [client.get(found[1]).status]
    assert statuses == [204]
    assert client.get("/?mark=other").status == 200
