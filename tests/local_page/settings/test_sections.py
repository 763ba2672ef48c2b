from __future__ import annotations

from collections import Counter

from claude_tray.config.schema import OPTIONS
from claude_tray.local_page.settings.sections import (
    SECTIONS,
    SECTIONS_BY_KEY,
    SYNC_SECTION,
)


def test_each_option_is_in_one_section() -> None:
    names = Counter(
        name for section in (*SECTIONS, SYNC_SECTION) for name in section.names
    )

    assert names == Counter(option.name for option in OPTIONS)


def test_sections_are_found_by_their_keys() -> None:
    assert list(SECTIONS_BY_KEY.values()) == list(SECTIONS)
    assert "sync" not in SECTIONS_BY_KEY
