"""Many rows in one statement, as each database does it best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Model


_POSTGRES: Final = "postgresql"


def is_postgres() -> bool:
    return connection.vendor == _POSTGRES


def lock_user(user_id: int) -> None:
    """
    Let nobody else write what is this person's until the transaction ends.

    Sums are added to by differences, so they must be told from rows that
    nobody changes meanwhile. SQLite has one writer as it is.
    """
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7265, %s)", [user_id])


def upsert(
    model: type[Model],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    conflict_columns: str,
    update_clause: str,
) -> None:
    """
    Insert rows, or change those that are there.

    Args:
        model: Whose table.
        columns: What a row gives, by the columns' names.
        rows: No two of them with the same key.
        conflict_columns: The columns of that key.
        update_clause: What DO UPDATE SET does; the table is named `stored`.
    """
    names = ", ".join(columns)
    table = model._meta.db_table  # noqa: SLF001
    _execute_insert(
        model,
        columns,
        rows,
        f"INSERT INTO {table} AS stored ({names})",
        f"ON CONFLICT ({conflict_columns}) DO UPDATE SET {update_clause}",
    )


def build_in_condition(
    values: Iterable[int] | Iterable[str],
) -> tuple[str, Any]:
    """Return a condition, to stand after a column, and its value."""
    value_list = list(values)
    if is_postgres():
        return "= ANY(%s)", value_list
    encoded = msgspec.json.encode(value_list).decode()
    return "IN (SELECT value FROM json_each(%s))", encoded


def select_matching(
    sql: str,
    user_id: int,
    values: Iterable[int] | Iterable[str],
) -> list[Any]:
    """
    Return the rows of a person that match, without an ORM's detours.

    Args:
        sql: Up to the column that is to match; the person is its value.
        user_id: The person.
        values: What that column may be.
    """
    condition, value = build_in_condition(values)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} {condition}", [user_id, value])
        return list(cursor.fetchall())


def _execute_insert(
    model: type[Model],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    insert_clause: str,
    conflict_clause: str,
) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        if is_postgres():
            names = ", ".join(columns)
            source = _build_recordset(model, columns)
            cursor.execute(
                f"{insert_clause} SELECT {names} FROM {source} {conflict_clause}",
                [_encode_rows(columns, rows)],
            )
        else:
            placeholders = ", ".join(["%s"] * len(columns))
            cursor.executemany(
                f"{insert_clause} VALUES ({placeholders}) {conflict_clause}",
                rows,
            )


def _build_recordset(model: type[Model], columns: Sequence[str]) -> str:
    fields = {field.column: field for field in model._meta.fields}  # noqa: SLF001
    types = ", ".join(
        f"{name} {fields[name].db_type(connection)}" for name in columns
    )
    return f"json_to_recordset(%s::json) AS received ({types})"


def _encode_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    objects = [dict(zip(columns, row, strict=True)) for row in rows]
    return msgspec.json.encode(objects).decode()
