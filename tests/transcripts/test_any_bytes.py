"""Whatever a transcript holds, reading it never fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from claude_tray.transcripts.cursor import Cursor
from claude_tray.transcripts.locate import Transcript
from claude_tray.transcripts.scan import Scanner
from tests.support.builders import a_limit_line, a_line
from tests.support.doses import dose

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

LINES = (
    a_line(usage={"iterations": [{"type": "compaction", "model": None}]}),
    a_limit_line("You've hit your limit · resets 8pm (Asia/Tokyo)"),
    b'{"type":"user","cwd":"/home/ada"}\n',
)
# What mutations put in: each of them has broken some reader.
PIECES = (
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
mutations = st.lists(
    st.tuples(
        st.integers(0, 700),
        st.integers(0, 40),
        st.sampled_from(PIECES) | st.binary(max_size=3),
    ),
    max_size=5,
)


@settings(max_examples=dose(200), deadline=None)
@given(st.sampled_from(LINES), mutations)
def test_reading_never_fails(
    tmp_path_factory: pytest.TempPathFactory,
    line: bytes,
    mutated: list[tuple[int, int, bytes]],
) -> None:
    folder = tmp_path_factory.getbasetemp()
    for place, gone, piece in mutated:
        line = line[:place] + piece + line[place + gone :]

    outputs = _outputs(folder / "any.jsonl", line + b"\n" + a_line())

    assert 5 in outputs
    assert all(0 <= output < 1 << 30 for output in outputs)


def _outputs(path: Path, data: bytes) -> list[int]:
    path.write_bytes(data)
    news = Scanner().scan(Transcript(str(path), "p", 0, 0, 0), Cursor())
    found = news.replies.records.values()
    return [record.tokens.output for record in found]
