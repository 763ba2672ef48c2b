"""Count each response of a gateway once, whatever IDs it gives."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claude_tray.core.usage import (
    ImportedHistory,
    TokenCounts,
    compute_record_key,
)
from claude_tray.importers.common import ForeignRecord, build_imported_record
from claude_tray.ingest.history_import import import_history
from claude_tray.ingest.pipeline import Ingester
from claude_tray.providers.claude_code.gateway_replies import GatewayReplies
from claude_tray.providers.claude_code.schema import decode_line
from claude_tray.providers.registry import AccountFolder
from claude_tray.providers.transcripts import iter_batches
from claude_tray.store.connection import Writer, open_writer
from claude_tray.store.project_tables import REREAD_ALL
from tests.support.builders import (
    MODEL,
    PRICES,
    ClaudeFolder,
    make_line,
    ms,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


ONE_ID = "ocgo"


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


def _load_outputs(writer: Writer) -> list[int]:
    rows = writer.execute("SELECT output FROM message ORDER BY output")
    return [output for (output,) in rows]


def _make_block(
    uuid: str,
    parent: str | None,
    output: int = 5,
    message: str = ONE_ID,
    clock: str = "09:00",
    **outer: Any,
) -> bytes:
    return make_line(
        clock,
        message,
        output,
        uuid=uuid,
        parentUuid=parent,
        requestId=outer.pop("requestId", None),
        **outer,
    )


def _make_user_line(uuid: str, parent: str | None) -> bytes:
    line: dict[str, Any] = {
        "type": "user",
        "uuid": uuid,
        "parentUuid": parent,
        "message": {},
    }
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def _make_session(
    replies: int, message: str = ONE_ID, blocks: int = 3
) -> list[bytes]:
    """Return prompts and responses of several blocks with growing output."""
    lines: list[bytes] = []
    parent: str | None = None
    for reply in range(replies):
        lines.append(_make_user_line(f"user-{reply}", parent))
        parent = f"user-{reply}"
        for block in range(blocks):
            uuid = f"block-{reply}-{block}"
            output = 100 * reply + block + 1
            clock = f"09:{reply:02}:{10 * block:02}"
            lines.append(_make_block(uuid, parent, output, message, clock))
            parent = uuid
    return lines


def test_responses_with_one_id_are_told_apart(
    claude: ClaudeFolder, writer: Writer
) -> None:
    claude.append(*_make_session(20))

    _ingest(writer, claude)

    assert _load_outputs(writer) == [100 * reply + 3 for reply in range(20)]


def test_blocks_of_a_response_with_its_own_id_count_once(
    claude: ClaudeFolder, writer: Writer
) -> None:
    claude.append(*_make_session(1, "chatcmpl-1"))

    _ingest(writer, claude)

    assert _load_outputs(writer) == [3]


def test_blocks_may_all_have_the_user_line_as_parent(
    claude: ClaudeFolder, writer: Writer
) -> None:
    claude.append(
        _make_user_line("user-0", None),
        *(_make_block(f"b{number}", "user-0") for number in range(3)),
    )

    _ingest(writer, claude)

    assert _load_outputs(writer) == [5]


def test_a_tool_result_may_stand_between_two_blocks(
    claude: ClaudeFolder, writer: Writer
) -> None:
    claude.append(
        _make_block("b1", "user-0"),
        _make_user_line("result-1", "b1"),
        _make_block("b2", "result-1"),
        _make_user_line("result-2", "b2"),
        _make_block("b3", "result-2", clock="09:00:30"),
    )

    _ingest(writer, claude)

    assert _load_outputs(writer) == [5, 5]


@pytest.mark.parametrize(
    ("clocks", "count"),
    [
        (["09:00", "09:00", "09:00"], 1),
        (["09:00", "09:00:04", "09:00:09"], 1),
        (["09:03", "09:02", "09:01"], 3),
        (["09:00", "09:01", "09:02"], 3),
    ],
)
def test_without_parents_time_shows_what_belongs_together(
    claude: ClaudeFolder, writer: Writer, clocks: list[str], count: int
) -> None:
    claude.append(
        *(
            _make_block(f"b{number}", None, clock=clock)
            for number, clock in enumerate(clocks)
        )
    )

    _ingest(writer, claude)

    assert _load_outputs(writer) == [5] * count


def test_another_prompt_is_another_response(
    claude: ClaudeFolder, writer: Writer
) -> None:
    claude.append(
        _make_block("b1", None, 5),
        _make_block("b2", "b1", 6, usage={"input_tokens": 11}),
        _make_block("b3", "b2", 1),
    )

    _ingest(writer, claude)

    assert _load_outputs(writer) == [1, 5, 6]


def test_counts_may_follow_with_the_last_block(
    claude: ClaudeFolder, writer: Writer
) -> None:
    claude.append(
        _make_block("b1", "user-0", 0, usage={"input_tokens": 0}),
        _make_block("b2", "b1", 9),
    )

    _ingest(writer, claude)

    assert _load_outputs(writer) == [9]


@pytest.mark.parametrize("session", ["session-a", "session-fork"])
def test_copies_in_other_files_count_once(
    claude: ClaudeFolder, writer: Writer, session: str
) -> None:
    lines = _make_session(4)
    claude.append(*lines)
    fork = b"".join(lines).replace(b"session-a", session.encode())
    claude.append(fork, name="fork.jsonl")
    claude.append(fork, project="-home-ada-other")

    _ingest(writer, claude)

    assert _load_outputs(writer) == [3, 103, 203, 303]


def test_sessions_with_the_same_id_are_told_apart(
    claude: ClaudeFolder, writer: Writer
) -> None:
    for session in ("s1", "s2"):
        claude.append(
            _make_block(f"{session}-b", None, sessionId=session),
            name=f"{session}.jsonl",
        )

    _ingest(writer, claude)

    assert _load_outputs(writer) == [5, 5]


def test_a_request_id_identifies_a_response(
    claude: ClaudeFolder, writer: Writer
) -> None:
    claude.append(
        *(
            _make_block(f"b{number}", None, requestId=f"req_{number // 2}")
            for number in range(4)
        )
    )

    _ingest(writer, claude)

    assert _load_outputs(writer) == [5, 5]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    blocks=st.integers(1, 3),
    cuts=st.lists(st.integers(0, 3000), max_size=6).map(sorted),
    filler=st.sampled_from([0, 300_000]),
)
def test_it_does_not_matter_when_lines_are_read(
    tmp_path_factory: pytest.TempPathFactory,
    blocks: int,
    cuts: list[int],
    filler: int,
) -> None:
    folder = tmp_path_factory.mktemp("gateway")
    claude = ClaudeFolder(folder / "claude")
    lines = _make_session(5, blocks=blocks)
    # More than is first looked back at.
    lines.insert(3, b'{"type":"user","x":"' + b" " * filler + b'"}\n')
    text = b"".join(lines)
    with closing(open_writer(folder / "usage.db")) as writer:
        for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
            claude.append(text[start:end])
            _ingest(writer, claude)
        _ingest(writer, claude)

        assert _load_outputs(writer) == [
            100 * reply + blocks for reply in range(5)
        ]


def _make_old_store(writer: Writer, message: str, output: int) -> None:
    """Turn the only record into what earlier versions stored."""
    writer.execute(
        "UPDATE message SET key = ? WHERE output = ?",
        (compute_record_key(message, "", ""), output),
    )
    writer.execute("DELETE FROM message WHERE output <> ?", (output,))
    writer.commit()


def test_a_response_of_an_old_store_is_neither_doubled_nor_lost(
    claude: ClaudeFolder, writer: Writer
) -> None:
    claude.append(*_make_session(4))
    _ingest(writer, claude)
    _make_old_store(writer, ONE_ID, 303)
    for statement in REREAD_ALL.split(";\n"):
        writer.execute(statement)
    writer.commit()

    for _ in range(2):
        _ingest(writer, claude)

        assert _load_outputs(writer) == [3, 103, 203, 303]
    (key,) = writer.execute(
        "SELECT key FROM message WHERE output = 303"
    ).fetchone()
    # Servers know it under this key.
    assert key == compute_record_key(ONE_ID, "", "")


def test_only_stores_with_gateways_are_read_again(
    claude: ClaudeFolder, writer: Writer
) -> None:
    claude.append(make_line(requestId=None))
    _ingest(writer, claude)

    for statement in REREAD_ALL.split(";\n"):
        writer.execute(statement)

    assert writer.execute("SELECT count(*) FROM file").fetchone() == (1,)


def _import(writer: Writer) -> None:
    foreign = ForeignRecord(
        "chatcmpl-1",
        "",
        ms("09:00"),
        MODEL,
        TokenCounts(input=10, output=1),
        "session-a",
        "/home/ada/notes",
    )
    history = ImportedHistory("cc-cockpit", (build_imported_record(foreign),))
    import_history(writer, history, "", PRICES)


@pytest.mark.parametrize("is_imported_first", [True, False])
def test_an_imported_response_is_not_doubled(
    claude: ClaudeFolder, writer: Writer, *, is_imported_first: bool
) -> None:
    claude.append(*_make_session(1, "chatcmpl-1"))
    if is_imported_first:
        _import(writer)
    _ingest(writer, claude)
    _import(writer)

    assert _load_outputs(writer) == [3]


def test_another_response_with_an_imported_id_is_added(
    claude: ClaudeFolder, writer: Writer
) -> None:
    claude.append(_make_block("b1", None, message="chatcmpl-1", clock="10:00"))
    _ingest(writer, claude)
    _import(writer)

    assert _load_outputs(writer) == [1, 5]


def test_a_file_that_is_gone_has_nothing_before(tmp_path: Path) -> None:
    replies = GatewayReplies(str(tmp_path / "gone.jsonl"), 10)

    with pytest.raises(FileNotFoundError):
        replies.identify(decode_line(_make_block("b1", "user-0")))


def test_odd_lines_before_are_skipped(
    claude: ClaudeFolder, writer: Writer
) -> None:
    claude.append(
        b'{"type":"assistant","x":"assistant"\n',
        b'{"type":"assistant","message":{"id":"msg_1"}}\n',
        _make_block("b1", "user-0"),
    )
    _ingest(writer, claude)
    claude.append(_make_block("b2", "b1", 7))
    _ingest(writer, claude)

    assert _load_outputs(writer) == [7]


def test_a_parent_may_be_far_before(
    claude: ClaudeFolder, writer: Writer
) -> None:
    claude.append(
        _make_block("b1", "user-0"),
        b'{"type":"user","x":"' + b" " * 300_000 + b'"}\n',
    )
    _ingest(writer, claude)
    claude.append(_make_block("b2", "b1", 7, clock="09:30"))
    _ingest(writer, claude)

    assert _load_outputs(writer) == [7]


def test_a_line_that_is_written_twice_counts_once(
    claude: ClaudeFolder, writer: Writer
) -> None:
    first, second = _make_block("b1", "u1"), _make_block("b2", "u2", 7)
    claude.append(first, second, first)

    _ingest(writer, claude)

    assert _load_outputs(writer) == [5, 7]


def test_many_responses_take_little_memory(
    claude: ClaudeFolder, writer: Writer
) -> None:
    claude.append(
        *(
            _make_block(f"b{number}", f"u{number}", number % 7)
            for number in range(5_000)
        )
    )

    _ingest(writer, claude)

    assert len(_load_outputs(writer)) == 5_000


def test_impossible_counts_of_a_gateway_are_bad(
    claude: ClaudeFolder, writer: Writer
) -> None:
    claude.append(
        _make_block("b1", "u1", usage={"input_tokens": -1}),
        _make_block("b2", "b1"),
    )

    _ingest(writer, claude)

    assert _load_outputs(writer) == [5]
