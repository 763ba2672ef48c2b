from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.statusline.memory import Earlier, text_of
from claude_tray.statusline.respond import Place, answer
from claude_tray.transcripts import spool

if TYPE_CHECKING:
    from pathlib import Path

NOW_NS = 1_795_340_400_000_000_000
RESET = NOW_NS // 10**9 + 3600
GIVEN = json.dumps(
    {
        "transcript_path": "/ana/.claude/projects/-shop/3f0c.jsonl",
        "rate_limits": {
            "five_hour": {"used_percentage": 38, "resets_at": RESET},
        },
    },
).encode()
LINE = "1h 0m · 38%\n".encode()


def heard(folder: Path, given: bytes = GIVEN) -> bytes:
    place = Place(folder / "spool", folder / "memory.json", "/ben/.claude")
    return answer(given, NOW_NS, place)


def remember(folder: Path, command: str) -> None:
    earlier = {"/ana/.claude": Earlier("ours", "theirs", command)}
    (folder / "memory.json").write_bytes(text_of(earlier))


def test_a_sample_is_left_and_a_line_printed(tmp_path: Path) -> None:
    assert heard(tmp_path) == LINE
    (sample,) = spool.take(tmp_path / "spool")
    assert sample.claude == "/ana/.claude"


def test_without_a_transcript_the_folder_is_the_environments(
    tmp_path: Path,
) -> None:
    heard(tmp_path, b'{"session_id": "s-1"}')

    (sample,) = spool.take(tmp_path / "spool")
    assert sample.claude == "/ben/.claude"


def test_words_that_are_no_text_are_no_error(tmp_path: Path) -> None:
    assert heard(tmp_path, b'{"session_id": "\\ud83d"}') == b"\n"


@pytest.mark.parametrize(
    "given",
    [b"", b"{", b"[]", b"3", b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}'],
)
def test_whatever_is_given_there_is_a_line(
    tmp_path: Path,
    given: bytes,
) -> None:
    assert heard(tmp_path, given) == b"\n"


def test_a_spool_that_cannot_be_written_costs_only_the_sample(
    tmp_path: Path,
) -> None:
    (tmp_path / "spool").write_text("in the way")

    assert heard(tmp_path) == LINE


def test_a_memory_that_cannot_be_read_costs_only_the_chain(
    tmp_path: Path,
) -> None:
    (tmp_path / "memory.json").write_text("{")

    assert heard(tmp_path) == LINE


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell's command")
def test_the_earlier_command_speaks_instead_of_us(tmp_path: Path) -> None:
    remember(tmp_path, "cat; exit 1")

    assert heard(tmp_path) == GIVEN
    assert len(spool.take(tmp_path / "spool")) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell's command")
def test_when_the_earlier_command_hangs_we_speak(tmp_path: Path) -> None:
    remember(tmp_path, "sleep 30")

    assert heard(tmp_path) == LINE
