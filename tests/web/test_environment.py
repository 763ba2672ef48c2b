from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from jinja2 import UndefinedError

from claude_tray.web.environment import build_environment
from tests.web.builders import BERLIN, CONTEXT, NOW
from tests.web.templates import render

if TYPE_CHECKING:
    from pathlib import Path


def test_a_timestamp_has_the_exact_time_as_its_tooltip() -> None:
    source = "{{ timestamp(at, 'when') }}"

    assert render(source, BERLIN, at=NOW) == (
        '<time datetime="2026-11-24T12:13:00.000Z"'
        ' title="Nov 24, 13:13:00">13:13</time>'
    )
    assert render(source, BERLIN, at=None) == "\N{EN DASH}"


def test_values_in_sentences_are_escaped_unless_they_are_markup() -> None:
    text = render("{{ gettext('until {time}', time=t) }}", t="<b>")
    element = render(
        "{{ gettext('until {time}', time=timestamp(t, 'day')) }}", t=NOW
    )

    assert text == "until &lt;b&gt;"
    assert element.startswith("until <time datetime=")


def test_plural_sentences_are_translated_and_escaped() -> None:
    source = "{{ ngettext('{n} day{x}', '{n} days{x}', n, x='<') }}"

    assert render(source, n=1) == "1 day&lt;"
    assert render(source, n=2) == "2 days&lt;"


def test_a_variable_that_was_not_passed_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("{{ forgotten }}")


def test_compiled_templates_are_kept_if_they_can_be(tmp_path: Path) -> None:
    missing, folder = tmp_path / "missing", tmp_path / "compiled"
    folder.mkdir()
    for compiled_dir in (missing, folder, folder):
        environment = build_environment(
            "/{}".format, "/static/{}".format, (), compiled_dir
        )
        template = environment.get_template("parts/logo.html")
        assert "<svg" in template.render(page=CONTEXT)

    assert not missing.exists()
    assert len(list(folder.iterdir())) == 1
