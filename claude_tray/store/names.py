"""Long texts that rows refer to by a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from claude_tray.domain.usage import Terms
    from claude_tray.store.connection import Writer

_PROFILE: Final = "profile (account)"
_PROJECT: Final = "project (path)"
_MODEL: Final = "model (name)"
_TERMS: Final = "terms (speed, inference_geo, service_tier, web_searches)"


class Names:
    """
    Finds the number of a text, and gives one to a text that is new.

    What it remembers is good for one transaction: another process may give
    out numbers between two of them, and a rollback takes numbers back.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._known: dict[tuple[object, ...], int] = {}

    def profile(self, account: str) -> int:
        return self._number(_PROFILE, (account,))

    def project(self, path: str) -> int:
        return self._number(_PROJECT, (path,))

    def model(self, name: str) -> int:
        return self._number(_MODEL, (name,))

    def terms(self, terms: Terms) -> int:
        return self._number(_TERMS, terms)

    def _number(self, table: str, texts: tuple[object, ...]) -> int:
        key = (table, *texts)
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = self._find(table, texts)
        return number

    def _find(self, table: str, texts: tuple[object, ...]) -> int:
        marks = ", ".join("?" * len(texts))
        name, columns = table.split(" ", 1)
        where = f"{columns} = ({marks})"
        # The texts of the statement are the constants above.
        find = f"SELECT id FROM {name} WHERE {where}"
        row = self._writer.execute(find, texts).fetchone()
        if row:
            return int(row[0])
        add = f"INSERT INTO {table} VALUES ({marks})"
        return self._writer.execute(add, texts).lastrowid or 0
