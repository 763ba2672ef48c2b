"""Read invented transcripts in the shapes that Claude Code writes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from claude_tray.core.usage import ZERO_TOKENS
from claude_tray.providers.base import Cursor, Transcript
from claude_tray.providers.claude_code.reader import Scanner

if TYPE_CHECKING:
    from claude_tray.providers.base import ScanResult


SAMPLES = Path(__file__).parent / "samples"


def test_streamed_responses_count_once_with_their_final_output() -> None:
    """Version 1.0.98: a line for each block, with growing output."""
    result = _scan_sample("streaming")

    total = ZERO_TOKENS
    for record in result.records.values():
        total = total.plus(record.tokens)
    assert len(result.records) == 5
    assert (total.input, total.output) == (25, 1_542)
    assert (total.cache_write, total.cache_read) == (12_154, 70_026)
    assert result.bad_lines == 0


def test_only_responses_without_a_timestamp_are_bad() -> None:
    """Version 2.1.220: every type of line, two responses without a time."""
    result = _scan_sample("line-types")

    outputs = {r.tokens.output for r in result.records.values()}
    assert outputs == {57, 31}
    assert result.bad_lines == 2


def _scan_sample(name: str) -> ScanResult:
    path = SAMPLES / f"{name}.jsonl"
    return Scanner().scan(Transcript(str(path), "p", 0, 0, 0), Cursor())
