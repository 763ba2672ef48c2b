from __future__ import annotations

from claude_tray.protocol.export_file import EXPORT_COLUMNS, build_export_row


def test_columns_without_a_value_are_empty() -> None:
    row = build_export_row({"kind": "sum", "input_tokens": 7})

    assert tuple(row) == EXPORT_COLUMNS
    assert (row["kind"], row["input_tokens"]) == ("sum", 7)
    assert (row["output_tokens"], row["is_final"]) == (0, False)
    assert (row["session"], row["cost_usd"]) == ("", "")
