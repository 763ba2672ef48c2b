from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from claude_tray.popup.browser import write_page
from claude_tray.popup.compose import view_of
from claude_tray.popup.page import page_of
from claude_tray.words.tongue import ENGLISH, tongue_of
from tests.support.popups import STATES, a_moment

if TYPE_CHECKING:
    from pathlib import Path

VOID = {"meta", "line", "polyline", "polygon", "circle"}


class Outline(HTMLParser):
    """What a page is made of; fails where tags are not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, dict[str, str | None]] = {}
        self.words = ""
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        self.tags.append(tag)
        self.attributes[tag] = dict(attrs)
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_a_whole_page(state: str) -> None:
    view = view_of(a_moment(state))

    page = Outline(page_of(view, ENGLISH))

    assert page.tags.count("h1") == 1
    assert page.tags.count("main") == 1
    assert view.headline.sentence in page.words
    assert page.attributes["svg"]["role"] == "img"
    assert page.attributes["svg"]["aria-label"] == view.chart.label


def test_it_has_all_that_the_picture_has() -> None:
    view = view_of(a_moment("pace"))

    page = Outline(page_of(view, ENGLISH))

    texts = [row.name for row in (*view.projects, *view.models)]
    texts += [kind.cost for kind in view.kinds]
    texts += [tile.tokens for tile in view.tiles]
    texts += [week.value for week in view.weeks]
    texts += [bar.cost for bar in view.days.bars]
    for text in [*texts, view.sync.text]:
        assert text in page.words


def test_nothing_is_fetched() -> None:
    page = page_of(view_of(a_moment("pace")), ENGLISH)

    assert "default-src 'none'" in page
    for word in ("http:", "https:", "src=", "<link", "<script", "url("):
        assert word not in page


def test_names_are_text_and_never_markup() -> None:
    moment = a_moment("pace")
    figures = moment.figures
    evil = (("/home/ada/<script>alert(1)</script>", figures.snapshot.today),)
    of_window = figures.of_window._replace(projects=evil)
    moment = moment._replace(figures=figures._replace(of_window=of_window))

    page = page_of(view_of(moment), ENGLISH)

    assert "<script>" not in page


def test_the_page_knows_its_language_and_direction() -> None:
    german = tongue_of("de")
    view = view_of(a_moment("pace", german))

    page = Outline(page_of(view, german))
    turned = Outline(page_of(view._replace(is_rtl=True), german))

    assert page.attributes["html"] == {"lang": "de", "dir": "ltr"}
    assert turned.attributes["html"]["dir"] == "rtl"


def test_only_the_person_can_read_the_page(tmp_path: Path) -> None:
    view = view_of(a_moment("pace"))

    path = write_page(view, ENGLISH, tmp_path / "state")

    assert path.stat().st_mode & 0o077 == 0
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
