from __future__ import annotations

from typing import Any

import pytest

from claude_tray.errors import UsageError
from claude_tray.history import own
from claude_tray.wire.export_file import COLUMNS

ROW: dict[str, Any] = {
    "kind": "reply",
    "time": "2026-03-01T09:00:00.123Z",
    "key": "fedcba9876543210",
    "message_id": "msg_1",
    "session": "s-1",
    "project": "/p",
    "account": "a",
    "model": "m",
    "output_tokens": 3,
    "counted_at": "2026-03-01T09:00:00",
    "placed_at": "2026-03-01T09:00:00Z",
}


def _document(*rows: Any) -> dict[str, Any]:
    return {"format": "claude-tray", "version": 1, "records": list(rows)}


def test_a_row_is_the_reply_it_was_made_of() -> None:
    history = own.read(_document(ROW, ROW | {"kind": "share"}))

    reply, share = history.replies
    assert reply.record.key == 0xFEDCBA9876543210 - (1 << 64)
    assert reply.record.tokens.output == 3
    assert reply.record.is_message
    assert not share.record.is_message
    assert reply.account == "a"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("x", "no JSON object"),
        (ROW | {"key": "1"}, "no key"),
        (ROW | {"key": "x" * 16}, "no key"),
        (ROW | {"time": None}, "no time"),
        (ROW | {"output_tokens": -1}, "impossible token counts"),
        ({"kind": "sum", "day": "today"}, "no day"),
    ],
)
def test_a_row_that_cannot_be_used_is_left_out(row: Any, reason: str) -> None:
    assert dict(own.read(_document(row)).left_out) == {reason: 1}


@pytest.mark.parametrize(
    "document",
    [
        {"format": "claude-tray", "version": 2, "records": []},
        {"format": "claude-tray", "version": 1},
    ],
)
def test_an_export_of_another_version_is_refused(
    document: dict[str, Any],
) -> None:
    assert own.is_document(document)
    with pytest.raises(UsageError, match="of version"):
        own.read(document)


def test_a_table_without_a_column_is_refused() -> None:
    table = ",".join(COLUMNS[:-1]).encode()

    assert own.is_table(table)
    with pytest.raises(UsageError, match="lacks the column cost_usd"):
        own.read_table(table)


def test_a_table_must_be_text() -> None:
    header = ",".join(COLUMNS).encode() + b"\n"

    assert own.read_table(header).replies == ()
    with pytest.raises(UsageError, match="UTF-8"):
        own.read_table(header + b"\xff")


def test_a_number_of_a_table_that_is_none_is_left_out() -> None:
    values = [str(ROW.get(name, "")) for name in COLUMNS]
    values[COLUMNS.index("output_tokens")] = "many"
    table = f"{','.join(COLUMNS)}\n{','.join(values)}\n".encode()

    history = own.read_table(table)

    assert dict(history.left_out) == {"impossible token counts": 1}
