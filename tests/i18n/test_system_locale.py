from __future__ import annotations

import locale
import sys

import pytest

from claude_tray.i18n.system_locale import detect_locale


def test_settings_override_the_system() -> None:
    translator = detect_locale("de", "12h", "fr_FR.UTF-8")

    assert translator.language == "de"
    assert not translator.locale.is_24h


def test_system_language_is_used_by_default() -> None:
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
def test_clock_follows_the_locale(
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    is_24h: bool,  # noqa: FBT001 - expected value
) -> None:
    monkeypatch.setenv("LC_ALL", name)
    before = locale.setlocale(locale.LC_TIME)

    translator = detect_locale("en", "system", "")

    assert translator.locale.is_24h is is_24h
    assert locale.setlocale(locale.LC_TIME) == before
