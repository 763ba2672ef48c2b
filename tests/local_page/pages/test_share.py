from __future__ import annotations

import io
import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from PIL import Image

if TYPE_CHECKING:
    from tests.local_page.site_client import LocalSite, SignedIn


@pytest.fixture(scope="module")
def client(site: LocalSite) -> SignedIn:
    return site.sign_in()


def read_picture(client: SignedIn, query: str) -> tuple[int, int]:
    page = client.get(f"/share{query}")
    assert page.status == 200
    found = re.search(
        r'<img class="share-picture[^>]* src="([^"]+)"', page.text
    )
    assert found, page.text
    response = client.get(unescape(found[1]))
    assert response.headers["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(response.body)) as picture:
        width, height = picture.size
    return width, height


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ("", (1200, 630)),
        ("?shape=square&theme=light&parts=projects", (1080, 1080)),
        ("?period=all&figure=cost", (1200, 630)),
        ("?period=never&shape=%3Cb%3E&figure=limit&theme=", (1200, 630)),
    ],
)
def test_the_chosen_card_is_shown(
    client: SignedIn, query: str, size: tuple[int, int]
) -> None:
    assert read_picture(client, query) == size


def test_the_history_links_to_it(client: SignedIn) -> None:
    assert f'href="{client.prefix}/share"' in client.get("/history").text


def test_without_usage_there_is_no_picture(empty_site: LocalSite) -> None:
    empty_site.open()
    client = empty_site.sign_in()

    assert client.get("/share").status in {200, 404}
    assert client.get("/share.png").status == 404
