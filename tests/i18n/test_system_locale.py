from __future__ import annotations

import locale
import sys

import pytest

from claude_tray.i18n.system_locale import detect_locale


def test_what_a_person_chose_holds() -> None:
    translator = detect_locale("de", "12h", "fr_FR.UTF-8")

    assert translator.language == "de"
    assert not translator.locale.is_24h


def test_else_the_system_is_followed() -> None:
    translator = detect_locale("system", "24h", "de_AT.UTF-8")

    assert translator.language == "de"
    assert translator.locale.is_24h


@pytest.mark.skipif(
    sys.platform == "win32", reason="reads the settings of Windows"
)
@pytest.mark.parametrize(
    ("name", "is_24h"),
    [("C", True), ("no_SUCH.UTF-8", True)],
)
def test_the_system_says_how_its_clock_counts(
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    is_24h: bool,  # noqa: FBT001 - a case
) -> None:
    monkeypatch.setenv("LC_ALL", name)
    before = locale.setlocale(locale.LC_TIME)

    translator = detect_locale("en", "system", "")

    assert translator.locale.is_24h is is_24h
    assert locale.setlocale(locale.LC_TIME) == before
