"""
Move the large tables into partitions while the server is running.

1. Create an empty copy with partitions, and a trigger that repeats in it every
   change of the original.
2. Copy the rows in the order in which they are stored. Rows that an upload is
   changing are skipped and copied afterwards, so that neither waits for the
   other in turn.
3. Compare copy and original in one snapshot.
4. Exchange the names in one transaction, and delete the original.

Each step can be repeated, so a killed run continues where it was.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from django.db import OperationalError, connection, transaction

from claude_tray.errors import StoreError, UsageError
from claude_tray.server import migration_lock
from claude_tray.server.usage import bulk_sql, partition_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.db.backends.utils import CursorWrapper

    from claude_tray.server.usage.partition_schema import TableShape


# About 20,000 messages; uploads of these wait until they are copied.
_BATCH_BLOCKS: Final = 512
# Part of the time that is left to others.
_PAUSE_PART: Final = 0.1
# Shorter than the second after which PostgreSQL looks for deadlocks: what
# waits behind this lock does not wait long.
_SHORT_LOCK_SQL: Final = "SET LOCAL lock_timeout = '500ms'"
_LOCK_ATTEMPTS: Final = 240
_LOCK_PAUSE_SECONDS: Final = 0.5
# Lock not available, deadlock detected.
_LOCK_STATES: Final = ("55P03", "40P01")
_PROGRESS_TABLE: Final = "usage_partitioning"
_CREATE_PROGRESS_SQL: Final = f"""
    CREATE TABLE IF NOT EXISTS {_PROGRESS_TABLE} (
        name text PRIMARY KEY, next_block bigint NOT NULL,
        end_block bigint NOT NULL)
"""
_START_SQL: Final = f"""
    INSERT INTO {_PROGRESS_TABLE}
    SELECT %s, 0, pg_relation_size(%s::regclass)
        / current_setting('block_size')::bigint
"""
_PROGRESS_SQL: Final = (
    f"SELECT next_block, end_block FROM {_PROGRESS_TABLE} WHERE name = %s"
)
_ADVANCE_SQL: Final = (
    f"UPDATE {_PROGRESS_TABLE} SET next_block = %s WHERE name = %s"
)
_EXISTS_SQL: Final = "SELECT to_regclass(%s) IS NOT NULL"
_IS_PARTITIONED_SQL: Final = (
    "SELECT relkind = 'p' FROM pg_class WHERE oid = %s::regclass"
)
_PARTITION_COUNT_SQL: Final = (
    "SELECT count(*) FROM pg_inherits WHERE inhparent = %s::regclass"
)
# A loop over the rows reads one partition for each.
_PLAN_SQL: Final = (
    "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"
)


def partition_tables(
    partition_count: int, report: Callable[[str], None]
) -> None:
    """
    Move the large tables into partitions by user, or continue to do so.

    Args:
        partition_count: Number of partitions of each table.
        report: Called with a sentence after each step.

    Raises:
        StoreError: This database has no partitions, another process moves the
            tables, or copy and original differ.
        UsageError: A killed run had another number of partitions.
    """
    with _lock_partitioning():
        if _is_partitioned():
            _drop_originals()
            report("The tables have partitions already.")
            return
        shapes = _load_shapes()
        for shape in shapes:
            _prepare(shape, partition_count)
        for shape in shapes:
            _copy_rows(shape)
            report(_verify(shape))
        _exchange(shapes)
        report("The tables have partitions now.")
        _drop_originals()
    report("Done.")


def cancel_partitioning() -> bool:
    """
    Delete what an unfinished run has copied; return whether there was one.

    Raises:
        StoreError: A run is in progress.
    """
    if not bulk_sql.is_postgres() or not _fetch(_EXISTS_SQL, _PROGRESS_TABLE):
        return False
    with _lock_partitioning():
        if _is_partitioned():
            _drop_originals()
            return False
        for shape in _load_shapes():
            _run_briefly(
                [
                    *partition_schema.drop_mirror(shape),
                    f"DROP TABLE IF EXISTS {shape.copy}",
                ]
            )
        _run_briefly([f"DROP TABLE {_PROGRESS_TABLE}"])
    return True


@contextmanager
def _lock_partitioning() -> Iterator[None]:
    """Keep other processes from moving the tables."""
    if not bulk_sql.is_postgres():
        summary = "Only tables of PostgreSQL can have partitions."
        raise StoreError(summary, hint="This server uses SQLite.")
    with migration_lock.try_partitioning_lock() as is_locked:
        if not is_locked:
            summary = "Another process is moving the tables into partitions."
            raise StoreError(summary, hint="Wait until it has finished.")
        yield


def _is_partitioned() -> bool:
    return bool(_fetch(_IS_PARTITIONED_SQL, partition_schema.LARGE_TABLES[0]))


def _load_shapes() -> list[TableShape]:
    with connection.cursor() as cursor:
        return [
            partition_schema.load_shape(cursor, table)
            for table in partition_schema.LARGE_TABLES
        ]


def _prepare(shape: TableShape, partition_count: int) -> None:
    """Create the copy and its mirror, unless a killed run did."""
    if _fetch(_EXISTS_SQL, shape.copy):
        found = _fetch(_PARTITION_COUNT_SQL, shape.copy)
        if found != partition_count:
            summary = f"An unfinished run has {found} partitions."
            hint = f"Add --partitions {found} to continue, or --cancel."
            raise UsageError(summary, hint=hint)
        return
    _run_briefly(
        [
            _CREATE_PROGRESS_SQL,
            *partition_schema.build_table(shape, partition_count),
            *partition_schema.build_mirror(shape),
        ],
        # Nobody writes while this transaction has the trigger's lock, so what
        # is written beyond this size is mirrored.
        lambda cursor: cursor.execute(_START_SQL, [shape.name, shape.name]),
    )


def _copy_rows(shape: TableShape) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS_SQL, [shape.name])
        block, end = cursor.fetchone()
    while block < end:
        began = time.monotonic()
        _copy_blocks(shape, block, block + _BATCH_BLOCKS)
        block += _BATCH_BLOCKS
        time.sleep((time.monotonic() - began) * _PAUSE_PART)


def _copy_blocks(shape: TableShape, first: int, end: int) -> None:
    """Copy the rows of some blocks; those that are locked a little later."""
    places = [f"({first},0)", f"({end},0)"]
    condition = "stored.ctid >= %s::tid AND stored.ctid < %s::tid"
    columns = ", ".join(f"stored.{name}" for name in shape.columns)
    copy_sql = f"""
        INSERT INTO {shape.copy} ({", ".join(shape.columns)})
        SELECT {columns} FROM {shape.name} AS stored WHERE {condition}
        FOR NO KEY UPDATE OF stored SKIP LOCKED ON CONFLICT DO NOTHING
    """
    same_key = " AND ".join(
        f"copied.{name} = stored.{name}" for name in shape.key
    )
    missing_sql = f"""
        SELECT EXISTS (SELECT FROM {shape.name} AS stored WHERE {condition}
            AND NOT EXISTS (SELECT FROM {shape.copy} AS copied
                WHERE {same_key}))
    """
    is_missing = True
    while is_missing:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(copy_sql, places)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_PLAN_SQL)
            cursor.execute(missing_sql, places)
            (is_missing,) = cursor.fetchone()
            cursor.execute(_ADVANCE_SQL, [first, shape.name])
        if is_missing:
            time.sleep(_LOCK_PAUSE_SECONDS)


def _verify(shape: TableShape) -> str:
    """Compare all rows and columns in one snapshot; return a sentence."""
    sums = (
        "SELECT count(*), coalesce(sum(hashtextextended(one::text, 0)"
        "::numeric), 0) FROM {} AS one"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {shape.copy}")
        cursor.execute(
            f"SELECT * FROM ({sums.format(shape.name)}) AS stored,"
            f" ({sums.format(shape.copy)}) AS copied"
        )
        stored, stored_sum, copied, copied_sum = cursor.fetchone()
    if (stored, stored_sum) != (copied, copied_sum):
        summary = (
            f"The copy of {shape.name} differs: {copied} of {stored} rows."
        )
        hint = "Nothing was changed. Add --cancel, then start again."
        raise StoreError(summary, hint=hint)
    return f"{shape.name}: {stored} rows, copied and compared."


def _exchange(shapes: Iterable[TableShape]) -> None:
    tables = ", ".join(partition_schema.LARGE_TABLES)

    def swap_all(cursor: CursorWrapper) -> None:
        for shape in shapes:
            partition_schema.swap_tables(cursor, shape)

    _run_briefly([f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE"], swap_all)


def _drop_originals() -> None:
    for table in partition_schema.LARGE_TABLES:
        _run_briefly([f"DROP TABLE IF EXISTS {table}_old"])
    _run_briefly([f"DROP TABLE IF EXISTS {_PROGRESS_TABLE}"])


def _run_briefly(
    statements: Iterable[str],
    finish: Callable[[CursorWrapper], object] | None = None,
) -> None:
    """
    Run a transaction that needs locks for a moment; repeat it until it can.

    Raises:
        StoreError: Others have used the tables for two minutes.
    """
    for _ in range(_LOCK_ATTEMPTS):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_SHORT_LOCK_SQL)
                for statement in statements:
                    cursor.execute(statement)
                if finish:
                    finish(cursor)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") not in _LOCK_STATES:
                raise
        else:
            return
        time.sleep(_LOCK_PAUSE_SECONDS)
    summary = "Other programs use the tables without a pause."
    raise StoreError(summary, hint="Run the command again.")


def _fetch(sql: str, name: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, [name])
        return cursor.fetchone()[0]
