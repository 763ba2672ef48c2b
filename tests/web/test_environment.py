from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from tests.web.builders import BERLIN, NOW
from tests.web.templates import render


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
