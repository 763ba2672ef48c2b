from __future__ import annotations

import pytest

from claude_tray.server.reader_locale import load_preferred_translator


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("nl,de;q=0.5", "de"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh_Hans"),
        ("zh-Hans-SG", "zh_Hans"),
        # Readers of the traditional script get what they read next.
        ("zh-TW,zh-HK;q=0.9,ja;q=0.7", "ja"),
        ("ko-KR", "ko"),
        # Refused, so it is not the fallback either.
        ("de;q=0,ja", "ja"),
        ("*", "en"),
        ("", "en"),
        ("../../etc", "en"),
        ("x" * 5_000, "en"),
    ],
)
def test_the_first_language_with_a_catalog_is_chosen(
    header: str, language: str
) -> None:
    assert load_preferred_translator(header).language == language


def test_the_clock_is_that_of_the_browser() -> None:
    translator = load_preferred_translator("ko", is_24h=False)

    assert not translator.locale.is_24h
