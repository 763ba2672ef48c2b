"""Write and read many rows per statement, in each database's best way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import Model


_POSTGRES: Final = "postgresql"
# 7265 is our own namespace of advisory locks.
_LOCK_SQL: Final = "SELECT pg_advisory_xact_lock(7265, %s)"
_TRY_LOCK_SQL: Final = "SELECT pg_try_advisory_xact_lock(7265, %s)"


def is_postgres() -> bool:
    return connection.vendor == _POSTGRES


def lock_user(user_id: int) -> None:
    """
    Lock a user's data against other writers until the transaction ends.

    Sums change by differences to the stored rows, so these rows must not
    change in between. SQLite has only one writer anyway.
    """
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute(_LOCK_SQL, [user_id])


def try_lock_user(user_id: int) -> bool:
    """Lock as `lock_user`, without waiting; return whether it succeeded."""
    if not is_postgres():
        return True
    with connection.cursor() as cursor:
        cursor.execute(_TRY_LOCK_SQL, [user_id])
        return bool(cursor.fetchone()[0])


def upsert(
    model: type[Model],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    conflict_columns: str,
    update_clause: str,
) -> None:
    """
    Insert rows, or update existing ones.

    Args:
        model: Model of the table.
        columns: Names of the rows' columns.
        rows: Rows of numbers, booleans and None, with distinct keys.
        conflict_columns: Columns of the key.
        update_clause: Assignments of DO UPDATE SET; the table is named
            `stored`.
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
    """Return an SQL condition that follows a column, and its parameter."""
    value_list = list(values)
    if is_postgres():
        return "= ANY(%s)", value_list
    encoded = msgspec.json.encode(value_list).decode()
    return "IN (SELECT value FROM json_each(%s))", encoded


def fetch_rows(
    sql: str, parameters: Sequence[Any] | Mapping[str, Any]
) -> list[Any]:
    """Run a query; compiling one of the ORM takes longer than running it."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def select_matching(
    sql: str,
    user_id: int,
    values: Iterable[int] | Iterable[str],
) -> list[Any]:
    """
    Select a user's rows whose column matches, bypassing the slower ORM.

    Args:
        sql: SELECT up to that column, with the user as its only parameter.
        user_id: Primary key of the user.
        values: Values to match.
    """
    condition, value = build_in_condition(values)
    return fetch_rows(f"{sql} {condition}", [user_id, value])


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
            source = _build_source(model, columns)
            cursor.execute(
                f"{insert_clause} SELECT {names} FROM {source} {conflict_clause}",
                [_encode_array(column) for column in zip(*rows, strict=True)],
            )
        else:
            placeholders = ", ".join(["%s"] * len(columns))
            cursor.executemany(
                f"{insert_clause} VALUES ({placeholders}) {conflict_clause}",
                rows,
            )


def _build_source(model: type[Model], columns: Sequence[str]) -> str:
    """Build a table of one array for each column: faster than JSON objects."""
    fields = {field.column: field for field in model._meta.fields}  # noqa: SLF001
    arrays = ", ".join(
        f"%s::{fields[name].db_type(connection)}[]" for name in columns
    )
    return f"unnest({arrays}) AS received ({', '.join(columns)})"


def _encode_array(values: Sequence[float | None]) -> str:
    """Encode an array as PostgreSQL reads it: as JSON, but in braces."""
    return f"{{{msgspec.json.encode(values).decode()[1:-1]}}}"
