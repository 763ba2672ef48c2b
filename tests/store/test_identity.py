from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.store import identity

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer


def test_a_fact_is_told_again_and_counted_on(writer: Writer) -> None:
    identity.put(writer, "lines", "3")
    identity.add(writer, "lines", 4)
    identity.add(writer, "lines", 0)

    assert identity.get(writer, "lines") == "7"
    assert identity.get(writer, "never told", "0") == "0"
