"""Count a subagent once, from its own file or from its parent's."""

from __future__ import annotations

import itertools
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claude_tray.ingest.pipeline import Ingester
from claude_tray.providers.registry import AccountFolder
from claude_tray.providers.transcripts import iter_batches
from claude_tray.store import metadata
from claude_tray.store.connection import Writer, open_writer
from tests.support.builders import (
    PRICES,
    ClaudeFolder,
    make_line,
    make_progress_line,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


MAIN = make_line("09:00", "msg_main", 3)
AGENT_FILE = "session-a/subagents/agent-a1b2c3d.jsonl"


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeFolder:
    return ClaudeFolder(tmp_path / "claude")


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with closing(open_writer(tmp_path / "usage.db")) as writer:
        yield writer


def _ingest(writer: Writer, claude: ClaudeFolder) -> None:
    ingester = Ingester(writer, [AccountFolder(claude.path)], PRICES)
    for batch in iter_batches(ingester.find_changed()):
        ingester.ingest_batch(batch)


def _load(writer: Writer) -> list[tuple[Any, ...]]:
    rows = writer.execute(
        "SELECT message_id, output, uuid FROM message"
        " JOIN session ON session.id = message.session ORDER BY message_id"
    )
    return list(rows)


def _agent_line(output: int = 40) -> bytes:
    return make_line("09:01", "msg_agent", output, isSidechain=True)


def test_a_lost_subagent_is_counted_from_its_parent(
    claude: ClaudeFolder, writer: Writer
) -> None:
    claude.append(MAIN, make_progress_line(_agent_line()))

    _ingest(writer, claude)

    assert _load(writer) == [
        ("msg_agent", 40, "session-a"),
        ("msg_main", 3, "session-a"),
    ]


@pytest.mark.parametrize("relayed_output", [1, 40, 999])
@pytest.mark.parametrize("is_relayed_first", [True, False])
def test_the_line_of_the_subagent_itself_counts(
    claude: ClaudeFolder,
    writer: Writer,
    relayed_output: int,
    *,
    is_relayed_first: bool,
) -> None:
    relayed = make_progress_line(_agent_line(relayed_output))
    files = [("session-a.jsonl", MAIN + relayed), (AGENT_FILE, _agent_line())]
    for name, lines in files if is_relayed_first else files[::-1]:
        claude.append(lines, name=name)
        _ingest(writer, claude)

    assert _load(writer) == [
        ("msg_agent", 40, "session-a"),
        ("msg_main", 3, "session-a"),
    ]


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    outputs=st.lists(st.integers(0, 9), min_size=1, max_size=4),
    own=st.none() | st.integers(0, 9),
    splits=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_any_order_and_any_pauses_give_the_same_sums(
    tmp_path_factory: pytest.TempPathFactory,
    outputs: list[int],
    own: int | None,
    splits: list[bool],
) -> None:
    folder = tmp_path_factory.mktemp("relay")
    parts = [
        ("session-a.jsonl", make_progress_line(_agent_line(output)))
        for output in outputs
    ]
    if own is not None:
        parts.append((AGENT_FILE, _agent_line(own)))
    found = []
    for number, order in enumerate([parts, parts[::-1]]):
        claude = ClaudeFolder(folder / f"claude{number}")
        with closing(open_writer(folder / f"{number}.db")) as writer:
            for (name, line), is_read in zip(order, itertools.cycle(splits)):
                claude.append(line, name=name)
                if is_read:
                    _ingest(writer, claude)
            _ingest(writer, claude)
            _ingest(writer, claude)
            found.append(_load(writer))

    expected = max(outputs) if own is None else own
    assert found == [[("msg_agent", expected, "session-a")]] * 2


def test_lines_not_understood_are_counted_permanently(
    claude: ClaudeFolder, writer: Writer
) -> None:
    claude.append(b'{"type":"turn","usage":{"input_tokens":5}}\n', MAIN)

    _ingest(writer, claude)
    _ingest(writer, claude)

    assert metadata.get_value(writer, metadata.UNREAD_LINES) == "1"
