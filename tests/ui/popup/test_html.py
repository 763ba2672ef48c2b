from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from claude_tray.i18n.translator import ENGLISH, load_translator
from claude_tray.ui.popup.compose import build_view
from claude_tray.ui.popup.html import render_page, write_page
from tests.support.popup_states import STATES, make_popup_state

if TYPE_CHECKING:
    from pathlib import Path


VOID_TAGS = {"meta", "line", "polyline", "polygon", "circle"}


class PageOutline(HTMLParser):
    """Collect headings and tables of a page; fail on unclosed tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, dict[str, str | None]] = {}
        self.texts = ""
        self._open_tags: list[str] = []
        self.feed(text)
        assert self._open_tags == []

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        self.tags.append(tag)
        self.attributes[tag] = dict(attrs)
        if tag not in VOID_TAGS:
            self._open_tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID_TAGS:
            assert self._open_tags.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts += data


@pytest.mark.parametrize("state", STATES)
def test_every_state_renders_as_a_complete_page(state: str) -> None:
    view = build_view(*make_popup_state(state))

    page = PageOutline(render_page(view, ENGLISH))

    assert page.tags.count("h1") == 1
    assert page.tags.count("main") == 1
    assert view.headline.sentence in page.texts
    if view.chart is not None:
        assert page.attributes["svg"]["role"] == "img"
        assert page.attributes["svg"]["aria-label"] == view.chart.label


def test_the_page_contains_everything_the_picture_shows() -> None:
    view = build_view(*make_popup_state("pace"))

    page = PageOutline(render_page(view, ENGLISH))

    texts = [row.name for row in (*view.projects, *view.models)]
    texts += [kind.cost for kind in view.token_costs]
    texts += [tile.tokens for tile in view.tiles]
    texts += [
        t for limit in view.limits for t in (limit.value, limit.end_text)
    ]
    texts += [bar.cost for bar in view.daily_costs.bars]
    for text in [*texts, view.sync.text]:
        assert text in page.texts


def test_the_page_loads_nothing() -> None:
    page = render_page(build_view(*make_popup_state("pace")), ENGLISH)

    assert "default-src 'none'" in page
    for word in ("http:", "https:", "src=", "<link", "<script", "url("):
        assert word not in page


def test_names_are_escaped() -> None:
    state = make_popup_state("pace")
    today = state.data.snapshot.today
    evil = (("/home/ada/<script>alert(1)</script>", today),)

    view = build_view(*state.change_breakdown(projects=evil))
    page = render_page(view, ENGLISH)

    assert "<script>" not in page


def test_the_page_declares_language_and_direction() -> None:
    german = load_translator("de")
    view = build_view(*make_popup_state("pace", german))

    page = PageOutline(render_page(view, german))
    turned = PageOutline(render_page(view._replace(is_rtl=True), german))

    assert page.attributes["html"] == {"lang": "de", "dir": "ltr"}
    assert turned.attributes["html"]["dir"] == "rtl"


def test_only_the_user_can_read_the_page(tmp_path: Path) -> None:
    view = build_view(*make_popup_state("pace"))

    path = write_page(view, ENGLISH, tmp_path / "state")

    assert path.stat().st_mode & 0o077 == 0
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_the_page_lists_all_accounts() -> None:
    page = PageOutline(
        render_page(build_view(*make_popup_state("accounts")), ENGLISH)
    )

    for text in ("work", "private", "38%", "92%", "On pace", "Almost out"):
        assert text in page.texts
    assert "All" not in page.texts
