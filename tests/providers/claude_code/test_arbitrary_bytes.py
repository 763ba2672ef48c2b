"""Scanning arbitrary bytes never fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from claude_tray.providers.base import Cursor, Transcript
from claude_tray.providers.claude_code.reader import Scanner
from tests.support.builders import make_limit_line, make_line
from tests.support.workload import scale_count

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


LINES = (
    make_line(usage={"iterations": [{"type": "compaction", "model": None}]}),
    make_limit_line("You've hit your limit · resets 8pm (Asia/Tokyo)"),
    b'{"type":"user","cwd":"/home/ada"}\n',
)
# What mutations put in: each of them has broken some reader.
FRAGMENTS = (
    b"null",
    b"-1",
    b"1e400",
    b"NaN",
    b'"\\ud800"',
    b"[]",
    b"{}",
    b"\xff",
    b"\0",
    b"}{",
    b'"',
    b"\n",
    b"99999999999999999999",
    b'"<synthetic>"',
    b'"9999-12-31T23:59:59.999+23:59"',
    b'"0001-01-01T00:00:00-23:59"',
)
mutation_lists = st.lists(
    st.tuples(
        st.integers(0, 700),
        st.integers(0, 40),
        st.sampled_from(FRAGMENTS) | st.binary(max_size=3),
    ),
    max_size=5,
)


@settings(max_examples=scale_count(200), deadline=None)
@given(st.sampled_from(LINES), mutation_lists)
def test_reading_never_fails(
    tmp_path_factory: pytest.TempPathFactory,
    line: bytes,
    mutated: list[tuple[int, int, bytes]],
) -> None:
    folder = tmp_path_factory.getbasetemp()
    for position, removed, piece in mutated:
        line = line[:position] + piece + line[position + removed :]

    outputs = _scan_outputs(folder / "any.jsonl", line + b"\n" + make_line())

    assert 5 in outputs
    assert all(0 <= output < 1 << 30 for output in outputs)


def _scan_outputs(path: Path, data: bytes) -> list[int]:
    path.write_bytes(data)
    result = Scanner().scan(Transcript(str(path), "p", 0, 0, 0), Cursor())
    found = result.records.values()
    return [record.tokens.output for record in found]
