"""
What Citus demands of the tables, without Citus.

The commands of docs/scale.md run on PostgreSQL, with functions that check what
Citus' functions would refuse.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import requests

from tests.support.request_json import make_request, make_row
from tests.support.server_process import run_server

if TYPE_CHECKING:
    from tests.support.postgres import PostgresCluster


PAGE = Path(__file__).parents[3] / "docs" / "scale.md"
CHECKS_SQL = b"""
    CREATE TABLE placed (name regclass PRIMARY KEY, user_column text);
    CREATE FUNCTION create_reference_table(name regclass) RETURNS void
        LANGUAGE sql AS $$ INSERT INTO placed VALUES (name, NULL) $$;
    CREATE FUNCTION create_distributed_table(name regclass, col text)
        RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM pg_index WHERE indrelid = name
            AND indisunique AND NOT EXISTS (SELECT FROM pg_attribute
                WHERE attrelid = name AND attnum = ANY(indkey)
                    AND attname = col)) THEN
            RAISE '% has a unique key without %', name, col;
        END IF;
        IF EXISTS (SELECT FROM pg_constraint WHERE contype = 'f'
            AND conrelid = name AND confrelid NOT IN (SELECT placed.name
                FROM placed WHERE user_column IS NULL)) THEN
            RAISE '% refers to a table that is not on every node', name;
        END IF;
        IF EXISTS (SELECT FROM pg_constraint WHERE contype = 'f'
            AND confrelid = name) THEN
            RAISE '% is referred to without %', name, col;
        END IF;
        IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = name
            AND NOT attisdropped AND attidentity <> ''
            AND atttypid <> 'bigint'::regtype) THEN
            RAISE '% numbers rows with less than 64 bits', name;
        END IF;
        INSERT INTO placed VALUES (name, col);
    END $$;
"""
USER_TABLES_SQL = b"""
    SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relkind = 'r' AND relname LIKE 'usage\\_%%' AND attname = 'user_id'
"""
OTHER_TABLES_SQL = b"""
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relname LIKE 'usage\\_%%' AND NOT EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = pg_class.oid
            AND attname = 'user_id')
"""


def read_commands() -> list[str]:
    """Return the statements of the documented SQL."""
    blocks = re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)
    statements = "".join(blocks).split(";")
    return [
        one.strip()
        for one in statements
        if one.strip() and "EXTENSION" not in one
    ]


def query(url: str, sql: bytes) -> set[Any]:
    with psycopg.connect(url, autocommit=True) as connection:
        return {value for (value,) in connection.execute(sql)}


def test_tables_can_be_distributed_by_user_with_the_documented_commands(
    tmp_path: Path, cluster: PostgresCluster
) -> None:
    url = cluster.create_database("citus")
    with run_server(tmp_path, DATABASE_URL=url) as server:
        token = server.create_device_token(server.create_user("ana"))
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(CHECKS_SQL)
            for statement in read_commands():
                connection.execute(statement.encode())
        own = query(url, USER_TABLES_SQL)
        placed = query(url, b"SELECT name::text FROM placed")
        distributed = query(
            url,
            b"SELECT name::text FROM placed WHERE user_column = 'user_id'",
        )
        body = make_request(make_row(datetime.now(UTC)), account="a")
        answers = [
            requests.post(
                f"{server.url}/app/claude-usage/agent-sync/",
                json=body,
                headers={"Authorization": f"Bearer {token}"},
                timeout=60,
            ).json()
            for _ in range(2)
        ]

    # Only the row with the database's own ID and the models have no user.
    assert query(url, OTHER_TABLES_SQL) == {"usage_server", "usage_model"}
    assert distributed == own
    assert placed == own | {"usage_model", "accounts_user"}
    assert [one["snapshots_created"] for one in answers] == [1, 0]
