"""Count a last line without a newline once its file rests."""

from __future__ import annotations

import os
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claude_tray.ingest.pipeline import (
    Ingester,
)
from claude_tray.ingest.result import IngestResult
from claude_tray.providers.registry import AccountFolder
from claude_tray.providers.transcripts import iter_batches
from claude_tray.store.connection import Writer, open_writer
from tests.support.builders import PRICES, ClaudeFolder, make_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeFolder:
    return ClaudeFolder(tmp_path / "claude")


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with closing(open_writer(tmp_path / "usage.db")) as writer:
        yield writer


@pytest.fixture
def ingester(writer: Writer, claude: ClaudeFolder) -> Ingester:
    return Ingester(writer, [AccountFolder(claude.path)], PRICES)


def _ingest(ingester: Ingester) -> IngestResult:
    result = IngestResult()
    for batch in iter_batches(ingester.find_changed()):
        result = result.plus(ingester.ingest_batch(batch))
    return result


def _age(path: Path, seconds: float = 61) -> None:
    at = time.time() - seconds
    os.utime(path, (at, at))


def _load_outputs(writer: Writer) -> list[int]:
    rows = writer.execute("SELECT output FROM message ORDER BY output")
    return [output for (output,) in rows]


def test_a_whole_last_line_of_an_old_file_is_counted_at_once(
    claude: ClaudeFolder, ingester: Ingester, writer: Writer
) -> None:
    line = make_line("09:10", "msg_2", 7).rstrip()
    _age(claude.append(make_line(), line))

    result = _ingest(ingester)

    assert (result.added, result.bad_lines) == (2, 0)
    assert _load_outputs(writer) == [5, 7]
    assert _ingest(ingester) == IngestResult()


def test_the_only_line_of_a_file_names_its_project(
    claude: ClaudeFolder, ingester: Ingester, writer: Writer
) -> None:
    _age(claude.append(make_line().rstrip()))

    _ingest(ingester)

    rows = writer.execute("SELECT path FROM project").fetchall()
    assert rows == [("/home/ada/notes",)]


def test_a_rescan_counts_the_line_once_the_file_rests(
    claude: ClaudeFolder, ingester: Ingester, writer: Writer
) -> None:
    path = claude.append(make_line().rstrip())
    written = _ingest(ingester)
    # A stamp of the same age: time alone has passed.
    _age(path)
    ingester.reader.cursors[str(path)] = ingester.reader.cursors[
        str(path)
    ]._replace(mtime_ns=path.stat().st_mtime_ns)

    rested = _ingest(ingester)

    assert (written.added, rested.added) == (0, 1)
    # No event is missing.
    assert rested.files_read == 0
    assert _ingest(ingester) == IngestResult()
    assert _load_outputs(writer) == [5]


@pytest.mark.parametrize(
    "rest",
    [
        b'{"type":"assistant","message":{"id":"msg_9"',
        b"no object",
        b"[1, 2]",
        b"  \t",
        make_line(message="msg_9").rstrip() + b"}",
    ],
)
def test_a_torn_last_line_is_left_and_looked_at_once(
    claude: ClaudeFolder, ingester: Ingester, rest: bytes
) -> None:
    path = claude.append(make_line(), rest)
    _age(path)

    results = [_ingest(ingester) for _ in range(3)]

    assert [result.added for result in results] == [1, 0, 0]
    assert [result.bad_lines for result in results] == [0, 0, 0]
    assert ingester.find_changed() == []


def test_an_oversized_last_line_is_not_read(
    claude: ClaudeFolder, ingester: Ingester
) -> None:
    filler = b" " * (33 << 20)
    _age(claude.append(make_line(), make_line(message="msg_2")[:-1], filler))

    assert _ingest(ingester).added == 1


_MORE = (
    b"\n",
    b"\n" + make_line("09:20", "msg_3", 9),
    b"  \n" + make_line("09:20", "msg_3", 9),
    make_line("09:20", "msg_3", 9),
    make_line("09:20", "msg_3", 9).rstrip(),
    b'{"type":"user"}\n' + make_line("09:20", "msg_3", 9),
    b"\n" + make_line("09:10", "msg_2", 70),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    more=st.lists(st.sampled_from(_MORE), max_size=3),
    pauses=st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_what_is_appended_later_neither_doubles_nor_loses(
    tmp_path_factory: pytest.TempPathFactory,
    more: list[bytes],
    pauses: list[bool],
) -> None:
    folder = tmp_path_factory.mktemp("rest")
    live, whole = (ClaudeFolder(folder / name) for name in ("live", "whole"))
    parts = [make_line(), make_line("09:10", "msg_2", 7).rstrip(), *more]
    whole.append(*parts, b"\n")
    with closing(open_writer(folder / "live.db")) as writer:
        ingester = Ingester(writer, [AccountFolder(live.path)], PRICES)
        for part, is_pause in zip(parts, [True, *pauses], strict=False):
            path = live.append(part)
            if is_pause:
                _age(path)
            _ingest(ingester)
        live.append(b"\n")
        _ingest(ingester)
        found = _load_outputs(writer)
    with closing(open_writer(folder / "whole.db")) as writer:
        _ingest(Ingester(writer, [AccountFolder(whole.path)], PRICES))
        expected = _load_outputs(writer)

    assert found == expected
