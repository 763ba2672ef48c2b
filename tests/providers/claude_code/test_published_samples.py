"""Real transcripts that other people published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.core.tokens import ZERO_TOKENS
from claude_tray.providers.base import Cursor, Transcript
from claude_tray.providers.claude_code.reader import Scanner
from tests.support.builders import SHARED_DIR

if TYPE_CHECKING:
    from claude_tray.providers.base import ScanResult


SAMPLES_DIR = SHARED_DIR / "samples"

needs_samples = pytest.mark.skipif(
    not SAMPLES_DIR.is_dir(),
    reason="the samples beside the repository are not here",
)


@needs_samples
@pytest.mark.parametrize(
    ("name", "messages", "given", "written", "created", "read"),
    [
        ("5c0375b4", 20, 129, 3_629, 47_747, 324_259),
        ("1af7fc5e", 7, 93, 953, 12_698, 103_219),
    ],
)
def test_real_sessions_are_read_to_the_token(
    name: str,
    messages: int,
    given: int,
    written: int,
    created: int,
    read: int,
) -> None:
    (result,) = _scan_samples(f"real/sample-project/{name}*.jsonl")

    total = ZERO_TOKENS
    for record in result.records.values():
        total = total.plus(record.tokens)
    assert len(result.records) == messages
    assert (total.input, total.output) == (given, written)
    assert (total.cache_write, total.cache_read) == (created, read)
    assert result.bad_lines == 0


@needs_samples
def test_only_replies_without_a_time_are_bad() -> None:
    found = _scan_samples("line-types/**/*.jsonl")

    # The catalogue's author trimmed the time of five replies.
    assert sorted(result.bad_lines for result in found) == [0, 0, 0, 0, 5]


def _scan_samples(pattern: str) -> list[ScanResult]:
    scanner = Scanner()
    return [
        scanner.scan(Transcript(str(path), "p", 0, 0, 0), Cursor())
        for path in sorted(SAMPLES_DIR.glob(pattern))
    ]
