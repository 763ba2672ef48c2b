from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.store import imported

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer


def test_where_nothing_was_imported_nothing_is_counted(writer: Writer) -> None:
    assert imported.counts(writer) == (0, 0)
    assert imported.totals(writer).messages == 0
