"""Map texts that repeat in many rows to row IDs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.providers import parse_provider

if TYPE_CHECKING:
    from claude_tray.core.usage import PricingTerms
    from claude_tray.store.connection import Writer


_ACCOUNT_COLUMNS: Final = "profile (account)"
_PROVIDER_COLUMN: Final = "profile (account, provider)"
_PROJECT_COLUMNS: Final = "project (path)"
_MODEL_COLUMNS: Final = "model (name)"
_TERMS_COLUMNS: Final = (
    "terms (speed, inference_geo, service_tier, web_searches)"
)


class LookupIds:
    """
    Look up the row ID of a text, inserting new texts.

    Its cache is valid for one transaction: another process may insert texts
    between two transactions, and a rollback removes new ones.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._id_by_values: dict[tuple[object, ...], int] = {}

    def get_account_id(self, account: str) -> int:
        key = (account,)
        row_id = self._id_by_values.get((_ACCOUNT_COLUMNS, *key))
        if row_id is None:
            row_id = self._find_id(_ACCOUNT_COLUMNS, key) or self._insert(
                _PROVIDER_COLUMN, (account, parse_provider(account))
            )
            self._id_by_values[_ACCOUNT_COLUMNS, *key] = row_id
        return row_id

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
            row_id = self._find_id(table_columns, values)
            if row_id is None:
                row_id = self._insert(table_columns, values)
            self._id_by_values[key] = row_id
        return row_id

    def _find_id(
        self, table_columns: str, values: tuple[object, ...]
    ) -> int | None:
        table_name, columns = table_columns.split(" ", 1)
        # Only the constants above are formatted into statements.
        row = self._writer.execute(
            f"SELECT id FROM {table_name}"
            f" WHERE {columns} = ({_format_placeholders(values)})",
            values,
        ).fetchone()
        return int(row[0]) if row else None

    def _insert(self, table_columns: str, values: tuple[object, ...]) -> int:
        insert = (
            f"INSERT INTO {table_columns}"
            f" VALUES ({_format_placeholders(values)})"
        )
        return self._writer.execute(insert, values).lastrowid or 0


def _format_placeholders(values: tuple[object, ...]) -> str:
    return ", ".join("?" * len(values))
