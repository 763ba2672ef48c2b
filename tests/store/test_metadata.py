from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.store import metadata

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer


def test_value_is_replaced_and_incremented(writer: Writer) -> None:
    metadata.set_value(writer, "lines", "3")
    metadata.increment(writer, "lines", 4)
    metadata.increment(writer, "lines", 0)

    assert metadata.get_value(writer, "lines") == "7"
    assert metadata.get_value(writer, "never told", "0") == "0"
