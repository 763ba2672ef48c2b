"""
Sending over HTTP against a bare upsert of the same rows.

`python -m tests.bench.server [ROWS]`: requests of 1,000 messages with a
device token, checked, merged, summed up and committed, against the same rows
written by one statement a thousand into the same table with the same
durability; on SQLite and on PostgreSQL, in one run.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import requests

from tests.support.postgres import programs, running
from tests.support.serving import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.serving import Served

MODELS = [
    "claude-sonnet-4-20250514",
    "claude-opus-4-1-20250805",
    "claude-3-5-haiku-20241022",
]
A_DAY = 800
A_SESSION = 120
AT_ONCE = 1000
SINCE = datetime(2026, 5, 1, tzinfo=UTC)


def messages(count: int) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Give out project, session and row of a busy person's messages."""
    dice, at = random.Random(1), SINCE
    for number in range(count):
        at += timedelta(seconds=dice.expovariate(A_DAY / 86400 / 0.35))
        if at.hour >= 18:
            at = at.replace(hour=9, minute=0) + timedelta(days=1)
        session = number // A_SESSION + dice.randrange(3)
        row = {
            "timestamp": at.isoformat(timespec="milliseconds"),
            "requestId": f"req_{number:022d}",
            "message": {
                "id": f"msg_{number:022d}",
                "model": dice.choice(MODELS),
                "usage": {
                    "input_tokens": dice.randrange(1, 4000),
                    "output_tokens": dice.randrange(1, 2000),
                    "cache_creation_input_tokens": dice.randrange(9000),
                    "cache_read_input_tokens": dice.randrange(90000),
                },
            },
        }
        yield session % 20, session, row


def bodies(count: int) -> Iterator[bytes]:
    """Give out requests of AT_ONCE messages, as a tray sends them."""
    projects: dict[int, dict[int, list[Any]]] = {}
    for number, (project, session, row) in enumerate(messages(count), 1):
        projects.setdefault(project, {}).setdefault(session, []).append(row)
        if number % AT_ONCE and number < count:
            continue
        sent = {
            "projects": [
                {
                    "name": f"project {name}",
                    "path": f"~/.claude/projects/-home-ana-project-{name}",
                    "sessions": [
                        {"session_id": f"session-{one:08d}", "messages": rows}
                        for one, rows in sessions.items()
                    ],
                }
                for name, sessions in projects.items()
            ],
            "agent": {"machine_id": "m1", "account": "a"},
        }
        yield json.dumps(sent).encode()
        projects = {}


def send(served: Served, sent: list[bytes]) -> float:
    """Return how long it takes to send all of it, one after the other."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {served.device('ana')}"
    session.headers["Content-Type"] = "application/json"
    address = f"{served.url}/app/claude-usage/agent-sync/"
    began = time.perf_counter()
    for body in sent:
        session.post(address, body).raise_for_status()
    took = time.perf_counter() - began
    session.close()
    return took


def bare_sqlite(home: Path, folder: Path) -> float:
    """Return how long the rows that are there take by themselves."""
    with sqlite3.connect(home / "data" / "server.sqlite3") as full:
        ddl = [
            row[0]
            for row in full.execute(
                "SELECT sql FROM sqlite_master"
                " WHERE tbl_name = 'usage_usagesnapshot' AND sql IS NOT NULL",
            )
        ]
        found = full.execute(
            "SELECT * FROM usage_usagesnapshot ORDER BY at_ms"
        )
        names = [column[0] for column in found.description]
        rows = found.fetchall()
    full.close()
    bare = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("PRAGMA cache_size=-32768")
    for statement in ddl:
        bare.execute(statement)
    marks = ", ".join("?" * len(names))
    upsert = f"INSERT INTO {_upsert(names, f'VALUES ({marks})')}"
    began = time.perf_counter()
    for start in range(0, len(rows), AT_ONCE):
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany(upsert, rows[start : start + AT_ONCE])
        bare.execute("COMMIT")
    took = time.perf_counter() - began
    bare.close()
    return took


def bare_postgres(url: str) -> float:
    """Likewise, in PostgreSQL's fastest way with one statement."""
    with psycopg.connect(url, autocommit=True) as one:
        one.execute(
            "CREATE TABLE bare (LIKE usage_usagesnapshot INCLUDING ALL)",
        )
        found = one.execute("SELECT * FROM usage_usagesnapshot ORDER BY at_ms")
        assert found.description is not None
        names = [column.name for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found]
        source = f"SELECT {', '.join(names)} FROM json_populate_recordset("
        source += "NULL::bare, %s::json)"
        upsert = "INSERT INTO " + _upsert(names, source, "bare")
        began = time.perf_counter()
        for start in range(0, len(rows), AT_ONCE):
            part = json.dumps(rows[start : start + AT_ONCE])
            one.execute(upsert.encode(), [part])
        return time.perf_counter() - began


def _upsert(
    names: list[str],
    source: str,
    table: str = "usage_usagesnapshot",
) -> str:
    change = ", ".join(f"{name} = excluded.{name}" for name in names)
    return (
        f"{table} ({', '.join(names)}) {source}"
        f" ON CONFLICT (user_id, key) DO UPDATE SET {change}"
    )


def measure(
    name: str,
    sent: list[bytes],
    bare: Callable[[Path], float],
    **environment: str,
) -> float:
    """Print a line of the table; return the share of the bare upsert."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with serving(home, **environment) as served:
            served.person("ana")
            fresh, again = send(served, sent), send(served, sent)
        alone = bare(home)
    count = len(sent) * AT_ONCE
    share = alone / fresh
    print(
        f"{name:11} {count / fresh:9,.0f} {count / again:9,.0f}"
        f" {count / alone:9,.0f} {share:6.2f}",
        flush=True,
    )
    return share


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=100_000)
    sent = list(bodies(parser.parse_args().rows))
    print("messages/s      fresh    replay      bare  share")
    shares = [
        measure("SQLite", sent, lambda home: bare_sqlite(home, home)) / 0.25,
    ]
    folder = programs()
    if folder is not None:
        with running(folder) as cluster:
            url = cluster.new_database("bench")
            share = measure(
                "PostgreSQL",
                sent,
                lambda _: bare_postgres(url),
                DATABASE_URL=url,
            )
            shares.append(share / 0.20)
    return 0 if min(shares) >= 1 else 1


if __name__ == "__main__":
    sys.exit(main())
