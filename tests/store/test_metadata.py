from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.store import metadata

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer


def test_a_fact_is_told_again_and_counted_on(writer: Writer) -> None:
    metadata.set_value(writer, "lines", "3")
    metadata.increment(writer, "lines", 4)
    metadata.increment(writer, "lines", 0)

    assert metadata.get_value(writer, "lines") == "7"
    assert metadata.get_value(writer, "never told", "0") == "0"
