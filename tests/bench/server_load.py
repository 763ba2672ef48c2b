"""
Load a PostgreSQL with millions of messages; print sizes and times.

    python -m tests.bench.server_load [MESSAGES] [--users NUMBER]

The history of the first user is written by the server's own code, those of
the others are COPYs of it with keys of their own. Then the server answers one
of these users, the tables are moved into 64 partitions, and it answers again.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg
import requests
from psycopg import sql

from claude_tray.server.bootstrap import setup_django
from claude_tray.server.run_server import migrate_database
from tests.bench.process_usage import read_process_usage
from tests.support.http_client import HttpClient
from tests.support.postgres import find_postgres_programs, run_cluster
from tests.support.request_json import make_request, make_row
from tests.support.server_process import PASSWORD, run_server

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.server_process import RunningServer


API: Final = "/app/claude-usage/"
CALLS: Final = 20
UPLOADED_ROWS: Final = 1000
# Numbers that are unique over all users.
NUMBERED: Final = (
    "id",
    "session_id",
    "machine_id",
    "account_id",
    "project_id",
)
SHIFT: Final = 10_000_000
TABLES_SQL: Final = b"""
    SELECT relname, array_agg(attname ORDER BY attnum),
        array_agg(atttypid = 'bigint'::regtype ORDER BY attnum)
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relkind = 'r' AND relname LIKE 'usage\\_%%' AND attnum > 0
        AND NOT attisdropped
    GROUP BY relname HAVING 'user_id' = ANY(array_agg(attname))
"""
SIZES_SQL: Final = b"""
    SELECT relname, reltuples::bigint, pg_table_size(oid),
        pg_indexes_size(oid)
    FROM pg_class
    WHERE relkind = 'r' AND relname LIKE 'usage\\_%' AND reltuples >= 1000
    ORDER BY pg_total_relation_size(oid) DESC
"""
PAGES: Final = (
    "/",
    "/?days=365",
    "/projects/",
    "/sessions/",
)
API_PATHS: Final = (
    f"{API}stats/",
    f"{API}dashboard/",
    f"{API}timeseries/?bucket=day&by=project",
    "/metrics",
)


def report(name: str, value: str) -> None:
    print(f"{name:44} {value:>30}", flush=True)


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._began


def fill_first_user(messages: int) -> int:
    """Write a history with the server's own code; return the user's key."""
    setup_django()
    migrate_database()
    # After Django is set up.
    from django.db import connections  # noqa: PLC0415

    from tests.bench.server_history import fill_database  # noqa: PLC0415

    watch = Stopwatch()
    user_id = fill_database(messages, datetime.now(UTC))
    connections.close_all()
    report("messages/s by the server", f"{messages / watch.seconds:,.0f}")
    return user_id


def copy_users(url: str, user_id: int, copies: int) -> None:
    """Copy all rows of a user for users of their own."""
    with (
        psycopg.connect(url) as source,
        psycopg.connect(url) as target,
    ):
        tables = source.execute(TABLES_SQL).fetchall()
        for number in range(1, copies + 1):
            row = target.execute(
                "INSERT INTO accounts_user SELECT (populated).* FROM ("
                "SELECT jsonb_populate_record(one, jsonb_build_object("
                "'id', %(id)s::bigint, 'username', %(name)s::text,"
                " 'email', %(name)s::text)) AS populated"
                " FROM accounts_user AS one WHERE id = %(source)s) AS rows"
                " RETURNING id",
                {
                    "id": user_id + number,
                    "name": f"user{number}",
                    "source": user_id,
                },
            ).fetchone()
            assert row is not None
            for table in tables:
                copy_table(source, target, table, user_id, number)
            target.commit()


def copy_table(
    source: psycopg.Connection[Any],
    target: psycopg.Connection[Any],
    table: tuple[str, list[str], list[bool]],
    user_id: int,
    number: int,
) -> None:
    """Stream a user's rows of a table by COPY, with other numbers."""
    name, columns, are_numbers = table
    values = [
        sql.SQL("{} + {}").format(
            sql.Identifier(column),
            sql.Literal(number if column == "user_id" else number * SHIFT),
        )
        if is_number and column in ("user_id", *NUMBERED)
        else sql.Identifier(column)
        for column, is_number in zip(columns, are_numbers, strict=True)
    ]
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    reading = sql.SQL(
        "COPY (SELECT {} FROM {} WHERE user_id = {}) TO STDOUT"
    ).format(
        sql.SQL(", ").join(values), sql.Identifier(name), sql.Literal(user_id)
    )
    writing = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(name), names
    )
    with (
        source.cursor().copy(reading) as rows,
        target.cursor().copy(writing) as into,
    ):
        for data in rows:
            into.write(data)


def print_sizes(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        for name, rows, table, indexes in connection.execute(SIZES_SQL):
            sizes = f"{table / rows:.0f} + {indexes / rows:.0f} bytes"
            report(f"{name}, {rows:,} rows: row + indexes", sizes)
        size = connection.execute(
            "SELECT pg_database_size(current_database())"
        ).fetchone()
        assert size is not None
        report("database", f"{size[0] / 1e9:.2f} GB")


def measure_server(server: RunningServer, name: str) -> None:
    browser = HttpClient(server.url)
    signed_in = browser.post_form(
        "/sign-in/", username=name, password=PASSWORD
    )
    assert signed_in.status == 302, signed_in.status
    access = requests.post(
        f"{server.url}/api/token/",
        json={"username": name, "password": PASSWORD},
        timeout=600,
    ).json()["access"]
    headers = {"Authorization": f"Bearer {access}"}
    for path in PAGES:
        measure_calls(server, path, partial(get_page, browser, path))
    for path in API_PATHS:
        url = server.url + path
        measure_calls(server, path, partial(get_api, url, headers))


def get_page(browser: HttpClient, path: str) -> int:
    return browser.get(path).status


def get_api(url: str, headers: dict[str, str]) -> int:
    return requests.get(url, headers=headers, timeout=600).status_code


def measure_calls(
    server: RunningServer, name: str, call: Callable[[], int]
) -> None:
    watch = Stopwatch()
    assert call() == 200, name
    first_ms = watch.seconds * 1000
    times, cpu = [], read_process_usage(server.process.pid).cpu_seconds
    for _ in range(CALLS):
        watch = Stopwatch()
        assert call() == 200, name
        times.append(watch.seconds * 1000)
    cpu_ms = (
        (read_process_usage(server.process.pid).cpu_seconds - cpu)
        * 1000
        / CALLS
    )
    report(
        name,
        f"{statistics.median(times):.0f} ms, CPU {cpu_ms:.0f}"
        f", first {first_ms:.0f}",
    )


def measure_uploads(server: RunningServer, name: str) -> None:
    token = server.create_device_token(name, "m0")
    numbers = iter(range(10**9))
    begin = datetime.now(UTC) - timedelta(days=1)

    def upload() -> int:
        rows = [
            make_row(begin + timedelta(seconds=n % 80_000), f"load_{name}_{n}")
            for n in (next(numbers) for _ in range(UPLOADED_ROWS))
        ]
        body = make_request(*rows, session="load", machine_id="m0")
        return requests.post(
            f"{server.url}{API}agent-sync/",
            json=body,
            headers={"Authorization": f"Bearer {token}"},
            timeout=600,
        ).status_code

    measure_calls(server, f"agent-sync/, {UPLOADED_ROWS} new", upload)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("messages", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--users", type=int, default=10)
    args = parser.parse_args()
    folder = find_postgres_programs()
    if folder is None:
        print("needs PostgreSQL's programs (Debian: postgresql)")
        return 1
    with run_cluster(folder) as cluster, tempfile.TemporaryDirectory() as home:
        url = cluster.create_database("load")
        os.environ["DATABASE_URL"] = url
        os.environ["CLAUDE_TRAY_HOME"] = home
        per_user = args.messages // args.users
        user_id = fill_first_user(per_user)
        watch = Stopwatch()
        copy_users(url, user_id, args.users - 1)
        copied = per_user * (args.users - 1)
        report("messages/s by COPY", f"{copied / watch.seconds:,.0f}")
        print_sizes(url)
        name = f"user{args.users - 1}" if args.users > 1 else "ana"
        with run_server(Path(home), DATABASE_URL=url) as server:
            measure_server(server, name)
            measure_uploads(server, name)
            watch = Stopwatch()
            server.run_command("partition")
            speed = args.messages / watch.seconds
            report("moved into partitions, messages/s", f"{speed:,.0f}")
            measure_server(server, name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
