from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.store import health, identity
from claude_tray.store.connection import Reader
from tests.support.builders import a_record, ms
from tests.support.keeping import keep

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer


def test_what_is_odd_is_counted(writer: Writer) -> None:
    identity.put(writer, "bad_lines", "3")
    keep(
        writer,
        a_record("09:00", is_final=False),
        a_record("23:00"),
        a_record("09:00", model="nobody-knows"),
    )

    found = health.of(Reader(writer), ms("12:00"))

    assert (found.messages, found.bad_lines, found.too_long) == (3, 3, 0)
    assert (found.future, found.incomplete) == (1, 1)
    assert found.unpriced == ("nobody-knows",)
    assert found.prices == "fictive 1"
