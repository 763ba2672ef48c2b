from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.store import imported_totals

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer


def test_store_without_imports_counts_none(writer: Writer) -> None:
    assert imported_totals.count_imported(writer) == (0, 0)
    assert imported_totals.compute_imported_totals(writer).messages == 0
