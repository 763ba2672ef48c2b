"""Long texts that rows refer to by a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from claude_tray.core.usage import PricingTerms
    from claude_tray.store.connection import Writer


_ACCOUNT_COLUMNS: Final = "profile (account)"
_PROJECT_COLUMNS: Final = "project (path)"
_MODEL_COLUMNS: Final = "model (name)"
_TERMS_COLUMNS: Final = (
    "terms (speed, inference_geo, service_tier, web_searches)"
)


class LookupIds:
    """
    Finds the number of a text, and gives one to a text that is new.

    What it remembers is good for one transaction: another process may give
    out numbers between two of them, and a rollback takes numbers back.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._id_by_values: dict[tuple[object, ...], int] = {}

    def get_account_id(self, account: str) -> int:
        return self._get_id(_ACCOUNT_COLUMNS, (account,))

    def get_project_id(self, path: str) -> int:
        return self._get_id(_PROJECT_COLUMNS, (path,))

    def get_model_id(self, name: str) -> int:
        return self._get_id(_MODEL_COLUMNS, (name,))

    def get_terms_id(self, terms: PricingTerms) -> int:
        return self._get_id(_TERMS_COLUMNS, terms)

    def _get_id(self, table_columns: str, values: tuple[object, ...]) -> int:
        key = (table_columns, *values)
        row_id = self._id_by_values.get(key)
        if row_id is None:
            row_id = self._id_by_values[key] = self._find_or_insert(
                table_columns, values
            )
        return row_id

    def _find_or_insert(
        self, table_columns: str, values: tuple[object, ...]
    ) -> int:
        placeholders = ", ".join("?" * len(values))
        table_name, columns = table_columns.split(" ", 1)
        where = f"{columns} = ({placeholders})"
        # The texts of the statement are the constants above.
        select = f"SELECT id FROM {table_name} WHERE {where}"
        row = self._writer.execute(select, values).fetchone()
        if row:
            return int(row[0])
        insert = f"INSERT INTO {table_columns} VALUES ({placeholders})"
        return self._writer.execute(insert, values).lastrowid or 0
