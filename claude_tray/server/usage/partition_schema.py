"""
Build partitioned copies of tables from the catalog of PostgreSQL.

From the catalog, not from the models: columns, keys and indexes are those that
the migrations have really made, whatever version ran them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


# Tables that grow with every message; all their keys contain the user.
LARGE_TABLES: Final = (
    "usage_usagesnapshot",
    "usage_usagecell",
    "usage_sessionshare",
    "usage_usageday",
    "usage_session",
)
USER_COLUMN: Final = "user_id"
_COLUMNS_SQL: Final = """
    SELECT attname, attidentity <> '' FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
    ORDER BY attnum
"""
_KEY_SQL: Final = """
    SELECT attname FROM pg_index
    CROSS JOIN unnest(indkey) WITH ORDINALITY AS part (attnum, place)
    JOIN pg_attribute ON attrelid = indrelid
        AND pg_attribute.attnum = part.attnum
    WHERE indrelid = %s::regclass AND indisprimary ORDER BY place
"""
# Indexes without those of constraints.
_INDEXES_SQL: Final = """
    SELECT pg_class.relname, pg_get_indexdef(indexrelid) FROM pg_index
    JOIN pg_class ON pg_class.oid = indexrelid
    WHERE indrelid = %s::regclass
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid
            AND conrelid = indrelid)
"""
_CONSTRAINTS_SQL: Final = """
    SELECT conname, contype = 'u', pg_get_constraintdef(oid)
    FROM pg_constraint
    WHERE conrelid = %s::regclass AND contype IN ('u', 'f')
"""
_SEQUENCE_SQL: Final = """
    SELECT relname FROM pg_class
    WHERE oid = pg_get_serial_sequence(%s, %s)::regclass
"""


class TableShape(NamedTuple):
    """
    A table as it is in the database.

    Attributes:
        name: Its name.
        columns: Names of its columns.
        identities: Those that the database numbers.
        key: Columns of the primary key, with the user.
        indexes: Definition of each other index, by name.
        unique_constraints: Likewise of constraints that have an index.
        foreign_keys: Likewise of references to other tables.
    """

    name: str
    columns: tuple[str, ...]
    identities: tuple[str, ...]
    key: tuple[str, ...]
    indexes: dict[str, str]
    unique_constraints: dict[str, str]
    foreign_keys: dict[str, str]

    @property
    def copy(self) -> str:
        """Name of the table until it takes the place of the original."""
        return f"{self.name}_new"

    @property
    def original(self) -> str:
        """Name of the original after that."""
        return f"{self.name}_old"

    @property
    def index_names(self) -> tuple[str, ...]:
        """Names of all indexes, which no other table can have."""
        return (
            f"{self.name}_pkey",
            *self.indexes,
            *self.unique_constraints,
        )


def load_shape(cursor: CursorWrapper, table: str) -> TableShape:
    """Read the shape of a table."""
    cursor.execute(_COLUMNS_SQL, [table])
    columns = cursor.fetchall()
    cursor.execute(_KEY_SQL, [table])
    key = tuple(name for (name,) in cursor.fetchall())
    cursor.execute(_INDEXES_SQL, [table])
    indexes = {
        name: definition.partition(" USING ")[2]
        for name, definition in cursor.fetchall()
    }
    cursor.execute(_CONSTRAINTS_SQL, [table])
    constraints = cursor.fetchall()
    return TableShape(
        table,
        tuple(name for name, _ in columns),
        tuple(name for name, is_identity in columns if is_identity),
        key if USER_COLUMN in key else (USER_COLUMN, *key),
        indexes,
        {name: text for name, is_unique, text in constraints if is_unique},
        {name: text for name, is_unique, text in constraints if not is_unique},
    )


def build_table(shape: TableShape, partition_count: int) -> list[str]:
    """Return statements that create the copy, empty, with its partitions."""
    copy = shape.copy
    statements = [
        (
            f"CREATE TABLE {copy} (LIKE {shape.name} INCLUDING DEFAULTS"
            " INCLUDING IDENTITY INCLUDING CONSTRAINTS INCLUDING STORAGE)"
            f" PARTITION BY HASH ({USER_COLUMN})"
        ),
        (
            f"ALTER TABLE {copy} ADD CONSTRAINT {copy}_pkey"
            f" PRIMARY KEY ({', '.join(shape.key)})"
        ),
    ]
    statements += [
        f"ALTER TABLE {copy} ADD CONSTRAINT {name}_new {definition}"
        for name, definition in shape.unique_constraints.items()
    ]
    statements += [
        f"CREATE INDEX {name}_new ON {copy} USING {definition}"
        for name, definition in shape.indexes.items()
    ]
    statements += [
        f"ALTER TABLE {copy} ADD CONSTRAINT {name} {definition}"
        for name, definition in shape.foreign_keys.items()
    ]
    return statements + [
        f"CREATE TABLE {shape.name}_{number} PARTITION OF {copy}"
        f" FOR VALUES WITH (MODULUS {partition_count}, REMAINDER {number})"
        for number in range(partition_count)
    ]


def build_mirror(shape: TableShape) -> list[str]:
    """
    Return statements that repeat every change of the original in the copy.

    A change waits for the row's lock before it gets here, so the copying of
    that row has been committed.
    """
    function = f"{shape.name}_mirror"
    columns, key = ", ".join(shape.columns), ", ".join(shape.key)
    old_key = ", ".join(f"OLD.{name}" for name in shape.key)
    new_key = ", ".join(f"NEW.{name}" for name in shape.key)
    excluded = ", ".join(f"excluded.{name}" for name in shape.columns)
    return [
        f"""
        CREATE OR REPLACE FUNCTION {function}() RETURNS trigger
        LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                DELETE FROM {shape.copy} WHERE ({key}) = ({old_key});
                RETURN NULL;
            END IF;
            IF TG_OP = 'UPDATE' THEN
                IF ({old_key}) <> ({new_key}) THEN
                    DELETE FROM {shape.copy} WHERE ({key}) = ({old_key});
                END IF;
            END IF;
            INSERT INTO {shape.copy} ({columns}) SELECT NEW.*
            ON CONFLICT ({key}) DO UPDATE SET ({columns}) = ROW ({excluded});
            RETURN NULL;
        END $$
        """,
        (
            f"CREATE TRIGGER {function} AFTER INSERT OR UPDATE OR DELETE"
            f" ON {shape.name} FOR EACH ROW EXECUTE FUNCTION {function}()"
        ),
    ]


def drop_mirror(shape: TableShape) -> list[str]:
    """Return statements that end the repetition of changes."""
    function = f"{shape.name}_mirror"
    return [
        f"DROP TRIGGER IF EXISTS {function} ON {shape.name}",
        f"DROP FUNCTION IF EXISTS {function}()",
    ]


def swap_tables(cursor: CursorWrapper, shape: TableShape) -> None:
    """Give the copy the names of the original, so migrations find them."""
    for statement in drop_mirror(shape):
        cursor.execute(statement)
    for column in shape.identities:
        _swap_sequences(cursor, shape, column)
    for name in shape.index_names:
        cursor.execute(f"ALTER INDEX {name} RENAME TO {name}_old")
    cursor.execute(f"ALTER TABLE {shape.name} RENAME TO {shape.original}")
    cursor.execute(f"ALTER TABLE {shape.copy} RENAME TO {shape.name}")
    cursor.execute(
        f"ALTER INDEX {shape.copy}_pkey RENAME TO {shape.name}_pkey"
    )
    for name in (*shape.indexes, *shape.unique_constraints):
        cursor.execute(f"ALTER INDEX {name}_new RENAME TO {name}")


def _swap_sequences(
    cursor: CursorWrapper, shape: TableShape, column: str
) -> None:
    cursor.execute(_SEQUENCE_SQL, [shape.name, column])
    (name,) = cursor.fetchone()
    cursor.execute(_SEQUENCE_SQL, [shape.copy, column])
    (copied,) = cursor.fetchone()
    cursor.execute("SELECT setval(%s, nextval(%s), false)", [copied, name])
    cursor.execute(f"ALTER SEQUENCE {name} RENAME TO {name}_old")
    cursor.execute(f"ALTER SEQUENCE {copied} RENAME TO {name}")
