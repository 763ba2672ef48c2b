from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.providers.claude_code import line_reader
from claude_tray.providers.claude_code.line_reader import (
    BUFFER_BYTES,
    LineReader,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _read_lines(
    reader: LineReader,
    path: Path,
    offset: int = 0,
    is_wanted: Callable[[bytearray], bool] = bool,
) -> bytes:
    with path.open("rb", buffering=0) as file:
        return b"".join(
            bytes(data[:end])
            for data, end in reader.read(file, offset, is_wanted)
        )


def test_reading_stops_at_the_newline_after_the_maximum(
    tmp_path: Path,
    reader: LineReader,
) -> None:
    path = tmp_path / "a"
    data = b"a line of it\n" * 100_000
    path.write_bytes(data)

    with path.open("rb", buffering=0) as file:
        given = [bytes(d[:end]) for d, end in reader.read(file, 0, bool, 1)]

    assert reader.has_more
    assert 0 < reader.offset <= BUFFER_BYTES
    assert b"".join(given) == data[: reader.offset]
    assert reader.tail == data[: reader.offset][-1024:]
    assert _read_lines(reader, path, reader.offset) == data[len(given[0]) :]
    assert not reader.has_more


@pytest.fixture
def reader() -> LineReader:
    return LineReader()


def test_complete_lines_are_yielded_and_an_incomplete_one_is_left(
    tmp_path: Path,
    reader: LineReader,
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one\ntwo\nthr")

    assert _read_lines(reader, path) == b"one\ntwo\n"
    assert reader.offset == 8

    path.write_bytes(b"one\ntwo\nthree\n")

    assert _read_lines(reader, path, 8) == b"three\n"
    assert reader.offset == 14


def test_lines_may_cross_the_end_of_the_buffer(
    tmp_path: Path,
    reader: LineReader,
) -> None:
    path = tmp_path / "a"
    line = b"x" * (BUFFER_BYTES * 2 // 3) + b"\n"
    path.write_bytes(line * 4)

    assert _read_lines(reader, path) == line * 4


def test_a_line_longer_than_the_buffer_is_complete(
    tmp_path: Path,
    reader: LineReader,
) -> None:
    path = tmp_path / "a"
    long = b"x" * (BUFFER_BYTES * 3) + b"\n"
    path.write_bytes(b"one\n" + long + b"two\n")

    assert _read_lines(reader, path) == b"one\n" + long + b"two\n"
    assert reader.oversized_lines == 0


def test_a_line_of_the_size_of_the_buffer_is_complete(
    tmp_path: Path,
    reader: LineReader,
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * BUFFER_BYTES + b"\ntwo\n")

    assert _read_lines(reader, path) == b"x" * BUFFER_BYTES + b"\ntwo\n"


def test_an_oversized_line_is_skipped_and_counted(
    tmp_path: Path,
    reader: LineReader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line_reader, "MAX_LINE_BYTES", BUFFER_BYTES * 2)
    path = tmp_path / "a"
    path.write_bytes(b"one\n" + b"x" * (BUFFER_BYTES * 3) + b"\ntwo\n")

    assert _read_lines(reader, path) == b"one\ntwo\n"
    assert reader.oversized_lines == 1
    assert reader.offset == path.stat().st_size


def test_an_incomplete_long_line_is_left(
    tmp_path: Path,
    reader: LineReader,
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one\n" + b"x" * (BUFFER_BYTES * 3))

    assert _read_lines(reader, path) == b"one\n"
    assert reader.offset == 4


@pytest.mark.parametrize("length", [BUFFER_BYTES, BUFFER_BYTES * 2 + 7])
def test_an_unwanted_long_line_is_skipped(
    tmp_path: Path,
    reader: LineReader,
    length: int,
) -> None:
    path = tmp_path / "a"
    long = b"{" + b"x" * (length - 2) + b"}\n"
    path.write_bytes(b"one\n" + long + b"two\n")
    heads: list[bytes] = []

    def is_wanted(head: bytearray) -> bool:
        heads.append(bytes(head[:2]))
        return False

    assert _read_lines(reader, path, 0, is_wanted) == b"one\ntwo\n"
    assert heads == [b"{x"]
    assert reader.oversized_lines == 0
    assert reader.offset == path.stat().st_size


def test_a_long_line_without_a_closing_brace_is_yielded(
    tmp_path: Path,
    reader: LineReader,
) -> None:
    path = tmp_path / "a"
    long = b"{" + b"x" * (BUFFER_BYTES * 2) + b"\n"
    path.write_bytes(long)

    with path.open("rb", buffering=0) as file:
        found = [
            bytes(data[:end])
            for data, end in reader.read(file, 0, lambda _: False)
        ]

    assert found == [long]
