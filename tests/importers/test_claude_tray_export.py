from __future__ import annotations

from typing import Any

import pytest

from claude_tray.errors import UsageError
from claude_tray.importers import claude_tray_export
from claude_tray.protocol.export_file import EXPORT_COLUMNS

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


def _make_document(*rows: Any) -> dict[str, Any]:
    return {"format": "claude-tray", "version": 1, "records": list(rows)}


def test_row_becomes_its_record() -> None:
    history = claude_tray_export.parse_export(
        _make_document(ROW, ROW | {"kind": "share"})
    )

    reply, share = history.records
    assert reply.record.key == 0xFEDCBA9876543210 - (1 << 64)
    assert reply.record.tokens.output == 3
    assert reply.record.is_message
    assert not share.record.is_message
    assert reply.account == "a"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("x", "not a JSON object"),
        (ROW | {"key": "1"}, "no key"),
        (ROW | {"key": "x" * 16}, "no key"),
        (ROW | {"time": None}, "no valid time"),
        (ROW | {"output_tokens": -1}, "impossible token counts"),
        ({"kind": "sum", "day": "today"}, "no valid day"),
    ],
)
def test_unusable_row_is_skipped(row: Any, reason: str) -> None:
    assert dict(
        claude_tray_export.parse_export(_make_document(row)).skipped
    ) == {reason: 1}


@pytest.mark.parametrize(
    "document",
    [
        {"format": "claude-tray", "version": 2, "records": []},
        {"format": "claude-tray", "version": 1},
    ],
)
def test_export_of_another_version_is_rejected(
    document: dict[str, Any],
) -> None:
    assert claude_tray_export.is_export(document)
    with pytest.raises(UsageError, match="has version"):
        claude_tray_export.parse_export(document)


def test_csv_without_a_column_is_rejected() -> None:
    table = ",".join(EXPORT_COLUMNS[:-1]).encode()

    assert claude_tray_export.is_csv_export(table)
    with pytest.raises(UsageError, match="has no column cost_usd"):
        claude_tray_export.parse_csv_export(table)


def test_csv_must_be_utf8() -> None:
    header = ",".join(EXPORT_COLUMNS).encode() + b"\n"

    assert claude_tray_export.parse_csv_export(header).records == ()
    with pytest.raises(UsageError, match="UTF-8"):
        claude_tray_export.parse_csv_export(header + b"\xff")


def test_csv_row_with_an_invalid_number_is_skipped() -> None:
    values = [str(ROW.get(name, "")) for name in EXPORT_COLUMNS]
    values[EXPORT_COLUMNS.index("output_tokens")] = "many"
    table = f"{','.join(EXPORT_COLUMNS)}\n{','.join(values)}\n".encode()

    history = claude_tray_export.parse_csv_export(table)

    assert dict(history.skipped) == {"impossible token counts": 1}
