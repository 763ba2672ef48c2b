from __future__ import annotations

import pytest

from claude_tray.domain.snapshot import Retention
from claude_tray.words.retention import deleted_soon
from claude_tray.words.tongue import ENGLISH


@pytest.mark.parametrize(
    ("files", "saved", "said"),
    [
        (1, 1, "deletes 1 transcript within 3 days; its numbers are saved."),
        (2, 2, "2 transcripts within 3 days; their numbers are saved."),
        (2, 1, "2 transcripts within 3 days; the numbers of 1 are saved."),
    ],
)
def test_it_is_said_what_goes_and_what_stays(
    files: int,
    saved: int,
    said: str,
) -> None:
    text = deleted_soon(Retention(30, files, saved), ENGLISH)

    assert text.endswith(said)
